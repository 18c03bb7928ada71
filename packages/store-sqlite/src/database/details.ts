// What the APIs read of one run or event, and the short lists.

import type { FailedAttempt, Outcome, Poison, Run, Step, SyncLog } from "@stepwell/core";
import type { RunDetail, SyncQuery } from "@stepwell/engine";
import type { Connection } from "./connection.ts";
import { layouts } from "./layouts.ts";
import { eventsById, jobsOf, rowsWhere, runsById, stepsOf, waitsOf } from "./loads.ts";
import { pageRowsMax } from "./page.ts";
import { storedText } from "./text.ts";

export function readRun(connection: Connection, id: string): RunDetail | undefined {
  return connection.reading(() => {
    const [run] = runsById(connection, [id]);
    if (run === undefined) return undefined;
    return {
      run,
      steps: stepsOf(connection, id),
      attempts: attemptsOf(connection, id),
      jobs: jobsOf(connection, id),
      waits: waitsOf(connection, id),
      events: eventsById(connection, run.eventIds),
    };
  });
}

/** In the order of the primary key: by time. */
function attemptsOf(connection: Connection, runId: string): readonly FailedAttempt[] {
  const { attempts } = layouts;
  return connection
    .all(`SELECT ${attempts.columns} FROM attempts WHERE run_id = ? ORDER BY ended_at, attempt, step_id`, [
      storedText(runId),
    ])
    .map((row) => attempts.read(row));
}

export const runsOfEventSql = `SELECT ${layouts.runs.columns} FROM run_events
  CROSS JOIN runs ON runs.id = run_events.run_id
  WHERE run_events.event_id = ? ORDER BY runs.queued_at, runs.id LIMIT ${pageRowsMax}`;

export function runsOfEvent(connection: Connection, id: string): readonly Run[] {
  return connection.all(runsOfEventSql, [storedText(id)]).map((row) => layouts.runs.read(row));
}

export const runsInvokedBySql = `SELECT ${layouts.runs.columns} FROM runs
  WHERE invoked_by_run_id = ? ORDER BY queued_at, id LIMIT ${pageRowsMax}`;

export function runsInvokedBy(connection: Connection, id: string): readonly Run[] {
  return connection.all(runsInvokedBySql, [storedText(id)]).map((row) => layouts.runs.read(row));
}

export function outcomesOfEvent(connection: Connection, id: string): readonly Outcome[] {
  return rowsWhere(connection, layouts.outcomes, "event_id", id);
}

export const stepsResumedBySql = `SELECT ${layouts.steps.columns} FROM steps
  WHERE resumed_by = ? ORDER BY run_id, key LIMIT ${pageRowsMax}`;

export function stepsResumedBy(connection: Connection, id: string): readonly Step[] {
  return connection.all(stepsResumedBySql, [storedText(id)]).map((row) => layouts.steps.read(row));
}

export const runsCancelledBySql = `SELECT ${layouts.runs.columns} FROM runs
  WHERE cancelled_by = ? ORDER BY queued_at, id LIMIT ${pageRowsMax}`;

export function runsCancelledBy(connection: Connection, id: string): readonly Run[] {
  return connection.all(runsCancelledBySql, [storedText(id)]).map((row) => layouts.runs.read(row));
}

export const poisonsSql = `SELECT ${layouts.poisons.columns} FROM poisons ORDER BY at DESC, id DESC LIMIT ?`;

export function listPoisons(connection: Connection, limit: number): readonly Poison[] {
  return connection.all(poisonsSql, [Math.min(limit, pageRowsMax)]).map((row) => layouts.poisons.read(row));
}

export function syncsSql(byApp: boolean): string {
  return `SELECT ${layouts.syncs.columns} FROM syncs WHERE ${byApp ? "app_id = ? AND " : ""}at >= ? AND at < ?
    ORDER BY at DESC, id DESC LIMIT ?`;
}

export function listSyncs(connection: Connection, query: SyncQuery): readonly SyncLog[] {
  const { appId, from = 0, until = Number.MAX_SAFE_INTEGER, limit } = query;
  const range = [from, until, Math.min(limit, pageRowsMax)];
  const values = appId === undefined ? range : [storedText(appId), ...range];
  return connection.all(syncsSql(appId !== undefined), values).map((row) => layouts.syncs.read(row));
}
