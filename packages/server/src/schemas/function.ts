// Schemas of functions (protocol §7.2 Function).

import type {
  FunctionFigures,
  FunctionView,
  InvokeAnswer,
  InvokeRequest,
  TriggerView,
} from "@stepwell/protocol/rest";
import { appReference } from "./run.ts";
import {
  count,
  flag,
  json,
  jsonObject,
  list,
  milliseconds,
  named,
  objectOf,
  optional,
  text,
  timestampText,
  word,
} from "./shape.ts";

const trigger = objectOf<TriggerView>({
  type: word("EVENT", "CRON"),
  value: text,
  expression: optional(text),
  nextAt: optional(timestampText),
});

const figures = objectOf<FunctionFigures>({
  queued: count,
  running: count,
  sleeping: optional(count),
  waiting: optional(count),
  oldestQueuedAt: optional(timestampText),
  lastDay: optional(
    objectOf<NonNullable<FunctionFigures["lastDay"]>>({
      completed: count,
      failed: count,
      p50Ms: optional(milliseconds),
      p95Ms: optional(milliseconds),
      hours: optional(list(count)),
    }),
  ),
});

export const functionView = named<FunctionView>("Function", {
  id: text,
  name: text,
  slug: text,
  isPaused: flag,
  pausedAt: optional(timestampText),
  pausedBy: optional(text),
  drainingAt: optional(timestampText),
  skippedTriggers: optional(count),
  missedTicks: optional(count),
  isArchived: flag,
  app: appReference,
  triggers: list(trigger),
  failureHandler: optional(
    objectOf<{ readonly slug: string; readonly name: string }>({ slug: text, name: text }),
  ),
  maxAttempts: count,
  configuration: jsonObject,
  figures: optional(figures),
  warnings: optional(list(text)),
  createdAt: optional(timestampText),
});

export const invokeRequest = named<InvokeRequest>("Invoke", {
  data: optional(json),
  idempotencyKey: optional(text),
});

export const invokeAnswer = named<InvokeAnswer>("Invoked", {
  runId: optional(text),
  eventId: optional(text),
  queuedAt: optional(timestampText),
});
