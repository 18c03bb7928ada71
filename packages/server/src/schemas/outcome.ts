// Schemas of why an event started a function, or did not (decisions row 6).

import type {
  EventOutcomes,
  FunctionOutcome,
  NearMiss,
  Outcome,
  Truth,
  WaitMiss,
  WaitOutcome,
} from "@stepwell/protocol/rest";
import { z } from "zod";
import { functionReference, runStatus } from "./run.ts";
import {
  count,
  json,
  list,
  literal,
  milliseconds,
  named,
  objectOf,
  optional,
  text,
  timestampText,
  word,
} from "./shape.ts";

export const truth: z.ZodType<Truth> = named<Truth>("Truth", {
  text,
  value: word("true", "false", "error", "not-reached"),
  join: optional(word("all", "any", "not")),
  parts: optional(z.lazy(() => list(truth))),
  path: optional(text),
  found: optional(json),
  message: optional(text),
});

const nearMiss = objectOf<NearMiss>({
  sentence: text,
  expression: text,
  part: text,
  othersToday: optional(count),
});

type Kind<K extends Outcome["kind"]> = Extract<Outcome, { readonly kind: K }>;

const outcome = z.union([
  objectOf<Kind<"run-created">>({
    kind: literal("run-created"),
    runId: text,
    runStatus: optional(runStatus),
    cancelledRunId: optional(text),
  }),
  objectOf<Kind<"filtered">>({
    kind: literal("filtered"),
    expression: text,
    truth: optional(truth),
    nearMiss: optional(nearMiss),
  }),
  objectOf<Kind<"expression-error">>({
    kind: literal("expression-error"),
    expression: text,
    message: text,
    truth: optional(truth),
    nearMiss: optional(nearMiss),
  }),
  objectOf<Kind<"deduplicated">>({
    kind: literal("deduplicated"),
    byEventId: text,
    runId: optional(text),
    until: optional(timestampText),
    idempotencyKey: optional(text),
  }),
  objectOf<Kind<"rate-limited">>({
    kind: literal("rate-limited"),
    limit: optional(count),
    periodMs: optional(milliseconds),
    key: optional(text),
    freeAt: optional(timestampText),
    usedByRunId: optional(text),
    usedByEventId: optional(text),
  }),
  objectOf<Kind<"debounced">>({
    kind: literal("debounced"),
    startsAt: optional(timestampText),
    runId: optional(text),
    supersededByEventId: optional(text),
  }),
  objectOf<Kind<"batched">>({
    kind: literal("batched"),
    batchId: optional(text),
    runId: optional(text),
    size: optional(count),
    maxSize: optional(count),
    startsAt: optional(timestampText),
  }),
  objectOf<Kind<"singleton-skipped">>({
    kind: literal("singleton-skipped"),
    runId: optional(text),
    key: optional(text),
  }),
  objectOf<Kind<"paused">>({ kind: literal("paused"), since: optional(timestampText), by: optional(text) }),
  objectOf<Kind<"draining">>({
    kind: literal("draining"),
    since: optional(timestampText),
    by: optional(text),
  }),
  objectOf<Kind<"pending">>({ kind: literal("pending") }),
]);

const functionOutcome = objectOf<FunctionOutcome>({
  function: functionReference,
  expression: optional(text),
  outcome: outcome as z.ZodType<Outcome>,
  missingKeys: optional(list(text)),
});

const waitOutcome = objectOf<WaitOutcome>({
  kind: word("resumed", "cancelled"),
  runId: text,
  function: functionReference,
  stepName: optional(text),
});

export const waitMiss = named<WaitMiss>("WaitMiss", {
  eventId: text,
  receivedAt: timestampText,
  truth: optional(truth),
});

export const eventOutcomes = named<EventOutcomes>("EventOutcomes", {
  functions: list(functionOutcome),
  waits: list(waitOutcome),
  closest: optional(
    list(objectOf<{ readonly name: string; readonly functions: number }>({ name: text, functions: count })),
  ),
});
