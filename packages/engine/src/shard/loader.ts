// Loads what decisions named as missing: one read per kind for all inputs that wait, then each is decided again.

import { type Facts, isRunJob, type Need, type Window } from "@stepwell/core";
import type { BulkId, EventId, JobId, RunId } from "@stepwell/protocol";
import type { Store } from "../ports/store.ts";
import { loadSelection } from "./selection.ts";

/** Reads one set of needs into the window; what belongs to the input alone comes back as facts. */
export async function load(store: Store, window: Window, needs: readonly Need[]): Promise<Facts> {
  let facts: Facts = {};
  const runs: RunId[] = [];
  const events: EventId[] = [];
  const dedupes: string[] = [];
  const signals: string[] = [];
  const bulks: BulkId[] = [];
  const limits: string[] = [];
  const jobs: JobId[] = [];
  const work: Promise<void>[] = [];
  for (const need of needs) {
    switch (need.kind) {
      case "run":
        runs.push(need.id);
        break;
      case "event":
        events.push(need.id);
        break;
      case "dedupe":
        dedupes.push(need.key);
        break;
      case "signal":
        signals.push(need.name);
        break;
      case "bulk":
        bulks.push(need.id);
        break;
      case "selection":
        work.push(
          loadSelection(store, need).then((selected) => {
            facts = { ...facts, selected };
          }),
        );
        break;
      case "limit":
        limits.push(need.key);
        break;
      case "job":
        jobs.push(need.id);
        break;
      case "waits":
        work.push(
          loadWaits(store, window, need).then((found) => {
            facts = { ...facts, ...found };
          }),
        );
        break;
      case "scan":
        work.push(
          store.scanEvents({ ...need, name: need.eventName }).then((scanned) => {
            facts = { ...facts, scanned };
          }),
        );
        break;
    }
  }
  if (runs.length > 0) work.push(loadRuns(store, window, runs));
  if (events.length > 0) work.push(loadEvents(store, window, events));
  if (dedupes.length > 0) work.push(loadDedupes(store, window, dedupes));
  if (signals.length > 0) work.push(loadSignals(store, window, signals));
  if (bulks.length > 0) work.push(loadBulks(store, window, bulks));
  if (limits.length > 0) work.push(loadLimits(store, window, limits));
  if (jobs.length > 0) work.push(loadShardJobs(store, window, jobs));
  await Promise.all(work);
  return facts;
}

async function loadRuns(store: Store, window: Window, ids: readonly RunId[]): Promise<void> {
  const rows = new Map((await store.loadRuns(ids)).map((loaded) => [loaded.run.id, loaded]));
  for (const id of ids) window.loadRun(id, rows.get(id));
}

async function loadEvents(store: Store, window: Window, ids: readonly EventId[]): Promise<void> {
  const rows = new Map((await store.loadEvents(ids)).map((event) => [event.id, event]));
  for (const id of ids) window.loadEvent(id, rows.get(id));
}

async function loadDedupes(store: Store, window: Window, keys: readonly string[]): Promise<void> {
  const rows = new Map((await store.loadDedupes(keys)).map((dedupe) => [dedupe.key, dedupe]));
  for (const key of keys) window.loadDedupe(key, rows.get(key));
}

async function loadSignals(store: Store, window: Window, names: readonly string[]): Promise<void> {
  const rows = new Map((await store.loadSignals(names)).map((claim) => [claim.name, claim]));
  for (const name of names) window.loadSignal(name, rows.get(name));
}

async function loadBulks(store: Store, window: Window, ids: readonly BulkId[]): Promise<void> {
  const rows = new Map((await store.loadBulks(ids)).map((bulk) => [bulk.id, bulk]));
  for (const id of ids) window.loadBulk(id, rows.get(id));
}

async function loadLimits(store: Store, window: Window, keys: readonly string[]): Promise<void> {
  const rows = new Map((await store.loadLimits(keys)).map((state) => [state.key, state]));
  for (const key of keys) window.loadLimit(key, rows.get(key));
}

async function loadShardJobs(store: Store, window: Window, ids: readonly JobId[]): Promise<void> {
  const rows = new Map((await store.loadJobs(ids)).map((job) => [job.id, job]));
  for (const id of ids) {
    const job = rows.get(id);
    window.loadShardJob(id, job === undefined || isRunJob(job) ? undefined : job);
  }
}

/** The waits that an event may end. A name that nobody waits for costs nothing once that is known. */
async function loadWaits(
  store: Store,
  window: Window,
  { event, after, limit }: Extract<Need, { kind: "waits" }>,
): Promise<Pick<Facts, "waits" | "waitsEnd">> {
  const index = window.waitIndex;
  if (!index.knowsShapes(event.name)) {
    index.learnShapes(event.name, await store.loadWaitShapes(event.name));
    index.shapesKnown(event.name);
  }
  const probes = index.probes(event);
  const stored = probes.length === 0 ? [] : await store.loadWaits(event.name, probes, { after, limit });
  const waitsEnd = stored.length < limit ? undefined : stored.at(-1)?.id;
  return { waits: window.waitsFor(event, stored, after, waitsEnd), waitsEnd };
}

/** Facts that memory alone can give; undefined when the store must be asked. */
export function factsFromMemory(window: Window, needs: readonly Need[]): Facts | undefined {
  let facts: Facts = {};
  for (const need of needs) {
    if (need.kind !== "waits" || !window.waitIndex.knowsShapes(need.event.name)) return undefined;
    if (window.waitIndex.probes(need.event).length > 0) return undefined;
    facts = { waits: [] };
  }
  return facts;
}
