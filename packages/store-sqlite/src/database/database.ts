// Everything that a database thread can do, by name. A connection that has failed is opened anew by the next call.

import { mkdirSync } from "node:fs";
import { dirname } from "node:path";
import type {
  App,
  Bulk,
  DedupeKey,
  FunctionControl,
  FunctionSettings,
  Job,
  LimitState,
  RowWrite,
  SignalClaim,
} from "@stepwell/core";
import type {
  BucketQuery,
  BulkFilter,
  Claim,
  EventFilter,
  EventScan,
  FailureQuery,
  Fence,
  JobCursor,
  LaneScan,
  RunFilter,
  SyncQuery,
  WaitPage,
  WaitProbe,
} from "@stepwell/engine";
import type { OpenDriver } from "../driver/driver.ts";
import { failureOf } from "../failure.ts";
import { listBulks } from "./bulk-lists.ts";
import { commitRows } from "./commit.ts";
import { Connection } from "./connection.ts";
import {
  listPoisons,
  listSyncs,
  outcomesOfEvent,
  readRun,
  runsCancelledBy,
  runsInvokedBy,
  runsOfEvent,
  stepsResumedBy,
} from "./details.ts";
import { effectsOfEvents } from "./event-effects.ts";
import { countEvents, listEvents } from "./event-lists.ts";
import { type EventCursor, removeEvents, removeExpired, removeRuns } from "./history.ts";
import { layouts } from "./layouts.ts";
import { listLimits } from "./limit-lists.ts";
import {
  eventsById,
  loadDueJobs,
  loadLaneCalls,
  loadRuns,
  loadWaitShapes,
  loadWaits,
  rowsByKey,
  scanEvents,
} from "./loads.ts";
import { claimShard, OwnerLock, releaseShard } from "./ownership.ts";
import { countRunsOver, failureFigures, listFailureMarks, queueDelays } from "./run-figures.ts";
import { countRuns, functionFigures, listRuns, queueFigures } from "./run-lists.ts";

export interface DatabaseSettings {
  readonly path: string;
  readonly openDriver: OpenDriver;
  readonly role: "owner" | "reader";
  readonly lockTimeoutMs: number;
}

/** The calls of a database thread. */
export type DatabaseCalls = ReturnType<typeof databaseCalls>;

export class Database {
  readonly calls: DatabaseCalls;
  readonly #settings: DatabaseSettings;
  readonly #lock = new OwnerLock();
  #connection: Connection | undefined;

  constructor(settings: DatabaseSettings) {
    this.#settings = settings;
    this.calls = databaseCalls(
      () => this.#open(),
      () => this.#own(),
    );
  }

  /** Runs one call. @throws Failure */
  run<T>(call: () => T): T {
    const { path } = this.#settings;
    try {
      return call();
    } catch (error) {
      const failure = failureOf(error, path);
      const isBroken = failure.code === "STORE_UNAVAILABLE" || failure.code === "COMMIT_UNKNOWN";
      if (isBroken && path !== ":memory:") this.#drop();
      throw failure;
    }
  }

  close(): void {
    this.#drop();
    this.#lock.release();
  }

  #drop(): void {
    this.#connection?.close();
    this.#connection = undefined;
  }

  #own(): Connection {
    const { path, openDriver, lockTimeoutMs } = this.#settings;
    makeDirectory(path);
    this.#lock.take(path, openDriver, lockTimeoutMs);
    return this.#open();
  }

  #open(): Connection {
    if (this.#connection !== undefined) return this.#connection;
    const { path, openDriver, role, lockTimeoutMs } = this.#settings;
    makeDirectory(path);
    this.#connection = new Connection({ path, role, open: openDriver, busyTimeoutMs: lockTimeoutMs });
    return this.#connection;
  }
}

function makeDirectory(path: string): void {
  if (path !== ":memory:") mkdirSync(dirname(path), { recursive: true });
}

