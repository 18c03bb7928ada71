// From what is selected in the list to the bulk operation that is asked for.

import type {
  BulkRequest,
  BulkSelection,
  RestBulkKind,
  RestRunStatus,
  RunsQuery,
} from "@stepwell/protocol/rest";

const fit: Readonly<Record<RestBulkKind, readonly RestRunStatus[]>> = {
  cancel: ["QUEUED", "RUNNING"],
  replay: ["COMPLETED", "FAILED", "CANCELLED"],
};

/** Filters of the list that a bulk operation cannot take over, in words. */
function beyond(query: RunsQuery): readonly string[] {
  return [
    ...(query.query === undefined ? [] : ["free words"]),
    ...(query.tookFromMs === undefined && query.tookUntilMs === undefined ? [] : ["took"]),
    ...(query.parentRunId === undefined ? [] : ["parent"]),
    ...(query.originalRunId === undefined ? [] : ["replay"]),
    ...(query.replayId === undefined ? [] : ["bulk"]),
  ];
}

export type BulkChoice =
  | { readonly kind: "request"; readonly request: BulkRequest }
  | { readonly kind: "impossible"; readonly reason: string };

/** These runs alone. */
export function bulkOfRuns(kind: RestBulkKind, runIds: readonly string[]): BulkChoice {
  return { kind: "request", request: { kind, selection: { runIds, status: fit[kind] } } };
}

/** All runs that the list's query means and for which the deed makes sense. */
export function bulkOfQuery(kind: RestBulkKind, query: RunsQuery): BulkChoice {
  const foreign = beyond(query);
  if (foreign.length > 0)
    return {
      kind: "impossible",
      reason: `A bulk action cannot be limited by ${foreign.join(" and ")}. Select the rows, or filter otherwise.`,
    };
  const status = fit[kind].filter((one) => query.status === undefined || query.status.includes(one));
  if (status.length === 0)
    return {
      kind: "impossible",
      reason: kind === "cancel" ? "None of these runs is unfinished." : "None of these runs has ended.",
    };
  const { functionId, appId, eventName, from, until, expression, failureGroup } = query;
  const selection: BulkSelection = {
    status,
    ...(functionId === undefined ? {} : { functionId }),
    ...(appId === undefined ? {} : { appId }),
    ...(eventName === undefined ? {} : { eventName }),
    ...(from === undefined ? {} : { from: new Date(from).toISOString() }),
    ...(until === undefined ? {} : { until: new Date(until).toISOString() }),
    ...(expression === undefined ? {} : { expression }),
    ...(failureGroup === undefined ? {} : { failureGroup }),
  };
  return { kind: "request", request: { kind, selection } };
}
