// What the shard loads: rows by key, and due jobs in their order. Every statement is a search in an index.

import type { Job, JobEntry, Run, Step, StoredEvent, Wait } from "@stepwell/core";
// By its own path: the thread needs no more of the core, and starts in half the time.
import { type CallEntry, callEntry } from "@stepwell/core/job";
import type { EventScan, JobCursor, LaneScan, RunRows, WaitPage, WaitProbe } from "@stepwell/engine";
import type { Value } from "../driver/driver.ts";
import type { Connection } from "./connection.ts";
import { layouts } from "./layouts.ts";
import type { RowCodec } from "./row-codec.ts";
import { originalText, storedText } from "./text.ts";

/** The rows with the given keys, each once, in the order asked for. */
export function rowsByKey<Row>(
  connection: Connection,
  codec: RowCodec<Row>,
  keyColumn: string,
  keys: readonly string[],
): readonly Row[] {
  const sql = `SELECT ${codec.columns} FROM ${codec.table} WHERE ${keyColumn} = ?`;
  return [...new Set(keys)].flatMap((key) => {
    const row = connection.first(sql, [storedText(key)]);
    return row === undefined ? [] : [codec.read(row)];
  });
}

/** All rows whose column has the value. */
export function rowsWhere<Row>(
  connection: Connection,
  codec: RowCodec<Row>,
  column: string,
  value: string,
): readonly Row[] {
  const sql = `SELECT ${codec.columns} FROM ${codec.table} WHERE ${column} = ?`;
  return connection.all(sql, [storedText(value)]).map((row) => codec.read(row));
}

export const runsById = (connection: Connection, ids: readonly string[]): readonly Run[] =>
  rowsByKey(connection, layouts.runs, "id", ids);
export const eventsById = (connection: Connection, ids: readonly string[]): readonly StoredEvent[] =>
  rowsByKey(connection, layouts.events, "id", ids);
export const stepsOf = (connection: Connection, runId: string): readonly Step[] =>
  rowsWhere(connection, layouts.steps, "run_id", runId);
export const jobsOf = (connection: Connection, runId: string): readonly Job[] =>
  rowsWhere(connection, layouts.jobs, "run_id", runId);
export const waitsOf = (connection: Connection, runId: string): readonly Wait[] =>
  rowsWhere(connection, layouts.waits, "run_id", runId);

export function loadRuns(connection: Connection, ids: readonly string[]): readonly RunRows[] {
  return runsById(connection, ids).map((run) => ({
    run,
    steps: stepsOf(connection, run.id),
    jobs: jobsOf(connection, run.id),
    waits: waitsOf(connection, run.id),
    events: eventsById(connection, run.eventIds),
  }));
}

const entryColumns = "id, due_at, kind, run_id, function_id, lane, lane_order, sequence";

export const dueJobsSql = `SELECT ${entryColumns} FROM jobs
  WHERE (due_at, id) > (?, ?) AND due_at <= ? ORDER BY due_at, id LIMIT ?`;

export function loadDueJobs(
  connection: Connection,
  after: JobCursor,
  until: number,
  limit: number,
): readonly JobEntry[] {
  const rows = connection.all(dueJobsSql, [after.dueAt, storedText(after.id), until, limit]);
  return rows.map(readEntry);
}

export const laneCallsSql = `SELECT ${entryColumns} FROM jobs
  WHERE kind = 'call' AND function_id = ? AND lane IS ? AND due_at <= ?
  ORDER BY lane_order, sequence, id LIMIT ?`;

export function loadLaneCalls(
  connection: Connection,
  scans: readonly LaneScan[],
): readonly (readonly CallEntry[])[] {
  return scans.map((scan) => callsOf(connection, scan));
}

function callsOf(connection: Connection, scan: LaneScan): readonly CallEntry[] {
  const lane = scan.lane === undefined ? null : storedText(scan.lane);
  const rows = connection.all(laneCallsSql, [storedText(scan.functionId), lane, scan.dueBy, scan.count]);
  return rows.flatMap((row) => callEntry(readEntry(row)) ?? []);
}

function readEntry([id, dueAt, kind, runId, functionId, lane, order, sequence]: readonly Value[]): JobEntry {
  const entry = {
    id: originalText(String(id)),
    dueAt,
    kind,
    ...(typeof runId === "string" ? { runId: originalText(runId) } : {}),
  };
  // The columns are those of a Job that was put.
  if (kind !== "call") return entry as JobEntry;
  return {
    ...entry,
    functionId: originalText(String(functionId)),
    order,
    sequence,
    ...(typeof lane === "string" ? { lane: originalText(lane) } : {}),
  } as JobEntry;
}

/** Steps from one shape to the next, so that a million waits of one shape cost one search. */
export const waitShapesSql = `WITH RECURSIVE shapes (shape) AS (
    SELECT min(shape) FROM wait_keys WHERE event = ?1
    UNION ALL
    SELECT (SELECT min(shape) FROM wait_keys WHERE event = ?1 AND shape > shapes.shape)
    FROM shapes WHERE shapes.shape IS NOT NULL
  )
  SELECT shape FROM shapes WHERE shape IS NOT NULL`;

export function loadWaitShapes(connection: Connection, eventName: string): readonly string[] {
  const rows = connection.all(waitShapesSql, [storedText(eventName)]);
  return rows.map(([shape]) => originalText(String(shape)));
}

export const waitProbeSql = `SELECT ${layouts.waits.columns} FROM wait_keys
  CROSS JOIN waits ON waits.id = wait_keys.wait_id
  WHERE wait_keys.event = ? AND wait_keys.shape = ? AND wait_keys.compared = ? AND wait_keys.wait_id > ?
  ORDER BY wait_keys.wait_id LIMIT ?`;

export function loadWaits(
  connection: Connection,
  eventName: string,
  probes: readonly WaitProbe[],
  { after, limit }: WaitPage,
): readonly Wait[] {
  const found = new Map<string, Wait>();
  for (const { shape, values } of probes) {
    const key = [eventName, shape, values].map(storedText);
    for (const row of connection.all(waitProbeSql, [...key, storedText(after), limit])) {
      const wait = layouts.waits.read(row);
      found.set(wait.id, wait);
    }
  }
  // Each probe gives its own first ones; of all of them the first make the page.
  return [...found.values()].sort((a, b) => (a.id < b.id ? -1 : 1)).slice(0, limit);
}

/**
 * Receipt and its time rise together, so that the first event of a time tells where a scan begins: what came before it
 * is not read, however busy the name is. (After the machine's clock was set back a scan may begin too late.)
 */
export const scanEventsSql = `SELECT ${layouts.events.columns} FROM events
  WHERE name = ?1 AND received_at >= ?3 AND sequence > ?2 AND sequence >= (
    SELECT sequence FROM events WHERE name = ?1 AND received_at >= ?3 ORDER BY received_at, sequence LIMIT 1
  ) ORDER BY sequence LIMIT ?4`;

export function scanEvents(connection: Connection, scan: EventScan): readonly StoredEvent[] {
  const { name, afterSequence, receivedFrom, limit } = scan;
  return connection
    .all(scanEventsSql, [storedText(name), afterSequence, receivedFrom, limit])
    .map((row) => layouts.events.read(row));
}
