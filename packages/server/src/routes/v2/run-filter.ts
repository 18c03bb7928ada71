// From the query of a list of runs to what the store is asked for.

import type { RunStatus } from "@stepwell/core";
import type { RunFilter } from "@stepwell/engine";
import { asAppId, asBulkId, asFunctionId } from "@stepwell/protocol";
import type { RestRunStatus, RunsQuery } from "@stepwell/protocol/rest";
import type { Known } from "../../views/directory.ts";

/** Undefined when nothing can match, such as a status that no run can have. */
export function runFilter(
  query: RunsQuery & { readonly limit: number },
  known: Known,
): RunFilter | undefined {
  const { status, functionId, appId, eventName, replayId, timeField, from, until, order, cursor, limit } =
    query;
  const statuses = status?.map(runStatus).filter((item) => item !== undefined);
  if (statuses?.length === 0) return undefined;
  return {
    limit,
    ...(statuses === undefined ? {} : { statuses }),
    ...(functionId === undefined
      ? {}
      : { functionIds: functionId.map((name) => functionNamed(name, known)) }),
    ...(appId === undefined ? {} : { appIds: appId.map((name) => appNamed(name, known)) }),
    ...(eventName === undefined ? {} : { eventName }),
    ...(replayId === undefined ? {} : { replayId: asBulkId(replayId) }),
    ...(timeField === undefined ? {} : { timeField }),
    ...(from === undefined ? {} : { from }),
    ...(until === undefined ? {} : { until }),
    ...(order === undefined ? {} : { order }),
    ...(cursor === undefined ? {} : { cursor }),
  };
}

/** A skipped run has no row of its own: its event's outcome tells of it. */
export function runStatus(status: RestRunStatus): RunStatus | undefined {
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
      return undefined;
  }
}

/** Filters take ids, or the names that people know. */
export function functionNamed(name: string, known: Known) {
  return known.functions.find(({ slug }) => slug === name)?.id ?? asFunctionId(name);
}

export function appNamed(name: string, known: Known) {
  return known.apps.find((app) => app.name === name)?.id ?? asAppId(name);
}
