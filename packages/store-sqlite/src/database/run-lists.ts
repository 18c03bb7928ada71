// Lists and counts of runs. By status and function each pair is a search of its own in one index, merged by time;
// other filters walk along the time and leave out what does not match.

import type { Run } from "@stepwell/core";
import type { FunctionFigures, Page, RunFilter } from "@stepwell/engine";
import type { Value } from "../driver/driver.ts";
import type { Connection } from "./connection.ts";
import { layouts } from "./layouts.ts";
import { mergePlaces, type Place, pageOf, pageRowsMax, type Range, rangeOf, rangeValues } from "./page.ts";
import { originalText, storedText } from "./text.ts";

const allStatuses: readonly Run["status"][] = ["queued", "running", "completed", "failed", "cancelled"];

/** Pairs of status and function that are searched one by one; more are left to a walk along the time. */
const pairsMax = 256;

export type TimeColumn = "queued_at" | "started_at" | "ended_at";

interface Search {
  readonly where: string;
  readonly values: readonly Value[];
}

export function listRuns(connection: Connection, filter: RunFilter): Page<Run> {
  return connection.reading(() => {
    const limit = Math.min(filter.limit, pageRowsMax);
    const column = timeColumn(filter);
    const range = rangeOf(filter, "", (text) => text);
    const lists = searchesOf(connection, filter).map((search) =>
      connection
        .all(runPlacesSql(search.where, column, filter.order), [
          ...search.values,
          ...rangeValues(range),
          limit + 1,
        ])
        .map(([id, at]): Place<string> => ({ at: Number(at), tie: String(id) })),
    );
    const places = mergePlaces(lists, filter.order, limit + 1);
    const sql = `SELECT ${layouts.runs.columns} FROM runs WHERE id = ?`;
    return pageOf(places, limit, (place) => {
      const values = connection.first(sql, [place.tie]);
      if (values === undefined) return undefined;
      return { row: layouts.runs.read(values), characters: charactersOf(values) };
    });
  });
}

export function countRuns(connection: Connection, filter: RunFilter): number {
  return connection.reading(() => {
    const column = timeColumn(filter);
    const { cursor: _, ...whole } = filter;
    const range: Range<string> = rangeOf(whole, "", (text) => text);
    return searchesOf(connection, filter)
      .map((search) =>
        Number(
          connection.first(countSql(search.where, column), [...search.values, ...rangeValues(range)])?.[0],
        ),
      )
      .reduce((sum, count) => sum + count, 0);
  });
}

export function runPlacesSql(where: string, column: TimeColumn, order: RunFilter["order"]): string {
  const direction = order === "oldest" ? "ASC" : "DESC";
  return `SELECT id, ${column} FROM runs WHERE ${where}${inRange(column)}
    ORDER BY ${column} ${direction}, id ${direction} LIMIT ?`;
}

function countSql(where: string, column: TimeColumn): string {
  return `SELECT count(*) FROM runs WHERE ${where}${inRange(column)}`;
}

function inRange(column: TimeColumn): string {
  return `(${column}, id) > (?, ?) AND (${column}, id) < (?, ?)`;
}

function timeColumn(filter: RunFilter): TimeColumn {
  switch (filter.timeField ?? "queuedAt") {
    case "queuedAt":
      return "queued_at";
    case "startedAt":
      return "started_at";
    case "endedAt":
      return "ended_at";
  }
}

/** The searches whose results together, and each once, are the runs that the filter means. */
function searchesOf(connection: Connection, filter: RunFilter): readonly Search[] {
  const functions = functionsOf(connection, filter);
  const statuses = filter.statuses === undefined ? undefined : [...new Set(filter.statuses)];
  if (functions?.length === 0 || statuses?.length === 0) return [];
  const isByTime = functions === undefined && statuses === undefined;
  if (isByTime || filter.eventName !== undefined || timeColumn(filter) !== "queued_at") {
    return [walk(filter, statuses, functions)];
  }
  const pairs = (statuses ?? allStatuses).flatMap((status) =>
    (functions ?? functionsWithStatus(connection, status)).map((functionId) => [status, functionId]),
  );
  if (pairs.length > pairsMax) return [walk(filter, statuses, functions)];
  return pairs.map((values) => ({ where: pairWhere, values }));
}

export const pairWhere = "status = ? AND function_id = ? AND ";

function walk(
  filter: RunFilter,
  statuses: readonly string[] | undefined,
  functions: readonly string[] | undefined,
): Search {
  const parts: string[] = [];
  const values: Value[] = [];
  if (filter.eventName !== undefined) {
    parts.push("event_name = ? AND ");
    values.push(storedText(filter.eventName));
  }
  // The plus keeps the planner from searching by these: it would then have to sort all that matches.
  if (statuses !== undefined) {
    parts.push("+status IN (SELECT value FROM json_each(?)) AND ");
    values.push(JSON.stringify(statuses));
  }
  if (functions !== undefined) {
    parts.push("+function_id IN (SELECT value FROM json_each(?)) AND ");
    values.push(JSON.stringify(functions));
  }
  return { where: parts.join(""), values };
}

/** The functions that the filter asks for, by id or by app, as stored texts; undefined for all. */
function functionsOf(connection: Connection, filter: RunFilter): readonly string[] | undefined {
  const asked =
    filter.functionIds === undefined ? undefined : [...new Set(filter.functionIds)].map(storedText);
  if (filter.appIds === undefined) return asked;
  const ofApps = [...new Set(filter.appIds)].flatMap((appId) =>
    connection
      .all("SELECT id FROM functions WHERE app_id = ?", [storedText(appId)])
      .map(([id]) => String(id)),
  );
  return asked === undefined ? ofApps : ofApps.filter((id) => asked.includes(id));
}

/** Steps from one function to the next in the index. */
export const functionsWithStatusSql = `WITH RECURSIVE ids (id) AS (
    SELECT min(function_id) FROM runs WHERE status = ?1
    UNION ALL
    SELECT (SELECT min(function_id) FROM runs WHERE status = ?1 AND function_id > ids.id)
    FROM ids WHERE ids.id IS NOT NULL
  )
  SELECT id FROM ids WHERE id IS NOT NULL`;

function functionsWithStatus(connection: Connection, status: string): readonly string[] {
  return connection.all(functionsWithStatusSql, [status]).map(([id]) => String(id));
}

export const figuresSql = `SELECT function_id, status, count(*), min(queued_at) FROM runs
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

/** The size of a row as it was read. */
export function charactersOf(values: readonly Value[]): number {
  return values.reduce<number>((sum, value) => sum + (typeof value === "string" ? value.length : 8), 0);
}
