// Figures over runs: counts over time, delays, failures by cause. By queueing each pair of status and function is a
// search of its own, by end each status; other filters are counted part by part.

import type { FailureMark, Run } from "@stepwell/core";
import type {
  BucketQuery,
  FailureFigures,
  FailureQuery,
  QueueDelays,
  RunCount,
  RunFilter,
} from "@stepwell/engine";
import type { Value } from "../driver/driver.ts";
import type { Connection } from "./connection.ts";
import { layouts } from "./layouts.ts";
import {
  allStatuses,
  assertInTime,
  countMaxMs,
  functionsOf,
  functionsWithStatus,
  pairsMax,
  timeColumn,
} from "./run-lists.ts";
import { originalText, storedText } from "./text.ts";

type Filter = Omit<RunFilter, "limit">;

/** Numbers are bound with fractions, so what they are divided into must be cut. */
const bucketOf = (column: string): string => `CAST((${column} - ?) * ? / (? - ?) AS INTEGER)`;

export const countsByPairSql = `SELECT ${bucketOf("queued_at")} AS bucket, count(*) AS runs FROM runs
  WHERE status = ? AND function_id = ? AND queued_at >= ? AND queued_at < ? GROUP BY 1`;

export const countsByEndSql = `SELECT ${bucketOf("ended_at")} AS bucket, count(*) AS runs FROM runs
  WHERE status = ? AND ended_at IS NOT NULL AND ended_at >= ? AND ended_at < ? GROUP BY 1`;

export function countsOfGroupSql(column: ReturnType<typeof timeColumn>): string {
  // The time is not searched for, so that the group is.
  return `SELECT ${bucketOf(column)} AS bucket, status, count(*) AS runs FROM runs
    WHERE failure_group = ? AND status IN (SELECT value FROM json_each(?))
    AND +${column} >= ? AND +${column} < ? GROUP BY 1, 2`;
}

/** @throws Failure TOO_SLOW. */
export function countRunsOver(
  connection: Connection,
  filter: Filter,
  time: BucketQuery,
): readonly RunCount[] {
  return connection.reading(() => {
    const functions = functionsOf(connection, filter);
    const statuses = [...new Set(filter.statuses ?? allStatuses)];
    const counts = countsOf(connection, { filter, time, functions, statuses });
    return [...counts].sort((a, b) => a.bucket - b.bucket || (a.status < b.status ? -1 : 1));
  });
}

interface Counting {
  readonly filter: Filter;
  readonly time: BucketQuery;
  readonly functions: readonly string[] | undefined;
  readonly statuses: readonly Run["status"][];
}

function countsOf(connection: Connection, counting: Counting): readonly RunCount[] {
  const { filter, functions, statuses } = counting;
  const field = filter.timeField ?? "queuedAt";
  const hasMore =
    filter.eventName !== undefined || filter.replayId !== undefined || filter.failureGroup !== undefined;
  if (!hasMore && field === "queuedAt") {
    const pairs = statuses.flatMap((status) =>
      (functions ?? functionsWithStatus(connection, status)).map((id) => [status, id] as const),
    );
    if (pairs.length <= pairsMax) return countsByPair(connection, counting, pairs);
  }
  if (!hasMore && field === "endedAt" && functions === undefined) return countsByEnd(connection, counting);
  if (filter.failureGroup !== undefined) return countsOfGroup(connection, counting, filter.failureGroup);
  return countsByPart(connection, counting);
}

function countsByPair(
  connection: Connection,
  { time }: Counting,
  pairs: readonly (readonly [Run["status"], string])[],
): readonly RunCount[] {
  const stopAt = performance.now() + countMaxMs;
  const counts = new Map<string, RunCount>();
  for (const [status, functionId] of pairs) {
    const rows = connection.all(countsByPairSql, [
      ...bucketValues(time),
      status,
      functionId,
      time.from,
      time.until,
    ]);
    for (const [at, runs] of rows) {
      const bucket = Number(at);
      const key = `${bucket}/${status}`;
      counts.set(key, { bucket, status, count: (counts.get(key)?.count ?? 0) + Number(runs) });
    }
    assertInTime(stopAt);
  }
  return [...counts.values()];
}

function countsByEnd(connection: Connection, { time, statuses }: Counting): readonly RunCount[] {
  return statuses.flatMap((status) =>
    connection
      .all(countsByEndSql, [...bucketValues(time), status, time.from, time.until])
      .map(([bucket, runs]) => ({ bucket: Number(bucket), status, count: Number(runs) })),
  );
}

