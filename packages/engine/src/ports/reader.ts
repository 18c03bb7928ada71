// The reads behind the REST API, the dashboard and the CLI. They see committed rows only and never a shard's memory.

import type {
  App,
  Bulk,
  BulkKind,
  BulkStatus,
  FailedAttempt,
  FailureMark,
  FunctionControl,
  FunctionSettings,
  Job,
  LimitState,
  Outcome,
  Poison,
  Run,
  RunStatus,
  Step,
  StoredEvent,
  SyncLog,
  Wait,
} from "@stepwell/core";
import type { AppId, BulkId, EventId, FunctionId, JobId, RunId } from "@stepwell/protocol";

/**
 * A page of rows; `next` continues it. A page may hold fewer rows than asked for, even none, and go on all the same:
 * only a page without `next` is the last one. A cursor that no page of the same list gave out is refused with a
 * RangeError.
 */
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
  /** The replay that started them. */
  readonly replayId?: BulkId;
  /** What they failed of; see the failure group of a run. */
  readonly failureGroup?: string;
  /** Which time `from`, `until` and the order speak of; runs that lack it are left out. Default `queuedAt`. */
  readonly timeField?: "queuedAt" | "startedAt" | "endedAt";
  /** Unix ms, itself included. */
  readonly from?: number;
  /** Unix ms, itself left out. */
  readonly until?: number;
  /** By the time, and by id where that is the same. Default `newest`. */
  readonly order?: "newest" | "oldest";
  readonly cursor?: string;
  readonly limit: number;
}

export interface BulkFilter {
  readonly kinds?: readonly BulkKind[];
  readonly statuses?: readonly BulkStatus[];
  readonly cursor?: string;
  readonly limit: number;
}

export interface EventFilter {
  readonly name?: string;
  /** All names that start with this, such as `billing/`. */
  readonly namePrefix?: string;
  /** Time of receipt in unix ms, itself included. */
  readonly from?: number;
  /** Time of receipt in unix ms, itself left out. */
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

/** The queue at a moment. */
export interface QueueFigures {
  /** Due jobs, no more than were asked for. */
  readonly due: number;
  /** Unix ms; absent when nothing is due. */
  readonly oldestDueAt?: number;
}

/** Runs of one status within one of equally long parts of a time, counted from 0. */
export interface RunCount {
  readonly bucket: number;
  readonly status: RunStatus;
  readonly count: number;
}

/** How long runs that started within one part of a time had been due before, in ms; some of them, in no order. */
export interface QueueDelays {
  readonly bucket: number;
  readonly delaysMs: readonly number[];
}

export interface FailureQuery {
  /** Unix ms, by the runs' ends: itself included. */
  readonly from?: number;
  /** Unix ms, itself left out. */
  readonly until?: number;
  /** The groups that failed last. */
  readonly limit: number;
}

/** The failed runs of one cause within a time. */
export interface FailureFigures {
  readonly group: string;
  readonly count: number;
  /** Unix ms. */
  readonly firstAt: number;
  readonly lastAt: number;
  /** The one that was queued last. */
  readonly newestRunId: RunId;
}

export interface SyncQuery {
  readonly appId?: AppId;
  /** Unix ms: itself included. */
  readonly from?: number;
  /** Unix ms, itself left out. */
  readonly until?: number;
  readonly limit: number;
}

/** A time in equally long parts; `until` is left out. */
export interface BucketQuery {
  /** Unix ms. */
  readonly from: number;
  readonly until: number;
  readonly buckets: number;
}

/** What one event did, counted. */
export interface EventEffectCounts {
  readonly eventId: EventId;
  /** Runs that it started; those skipped, and those that repeat others, left out. */
  readonly runs: number;
  /** Functions with a reason and without a run. */
  readonly notStarted: number;
  readonly resumed: number;
  readonly cancelled: number;
  /** The event with the same id that came first, where a function says so. */
  readonly duplicateOf?: EventId;
}

export interface StoreReader {
  /** Ordered by time, then id. */
  listRuns(filter: RunFilter): Promise<Page<Run>>;
  /**
   * How many runs the filter means, whatever its cursor and limit; rejects when counting takes longer than `withinMs`,
   * by default two seconds.
   */
  countRuns(filter: RunFilter, withinMs?: number): Promise<number>;
  /**
   * The runs that the filter means, by part of the time and status; parts without runs are absent. The filter's own
   * time, order, cursor and limit mean nothing. Rejects when counting takes too long.
   */
  countRunsOver(filter: Omit<RunFilter, "limit">, time: BucketQuery): Promise<readonly RunCount[]>;
  /** Of the runs that started within the time, at most `sampleMax` for each part. */
  queueDelays(time: BucketQuery, sampleMax: number): Promise<readonly QueueDelays[]>;
  /** Failed runs by their failure group, the one that failed last first. */
  failureFigures(query: FailureQuery): Promise<readonly FailureFigures[]>;
  listFailureMarks(): Promise<readonly FailureMark[]>;
  /** Syncs that changed something or failed, newest first. */
  listSyncs(query: SyncQuery): Promise<readonly SyncLog[]>;
  readRun(id: RunId): Promise<RunDetail | undefined>;
  /** Runs that an event started, oldest first. */
  runsOfEvent(id: EventId): Promise<readonly Run[]>;
  /** Runs that invoke steps of this run started, and the other way round, are told by `invokedBy`. */
  runsInvokedBy(id: RunId): Promise<readonly Run[]>;
  /** Newest receipt first. */
  listEvents(filter: EventFilter): Promise<Page<StoredEvent>>;
  /** How many events were received within a time (unix ms, `until` left out), system events left out. */
  countEvents(time: { readonly from: number; readonly until: number }): Promise<number>;
  readEvent(id: EventId): Promise<StoredEvent | undefined>;
  readEvents(ids: readonly EventId[]): Promise<readonly StoredEvent[]>;
  outcomesOfEvent(id: EventId): Promise<readonly Outcome[]>;
  /** In the order of the ids; ids of events that are not there count 0. */
  effectsOfEvents(ids: readonly EventId[]): Promise<readonly EventEffectCounts[]>;
  /** Steps that waited for an event and that this one ended, in order of their runs. */
  stepsResumedBy(id: EventId): Promise<readonly Step[]>;
  /** Runs that this event cancelled, oldest first. */
  runsCancelledBy(id: EventId): Promise<readonly Run[]>;
  listApps(): Promise<readonly App[]>;
  listFunctions(): Promise<readonly FunctionSettings[]>;
  /** What operators said of functions; those of which nothing was said are absent. */
  listControls(): Promise<readonly FunctionControl[]>;
  /** What limits remember under keys that begin so, in the order of the keys. */
  listLimits(prefix: string, limit: number): Promise<readonly LimitState[]>;
  /** Of the functions that have unfinished runs. */
  functionFigures(): Promise<readonly FunctionFigures[]>;
  /**
   * Jobs that are due at `now` (unix ms), those of `open` left out, for they are being worked on; no more than
   * `limit` are counted.
   */
  queueFigures(now: number, open: readonly JobId[], limit: number): Promise<QueueFigures>;
  /** Newest first. */
  listBulks(filter: BulkFilter): Promise<Page<Bulk>>;
  readBulk(id: BulkId): Promise<Bulk | undefined>;
  /** Newest first. */
  listPoisons(limit: number): Promise<readonly Poison[]>;
}
