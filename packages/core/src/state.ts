// What a rule may read. The shard's window implements it; `undefined` means "not loaded", `null` "does not exist".

import type { AppId, BulkId, EventId, FunctionId, JobId, RunId, StepKey } from "@stepwell/protocol";
import type { OpenCall } from "./change.ts";
import type { DedupeKey } from "./model/admission.ts";
import type { Bulk } from "./model/bulk.ts";
import type { FunctionControl } from "./model/control.ts";
import type { StoredEvent } from "./model/event.ts";
import type { App, FunctionSettings, WaitLookback } from "./model/function.ts";
import type { RunJob, ShardJob } from "./model/job.ts";
import type { LimitState } from "./model/limit-state.ts";
import type { Run, Step } from "./model/run.ts";
import type { SignalClaim, Wait } from "./model/wait.ts";

/** A run with all that belongs to it. */
export interface RunView {
  readonly run: Run;
  readonly events: readonly StoredEvent[];
  readonly steps: ReadonlyMap<StepKey, Step>;
  /** Ended steps in the order in which they ended. */
  readonly stack: readonly StepKey[];
  /** Steps whose result is not known yet. */
  readonly open: ReadonlySet<StepKey>;
  readonly jobs: ReadonlyMap<JobId, RunJob>;
  readonly waits: ReadonlyMap<string, Wait>;
  /** Length of all results, in UTF-16 units. */
  readonly stateSize: number;
}

/** The functions that exist, found the ways rules look for them; an operator's overrides are in place. */
export interface FunctionDirectory {
  byId(id: FunctionId): FunctionSettings | undefined;
  bySlug(slug: string): FunctionSettings | undefined;
  /** Functions with a trigger whose name or wildcard matches, archived ones left out. */
  triggeredBy(eventName: string): readonly FunctionSettings[];
  ofApp(appName: string): readonly FunctionSettings[];
  /** As the app registered it, without overrides. */
  registered(id: FunctionId): FunctionSettings | undefined;
  /** What operators said of a function; undefined when nothing was said yet. */
  control(id: FunctionId): FunctionControl | undefined;
}

/** Settings of the engine that rules read. */
export interface EngineSettings {
  readonly retryIntervalMs?: number;
  readonly waitLookback: WaitLookback;
  readonly stepsMax: number;
  /** The most waits that one decision about an event takes. */
  readonly waitsPerDecision: number;
  /** Calls that a lane keeps in memory when it holds twice as many. */
  readonly callsPerLane: number;
  readonly stateSizeMax: number;
  readonly stepOutputMax: number;
  /** The most events that a batch may ask for. */
  readonly batchSizeMax: number;
  /** The most seconds by which a priority moves a run (semantics C9). */
  readonly prioritySecondsMax: number;
}

/** What was loaded for one input alone. */
export interface Facts {
  /** Stored waits that may match the routed event, and those in memory. */
  readonly waits?: readonly Wait[];
  /** Id of the last wait of this page; absent when no more follow. */
  readonly waitsEnd?: string | undefined;
  /** Events found by a look-back scan. */
  readonly scanned?: readonly StoredEvent[];
  readonly selected?: SelectedRuns;
}

/** A page of the runs that a bulk operation means, as they were when it was read. */
export interface SelectedRuns {
  readonly bulkId: BulkId;
  /** As in the need. */
  readonly page?: string;
  /** In the order of queueing; of the events those that are still stored, where they were asked for. */
  readonly runs: readonly { readonly run: Run; readonly events: readonly StoredEvent[] }[];
  /** Where the next page begins; absent on the last one. */
  readonly next?: string;
}

/** What a shard knows of the end of whoever had it before, if that was out of order (design §4, poison). */
export interface Caution {
  /** The epoch under which this process began. */
  readonly firstEpoch: number;
  /** Calls are recorded before they are made up to here, unix ms. */
  readonly until: number;
  /** At so many deaths a call is held. */
  readonly deathsMax: number;
}

export interface ShardState {
  /** Absent after an end in order. */
  readonly caution?: Caution | undefined;
  readonly epoch: number;
  /** The receipt sequence given last. */
  readonly sequence: number;
  /** The number of the call opened last. */
  readonly lastCall: number;
  readonly settings: EngineSettings;
  readonly functions: FunctionDirectory;
  app(id: AppId): App | undefined;
  /** The app that is served at a URL. */
  appAt(url: string): App | undefined;
  run(id: RunId): RunView | null | undefined;
  event(id: EventId): StoredEvent | null | undefined;
  dedupe(key: string): DedupeKey | null | undefined;
  signal(name: string): SignalClaim | null | undefined;
  bulk(id: BulkId): Bulk | null | undefined;
  limit(key: string): LimitState | null | undefined;
  shardJob(id: JobId): ShardJob | null | undefined;
  /** Whether a call that was handed out to be started still fits its limits. */
  fitsLimits(call: { readonly functionId: FunctionId; readonly lane?: string }): boolean;
  openCall(jobId: JobId): OpenCall | undefined;
  openCallsOf(runId: RunId): readonly OpenCall[];
  openCalls(): Iterable<OpenCall>;
}
