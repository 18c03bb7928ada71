// Schemas of bulk operations.

import type { BulkCounts, BulkPreview, BulkRequest, BulkSelection, BulkView } from "@stepwell/protocol/rest";
import { bulkKinds, bulkRunIdsMax, bulkStatuses, bulksLimit, runStatuses } from "@stepwell/protocol/rest";
import { z } from "zod";
import { choiceField, limitField, listField, textField } from "../http/query.ts";
import { functionReference, runStatus } from "./run.ts";
import {
  count,
  flag,
  list,
  named,
  objectOf,
  optional,
  type Shape,
  text,
  timestampText,
  word,
} from "./shape.ts";

const bulkKind = word(...bulkKinds);
const bulkStatus = word(...bulkStatuses);

/** A field that `null` and an empty text leave out. */
function loose<T>(schema: z.ZodType<T>): z.ZodExactOptional<z.ZodType<T>> {
  return z.exactOptional(schema);
}

/** One text stands for a list of it. */
const texts = z.union([z.string().min(1), z.array(z.string().min(1))], { error: "must be a list of texts" });
const textList = texts
  .transform((value) => (Array.isArray(value) ? value : [value]))
  .meta({
    type: "array",
    items: { type: "string" },
  });

const statusList = z
  .union([z.string(), z.array(z.string())], { error: "must be a list of statuses" })
  .transform((value) => (Array.isArray(value) ? value : [value]).map((status) => status.toUpperCase()))
  .pipe(
    z.array(
      z.enum(runStatuses, {
        error: ({ input }) => `has no value ${JSON.stringify(input)}. It may be: ${runStatuses.join(", ")}`,
      }),
    ),
  );

const time = z
  .string({ error: "must be a text" })
  .refine((value) => Number.isFinite(Date.parse(value)), {
    error: ({ input }) => `is no time: ${JSON.stringify(input)}. Write it as 2026-11-24T14:02:00Z`,
  })
  .meta({ format: "date-time" });

const length = z
  .number({ error: "must be a number of milliseconds" })
  .min(0, { error: "must be at least 0" });

const selectionShape: Shape<BulkSelection> = {
  runIds: loose(
    textList.refine((ids) => ids.length <= bulkRunIdsMax, { error: `may have at most ${bulkRunIdsMax}` }),
  ),
  functionId: loose(textList),
  appId: loose(textList),
  status: loose(statusList),
  eventName: loose(z.string()),
  from: loose(time),
  until: loose(time),
  expression: loose(z.string()),
  failureGroup: loose(z.string()),
  query: loose(z.string()),
  tookFromMs: loose(length),
  tookUntilMs: loose(length),
  parentRunId: loose(z.string()),
  originalRunId: loose(z.string()),
  replayId: loose(z.string()),
};

/** A misspelt filter would mean more runs than its author wanted. */
const selection = z.strictObject(selectionShape as z.ZodRawShape, {
  error: (issue) =>
    issue.code === "unrecognized_keys"
      ? `has no field ${issue.keys.map((key) => JSON.stringify(key)).join(", ")}. It may have: ${Object.keys(selectionShape).join(", ")}`
      : "must be an object",
}) as unknown as z.ZodType<BulkSelection>;

const positive = z
  .int({ error: "must be a whole number of at least 1" })
  .min(1, { error: "must be a whole number of at least 1" });

const requestShape: Shape<BulkRequest> = {
  kind: z.enum(bulkKinds, { error: `must be one of: ${bulkKinds.join(", ")}` }),
  selection: selection.default({}) as unknown as z.ZodType<BulkSelection>,
  name: loose(z.string()),
  by: loose(z.string()),
  perMinute: loose(positive),
  holdAfter: loose(positive),
};

export const bulkRequest = z.preprocess(
  withoutEmpty,
  z.object(requestShape as z.ZodRawShape, {
    error: 'must be an object such as {"kind":"replay","selection":{…}}',
  }),
) as unknown as z.ZodType<BulkRequest>;

/** `null` and an empty text stand for a field that is not given, at every level. */
function withoutEmpty(value: unknown): unknown {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, field]) => field !== null && field !== "")
      .map(([key, field]) => [key, withoutEmpty(field)]),
  );
}

export const bulkPreview = named<BulkPreview>("BulkPreview", { count, isComplete: flag });

const counts = objectOf<BulkCounts>({
  total: optional(count),
  matched: count,
  done: count,
  skipped: count,
  skippedBecause: list(
    objectOf<{ readonly reason: string; readonly count: number }>({ reason: text, count }),
  ),
  left: optional(count),
});

const shownSelection = objectOf<BulkSelection>({
  runIds: optional(list(text)),
  functionId: optional(list(text)),
  appId: optional(list(text)),
  status: optional(list(runStatus)),
  eventName: optional(text),
  from: optional(timestampText),
  until: optional(timestampText),
  expression: optional(text),
  failureGroup: optional(text),
  query: optional(text),
  tookFromMs: optional(count),
  tookUntilMs: optional(count),
  parentRunId: optional(text),
  originalRunId: optional(text),
  replayId: optional(text),
});

export const bulkView = named<BulkView>("Bulk", {
  id: text,
  kind: bulkKind,
  status: bulkStatus,
  name: optional(text),
  by: optional(text),
  selection: shownSelection,
  functions: list(functionReference),
  createdAt: timestampText,
  endedAt: optional(timestampText),
  counts,
  perMinute: optional(count),
  holdAfter: optional(count),
  problem: optional(text),
  newRuns: optional(
    z.partialRecord(z.enum(runStatuses), count) as unknown as z.ZodType<NonNullable<BulkView["newRuns"]>>,
  ),
});

export const bulksQuery = z.object({
  kind: z.exactOptional(listField(choiceField(bulkKinds))),
  status: z.exactOptional(listField(choiceField(bulkStatuses))),
  cursor: z.exactOptional(textField.meta({ description: "The `page.cursor` of the page before." })),
  limit: limitField(bulksLimit),
});
