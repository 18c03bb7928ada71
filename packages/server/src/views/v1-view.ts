// Rows as REST v1 shows them (protocol §7.1). There is one account and one environment, with a fixed id.

import type { Bulk, FunctionSettings, Job, Run, RunStatus, StoredEvent } from "@stepwell/core";
import { isJsonObject, type Json, type JsonObject } from "@stepwell/protocol";

export const theOnlyOne = "00000000-0000-4000-a000-000000000000";

const time = (at: number): string => new Date(at).toISOString();

export function eventJson(event: StoredEvent): Json {
  return {
    ...objectOf(event.text),
    internal_id: event.id,
    account_id: theOnlyOne,
    environment_id: theOnlyOne,
    source: "",
    source_id: null,
    received_at: time(event.receivedAt),
  };
}

/** A failed run's output is its error. */
export function runJson(run: Run): Json {
  const output: Json | undefined = run.output === undefined ? errorOf(run) : JSON.parse(run.output);
  return {
    run_id: run.id,
    run_started_at: time(run.startedAt ?? run.queuedAt),
    function_id: run.functionId,
    function_version: 1,
    environment_id: theOnlyOne,
    event_id: run.eventIds[0] ?? null,
    ...(run.originalRunId === undefined ? {} : { original_run_id: run.originalRunId }),
    status: statusName(run.status),
    ended_at: run.endedAt === undefined ? null : time(run.endedAt),
    ...(output === undefined ? {} : { output }),
  };
}

function errorOf(run: Run): Json | undefined {
  return run.error === undefined ? undefined : { ...run.error };
}

function statusName(status: RunStatus): string {
  switch (status) {
    case "queued":
      return "Scheduled";
    case "running":
      return "Running";
    case "completed":
      return "Completed";
    case "failed":
      return "Failed";
    case "cancelled":
      return "Cancelled";
    case "skipped":
      return "Skipped";
  }
}

export function jobJson(job: Job, position: number): Json {
  return {
    JobID: job.id,
    at: time(job.dueAt),
    position,
    kind: job.kind,
    attempt: job.kind === "call" ? job.attempt : 0,
    Raw: null,
  };
}

export function functionJson(settings: FunctionSettings): Json {
  return {
    internal_id: settings.id,
    env_id: theOnlyOne,
    app_id: settings.appId,
    id: settings.slug,
    name: settings.name,
    config: objectOf(settings.configText),
    created_at: time(settings.createdAt),
    archived_at: settings.archivedAt === undefined ? null : time(settings.archivedAt),
  };
}

/** Reads a stored object. */
function objectOf(text: string): JsonObject {
  const value: Json = JSON.parse(text);
  return isJsonObject(value) ? value : {};
}

export function cancellationJson(bulk: Bulk, settings: FunctionSettings): Json {
  const { from, until, expression } = bulk.selection;
  return {
    id: bulk.id,
    created_at: time(bulk.createdAt),
    name: bulk.name ?? null,
    account_id: theOnlyOne,
    environment_id: theOnlyOne,
    app_id: settings.appId,
    function_internal_id: settings.id,
    function_id: settings.slug,
    started_after: from === undefined ? null : time(from),
    started_before: time(until),
    ...(expression === undefined ? {} : { if: expression }),
    kind: "bulk_run",
    cause: "API",
  };
}
