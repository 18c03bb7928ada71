// Figures over the model's runs, at their plainest.

import type { RunId } from "@stepwell/protocol";
import type {
  BucketQuery,
  FailureFigures,
  FailureQuery,
  QueueDelays,
  RunCount,
  RunFilter,
  StoreReader,
} from "../ports/reader.ts";
import type { Gate } from "./model-reader.ts";
import type { ModelRows } from "./model-rows.ts";
import { matchingRuns } from "./model-runs.ts";

/** The reads of figures and of what is told beside them. */
export function figureReads(
  rows: ModelRows,
  gate: Gate,
): Pick<StoreReader, "countRunsOver" | "queueDelays" | "failureFigures" | "listFailureMarks" | "listSyncs"> {
  const { tables } = rows;
  return {
    countRunsOver: (filter, time) => gate("countRunsOver", () => countRunsOver(rows, filter, time)),
    queueDelays: (time, sampleMax) => gate("queueDelays", () => queueDelays(rows, time, sampleMax)),
    failureFigures: (query) => gate("failureFigures", () => failureFigures(rows, query)),
    listFailureMarks: () => gate("listFailureMarks", () => [...tables.failureMarks.values()]),
    listSyncs: ({ appId, from = 0, until = Number.MAX_SAFE_INTEGER, limit }) =>
      gate("listSyncs", () =>
        [...tables.syncs.values()]
          .filter((log) => appId === undefined || log.appId === appId)
          .filter(({ at }) => at >= from && at < until)
          .sort((a, b) => b.at - a.at || (b.id < a.id ? -1 : 1))
          .slice(0, limit),
      ),
  };
}

function bucketOf(at: number, { from, until, buckets }: BucketQuery): number {
  return Math.floor(((at - from) * buckets) / (until - from));
}

function countRunsOver(
  rows: ModelRows,
  filter: Omit<RunFilter, "limit">,
  time: BucketQuery,
): readonly RunCount[] {
  const { from, until } = time;
  const counts = new Map<string, RunCount>();
  for (const run of matchingRuns(rows, { ...filter, from, until })) {
    const bucket = bucketOf(run[filter.timeField ?? "queuedAt"] ?? 0, time);
    const key = `${bucket}/${run.status}`;
    counts.set(key, { bucket, status: run.status, count: (counts.get(key)?.count ?? 0) + 1 });
  }
  return [...counts.values()].sort(
    (a, b) => a.bucket - b.bucket || (a.status < b.status ? -1 : a.status > b.status ? 1 : 0),
  );
}

function queueDelays(rows: ModelRows, time: BucketQuery, sampleMax: number): readonly QueueDelays[] {
  const delays = new Map<number, number[]>();
  const started = matchingRuns(rows, { timeField: "startedAt", from: time.from, until: time.until });
  for (const run of started) {
    const { startedAt = 0, dueAt = run.queuedAt } = run;
    const bucket = bucketOf(startedAt, time);
    const own = delays.get(bucket) ?? [];
    delays.set(bucket, own);
    if (own.length < sampleMax) own.push(startedAt - dueAt);
  }
  return [...delays].sort(([a], [b]) => a - b).map(([bucket, delaysMs]) => ({ bucket, delaysMs }));
}

function failureFigures(rows: ModelRows, query: FailureQuery): readonly FailureFigures[] {
  const { from, until, limit } = query;
  const groups = new Map<string, { count: number; firstAt: number; lastAt: number; newestRunId: RunId }>();
  const failed = matchingRuns(rows, {
    timeField: "endedAt",
    ...(from === undefined ? {} : { from }),
    ...(until === undefined ? {} : { until }),
  });
  for (const { id, failureGroup, endedAt = 0 } of failed) {
    if (failureGroup === undefined) continue;
    const own = groups.get(failureGroup) ?? { count: 0, firstAt: endedAt, lastAt: endedAt, newestRunId: id };
    const [newestRunId = id] = [own.newestRunId, id].sort().reverse();
    groups.set(failureGroup, {
      count: own.count + 1,
      firstAt: Math.min(own.firstAt, endedAt),
      lastAt: Math.max(own.lastAt, endedAt),
      newestRunId,
    });
  }
  return [...groups]
    .map(([group, figures]) => ({ group, ...figures }))
    .sort((a, b) => b.lastAt - a.lastAt || (a.group < b.group ? -1 : 1))
    .slice(0, limit);
}