/** The runs of one failure group are few beside all that ended in the time. */
function countsOfGroup(
  connection: Connection,
  { filter, time, functions, statuses }: Counting,
  group: string,
): readonly RunCount[] {
  const column = timeColumn(filter);
  const isOther = filter.eventName !== undefined || filter.replayId !== undefined || functions !== undefined;
  if (isOther) return countsByPart(connection, { filter, time, functions, statuses });
  const rows = connection.all(countsOfGroupSql(column), [
    ...bucketValues(time),
    storedText(group),
    JSON.stringify(statuses),
    time.from,
    time.until,
  ]);
  return rows.map(([bucket, status, runs]) => ({
    bucket: Number(bucket),
    status: String(status) as Run["status"],
    count: Number(runs),
  }));
}

function bucketValues({ from, until, buckets }: BucketQuery): readonly Value[] {
  return [from, buckets, until, from];
}

/** What no index tells together: part after part, so that it can end in time. */
function countsByPart(connection: Connection, counting: Counting): readonly RunCount[] {
  const { filter, time, functions, statuses } = counting;
  const column = timeColumn(filter);
  const where = ["status IN (SELECT value FROM json_each(?))"];
  const values: Value[] = [JSON.stringify(statuses)];
  const add = (condition: string, value: Value): void => {
    where.push(condition);
    values.push(value);
  };
  if (functions !== undefined)
    add("function_id IN (SELECT value FROM json_each(?))", JSON.stringify(functions));
  if (filter.eventName !== undefined) add("event_name = ?", storedText(filter.eventName));
  if (filter.replayId !== undefined) add("replay_id = ?", storedText(filter.replayId));
  if (filter.failureGroup !== undefined) add("failure_group = ?", storedText(filter.failureGroup));
  const sql = `SELECT status, count(*) AS runs FROM runs
    WHERE ${where.join(" AND ")} AND ${column} IS NOT NULL AND ${column} >= ? AND ${column} < ? GROUP BY status`;
  const stopAt = performance.now() + countMaxMs;
  const counts: RunCount[] = [];
  for (let bucket = 0; bucket < time.buckets; bucket += 1) {
    const rows = connection.all(sql, [...values, startOf(bucket, time), startOf(bucket + 1, time)]);
    for (const [status, runs] of rows) {
      counts.push({ bucket, status: String(status) as Run["status"], count: Number(runs) });
    }
    assertInTime(stopAt);
  }
  return counts;
}

/** The first millisecond of a part. */
function startOf(bucket: number, { from, until, buckets }: BucketQuery): number {
  return from + Math.ceil((bucket * (until - from)) / buckets);
}

export const delaysSql = `SELECT started_at - coalesce(due_at, queued_at) AS delay FROM runs
  WHERE started_at IS NOT NULL AND started_at >= ? AND started_at < ? ORDER BY started_at LIMIT ?`;

export function queueDelays(
  connection: Connection,
  time: BucketQuery,
  sampleMax: number,
): readonly QueueDelays[] {
  return connection.reading(() => {
    const parts: QueueDelays[] = [];
    for (let bucket = 0; bucket < time.buckets; bucket += 1) {
      const rows = connection.all(delaysSql, [startOf(bucket, time), startOf(bucket + 1, time), sampleMax]);
      if (rows.length > 0) parts.push({ bucket, delaysMs: rows.map(([delay]) => Number(delay)) });
    }
    return parts;
  });
}

export const failuresSql = `SELECT failure_group, count(*) AS runs, min(ended_at) AS first, max(ended_at) AS last,
    max(id) AS newest
  FROM runs WHERE failure_group IS NOT NULL AND +ended_at >= ? AND +ended_at < ?
  GROUP BY failure_group ORDER BY last DESC, failure_group LIMIT ?`;

export function failureFigures(connection: Connection, query: FailureQuery): readonly FailureFigures[] {
  const { from = Number.MIN_SAFE_INTEGER, until = Number.MAX_SAFE_INTEGER, limit } = query;
  return connection.all(failuresSql, [from, until, limit]).map(([group, runs, first, last, newest]) => ({
    group: originalText(String(group)),
    count: Number(runs),
    firstAt: Number(first),
    lastAt: Number(last),
    newestRunId: originalText(String(newest)) as FailureFigures["newestRunId"],
  }));
}

export function listFailureMarks(connection: Connection): readonly FailureMark[] {
  const { failureMarks } = layouts;
  return connection
    .all(`SELECT ${failureMarks.columns} FROM failure_marks`, [])
    .map((row) => failureMarks.read(row));
}
