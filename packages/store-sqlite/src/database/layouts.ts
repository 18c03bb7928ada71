// How each row of the engine stands in its table; migrations/ has the tables themselves.

import type { Job, Table, Tables, Wait } from "@stepwell/core";
import { type RowCodec, rowCodec } from "./row-codec.ts";
import { originalText, storedText } from "./text.ts";

/** A wait as it is stored: its keys as pairs of texts, which triggers copy to wait_keys. */
type StoredWait = Omit<Wait, "keys"> & { readonly keys: string };

const storedWaits = rowCodec<StoredWait>({
  table: "waits",
  key: ["id"],
  columns: [
    { column: "id", field: "id", kind: "name" },
    { column: "run_id", field: "runId", kind: "name" },
    { column: "event", field: "event", kind: "name" },
    { column: "after_sequence", field: "afterSequence", kind: "number" },
    { column: "expires_at", field: "expiresAt", kind: "number" },
    { column: "keys", field: "keys", kind: "document" },
  ],
});

const waits: RowCodec<Wait> = {
  ...storedWaits,
  values(wait) {
    const pairs = wait.keys.map((key) => [storedText(key.shape), storedText(key.values)]);
    return storedWaits.values({ ...wait, keys: JSON.stringify(pairs) });
  },
  read(values) {
    const wait = storedWaits.read(values);
    const pairs: readonly (readonly [string, string])[] = JSON.parse(wait.keys);
    const keys = pairs.map(([shape, compared]) => ({
      shape: originalText(shape),
      values: originalText(compared),
    }));
    return { ...wait, keys };
  },
};

/** Every field that some kind of job has and that is queried. */
type JobFields = Job & {
  readonly runId?: string;
  readonly functionId?: string;
  readonly lane?: string;
  readonly order?: number;
  readonly sequence?: number;
};

const jobs: RowCodec<Job> = rowCodec<JobFields>({
  table: "jobs",
  key: ["id"],
  columns: [
    { column: "id", field: "id", kind: "name" },
    { column: "due_at", field: "dueAt", kind: "number" },
    { column: "kind", field: "kind", kind: "name" },
    { column: "run_id", field: "runId", kind: "name" },
    { column: "function_id", field: "functionId", kind: "name" },
    { column: "lane", field: "lane", kind: "name" },
    { column: "lane_order", field: "order", kind: "number" },
    { column: "sequence", field: "sequence", kind: "number" },
  ],
  derived: [
    {
      column: "event_id",
      valueOf: (job) => ("eventId" in job && job.eventId !== undefined ? storedText(job.eventId) : null),
    },
  ],
});

