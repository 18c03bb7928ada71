// Schemas of counts over runs, and of what the server says about itself.

import type { FailureGroup, HealthView, RunBucket, RunFigures } from "@stepwell/protocol/rest";
import { runStatuses } from "@stepwell/protocol/rest";
import { z } from "zod";
import { timeField, wholeField } from "../http/query.ts";
import { errorView, functionReference } from "./run.ts";
import { inOrder, runFilterFields } from "./run-query.ts";
import {
  count,
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
  buckets: optional(list(bucket)),
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
  count,
  firstAt: timestampText,
  lastAt: timestampText,
  newestRunId: text,
  hours: optional(list(count)),
});

export const healthView = named<HealthView>("Health", {
  status: literal("ok"),
  serverTime: timestampText,
  version: optional(text),
  mode: optional(word("dev", "start", "embedded")),
  store: optional(text),
  commitP95Ms: optional(milliseconds),
  discoveryPorts: optional(list(count)),
});
