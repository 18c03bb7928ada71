// Schemas of counts over runs, and of what the server says about itself.

import type {
  FailureGroup,
  FailureMarkRequest,
  HealthView,
  OverviewBucket,
  OverviewFigures,
  RunBucket,
  RunFigures,
} from "@stepwell/protocol/rest";
import { runStatuses } from "@stepwell/protocol/rest";
import { z } from "zod";
import { timeField, wholeField } from "../http/query.ts";
import { errorView, functionReference } from "./run.ts";
import { inOrder, runFilterFields } from "./run-query.ts";
import {
  count,
  flag,
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

export const bucketsMax = 200;

export const runFiguresQuery = inOrder(
  z.object({
    ...runFilterFields,
    buckets: z.exactOptional(
      wholeField(1, bucketsMax).meta({ description: `Bars over the time; at most ${bucketsMax}.` }),
    ),
  }),
);

const bucket = objectOf<RunBucket>({ from: timestampText, total: count, failed: count });

export const runFigures = named<RunFigures>("RunFigures", {
  counts: z.partialRecord(z.enum(runStatuses), count) as unknown as z.ZodType<RunFigures["counts"]>,
  isPartial: optional(flag),
  buckets: optional(list(bucket)),
  syncs: optional(
    list(objectOf<{ readonly at: string; readonly appName: string }>({ at: timestampText, appName: text })),
  ),
});

export const overviewQuery = inOrder(
  z.object({
    from: z.exactOptional(timeField),
    until: z.exactOptional(timeField),
    buckets: z.exactOptional(
      wholeField(1, bucketsMax).meta({ description: "Parts of the time. Default 96." }),
    ),
  }),
);

const overviewBucket = objectOf<OverviewBucket>({
  from: timestampText,
  completed: count,
  failed: count,
  delayP50Ms: optional(milliseconds),
  delayP95Ms: optional(milliseconds),
});

export const overviewFigures = named<OverviewFigures>("Overview", {
  from: timestampText,
  until: timestampText,
  events: count,
  completed: count,
  failed: count,
  cancelled: count,
  before: optional(objectOf<NonNullable<OverviewFigures["before"]>>({ completed: count, failed: count })),
  queued: count,
  running: count,
  parked: count,
  queueDelay: optional(
    objectOf<NonNullable<OverviewFigures["queueDelay"]>>({ p50Ms: milliseconds, p95Ms: milliseconds }),
  ),
  oldestQueued: optional(
    objectOf<NonNullable<OverviewFigures["oldestQueued"]>>({
      runId: text,
      queuedAt: timestampText,
      function: functionReference,
    }),
  ),
  buckets: list(overviewBucket),
  syncs: optional(
    list(objectOf<{ readonly at: string; readonly appName: string }>({ at: timestampText, appName: text })),
  ),
});

export const failuresQuery = inOrder(
  z.object({ from: z.exactOptional(timeField), until: z.exactOptional(timeField) }),
);

export const failureGroup = named<FailureGroup>("FailureGroup", {
  id: text,
  function: functionReference,
  stepName: optional(text),
  error: errorView,
  frame: optional(text),
  count,
  firstAt: timestampText,
  lastAt: timestampText,
  newestRunId: text,
  hours: optional(list(count)),
  state: optional(word("open", "closed", "reopened", "muted")),
  closedAt: optional(timestampText),
  closedBy: optional(text),
  reopenedAfterSyncAt: optional(timestampText),
  mutedAt: optional(timestampText),
  mutedBy: optional(text),
});

export const failureMarkRequest = named<FailureMarkRequest>("FailureMark", { by: optional(text) });

export const healthView = named<HealthView>("Health", {
  status: literal("ok"),
  serverTime: timestampText,
  version: optional(text),
  mode: optional(word("dev", "start", "embedded")),
  store: optional(text),
  commitP95Ms: optional(milliseconds),
  discoveryPorts: optional(list(count)),
});
