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
  replay: ["COMPLETED", "FAILED", "CANCELLED", "SKIPPED"],
};

export type BulkChoice =
  | { readonly kind: "request"; readonly request: BulkRequest }
  | { readonly kind: "impossible"; readonly reason: string };

/** These runs alone. */
export function bulkOfRuns(kind: RestBulkKind, runIds: readonly string[]): BulkChoice {
  return { kind: "request", request: { kind, selection: { runIds, status: fit[kind] } } };
}

/** What both a list and a bulk operation are limited by; of anything else the server says that a selection has no such field. */
type Filter = Pick<RunsQuery, keyof RunsQuery & keyof BulkSelection>;

/** All runs that the list's query means and for which the deed makes sense. */
export function bulkOfQuery(kind: RestBulkKind, query: Filter): BulkChoice {
  const { from, until, ...same } = query;
  const status = fit[kind].filter((one) => query.status === undefined || query.status.includes(one));
  if (status.length === 0)
    return {
      kind: "impossible",
      reason: kind === "cancel" ? "None of these runs is unfinished." : "None of these runs has ended.",
    };
  const selection: BulkSelection = {
    ...same,
    status,
    ...(from === undefined ? {} : { from: new Date(from).toISOString() }),
    ...(until === undefined ? {} : { until: new Date(until).toISOString() }),
  };
  return { kind: "request", request: { kind, selection } };
}
