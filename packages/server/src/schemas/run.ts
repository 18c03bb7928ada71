// Schemas of runs (protocol §7.2 FunctionRun).

import type {
  AppReference,
  ErrorView,
  FunctionReference,
  HeldBackBy,
  JobView,
  RerunRequest,
  RestRunStatus,
  RunActivity,
  RunDetailView,
  RunEventView,
  RunIdAnswer,
  RunReference,
  RunTrigger,
  RunView,
  SentEventView,
  TimePart,
  TimePartKind,
  TriggerEventView,
} from "@stepwell/protocol/rest";
import { runStatuses } from "@stepwell/protocol/rest";
import { z } from "zod";
import {
  count,
  flag,
  json,
  jsonObject,
  list,
  literal,
  milliseconds,
  named,
  objectOf,
  optional,
  type Shape,
  text,
  timestampText,
  word,
} from "./shape.ts";

export const runStatus: z.ZodType<RestRunStatus> = word(...runStatuses);

export const appReference = named<AppReference>("AppReference", { id: text, name: text });

export const functionReference = named<FunctionReference>("FunctionReference", {
  id: text,
  slug: text,
  name: text,
  app: appReference,
});

export const errorView = named<ErrorView>("Error", {
  name: text,
  message: text,
  stack: optional(text),
  code: optional(json),
  data: optional(json),
  cause: optional(json),
});

const trigger = named<RunTrigger>("RunTrigger", {
  eventIds: list(text),
  eventName: optional(text),
  isBatch: flag,
  batchId: optional(text),
  cronSchedule: optional(text),
  invokedBy: optional(
    objectOf<NonNullable<RunTrigger["invokedBy"]>>({
      runId: text,
      stepName: optional(text),
      functionName: optional(text),
    }),
  ),
});

type Activity<K extends RunActivity["kind"]> = Extract<RunActivity, { readonly kind: K }>;

const heldBackBy = objectOf<HeldBackBy>({
  limit: word("concurrency", "throttle", "paused", "priority", "app-away"),
  text,
});

const activity = z
  .union([
    objectOf<Activity<"queued">>({
      kind: literal("queued"),
      heldBackBy: optional(heldBackBy),
      startsAt: optional(timestampText),
    }),
    objectOf<Activity<"running">>({
      kind: literal("running"),
      stepName: optional(text),
      attempt: optional(count),
      maxAttempts: optional(count),
    }),
    objectOf<Activity<"retrying">>({
      kind: literal("retrying"),
      stepName: optional(text),
      attempt: count,
      maxAttempts: optional(count),
      retryAt: timestampText,
      error: optional(errorView),
    }),
    objectOf<Activity<"waiting">>({
      kind: literal("waiting"),
      stepName: text,
      target: text,
      targetKind: word("event", "signal", "function"),
      until: optional(timestampText),
      since: optional(timestampText),
      openWaits: optional(count),
    }),
    objectOf<Activity<"sleeping">>({
      kind: literal("sleeping"),
      stepName: text,
      until: timestampText,
      since: optional(timestampText),
    }),
  ])
  .meta({ description: "What an unfinished run does right now, or why it stands still." });

export const timePartKind: z.ZodType<TimePartKind> = word(
  "queued",
  "ran",
  "running",
  "failed",
  "retrying",
  "sleeping",
  "waiting",
  "invoking",
  "cancelled",
);

const runEvent = named<RunEventView>("RunEvent", {
  id: text,
  name: text,
  ts: z.number().meta({ description: "Unix time in ms." }),
  data: optional(json),
  dataBytes: count,
  user: optional(jsonObject),
  v: optional(text),
});

const runShape: Shape<RunView> = {
  id: text,
  status: runStatus,
  function: functionReference,
  app: appReference,
  queuedAt: timestampText,
  startedAt: optional(timestampText),
  endedAt: optional(timestampText),
  durationMs: optional(milliseconds),
  trigger,
  activity: optional(activity),
  output: optional(json),
  outputBytes: optional(count),
  error: optional(errorView),
  failedStepName: optional(text),
  reason: optional(text),
  cancelledByEventId: optional(text),
  originalRunId: optional(text),
  replayId: optional(text),
  time: optional(list(objectOf<TimePart>({ kind: timePartKind, durationMs: milliseconds }))),
  event: optional(runEvent),
};

export const runView = named<RunView>("Run", runShape);

const runReference = named<RunReference>("RunReference", { id: text, status: runStatus, functionName: text });

const triggerEvent = objectOf<TriggerEventView>({
  id: text,
  externalId: optional(text),
  name: text,
  receivedAt: timestampText,
  data: json,
  user: optional(json),
});

const sentEvent = objectOf<SentEventView>({
  id: text,
  name: text,
  receivedAt: timestampText,
  stepName: optional(text),
  runs: list(runReference),
});

const job = objectOf<JobView>({
  id: text,
  kind: text,
  dueAt: timestampText,
  attempt: optional(count),
  stepName: optional(text),
});

export const runDetailView = named<RunDetailView>("RunDetail", {
  ...runShape,
  events: list(triggerEvent),
  sessions: optional(list(objectOf<{ readonly key: string; readonly id: string }>({ key: text, id: text }))),
  calls: optional(count),
  retries: optional(count),
  maxAttempts: optional(count),
  sent: optional(list(sentEvent)),
  repeatedBy: optional(list(text)),
  jobs: optional(list(job)),
});

export const runIdAnswer = named<RunIdAnswer>("RunId", { runId: text });

export const rerunRequest = named<RerunRequest>("Rerun", {
  fromStep: optional(
    objectOf<NonNullable<RerunRequest["fromStep"]>>({
      stepId: z
        .string({ error: "must be the id of a step, as its author wrote it, or its key" })
        .min(1, { error: "must be the id of a step, as its author wrote it, or its key" }),
      input: optional(z.array(json, { error: "must be an array, the arguments of the step's function" })),
    }),
  ),
});
