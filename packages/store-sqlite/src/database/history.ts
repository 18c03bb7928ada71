// Retention: old rows go in small transactions of their own, so that commits wait for none of them long.

import type { Connection } from "./connection.ts";

export const oldRunsSql = "SELECT id FROM runs WHERE ended_at < ? ORDER BY ended_at, id LIMIT ?";

/** Rows after which a transaction ends early: some milliseconds, for which commits wait. */
const rowsMax = 2000;

/** Removes runs that ended before a time, at most `limit`, with their steps, attempts, jobs and waits. */
export function removeRuns(connection: Connection, endedBefore: number, limit: number): number {
  return connection.writing(() => {
    let removed = 0;
    for (const [id = null] of connection.all(oldRunsSql, [endedBefore, limit])) {
      for (const table of ["steps", "attempts", "jobs", "waits"]) {
        removed += connection.run(`DELETE FROM ${table} WHERE run_id = ?`, [id]);
      }
      removed += connection.run("DELETE FROM runs WHERE id = ?", [id]);
      if (removed >= rowsMax) break;
    }
    return removed;
  });
}

/** Where a removal of events goes on. */
export interface EventCursor {
  readonly receivedAt: number;
  readonly sequence: number;
}

export interface EventRemoval {
  readonly removed: number;
  /** Where to go on; absent when all old events have been looked at. */
  readonly next?: EventCursor;
}

/** System events and others are apart in the index by time, so each kind is read in a search of its own. */
export const oldEventsSql = `SELECT id, received_at, sequence FROM events
  WHERE is_internal = ? AND (received_at, sequence) > (?, ?) AND received_at < ?
  ORDER BY received_at, sequence LIMIT ?`;

/** Whether an unfinished run, or a job, still needs an event. */
export const neededEventSql = `SELECT 1 AS is_needed WHERE EXISTS (SELECT 1 FROM jobs WHERE event_id = ?1)
  OR EXISTS (
    SELECT 1 FROM run_events JOIN runs ON runs.id = run_events.run_id
    WHERE run_events.event_id = ?1 AND runs.ended_at IS NULL
  )`;

/** How many old events one transaction looks at: those still needed cost a look each time. */
const candidatesMax = 500;

/** Removes events received before a time that nothing needs, with their outcomes, going on after the cursor. */
export function removeEvents(
  connection: Connection,
  receivedBefore: number,
  after: EventCursor,
  limit: number,
): EventRemoval {
  return connection.writing(() => {
    const candidates = [0, 1]
      .flatMap((isInternal) =>
        connection.all(oldEventsSql, [
          isInternal,
          after.receivedAt,
          after.sequence,
          receivedBefore,
          Math.min(limit, candidatesMax),
        ]),
      )
      .map(([id = null, receivedAt, sequence]) => ({
        id,
        receivedAt: Number(receivedAt),
        sequence: Number(sequence),
      }))
      .sort((a, b) => a.receivedAt - b.receivedAt || a.sequence - b.sequence)
      .slice(0, Math.min(limit, candidatesMax));
    let removed = 0;
    for (const { id } of candidates) {
      if (connection.first(neededEventSql, [id]) !== undefined) continue;
      removed += connection.run("DELETE FROM outcomes WHERE event_id = ?", [id]);
      removed += connection.run("DELETE FROM events WHERE id = ?", [id]);
    }
    const last = candidates.at(-1);
    return last === undefined
      ? { removed }
      : { removed, next: { receivedAt: last.receivedAt, sequence: last.sequence } };
  });
}

export const expiredDedupesSql = `DELETE FROM dedupes WHERE key IN (
    SELECT key FROM dedupes WHERE expires_at <= ? ORDER BY expires_at LIMIT ?
  )`;

export const expiredLimitsSql = `DELETE FROM limits WHERE key IN (
    SELECT key FROM limits WHERE expires_at <= ? ORDER BY expires_at LIMIT ?
  )`;

export const oldPoisonsSql = `DELETE FROM poisons WHERE id IN (
    SELECT poisons.id FROM poisons WHERE at < ? AND NOT EXISTS (
      SELECT 1 FROM runs WHERE runs.id = poisons.run_id AND runs.ended_at IS NULL
    ) ORDER BY at LIMIT ?
  )`;

export const oldBulksSql = `DELETE FROM bulks WHERE id IN (
    SELECT id FROM bulks WHERE ended_at < ? ORDER BY ended_at LIMIT ?
  )`;

export const oldSyncsSql = `DELETE FROM syncs WHERE id IN (
    SELECT id FROM syncs WHERE at < ? ORDER BY at LIMIT ?
  )`;

/** Removes keys and limits' states that have expired at `now`, and poisons, bulk operations and syncs older than the history. */
export function removeExpired(
  connection: Connection,
  endedBefore: number,
  now: number,
  limit: number,
): number {
  return connection.writing(
    () =>
      connection.run(expiredDedupesSql, [now, limit]) +
      connection.run(expiredLimitsSql, [now, limit]) +
      connection.run(oldPoisonsSql, [endedBefore, limit]) +
      connection.run(oldBulksSql, [endedBefore, limit]) +
      connection.run(oldSyncsSql, [endedBefore, limit]),
  );
}
