// Lists and counts of runs. By status and function each pair is a search of its own in one index, merged by time;
// other filters walk along the time.

import type { Run } from "@stepwell/core";
import type { FunctionFigures, Page, QueueFigures, RunFilter } from "@stepwell/engine";
import type { Value } from "../driver/driver.ts";
import { Failure } from "../failure.ts";
import type { Connection } from "./connection.ts";
import { layouts } from "./layouts.ts";
import {
  type Found,
  merge,
  type Order,
  type Place,
  pageOf,
  pageRowsMax,
  type Range,
  rangeOf,
  rangeValues,
} from "./page.ts";
import { originalText, storedText } from "./text.ts";
import { findByWalk, type WalkStatement, walk } from "./walk.ts";

export const allStatuses: readonly Run["status"][] = [
  "queued",
  "running",
  "completed",
  "failed",
  "cancelled",
  "skipped",
];

/** Pairs of status and function that are searched one by one; more are left to a walk along the time. */
export const pairsMax = 256;

/** How long a count may take, in ms: the APIs' other reads wait behind it. */
export const countMaxMs = 2000;

type TimeColumn = "queued_at" | "started_at" | "ended_at";

/** How the runs that a filter means are found: by searches that together give each once, or by a walk. */
type Plan =
  | { readonly kind: "searches"; readonly where: string; readonly values: readonly (readonly Value[])[] }
  | { readonly kind: "walk"; readonly statement: WalkStatement<string> };

export function listRuns(connection: Connection, filter: RunFilter): Page<Run> {
  return connection.reading(() => {
    const limit = Math.min(filter.limit, pageRowsMax);
    const order = filter.order ?? "newest";
    const found = findRuns(connection, filter, order, limit);
    const sql = `SELECT ${layouts.runs.columns} FROM runs WHERE id = ?`;
    return pageOf(found, limit, (place) => {
      const values = connection.first(sql, [place.tie]);
      if (values === undefined) return undefined;
      return { row: layouts.runs.read(values), characters: charactersOf(values) };
    });
  });
}

function findRuns(connection: Connection, filter: RunFilter, order: Order, limit: number): Found<string> {
  const range = rangeOf(filter, "", (text) => text);
  const plan = planOf(connection, filter);
  if (plan.kind === "walk") return findByWalk(connection, plan.statement, range, limit);
  const sql = runPlacesSql(plan.where, order);
  const found = plan.values.map((values) => {
    const rows = connection.all(sql, [...values, ...rangeValues(range), limit + 1]);
    return { places: rows.map(([id, at]): Place<string> => ({ at: Number(at), tie: String(id) })) };
  });
  return merge(found, order);
}

/** @throws Failure TOO_SLOW. */
export function countRuns(connection: Connection, filter: RunFilter, withinMs = countMaxMs): number {
  return connection.reading(() => {
    const { cursor: _, ...whole } = filter;
    if (isByEndAlone(whole)) return countByEnd(connection, whole);
    const range: Range<string> = rangeOf(whole, "", (text) => text);
    const plan = planOf(connection, whole);
    const stopAt = performance.now() + withinMs;
    let count = 0;
    if (plan.kind === "searches") {
      for (const values of plan.values) {
        const [rows] = connection.first(countSql(plan.where), [...values, ...rangeValues(range)]) ?? [];
        count += Number(rows);
        assertInTime(stopAt);
      }
    } else {
      for (const part of walk(connection, plan.statement, range)) {
        count += part.wanted.length;
        assertInTime(stopAt);
      }
    }
    return count;
  });
}

export function assertInTime(stopAt: number): void {
  if (performance.now() < stopAt) return;
  throw new Failure(
    "TOO_SLOW",
    "There are too many runs to count them by this filter. Ask for a shorter time.",
  );
}

export const byPair = "status = ? AND function_id = ? AND ";
export const byTime = "";

export function runPlacesSql(where: string, order: Order): string {
  const direction = order === "oldest" ? "ASC" : "DESC";
  return `SELECT id, queued_at FROM runs WHERE ${where}${inRange("queued_at")}
    ORDER BY queued_at ${direction}, id ${direction} LIMIT ?`;
}

