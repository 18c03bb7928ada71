// The store in memory: the contract at its plainest, for tests and the simulation. It shares no rule with core and
// does everything by looking at every row, so that it can disagree with an index. Faults come from its options.

import {
  type CallEntry,
  callEntry,
  isRunJob,
  type JobEntry,
  jobEntry,
  type RowWrite,
  type Run,
  type StoredEvent,
} from "@stepwell/core";
import type { RunId } from "@stepwell/protocol";
import type { StoreReader } from "../ports/reader.ts";
import {
  type Claim,
  CommitUnknownError,
  EpochLostError,
  type EventScan,
  type Fence,
  type JobCursor,
  type LaneScan,
  RowRefusedError,
  type RunRows,
  type Store,
  StoreUnavailableError,
  type WaitProbe,
} from "../ports/store.ts";
import { removeFromModel } from "./model-history.ts";
import { modelReader } from "./model-reader.ts";
import { ModelRows } from "./model-rows.ts";

/**
 * What goes wrong with one commit: `unavailable` and `refused` write nothing and say so; the two `unknown` ones end
 * in CommitUnknownError, with the rows written or not.
 */
export type CommitFault = "unavailable" | "refused" | "unknown-written" | "unknown-not-written";

export interface ModelStoreOptions {
  /** Awaited before a call has its effect; calls still have their effects in the order in which they were made. */
  readonly beforeEach?: (method: string) => Promise<void>;
  /** Awaited between a call's effect and its answer. */
  readonly afterEach?: (method: string) => Promise<void>;
  /** Asked once per commit that holds the fence. */
  readonly faultOf?: (fence: Fence, writes: readonly RowWrite[]) => CommitFault | undefined;
}

export interface ModelStore extends Store {
  readonly rows: ModelRows;
  /** The process dies: what has had no effect yet never has one, and no promise of this handle settles any more. */
  crash(): void;
}

/**
 * A store over rows in memory.
 *
 * @param rows - kept by the caller to open the same database again after `crash` or `close`.
 */
export function modelStore(rows: ModelRows = new ModelRows(), options: ModelStoreOptions = {}): ModelStore {
  return new MemoryStore(rows, options);
}

class MemoryStore implements ModelStore {
  readonly rows: ModelRows;
  readonly reader: StoreReader;
  readonly #options: ModelStoreOptions;
  #last: Promise<unknown> = Promise.resolve();
  #state: "open" | "closed" | "crashed" = "open";

