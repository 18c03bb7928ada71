// A run's trace: its steps as a tree of spans with what is needed to draw them and say why (protocol §7.2 TraceSpan).

import type { Json } from "../json.ts";
import type { Timestamp } from "./envelope.ts";
import { restPath, segment } from "./query.ts";
import type { ErrorView, RestRunStatus, TimePartKind } from "./run.ts";

export type SpanStatus =
  | "UNKNOWN"
  | "QUEUED"
  | "RUNNING"
  | "COMPLETED"
  | "FAILED"
  | "WAITING"
  | "SLEEPING"
  | "CANCELLED"
  | "SKIPPED";

export type StepOp =
  | "RUN"
  | "SLEEP"
  | "WAIT_FOR_EVENT"
  | "WAIT_FOR_SIGNAL"
  | "INVOKE"
  | "SEND_EVENT"
  | "AI_GATEWAY";

/** A stretch of a span's time. `until` is absent while it lasts. */
export interface Segment {
  readonly kind: TimePartKind;
  readonly from: Timestamp;
  readonly until?: Timestamp;
  /** On `ran`, `running` and `failed`: the attempt, counted from 0. */
  readonly attempt?: number;
}

export interface AttemptView {
  /** Counts from 0. */
  readonly attempt: number;
  readonly status: "RUNNING" | "COMPLETED" | "FAILED";
  readonly startedAt?: Timestamp;
  readonly endedAt?: Timestamp;
  readonly error?: ErrorView;
  /** When the next attempt is due; absent when this was the last. */
  readonly retryAt?: Timestamp;
}

/** What a waiting step waits for. */
export interface WaitView {
  readonly kind: "event" | "signal";
  /** Name of the event or signal. */
  readonly name: string;
  /** With the values of the run filled in, where they are fixed; as its author wrote it where `meets` is set. */
  readonly expression?: string;
  /** Set when the run's own values decide alone: every event of the name matches, or none can. */
  readonly meets?: "every-event" | "no-event";
  /** What of the expression other servers may refuse (semantics E5.1). */
  readonly warnings?: readonly string[];
  readonly timeoutAt: Timestamp;
  readonly outcome: "open" | "matched" | "expired";
  readonly matchedEventId?: string;
  /** Set when an event received before the wait ended it (decisions row 3): how long before, in ms. */
  readonly lookbackMs?: number;
}

export interface InvokeView {
  /** Slug or id of the invoked function, as the step named it. */
  readonly functionId: string;
  readonly functionName?: string;
  /** The run that it started. */
  readonly runId?: string;
  readonly runStatus?: RestRunStatus;
  readonly eventId?: string;
  readonly timeoutAt?: Timestamp;
}

export interface SpanMetadata {
  readonly scope: string;
  readonly kind: string;
  readonly values: Json;
  readonly updatedAt: Timestamp;
}

/**
 * One span. The root is the run; its children are the steps in order of first planning, and, before them where the
 * run was held back, none: the root's own `segments` tell that. A step's children are spans that its code made.
 */
export interface TraceSpan {
  /** The step's key; the run's id on the root. */
  readonly id: string;
  /** What the author calls the step. */
  readonly name: string;
  readonly status: SpanStatus;
  readonly stepOp?: StepOp;
  /** The author's step id without the repeat index. */
  readonly stepId?: string;
  /** Counts from 0 over steps with the same id. */
  readonly stepIndex?: number;
  /** As the SDK reports it, such as `step.sendEvent`. */
  readonly stepType?: string;
  readonly queuedAt: Timestamp;
  readonly startedAt?: Timestamp;
  readonly endedAt?: Timestamp;
  /** From start to end. */
  readonly durationMs?: number;
  /** How long its code ran, all attempts together. */
  readonly ranMs?: number;
  /** The span's time, oldest first, without overlap. Empty: one part from `queuedAt` to `endedAt`. */
  readonly segments: readonly Segment[];
  readonly attempts?: readonly AttemptView[];
  readonly maxAttempts?: number;
  readonly input?: Json;
  readonly output?: Json;
  readonly outputBytes?: number;
  readonly error?: ErrorView;
  readonly wait?: WaitView;
  readonly sleepUntil?: Timestamp;
  readonly invoke?: InvokeView;
  /** Events that a `SEND_EVENT` step sent. */
  readonly sentEventIds?: readonly string[];
  /** Steps planned at once share a number; absent where the step stands alone. */
  readonly parallelSet?: number;
  /** The step, by `id`, whose end led to the planning of this one inside its branch. */
  readonly afterStepId?: string;
  /** Its result was taken over from this run, which its own run repeats from a later step on. */
  readonly restoredFrom?: string;
  readonly metadata: readonly SpanMetadata[];
  readonly children: readonly TraceSpan[];
}

/** `GET /runs/{id}/trace`. */
export interface TraceView {
  readonly runId: string;
  readonly rootSpan: TraceSpan;
}

export function tracePath(runId: string): string {
  return restPath(`/runs/${segment(runId)}/trace`);
}
