// From the query of a list of runs to what the store is asked for.

import type { RunStatus } from "@stepwell/core";
import type { RunFilter } from "@stepwell/engine";
import { asAppId, asBulkId, asFunctionId } from "@stepwell/protocol";
import type { RestRunStatus, RunsQuery } from "@stepwell/protocol/rest";
import type { Known } from "../../views/directory.ts";

export function runFilter(query: RunsQuery & { readonly limit: number }, known: Known): RunFilter {
  const { status, functionId, appId, eventName, replayId, failureGroup, timeField, from, until } = query;
  const { order, cursor, limit } = query;
  return {
    limit,
    ...(status === undefined ? {} : { statuses: status.map(runStatus) }),
    ...(functionId === undefined
      ? {}
      : { functionIds: functionId.map((name) => functionNamed(name, known)) }),
    ...(appId === undefined ? {} : { appIds: appId.map((name) => appNamed(name, known)) }),
    ...(eventName === undefined ? {} : { eventName }),
    ...(replayId === undefined ? {} : { replayId: asBulkId(replayId) }),
    ...(failureGroup === undefined ? {} : { failureGroup }),
    ...(timeField === undefined ? {} : { timeField }),
    ...(from === undefined ? {} : { from }),
    ...(until === undefined ? {} : { until }),
    ...(order === undefined ? {} : { order }),
    ...(cursor === undefined ? {} : { cursor }),
  };
}

export function runStatus(status: RestRunStatus): RunStatus {
  switch (status) {
    case "QUEUED":
      return "queued";
    case "RUNNING":
      return "running";
    case "COMPLETED":
      return "completed";
    case "FAILED":
      return "failed";
    case "CANCELLED":
      return "cancelled";
    case "SKIPPED":
      return "skipped";
  }
}

/** Filters take ids, or the names that people know. */
export function functionNamed(name: string, known: Known) {
  return known.functions.find(({ slug }) => slug === name)?.id ?? asFunctionId(name);
}

export function appNamed(name: string, known: Known) {
  return known.apps.find((app) => app.name === name)?.id ?? asAppId(name);
}
