// The store port: all that the engine asks of a database. A store holds no rules: it writes rows, all or nothing,
// under a fence, and reads them back. This file and its contract suite (testing/store-contract.ts) are what one
// needs to write a new store.

import type {
  App,
  Bulk,
  CallEntry,
  DedupeKey,
  FunctionControl,
  FunctionSettings,
  Job,
  JobEntry,
  LimitState,
  RowWrite,
  Run,
  SignalClaim,
  Step,
  StoredEvent,
  Wait,
} from "@stepwell/core";
import type { BulkId, EventId, FunctionId, JobId, RunId } from "@stepwell/protocol";
import type { StoreReader } from "./reader.ts";

/** Under which ownership, and as which in a row, a commit is made. */
export interface Fence {
  /** The owner's number: raised by each `claim`, so that a former owner is refused. */
  readonly epoch: number;
  /** The commit's own number: exactly one more than the last one of the shard. */
  readonly commit: number;
}

/** What a new owner gets to know. */
export interface Claim {
  readonly epoch: number;
  /** Whether the owner before ended in order (see `release`), or there was none. */
  readonly isInOrder: boolean;
  /** Number of the last commit. */
  readonly commit: number;
  /** Highest receipt sequence of any event ever stored, so that none is given out twice. */
  readonly sequence: number;
  readonly apps: readonly App[];
  readonly functions: readonly FunctionSettings[];
  readonly controls: readonly FunctionControl[];
}

/** Everything stored of one unfinished or finished run, with the events that triggered it. */
export interface RunRows {
  readonly run: Run;
  readonly steps: readonly Step[];
  readonly jobs: readonly Job[];
  readonly waits: readonly Wait[];
  readonly events: readonly StoredEvent[];
}

/** A position in the order of due jobs. */
export interface JobCursor {
  readonly dueAt: number;
  readonly id: JobId | "";
}

/** The first calls of a lane. */
export interface LaneScan {
  readonly functionId: FunctionId;
  /** Absent for the function's plain lane. */
  readonly lane?: string;
  /** Only calls due at this time (unix ms) or before. */
  readonly dueBy: number;
  readonly count: number;
}

/** One probe of the waits' index: an event's values for one shape. */
export interface WaitProbe {
  readonly shape: string;
  readonly values: string;
}

/** Which of the waits that match. */
export interface WaitPage {
  /** Only those whose id comes after it. */
  readonly after: string;
  /** The most; a page with fewer is the last one. */
  readonly limit: number;
}

/** The events that a looking-back wait must consider. */
export interface EventScan {
  readonly name: string;
  /** Only events received after this. */
  readonly afterSequence: number;
  /** Only events received at this time (unix ms) or later. */
  readonly receivedFrom: number;
  readonly limit: number;
}

export interface Store {
  /**
   * Takes the shard over: raises its epoch, after which every commit under an older one is refused. What was under
   * way before is either visible in the answer or refused later.
   *
   * @throws StoreUnavailableError when the database cannot be reached.
   */
  claim(): Promise<Claim>;

  /** The owner of this epoch ends in order, and commits nothing more; without effect when there is a newer owner. */
  release(epoch: number): Promise<void>;

  /**
   * Writes the rows, all or none, and moves the shard from commit `fence.commit - 1` to `fence.commit`. The promise
   * resolves once they are durable.
   *
   * @throws EpochLostError when the shard has another epoch or commit number; nothing was written.
   * @throws StoreUnavailableError when the database cannot be reached; nothing was written.
   * @throws RowRefusedError when the database refuses a row as invalid; nothing was written.
   * @throws CommitUnknownError when it cannot be told whether the rows were written.
   */
  commit(fence: Fence, writes: readonly RowWrite[]): Promise<void>;

  /** The rows of runs; a run that does not exist is absent from the answer. Reads see every commit sent before. */
  loadRuns(ids: readonly RunId[]): Promise<readonly RunRows[]>;
  /** Jobs after the cursor in the order of (dueAt, id), due at `until` or before. */
  loadDueJobs(after: JobCursor, until: number, limit: number): Promise<readonly JobEntry[]>;
  /** For each lane in the order asked for: its calls in the order of (order, sequence, id). */
  loadLaneCalls(scans: readonly LaneScan[]): Promise<readonly (readonly CallEntry[])[]>;
  /** Jobs by id, those that exist; for jobs that belong to no run. */
  loadJobs(ids: readonly JobId[]): Promise<readonly Job[]>;
  loadEvents(ids: readonly EventId[]): Promise<readonly StoredEvent[]>;
  /** Deduplication keys that exist, expired ones included. */
  loadDedupes(keys: readonly string[]): Promise<readonly DedupeKey[]>;
  loadSignals(names: readonly string[]): Promise<readonly SignalClaim[]>;
  loadBulks(ids: readonly BulkId[]): Promise<readonly Bulk[]>;
  /** Limits' states that exist, expired ones included. */
  loadLimits(keys: readonly string[]): Promise<readonly LimitState[]>;
  /** The distinct shapes among the waits for an event's name. */
  loadWaitShapes(eventName: string): Promise<readonly string[]>;
  /** Waits for an event's name that have a key equal to one of the probes: a page of them, in the order of their ids. */
  loadWaits(eventName: string, probes: readonly WaitProbe[], page: WaitPage): Promise<readonly Wait[]>;
  /** Events by name in order of receipt. */
  scanEvents(scan: EventScan): Promise<readonly StoredEvent[]>;

  /** What the APIs read; see reader.ts. */
  readonly reader: StoreReader;

  /**
   * Removes finished runs that ended before `endedBefore`, and events received before it that no unfinished run and
   * no job needs, with all that hangs on them; never more than `limit` of each. Deduplication keys and limits' states go
   * once they have expired at `now`, poisons once they are as old and their run is finished or gone, bulk operations
   * once they ended before `endedBefore`.
   *
   * @returns how many rows were removed, so that the caller goes on until it is 0.
   */
  removeHistory(endedBefore: number, now: number, limit: number): Promise<number>;

  /** Ends all work and closes the database; later calls reject. */
  close(): Promise<void>;
}

/** The shard belongs to someone else, or moved on under the same epoch. */
export class EpochLostError extends Error {
  readonly code = "EPOCH_LOST";
  override readonly name = "EpochLostError";
}

/** The database refuses a row; retrying the same rows cannot succeed. */
export class RowRefusedError extends Error {
  readonly code = "ROW_REFUSED";
  override readonly name = "RowRefusedError";
}

/** The outcome of a commit is not known: it may or may not be stored. */
export class CommitUnknownError extends Error {
  readonly code = "COMMIT_UNKNOWN";
  override readonly name = "CommitUnknownError";
}

/** The database cannot be reached; the same call may succeed later. */
export class StoreUnavailableError extends Error {
  readonly code = "STORE_UNAVAILABLE";
  override readonly name = "StoreUnavailableError";
}