function countSql(where: string): string {
  return `SELECT count(*) AS runs FROM runs WHERE ${where}${inRange("queued_at")}`;
}

function inRange(column: TimeColumn): string {
  return `(${column}, id) > (?, ?) AND (${column}, id) < (?, ?)`;
}

/** By end, each status has an index that need not be read row by row. */
export const countByEndSql = `SELECT count(*) AS runs FROM runs
  WHERE status = ? AND ended_at IS NOT NULL AND ended_at >= ? AND ended_at < ?`;

function countByEnd(connection: Connection, { statuses, from, until }: RunFilter): number {
  const range = [from ?? Number.MIN_SAFE_INTEGER, until ?? Number.MAX_SAFE_INTEGER];
  return [...new Set(statuses ?? allStatuses)].reduce(
    (sum, status) => sum + Number(connection.first(countByEndSql, [status, ...range])?.[0] ?? 0),
    0,
  );
}

/** Whether only status and end are asked for. */
function isByEndAlone({
  timeField,
  functionIds,
  appIds,
  eventName,
  replayId,
  failureGroup,
}: RunFilter): boolean {
  const others = [functionIds, appIds, eventName, replayId, failureGroup];
  return timeField === "endedAt" && others.every((other) => other === undefined);
}

function planOf(connection: Connection, filter: RunFilter): Plan {
  const functions = functionsOf(connection, filter);
  const statuses = filter.statuses === undefined ? undefined : [...new Set(filter.statuses)];
  if (functions?.length === 0 || statuses?.length === 0)
    return { kind: "searches", where: byTime, values: [] };
  const isIndexed =
    filter.eventName === undefined && filter.replayId === undefined && filter.failureGroup === undefined;
  if (isIndexed && (filter.timeField ?? "queuedAt") === "queuedAt") {
    if (functions === undefined && statuses === undefined)
      return { kind: "searches", where: byTime, values: [[]] };
    const pairs = (statuses ?? allStatuses).flatMap((status) =>
      (functions ?? functionsWithStatus(connection, status)).map((functionId) => [status, functionId]),
    );
    if (pairs.length <= pairsMax) return { kind: "searches", where: byPair, values: pairs };
  }
  return { kind: "walk", statement: walkStatement(filter, statuses, functions) };
}

function walkStatement(
  filter: RunFilter,
  statuses: readonly string[] | undefined,
  functions: readonly string[] | undefined,
): WalkStatement<string> {
  const wanted = ["1"];
  const values: Value[] = [];
  if (statuses !== undefined) {
    wanted.push("status IN (SELECT value FROM json_each(?))");
    values.push(JSON.stringify(statuses));
  }
  if (functions !== undefined) {
    wanted.push("function_id IN (SELECT value FROM json_each(?))");
    values.push(JSON.stringify(functions));
  }
  const by = walkedBy(filter);
  const { eventName, replayId, failureGroup } = filter;
  const other = { event_name: eventName, replay_id: replayId, failure_group: failureGroup };
  for (const [column, value] of Object.entries(other)) {
    if (value === undefined || column === by) continue;
    wanted.push(`${column} = ?`);
    values.push(storedText(value));
  }
  const common = {
    event_name: eventName,
    replay_id: replayId,
    failure_group: failureGroup,
    status: filter.statuses?.[0],
  };
  if (by !== undefined) values.push(storedText(common[by] ?? ""));
  const order = filter.order ?? "newest";
  const sql = runWalkSql(wanted.join(" AND "), by, timeColumn(filter), order);
  return { sql, values, order, readTie: String };
}

/** What a walk's runs have in common, by which there is an index with the time of queueing. */
type WalkedBy = "event_name" | "replay_id" | "failure_group" | "status" | undefined;

function walkedBy(filter: RunFilter): WalkedBy {
  // By end each status has an index of its own.
  if (filter.timeField === "endedAt" && filter.statuses?.length === 1) return "status";
  if (filter.failureGroup !== undefined) return "failure_group";
  if (filter.replayId !== undefined) return "replay_id";
  return filter.eventName === undefined ? undefined : "event_name";
}