/** The codec of every table. */
export const layouts: { readonly [T in Table]: RowCodec<Tables[T]> } = {
  apps: rowCodec({ table: "apps", key: ["id"], columns: [{ column: "id", field: "id", kind: "name" }] }),
  functions: rowCodec({
    table: "functions",
    key: ["id"],
    columns: [
      { column: "id", field: "id", kind: "name" },
      { column: "app_id", field: "appId", kind: "name" },
    ],
  }),
  events: rowCodec({
    table: "events",
    key: ["id"],
    columns: [
      { column: "id", field: "id", kind: "name" },
      { column: "sequence", field: "sequence", kind: "number" },
      { column: "name", field: "name", kind: "name" },
      { column: "received_at", field: "receivedAt", kind: "number" },
      { column: "ts", field: "ts", kind: "number" },
      { column: "external_id", field: "externalId", kind: "name" },
      { column: "text", field: "text", kind: "document" },
    ],
    derived: [{ column: "is_internal", valueOf: (event) => (event.name.startsWith("inngest/") ? 1 : 0) }],
  }),
  runs: rowCodec({
    table: "runs",
    key: ["id"],
    columns: [
      { column: "id", field: "id", kind: "name" },
      { column: "function_id", field: "functionId", kind: "name" },
      { column: "status", field: "status", kind: "name" },
      { column: "queued_at", field: "queuedAt", kind: "number" },
      { column: "started_at", field: "startedAt", kind: "number" },
      { column: "ended_at", field: "endedAt", kind: "number" },
      { column: "event_ids", field: "eventIds", kind: "names" },
      { column: "sequence", field: "sequence", kind: "number" },
      { column: "lane_order", field: "order", kind: "number" },
      { column: "request_version", field: "requestVersion", kind: "number" },
      { column: "disable_immediate_execution", field: "disableImmediateExecution", kind: "flag" },
      { column: "batch", field: "batch", kind: "number" },
      { column: "due_at", field: "dueAt", kind: "number" },
      { column: "failure_group", field: "failureGroup", kind: "name" },
      { column: "output", field: "output", kind: "document" },
    ],
    derived: [
      {
        column: "event_name",
        valueOf: (run) => storedText(run.eventIds[0] ?? ""),
        sql: "(SELECT name FROM events WHERE events.id = ?)",
      },
      {
        column: "invoked_by_run_id",
        valueOf: (run) => (run.invokedBy === undefined ? null : storedText(run.invokedBy.runId)),
      },
      {
        column: "replay_id",
        valueOf: (run) => (run.replayId === undefined ? null : storedText(run.replayId)),
      },
      {
        column: "cancelled_by",
        valueOf: (run) => (run.cancelledByEventId === undefined ? null : storedText(run.cancelledByEventId)),
      },
    ],
    // What a run is never changes, and each of these would be written to an index again with every step.
    fixed: ["function_id", "queued_at", "event_ids", "event_name", "invoked_by_run_id", "replay_id"],
  }),
  steps: rowCodec({
    table: "steps",
    key: ["run_id", "key"],
    columns: [
      { column: "run_id", field: "runId", kind: "name" },
      { column: "key", field: "key", kind: "name" },
      { column: "kind", field: "kind", kind: "name" },
      { column: "name", field: "name", kind: "name" },
      { column: "status", field: "status", kind: "name" },
      { column: "position", field: "position", kind: "number" },
      { column: "batch", field: "batch", kind: "number" },
      { column: "race", field: "race", kind: "flag" },
      { column: "registered_at", field: "registeredAt", kind: "number" },
      { column: "started_at", field: "startedAt", kind: "number" },
      { column: "ended_at", field: "endedAt", kind: "number" },
      { column: "due_at", field: "dueAt", kind: "number" },
      { column: "result", field: "result", kind: "document" },
    ],
    derived: [
      {
        column: "resumed_by",
        valueOf: (step) =>
          step.kind === "wait-for-event" && step.eventId !== undefined ? storedText(step.eventId) : null,
      },
    ],
  }),
  attempts: rowCodec({
    table: "attempts",
    key: ["run_id", "ended_at", "attempt", "step_id"],
    columns: [
      { column: "run_id", field: "runId", kind: "name" },
      { column: "ended_at", field: "endedAt", kind: "number" },
      { column: "attempt", field: "attempt", kind: "number" },
      { column: "step_id", field: "stepId", kind: "name" },
    ],
  }),
  jobs,
  waits,
  signals: rowCodec({
    table: "signals",
    key: ["name"],
    columns: [{ column: "name", field: "name", kind: "name" }],
  }),
  dedupes: rowCodec({
    table: "dedupes",
    key: ["key"],
    columns: [
      { column: "key", field: "key", kind: "name" },
      { column: "expires_at", field: "expiresAt", kind: "number" },
    ],
  }),
  limits: rowCodec({
    table: "limits",
    key: ["key"],
    columns: [
      { column: "key", field: "key", kind: "name" },
      { column: "kind", field: "kind", kind: "name" },
      { column: "expires_at", field: "expiresAt", kind: "number" },
    ],
  }),
  syncs: rowCodec({
    table: "syncs",
    key: ["id"],
    columns: [
      { column: "id", field: "id", kind: "name" },
      { column: "app_id", field: "appId", kind: "name" },
      { column: "at", field: "at", kind: "number" },
    ],
  }),
  failureMarks: rowCodec({
    table: "failure_marks",
    key: ["key"],
    columns: [
      { column: "key", field: "key", kind: "name" },
      { column: "mark_group", field: "group", kind: "name" },
      { column: "kind", field: "kind", kind: "name" },
      { column: "at", field: "at", kind: "number" },
    ],
  }),
  controls: rowCodec({
    table: "controls",
    key: ["function_id"],
    columns: [{ column: "function_id", field: "functionId", kind: "name" }],
  }),
  outcomes: rowCodec({
    table: "outcomes",
    key: ["event_id", "function_id"],
    columns: [
      { column: "event_id", field: "eventId", kind: "name" },
      { column: "function_id", field: "functionId", kind: "name" },
    ],
  }),
  poisons: rowCodec({
    table: "poisons",
    key: ["id"],
    columns: [
      { column: "id", field: "id", kind: "name" },
      { column: "at", field: "at", kind: "number" },
      { column: "run_id", field: "runId", kind: "name" },
    ],
  }),
  bulks: rowCodec({
    table: "bulks",
    key: ["id"],
    columns: [
      { column: "id", field: "id", kind: "name" },
      { column: "kind", field: "kind", kind: "name" },
      { column: "status", field: "status", kind: "name" },
      { column: "created_at", field: "createdAt", kind: "number" },
      { column: "ended_at", field: "endedAt", kind: "number" },
    ],
  }),
};