  constructor(rows: ModelRows, options: ModelStoreOptions) {
    this.rows = rows;
    this.#options = options;
    this.reader = modelReader(rows, (method, read) => this.#answer(method, this.#delayed(method, read)));
  }

  crash(): void {
    this.#state = "crashed";
  }

  claim(): Promise<Claim> {
    return this.#inTurn("claim", () => {
      const { rows } = this;
      rows.epoch += 1;
      const { epoch, isInOrder, commit, sequence, tables } = rows;
      rows.isInOrder = false;
      return {
        epoch,
        isInOrder,
        commit,
        sequence,
        apps: [...tables.apps.values()],
        functions: [...tables.functions.values()],
        controls: [...tables.controls.values()],
      };
    });
  }

  release(epoch: number): Promise<void> {
    return this.#inTurn("release", () => {
      if (epoch === this.rows.epoch) this.rows.isInOrder = true;
    });
  }

  commit(fence: Fence, writes: readonly RowWrite[]): Promise<void> {
    return this.#inTurn("commit", () => {
      const { epoch, commit } = this.rows;
      if (fence.epoch !== epoch || fence.commit !== commit + 1) {
        throw new EpochLostError(
          `Commit ${fence.commit} under epoch ${fence.epoch} was refused: the shard is at commit ${commit} of epoch ${epoch}.`,
        );
      }
      this.#commitUnder(this.#options.faultOf?.(fence, writes), fence, writes);
    });
  }

  loadRuns(ids: readonly RunId[]): Promise<readonly RunRows[]> {
    return this.#inTurn("loadRuns", () => {
      const { runs } = this.rows.tables;
      return found(ids, runs).map((run) => this.#runRows(run));
    });
  }

  loadDueJobs(after: JobCursor, until: number, limit: number): Promise<readonly JobEntry[]> {
    return this.#inTurn("loadDueJobs", () =>
      [...this.rows.tables.jobs.values()]
        .filter((job) => job.dueAt <= until)
        .filter((job) => job.dueAt > after.dueAt || (job.dueAt === after.dueAt && job.id > after.id))
        .sort((a, b) => a.dueAt - b.dueAt || (a.id < b.id ? -1 : 1))
        .slice(0, limit)
        .map((job) => jobEntry(job)),
    );
  }

  loadLaneCalls(scans: readonly LaneScan[]): Promise<readonly (readonly CallEntry[])[]> {
    return this.#inTurn("loadLaneCalls", () => scans.map((scan) => this.#callsOf(scan)));
  }

  #callsOf(scan: LaneScan): readonly CallEntry[] {
    return [...this.rows.tables.jobs.values()]
      .filter((job) => job.dueAt <= scan.dueBy)
      .flatMap((job) => callEntry(jobEntry(job)) ?? [])
      .filter((call) => call.functionId === scan.functionId && call.lane === scan.lane)
      .sort((a, b) => a.order - b.order || a.sequence - b.sequence || (a.id < b.id ? -1 : 1))
      .slice(0, scan.count);
  }

  loadJobs: Store["loadJobs"] = (ids) => this.#inTurn("loadJobs", () => found(ids, this.rows.tables.jobs));
  loadEvents: Store["loadEvents"] = (ids) =>
    this.#inTurn("loadEvents", () => found(ids, this.rows.tables.events));
  loadDedupes: Store["loadDedupes"] = (keys) =>
    this.#inTurn("loadDedupes", () => found(keys, this.rows.tables.dedupes));
  loadSignals: Store["loadSignals"] = (names) =>
    this.#inTurn("loadSignals", () => found(names, this.rows.tables.signals));

  loadBulks: Store["loadBulks"] = (ids) =>
    this.#inTurn("loadBulks", () => found(ids, this.rows.tables.bulks));
  loadLimits: Store["loadLimits"] = (keys) =>
    this.#inTurn("loadLimits", () => found(keys, this.rows.tables.limits));

  loadWaitShapes(eventName: string): Promise<readonly string[]> {
    return this.#inTurn("loadWaitShapes", () => {
      const waits = [...this.rows.tables.waits.values()].filter((wait) => wait.event === eventName);
      return [...new Set(waits.flatMap((wait) => wait.keys.map((key) => key.shape)))];
    });
  }

  loadWaits: Store["loadWaits"] = (eventName, probes, { after, limit }) =>
    this.#inTurn("loadWaits", () =>
      [...this.rows.tables.waits.values()]
        .filter((wait) => wait.event === eventName && wait.id > after)
        .filter((wait) => wait.keys.some((key) => probes.some((probe: WaitProbe) => isSameKey(key, probe))))
        .sort((a, b) => (a.id < b.id ? -1 : 1))
        .slice(0, limit),
    );

  scanEvents(scan: EventScan): Promise<readonly StoredEvent[]> {
    return this.#inTurn("scanEvents", () =>
      [...this.rows.tables.events.values()]
        .filter((event) => event.name === scan.name)
        .filter((event) => event.sequence > scan.afterSequence && event.receivedAt >= scan.receivedFrom)
        .sort((a, b) => a.sequence - b.sequence)
        .slice(0, scan.limit),
    );
  }

  removeHistory(endedBefore: number, now: number, limit: number): Promise<number> {
    return this.#inTurn("removeHistory", () => removeFromModel(this.rows, { endedBefore, now, limit }));
  }

  async close(): Promise<void> {
    await this.#last;
    if (this.#state === "open") this.#state = "closed";
  }

  #commitUnder(fault: CommitFault | undefined, fence: Fence, writes: readonly RowWrite[]): void {
    switch (fault) {
      case undefined:
        this.rows.write(fence.commit, writes);
        return;
      case "unavailable":
        throw new StoreUnavailableError(`The store could not be reached for commit ${fence.commit}.`);
      case "refused":
        throw new RowRefusedError(`The store refused a row of commit ${fence.commit}.`);
      case "unknown-written":
        this.rows.write(fence.commit, writes);
        throw new CommitUnknownError(`The connection was lost during commit ${fence.commit}.`);
      case "unknown-not-written":
        throw new CommitUnknownError(`The connection was lost before commit ${fence.commit}.`);
    }
  }

  #runRows(run: Run): RunRows {
    const { steps, jobs, waits, events } = this.rows.tables;
    return {
      run,
      steps: [...steps.values()].filter((step) => step.runId === run.id),
      jobs: [...jobs.values()].filter((job) => isRunJob(job) && job.runId === run.id),
      waits: [...waits.values()].filter((wait) => wait.runId === run.id),
      events: found(run.eventIds, events),
    };
  }

  /** Effects happen in the order of the calls, whatever the delays: reads see every commit sent before. */
  #inTurn<T>(method: string, work: () => T): Promise<T> {
    const before = this.#last;
    const effect = (async () => {
      await before;
      return await this.#delayed(method, work);
    })();
    this.#last = effect.catch(() => undefined);
    return this.#answer(method, effect);
  }

  async #delayed<T>(method: string, work: () => T): Promise<T> {
    if (this.#state === "closed") {
      throw new StoreUnavailableError(`${method} came after the store was closed.`);
    }
    await this.#options.beforeEach?.(method);
    if (this.#state === "crashed") return never();
    return work();
  }

  async #answer<T>(method: string, effect: Promise<T>): Promise<T> {
    try {
      return await effect;
    } finally {
      await this.#options.afterEach?.(method);
      if (this.#state === "crashed") await never();
    }
  }
}

function never<T>(): Promise<T> {
  return new Promise(() => undefined);
}

/** The rows that exist, each once, in the order asked for. */
function found<T>(keys: readonly string[], rows: ReadonlyMap<string, T>): T[] {
  return [...new Set(keys)].flatMap((key) => {
    const row = rows.get(key);
    return row === undefined ? [] : [row];
  });
}

function isSameKey(a: WaitProbe, b: WaitProbe): boolean {
  return a.shape === b.shape && a.values === b.values;
}