export function runWalkSql(wanted: string, by: WalkedBy, column: TimeColumn, order: Order): string {
  const direction = order === "oldest" ? "ASC" : "DESC";
  // The indexes by queueing have something else before the time, and one of those by end.
  const isIndexed = column === "queued_at" || by === "status";
  const common = by === undefined ? "" : `${isIndexed ? "" : "+"}${by} = ? AND `;
  // The indexes by start and end hold only runs that have one, and the planner must be told that no other is meant.
  const isThere = column === "queued_at" ? "" : `${column} IS NOT NULL AND `;
  return `SELECT id, ${column}, ${wanted} AS is_wanted FROM runs WHERE ${common}${isThere}${inRange(column)}
    ORDER BY ${column} ${direction}, id ${direction} LIMIT ?`;
}

export function timeColumn(filter: Pick<RunFilter, "timeField">): TimeColumn {
  switch (filter.timeField ?? "queuedAt") {
    case "queuedAt":
      return "queued_at";
    case "startedAt":
      return "started_at";
    case "endedAt":
      return "ended_at";
  }
}

/** The functions that the filter asks for, by id or by app, as stored texts; undefined for all. */
export function functionsOf(
  connection: Connection,
  filter: Pick<RunFilter, "functionIds" | "appIds">,
): readonly string[] | undefined {
  const asked =
    filter.functionIds === undefined ? undefined : [...new Set(filter.functionIds)].map(storedText);
  if (filter.appIds === undefined) return asked;
  const ofApps = [...new Set(filter.appIds)].flatMap((appId) =>
    connection.all(functionsOfAppSql, [storedText(appId)]).map(([id]) => String(id)),
  );
  return asked === undefined ? ofApps : ofApps.filter((id) => asked.includes(id));
}

export const functionsOfAppSql = "SELECT id FROM functions WHERE app_id = ?";

/** Steps from one function to the next in the index. */
export const functionsWithStatusSql = `WITH RECURSIVE ids (id) AS (
    SELECT min(function_id) FROM runs WHERE status = ?1
    UNION ALL
    SELECT (SELECT min(function_id) FROM runs WHERE status = ?1 AND function_id > ids.id)
    FROM ids WHERE ids.id IS NOT NULL
  )
  SELECT id FROM ids WHERE id IS NOT NULL`;

export function functionsWithStatus(connection: Connection, status: string): readonly string[] {
  return connection.all(functionsWithStatusSql, [status]).map(([id]) => String(id));
}

export const figuresSql = `SELECT function_id, status, count(*) AS runs, min(queued_at) AS oldest FROM runs
  WHERE status IN ('queued', 'running') GROUP BY status, function_id`;

export function functionFigures(connection: Connection): readonly FunctionFigures[] {
  const figures = new Map<string, { queued: number; running: number; oldestQueuedAt?: number }>();
  for (const [id, status, count, oldest] of connection.all(figuresSql, [])) {
    const functionId = originalText(String(id));
    const own = figures.get(functionId) ?? { queued: 0, running: 0 };
    figures.set(functionId, own);
    if (status === "running") own.running = Number(count);
    else {
      own.queued = Number(count);
      own.oldestQueuedAt = Number(oldest);
    }
  }
  return [...figures]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([functionId, own]) => ({ functionId: functionId as FunctionFigures["functionId"], ...own }));
}

/** The index has both columns, so that the jobs themselves are not read. */
export const queueFiguresSql = `SELECT count(*) AS due, min(due_at) AS oldest FROM (
    SELECT due_at FROM jobs WHERE due_at <= ?1 AND id NOT IN (SELECT value FROM json_each(?2))
    ORDER BY due_at LIMIT ?3
  ) AS found`;

export function queueFigures(
  connection: Connection,
  now: number,
  open: readonly string[],
  limit: number,
): QueueFigures {
  const row = connection.first(queueFiguresSql, [now, JSON.stringify(open.map(storedText)), limit]);
  const [due = 0, oldest = null] = row ?? [];
  return { due: Number(due), ...(oldest === null ? {} : { oldestDueAt: Number(oldest) }) };
}

/** The size of a row as it was read. */
export function charactersOf(values: readonly Value[]): number {
  return values.reduce<number>((sum, value) => sum + (typeof value === "string" ? value.length : 8), 0);
}
