// The store on SQLite: the port's methods, sent to two threads. One does commits and the shard's loads, in order; the
// other one only reads, for the APIs, and starts with their first call.

import { join } from "node:path";
import type { Store, StoreReader } from "@stepwell/engine";
import type { EventCursor } from "./database/history.ts";
import { DatabaseThread } from "./database-thread.ts";
import type { DriverName } from "./driver/choose.ts";

export interface SqliteOptions {
  /** Which driver to use; by default node:sqlite where the runtime has it, else libsql. */
  readonly driver?: DriverName;
  /** How long to wait for another process that has the database, in ms. Default 5000. */
  readonly lockTimeoutMs?: number;
  /** Start the database thread at once, not with the first call; the file is opened by that all the same. */
  readonly startsEarly?: boolean;
}

/**
 * A store in a SQLite file. Nothing is opened before the first call; the file and its directory are made where
 * missing. One engine at a time owns a file: a second one's `claim` rejects with StoreUnavailableError.
 *
 * @param path - the database file, or `:memory:` for one that ends with the process.
 * @example embed({ client, functions, store: sqlite(".stepwell/stepwell.db") })
 */
export function sqlite(path: string, options: SqliteOptions = {}): Store {
  return new SqliteStore(path, options);
}

/** The database file in a data directory. */
export function storeFile(directory: string): string {
  return join(directory, "stepwell.db");
}

const firstEvent: EventCursor = { receivedAt: Number.MIN_SAFE_INTEGER, sequence: 0 };

class SqliteStore implements Store {
  readonly reader: StoreReader;
  readonly #owner: DatabaseThread;
  readonly #readers: DatabaseThread;
  /** Where the next removal of events goes on, so that events still needed are not looked at each time. */
  #eventCursor = firstEvent;
  #opening: Promise<void> | undefined;

  constructor(path: string, { driver, lockTimeoutMs = 5000, startsEarly = false }: SqliteOptions) {
    const settings = { path, driver, lockTimeoutMs };
    this.#owner = new DatabaseThread({ ...settings, role: "owner" });
    // A database in memory belongs to one connection, which then serves the APIs too.
    this.#readers = path === ":memory:" ? this.#owner : new DatabaseThread({ ...settings, role: "reader" });
    this.reader = this.#makeReader();
    if (startsEarly) this.#owner.start();
  }

  claim: Store["claim"] = () => this.#owner.call("claim");
  release: Store["release"] = (epoch) => this.#owner.call("release", epoch);
  commit: Store["commit"] = (fence, writes) => this.#owner.call("commit", fence, writes);
  loadRuns: Store["loadRuns"] = (ids) => this.#owner.call("loadRuns", ids);
  loadDueJobs: Store["loadDueJobs"] = (after, until, limit) =>
    this.#owner.call("loadDueJobs", after, until, limit);
  loadJobs: Store["loadJobs"] = (ids) => this.#owner.call("loadJobs", ids);
  loadEvents: Store["loadEvents"] = (ids) => this.#owner.call("loadEvents", ids);
  loadDedupes: Store["loadDedupes"] = (keys) => this.#owner.call("loadDedupes", keys);
  loadSignals: Store["loadSignals"] = (names) => this.#owner.call("loadSignals", names);
  loadBulks: Store["loadBulks"] = (ids) => this.#owner.call("loadBulks", ids);
  loadLimits: Store["loadLimits"] = (keys) => this.#owner.call("loadLimits", keys);
  loadLaneCalls: Store["loadLaneCalls"] = (scans) => this.#owner.call("loadLaneCalls", scans);
  loadWaitShapes: Store["loadWaitShapes"] = (eventName) => this.#owner.call("loadWaitShapes", eventName);
  loadWaits: Store["loadWaits"] = (eventName, probes, page) =>
    this.#owner.call("loadWaits", eventName, probes, page);
  scanEvents: Store["scanEvents"] = (scan) => this.#owner.call("scanEvents", scan);

  async removeHistory(endedBefore: number, now: number, limit: number): Promise<number> {
    let removed = await this.#owner.call("removeRuns", endedBefore, limit);
    removed += await this.#owner.call("removeExpired", endedBefore, now, limit);
    const isFromStart = this.#eventCursor === firstEvent;
    removed += await this.#removeEvents(endedBefore, limit);
    // What was passed over earlier may be needed no more, and 0 must mean that nothing is left.
    if (removed === 0 && !isFromStart) removed = await this.#removeEvents(endedBefore, limit);
    return removed;
  }

  async close(): Promise<void> {
    await Promise.all([this.#owner.close(), this.#readers.close()]);
  }

  /** Goes on until something was removed or all old events were looked at; commits come between the parts. */
  async #removeEvents(receivedBefore: number, limit: number): Promise<number> {
    for (;;) {
      const { removed, next } = await this.#owner.call(
        "removeEvents",
        receivedBefore,
        this.#eventCursor,
        limit,
      );
      this.#eventCursor = next ?? firstEvent;
      if (removed > 0 || next === undefined) return removed;
    }
  }

  #makeReader(): StoreReader {
    const read: DatabaseThread["call"] = async (name, ...parameters) => {
      await this.#opened();
      return await this.#readers.call(name, ...parameters);
    };
    return {
      listRuns: (filter) => read("listRuns", filter),
      countRuns: (filter, withinMs) => read("countRuns", filter, withinMs),
      countRunsOver: (filter, time) => read("countRunsOver", filter, time),
      queueDelays: (time, sampleMax) => read("queueDelays", time, sampleMax),
      failureFigures: (query) => read("failureFigures", query),
      listFailureMarks: () => read("listFailureMarks"),
      listSyncs: (query) => read("listSyncs", query),
      readRun: (id) => read("readRun", id),
      runsOfEvent: (id) => read("runsOfEvent", id),
      runsInvokedBy: (id) => read("runsInvokedBy", id),
      listEvents: (filter) => read("listEvents", filter),
      countEvents: (time) => read("countEvents", time),
      readEvent: async (id) => (await read("readEvents", [id]))[0],
      readEvents: (ids) => read("readEvents", ids),
      outcomesOfEvent: (id) => read("outcomesOfEvent", id),
      effectsOfEvents: (ids) => read("effectsOfEvents", ids),
      stepsResumedBy: (id) => read("stepsResumedBy", id),
      runsCancelledBy: (id) => read("runsCancelledBy", id),
      listApps: () => read("listApps"),
      listFunctions: () => read("listFunctions"),
      listControls: () => read("listControls"),
      listLimits: (prefix, limit) => read("listLimits", prefix, limit),
      functionFigures: () => read("functionFigures"),
      queueFigures: (now, open, limit) => read("queueFigures", now, open, limit),
      listBulks: (filter) => read("listBulks", filter),
      readBulk: async (id) => (await read("loadBulks", [id]))[0],
      listPoisons: (limit) => read("listPoisons", limit),
    };
  }

  /** The owner's thread makes the file and its tables, so that the reader finds them. */
  #opened(): Promise<void> {
    this.#opening ??= this.#owner.call("open").catch((error: unknown) => {
      this.#opening = undefined;
      throw error;
    });
    return this.#opening;
  }
}
