// Schemas of a run's trace (protocol §7.2 TraceSpan).

import type {
  AttemptView,
  InvokeView,
  Segment,
  SpanMetadata,
  StepOp,
  TraceSpan,
  TraceView,
  WaitView,
} from "@stepwell/protocol/rest";
import { z } from "zod";
import { errorView, runStatus, timePartKind } from "./run.ts";
import {
  count,
  json,
  list,
  milliseconds,
  named,
  objectOf,
  optional,
  text,
  timestampText,
  word,
} from "./shape.ts";

const segment = objectOf<Segment>({
  kind: timePartKind,
  from: timestampText,
  until: optional(timestampText),
  attempt: optional(count),
});

const attempt = objectOf<AttemptView>({
  attempt: count,
  status: word("RUNNING", "COMPLETED", "FAILED"),
  startedAt: optional(timestampText),
  endedAt: optional(timestampText),
  error: optional(errorView),
  retryAt: optional(timestampText),
});

const wait = objectOf<WaitView>({
  kind: word("event", "signal"),
  name: text,
  expression: optional(text),
  meets: optional(word("every-event", "no-event")),
  warnings: optional(list(text)),
  timeoutAt: timestampText,
  outcome: word("open", "matched", "expired"),
  matchedEventId: optional(text),
  lookbackMs: optional(milliseconds),
});

const invoke = objectOf<InvokeView>({
  functionId: text,
  functionName: optional(text),
  runId: optional(text),
  runStatus: optional(runStatus),
  eventId: optional(text),
  timeoutAt: optional(timestampText),
});

const spanMetadata = objectOf<SpanMetadata>({
  scope: text,
  kind: text,
  values: json,
  updatedAt: timestampText,
});

const stepOp: z.ZodType<StepOp> = word(
  "RUN",
  "SLEEP",
  "WAIT_FOR_EVENT",
  "WAIT_FOR_SIGNAL",
  "INVOKE",
  "SEND_EVENT",
  "AI_GATEWAY",
);

const span: z.ZodType<TraceSpan> = named<TraceSpan>("Span", {
  id: text,
  name: text,
  status: word(
    "UNKNOWN",
    "QUEUED",
    "RUNNING",
    "COMPLETED",
    "FAILED",
    "WAITING",
    "SLEEPING",
    "CANCELLED",
    "SKIPPED",
  ),
  stepOp: optional(stepOp),
  stepId: optional(text),
  stepIndex: optional(count),
  stepType: optional(text),
  queuedAt: timestampText,
  startedAt: optional(timestampText),
  endedAt: optional(timestampText),
  durationMs: optional(milliseconds),
  ranMs: optional(milliseconds),
  segments: list(segment),
  attempts: optional(list(attempt)),
  maxAttempts: optional(count),
  input: optional(json),
  output: optional(json),
  outputBytes: optional(count),
  error: optional(errorView),
  wait: optional(wait),
  sleepUntil: optional(timestampText),
  invoke: optional(invoke),
  sentEventIds: optional(list(text)),
  parallelSet: optional(count),
  afterStepId: optional(text),
  restoredFrom: optional(text),
  metadata: list(spanMetadata),
  children: z.lazy(() => list(span)),
});

export const traceView = named<TraceView>("Trace", { runId: text, rootSpan: span });
