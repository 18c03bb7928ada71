// The reads behind the REST API, the dashboard and the CLI. They see committed rows only and never a shard's memory.

import type {
  App,
  FailedAttempt,
  FunctionSettings,
  Job,
  Outcome,
  Poison,
  Run,
  RunStatus,
  Step,
  StoredEvent,
  Wait,
} from "@stepwell/core";
import type { AppId, EventId, FunctionId, RunId } from "@stepwell/protocol";

/** A page of rows, newest first; `next` continues it. */
export interface Page<T> {
  readonly rows: readonly T[];
  readonly next?: string;
}

export interface RunFilter {
  readonly statuses?: readonly RunStatus[];
  readonly functionIds?: readonly FunctionId[];
  readonly appIds?: readonly AppId[];
  /** Name of the first triggering event. */
  readonly eventName?: string;
  /** Which time `from` and `until` (unix ms) speak of. */
  readonly timeField?: "queuedAt" | "startedAt" | "endedAt";
  readonly from?: number;
  readonly until?: number;
  readonly order?: "newest" | "oldest";
  readonly cursor?: string;
  readonly limit: number;
}

export interface EventFilter {
  readonly name?: string;
  /** All names that start with this, such as `billing/`. */
  readonly namePrefix?: string;
  readonly from?: number;
  readonly until?: number;
  /** System events are left out unless asked for. */
  readonly includeInternal?: boolean;
  readonly cursor?: string;
  readonly limit: number;
}

/** Everything about one run, finished or not. */
export interface RunDetail {
  readonly run: Run;
  readonly steps: readonly Step[];
  readonly attempts: readonly FailedAttempt[];
  readonly jobs: readonly Job[];
  readonly waits: readonly Wait[];
  readonly events: readonly StoredEvent[];
}

/** Counts of one function's unfinished runs, and the oldest queued one. */
export interface FunctionFigures {
  readonly functionId: FunctionId;
  readonly queued: number;
  readonly running: number;
  readonly oldestQueuedAt?: number;
}

export interface StoreReader {
  listRuns(filter: RunFilter): Promise<Page<Run>>;
  countRuns(filter: RunFilter): Promise<number>;
  readRun(id: RunId): Promise<RunDetail | undefined>;
  /** Runs that an event started, oldest first. */
  runsOfEvent(id: EventId): Promise<readonly Run[]>;
  /** Runs that invoke steps of this run started, and the other way round, are told by `invokedBy`. */
  runsInvokedBy(id: RunId): Promise<readonly Run[]>;
  listEvents(filter: EventFilter): Promise<Page<StoredEvent>>;
  readEvent(id: EventId): Promise<StoredEvent | undefined>;
  readEvents(ids: readonly EventId[]): Promise<readonly StoredEvent[]>;
  outcomesOfEvent(id: EventId): Promise<readonly Outcome[]>;
  listApps(): Promise<readonly App[]>;
  listFunctions(): Promise<readonly FunctionSettings[]>;
  functionFigures(): Promise<readonly FunctionFigures[]>;
  listPoisons(limit: number): Promise<readonly Poison[]>;
}
