// Bulk operations as the REST API shows them.

import type { Bulk, BulkSkip } from "@stepwell/core";
import type { BulkCounts, BulkSelection, BulkView, RestBulkStatus } from "@stepwell/protocol/rest";
import { functionReference, type Known } from "./directory.ts";
import { restStatus } from "./run-view.ts";
import { timestamp } from "./time.ts";

export function bulkView(bulk: Bulk, known: Known): BulkView {
  const { name, by, perMinute, holdAfter, endedAt, problem } = bulk;
  return {
    id: bulk.id,
    kind: bulk.kind,
    status: statusOf(bulk),
    ...(name === undefined ? {} : { name }),
    ...(by === undefined ? {} : { by }),
    ...(problem === undefined ? {} : { problem }),
    selection: selectionView(bulk),
    functions: (bulk.selection.functionIds ?? []).map((id) => functionReference(known, id)),
    createdAt: timestamp(bulk.createdAt),
    ...(endedAt === undefined ? {} : { endedAt: timestamp(endedAt) }),
    counts: countsOf(bulk),
    ...(perMinute === undefined ? {} : { perMinute }),
    ...(holdAfter === undefined ? {} : { holdAfter }),
  };
}

function statusOf({ status }: Bulk): RestBulkStatus {
  switch (status) {
    case "running":
      return "RUNNING";
    case "held":
      return "HELD";
    case "stopped":
      return "STOPPED";
    case "done":
      return "DONE";
  }
}

function selectionView({ selection }: Bulk): BulkSelection {
  const { runIds, functionIds, appIds, statuses, eventName, from, until, expression, words, ...rest } =
    selection;
  return {
    ...rest,
    ...(runIds === undefined ? {} : { runIds }),
    ...(functionIds === undefined ? {} : { functionId: functionIds }),
    ...(appIds === undefined ? {} : { appId: appIds }),
    status: statuses.map(restStatus),
    ...(eventName === undefined ? {} : { eventName }),
    ...(from === undefined ? {} : { from: timestamp(from) }),
    until: timestamp(until),
    ...(expression === undefined ? {} : { expression }),
    ...(words === undefined ? {} : { query: words }),
  };
}

function countsOf({ total, done, skipped, status }: Bulk): BulkCounts {
  const skips = Object.values(skipped).reduce((sum, count) => sum + count, 0);
  const matched = done + skips;
  const left = status === "done" ? 0 : total === undefined ? undefined : Math.max(0, total - matched);
  return {
    ...(total === undefined ? {} : { total }),
    matched,
    done,
    skipped: skips,
    skippedBecause: Object.entries(skipped).map(([reason, count]) => ({
      reason: skipReasons[reason as BulkSkip],
      count,
    })),
    ...(left === undefined ? {} : { left }),
  };
}

const skipReasons: { readonly [Reason in BulkSkip]: string } = {
  ended: "They had ended already",
  "events-gone": "The events that started them are not stored any more",
  "function-gone": "Their function is no longer part of its app",
};
