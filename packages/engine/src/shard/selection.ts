// Reads a page of the runs that a bulk operation means, oldest first, with the events that triggered them. Pages come
// from the reader, so that a long search holds no commit up; it sees every commit that was acknowledged.

import type { Need, RunSelection, SelectedRuns, StoredEvent } from "@stepwell/core";
import type { RunFilter } from "../ports/reader.ts";
import type { Store } from "../ports/store.ts";

type Selection = Extract<Need, { kind: "selection" }>;

export async function loadSelection(store: Store, need: Selection): Promise<SelectedRuns> {
  const { bulkId, page } = need;
  const read =
    need.selection.runIds === undefined ? await readPage(store, need) : await readByIds(store, need);
  return { ...read, bulkId, ...(page === undefined ? {} : { page }) };
}

type Read = Pick<SelectedRuns, "runs" | "next">;

async function readPage(store: Store, { selection, page, limit, withEvents }: Selection): Promise<Read> {
  const { rows, next } = await store.reader.listRuns({
    ...filterOf(selection),
    order: "oldest",
    limit,
    ...(page === undefined ? {} : { cursor: page }),
  });
  const ids = withEvents ? [...new Set(rows.flatMap((run) => run.eventIds))] : [];
  const stored = new Map<string, StoredEvent>();
  if (ids.length > 0) for (const event of await store.reader.readEvents(ids)) stored.set(event.id, event);
  const runs = rows.map((run) => ({
    run,
    events: run.eventIds.flatMap((id) => stored.get(id) ?? []),
  }));
  return next === undefined ? { runs } : { runs, next };
}

/** What the store compares; core compares the rest. */
export function filterOf(selection: RunSelection): Omit<RunFilter, "limit"> {
  const { functionIds, appIds, statuses, eventName, failureGroup, replayId, from, until } = selection;
  return {
    statuses,
    ...(until === undefined ? {} : { until }),
    ...(functionIds === undefined ? {} : { functionIds }),
    ...(appIds === undefined ? {} : { appIds }),
    ...(eventName === undefined ? {} : { eventName }),
    ...(failureGroup === undefined ? {} : { failureGroup }),
    ...(replayId === undefined ? {} : { replayId }),
    ...(from === undefined ? {} : { from }),
  };
}

/** A page of a list of ids begins at a place in it. */
async function readByIds(store: Store, { selection, page, limit }: Selection): Promise<Read> {
  const ids = selection.runIds ?? [];
  const begin = Number(page ?? 0);
  const end = begin + limit;
  const loaded = await store.loadRuns(ids.slice(begin, end));
  const runs = loaded
    .map(({ run, events }) => ({ run, events }))
    .sort((left, right) => left.run.queuedAt - right.run.queuedAt || (left.run.id < right.run.id ? -1 : 1));
  return end < ids.length ? { runs, next: String(end) } : { runs };
}