export function databaseCalls(open: () => Connection, own: () => Connection) {
  return {
    open: (): void => {
      open();
    },
    claim: (): Claim => claimShard(own()),
    release: (epoch: number): void => releaseShard(own(), epoch),
    commit: (fence: Fence, writes: readonly RowWrite[]) => commitRows(open(), fence, writes),
    loadRuns: (ids: readonly string[]) => loadRuns(open(), ids),
    loadDueJobs: (after: JobCursor, until: number, limit: number) => loadDueJobs(open(), after, until, limit),
    loadJobs: (ids: readonly string[]): readonly Job[] => rowsByKey(open(), layouts.jobs, "id", ids),
    loadEvents: (ids: readonly string[]) => eventsById(open(), ids),
    loadDedupes: (keys: readonly string[]): readonly DedupeKey[] =>
      rowsByKey(open(), layouts.dedupes, "key", keys),
    loadSignals: (names: readonly string[]): readonly SignalClaim[] =>
      rowsByKey(open(), layouts.signals, "name", names),
    loadBulks: (ids: readonly string[]): readonly Bulk[] => rowsByKey(open(), layouts.bulks, "id", ids),
    loadLimits: (keys: readonly string[]): readonly LimitState[] =>
      rowsByKey(open(), layouts.limits, "key", keys),
    loadLaneCalls: (scans: readonly LaneScan[]) => loadLaneCalls(open(), scans),
    loadWaitShapes: (eventName: string) => loadWaitShapes(open(), eventName),
    loadWaits: (eventName: string, probes: readonly WaitProbe[], page: WaitPage) =>
      loadWaits(open(), eventName, probes, page),
    scanEvents: (scan: EventScan) => scanEvents(open(), scan),
    ...reads(open),
    removeRuns: (endedBefore: number, limit: number) => removeRuns(open(), endedBefore, limit),
    removeEvents: (receivedBefore: number, after: EventCursor, limit: number) =>
      removeEvents(open(), receivedBefore, after, limit),
    removeExpired: (endedBefore: number, now: number, limit: number) =>
      removeExpired(open(), endedBefore, now, limit),
  };
}

/** What the APIs read. */
function reads(open: () => Connection) {
  return {
    listRuns: (filter: RunFilter) => listRuns(open(), filter),
    countRuns: (filter: RunFilter, withinMs?: number) => countRuns(open(), filter, withinMs),
    countRunsOver: (filter: Omit<RunFilter, "limit">, time: BucketQuery) =>
      countRunsOver(open(), filter, time),
    queueDelays: (time: BucketQuery, sampleMax: number) => queueDelays(open(), time, sampleMax),
    failureFigures: (query: FailureQuery) => failureFigures(open(), query),
    listFailureMarks: () => listFailureMarks(open()),
    listSyncs: (query: SyncQuery) => listSyncs(open(), query),
    readRun: (id: string) => readRun(open(), id),
    runsOfEvent: (id: string) => runsOfEvent(open(), id),
    runsInvokedBy: (id: string) => runsInvokedBy(open(), id),
    listEvents: (filter: EventFilter) => listEvents(open(), filter),
    countEvents: (time: { readonly from: number; readonly until: number }) => countEvents(open(), time),
    readEvents: (ids: readonly string[]) => eventsById(open(), ids),
    outcomesOfEvent: (id: string) => outcomesOfEvent(open(), id),
    effectsOfEvents: (ids: readonly string[]) => effectsOfEvents(open(), ids),
    stepsResumedBy: (id: string) => stepsResumedBy(open(), id),
    runsCancelledBy: (id: string) => runsCancelledBy(open(), id),
    listApps: (): readonly App[] => {
      const { apps } = layouts;
      return open()
        .all(`SELECT ${apps.columns} FROM apps`, [])
        .map((row) => apps.read(row));
    },
    listFunctions: (): readonly FunctionSettings[] => {
      const { functions } = layouts;
      return open()
        .all(`SELECT ${functions.columns} FROM functions`, [])
        .map((row) => functions.read(row));
    },
    listControls: (): readonly FunctionControl[] => {
      const { controls } = layouts;
      return open()
        .all(`SELECT ${controls.columns} FROM controls`, [])
        .map((row) => controls.read(row));
    },
    listLimits: (prefix: string, limit: number) => listLimits(open(), prefix, limit),
    functionFigures: () => functionFigures(open()),
    queueFigures: (now: number, working: readonly string[], limit: number) =>
      queueFigures(open(), now, working, limit),
    listBulks: (filter: BulkFilter) => listBulks(open(), filter),
    listPoisons: (limit: number) => listPoisons(open(), limit),
  };
}
