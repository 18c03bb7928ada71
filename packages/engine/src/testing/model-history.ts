// Retention in the model store.

import type { ModelRows } from "./model-rows.ts";

export interface HistoryLimits {
  /** Finished runs that ended before, and events received before, go. */
  readonly endedBefore: number;
  /** Deduplication keys and limits' states that expire at this time or before go. */
  readonly now: number;
  /** Most runs, events, keys and poisons to remove, of each. */
  readonly limit: number;
}

/** Removes old rows and returns how many; see Store.removeHistory. */
export function removeFromModel(rows: ModelRows, limits: HistoryLimits): number {
  rows.settle();
  const sizeBefore = size(rows);
  removeRuns(rows, limits);
  removeEvents(rows, limits);
  removeExpired(rows, limits);
  removePoisons(rows, limits);
  removeBulks(rows, limits);
  removeSyncs(rows, limits);
  return sizeBefore - size(rows);
}

function size(rows: ModelRows): number {
  return Object.values(rows.tables).reduce((sum, table) => sum + table.size, 0);
}

function removeRuns(rows: ModelRows, { endedBefore, limit }: HistoryLimits): void {
  const { runs, steps, attempts } = rows.tables;
  const old = [...runs.values()].filter((run) => run.endedAt !== undefined && run.endedAt < endedBefore);
  for (const run of old.slice(0, limit)) {
    runs.delete(run.id);
    rows.firstEventNames.delete(run.id);
    for (const [key, step] of steps) if (step.runId === run.id) steps.delete(key);
    for (const [key, attempt] of attempts) if (attempt.runId === run.id) attempts.delete(key);
  }
}

function removeEvents(rows: ModelRows, { endedBefore, limit }: HistoryLimits): void {
  const { runs, jobs, events, outcomes } = rows.tables;
  const needed = new Set<string>();
  for (const run of runs.values()) {
    if (run.endedAt === undefined) for (const id of run.eventIds) needed.add(id);
  }
  // An event that is still to be routed, or to resume or cancel a run, is needed even if no run says so yet.
  for (const job of jobs.values()) {
    if ("eventId" in job && job.eventId !== undefined) needed.add(job.eventId);
  }
  const old = [...events.values()].filter((event) => event.receivedAt < endedBefore && !needed.has(event.id));
  for (const event of old.slice(0, limit)) {
    events.delete(event.id);
    for (const [key, outcome] of outcomes) if (outcome.eventId === event.id) outcomes.delete(key);
  }
}

function removeSyncs({ tables: { syncs } }: ModelRows, { endedBefore, limit }: HistoryLimits): void {
  const old = [...syncs].filter(([, { at }]) => at < endedBefore);
  for (const [key] of old.slice(0, limit)) syncs.delete(key);
}

function removeExpired(rows: ModelRows, { now, limit }: HistoryLimits): void {
  const { dedupes, limits } = rows.tables;
  const expired = [...dedupes].filter(([, dedupe]) => dedupe.expiresAt <= now);
  for (const [key] of expired.slice(0, limit)) dedupes.delete(key);
  const over = [...limits].filter(([, state]) => state.expiresAt !== undefined && state.expiresAt <= now);
  for (const [key] of over.slice(0, limit)) limits.delete(key);
}

function removePoisons(rows: ModelRows, { endedBefore, limit }: HistoryLimits): void {
  const { poisons, runs } = rows.tables;
  const old = [...poisons].filter(([, poison]) => {
    const run = poison.runId === undefined ? undefined : runs.get(poison.runId);
    return poison.at < endedBefore && (run === undefined || run.endedAt !== undefined);
  });
  for (const [key] of old.slice(0, limit)) poisons.delete(key);
}

function removeBulks(rows: ModelRows, { endedBefore, limit }: HistoryLimits): void {
  const { bulks } = rows.tables;
  const old = [...bulks].filter(([, bulk]) => bulk.endedAt !== undefined && bulk.endedAt < endedBefore);
  for (const [key] of old.slice(0, limit)) bulks.delete(key);
}
