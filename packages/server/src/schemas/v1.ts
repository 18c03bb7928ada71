// Schemas of REST v1 (protocol §7.1).

import type { Json, JsonObject } from "@stepwell/protocol";
import { z } from "zod";
import { textField, wholeField } from "../http/query.ts";
import { components, json, text, timestampText } from "./shape.ts";

/** The rows are made as JSON, so their schemas describe without being a type. */
function row(id: string, shape: z.ZodRawShape): z.ZodType<Json> {
  return z.object(shape).register(components, { id }) as unknown as z.ZodType<Json>;
}

const maybe = (schema: z.ZodType): z.ZodType => z.exactOptional(schema);
const orNull = (schema: z.ZodType): z.ZodType => z.nullable(schema);

export const v1Event = row("V1Event", {
  internal_id: text,
  account_id: text,
  environment_id: text,
  source: text,
  source_id: z.null(),
  received_at: timestampText,
  id: text,
  name: text,
  data: json,
  user: maybe(json),
  ts: maybe(z.number()),
  v: maybe(text),
  meta: maybe(json),
});

export const v1Run = row("V1Run", {
  run_id: text,
  run_started_at: timestampText,
  function_id: text,
  function_version: z.int(),
  environment_id: text,
  event_id: orNull(text),
  batch_id: maybe(text),
  original_run_id: maybe(text),
  cron: maybe(text),
  status: z.enum([
    "Running",
    "Completed",
    "Failed",
    "Cancelled",
    "Overflowed",
    "Scheduled",
    "Unknown",
    "Skipped",
  ]),
  ended_at: orNull(timestampText),
  output: maybe(json),
});

export const v1Job = row("V1Job", {
  JobID: text,
  at: timestampText,
  position: z.int(),
  kind: text,
  attempt: z.int(),
  Raw: json,
});

export const v1Function = row("V1Function", {
  internal_id: text,
  env_id: text,
  app_id: text,
  id: text,
  name: text,
  config: z.record(z.string(), z.unknown()),
  created_at: timestampText,
  archived_at: orNull(timestampText),
});

const v1Time = textField
  .transform((value, context) => {
    const at = Date.parse(value);
    if (!Number.isNaN(at)) return at;
    const message = `must be a time such as 2026-01-31T12:00:00Z, not ${JSON.stringify(value)}`;
    context.addIssue({ code: "custom", message });
    return z.NEVER;
  })
  .meta({ type: "string", format: "date-time" });

export const v1EventsQuery = z.object({
  /** Clamped, as the reference does. */
  limit: wholeField(Number.MIN_SAFE_INTEGER, 51)
    .transform((limit) => Math.max(1, limit))
    .default(20)
    .meta({ type: "integer", description: "From 1 to 51; other numbers are brought into that." }),
  cursor: z.exactOptional(textField.meta({ description: "Internal id of the last event seen." })),
  name: z.exactOptional(textField),
  received_after: z.exactOptional(v1Time),
  received_before: z.exactOptional(v1Time),
});

export const v1Signal = z
  .object({ signal: z.string().min(1), data: json.optional() })
  .register(components, { id: "V1Signal" });

export const v1SignalAnswer = row("V1SignalAnswer", { run_id: text });

/** Read by hand: its problems are told all at once, a line each, as the reference does. */
export const v1CancellationRequest = z
  .record(z.string(), z.unknown(), {
    error: "The request's body must be a JSON object with app_id and function_id",
  })
  .meta({
    properties: {
      app_id: { type: "string" },
      function_id: { type: "string", description: "With or without the app's id before it." },
      started_after: { type: "string", format: "date-time" },
      started_before: { type: "string", format: "date-time" },
      if: { type: "string", description: "An expression over `event`." },
    },
    required: ["app_id", "function_id", "started_before"],
  }) as unknown as z.ZodType<JsonObject>;

export const v1Cancellation = row("V1Cancellation", {
  id: text,
  created_at: timestampText,
  name: orNull(text),
  account_id: text,
  environment_id: text,
  app_id: text,
  function_internal_id: text,
  function_id: text,
  started_after: orNull(timestampText),
  started_before: timestampText,
  if: maybe(text),
  kind: text,
  cause: text,
});

export const v1Done = row("V1Done", { ok: z.literal(true) });
