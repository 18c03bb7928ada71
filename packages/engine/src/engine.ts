// The engine as its shapes see it: the server, embed() and tests drive it through this interface alone.

import type {
  Bulk,
  BulkRequest,
  BulkSteer,
  Change,
  ControlCommand,
  LaneFigures,
  RestartPoint,
  WaitLookback,
} from "@stepwell/core";
import type {
  AppId,
  BulkId,
  CheckpointRequest,
  EventIdSeed,
  EventInput,
  FunctionId,
  JobId,
  JsonObject,
  RunId,
  SyncRequest,
  TraceContext,
} from "@stepwell/protocol";
import type { StoreReader } from "./ports/reader.ts";
import type { SelfCheck } from "./shard/self-check.ts";

export interface EngineOptions {
  /** Fixed delay before every retry, in ms; absent means the backoff table (semantics C2). */
  readonly retryIntervalMs?: number;
  /** Most calls open at once; default 100. */
  readonly openCallsMax?: number;
  /** What functions without a setting of their own do; default causal (decisions row 3). */
  readonly waitLookback?: WaitLookback;
  /** The most events that a function may ask for in a batch; default 100, at most 1,000 (semantics I14). */
  readonly batchSizeMax?: number;
  /** The most seconds by which a priority moves a run; default 600 (semantics I9). */
  readonly prioritySecondsMax?: number;
  /** How long finished runs and events are kept, in ms; absent keeps them for ever (decisions row 10). */
  readonly retentionMs?: number;
}

export type IngestOutcome =
  | { readonly kind: "accepted"; readonly ids: readonly string[] }
  /** The engine's queue is full or the store is away: nothing was accepted, the sender may try again. */
  | { readonly kind: "unavailable"; readonly reason: string };

export type SyncOutcome =
  | { readonly kind: "synced"; readonly appId: AppId; readonly syncId: string; readonly modified: boolean }
  /** Each reason names function, field, value and rule. */
  | { readonly kind: "refused"; readonly reasons: readonly string[] };

export type InvokeOutcome =
  | { readonly kind: "accepted"; readonly eventId: string }
  | { readonly kind: "unknown-function"; readonly reason: string };

export type CheckpointOutcome =
  | { readonly kind: "recorded" }
  /** The call that reports is no longer the one that may: 409. */
  | { readonly kind: "stale" }
  | { readonly kind: "refused"; readonly reason: string };

export type CancelOutcome = "cancelled" | "already-finished" | "unknown-run";

export type RerunOutcome =
  | { readonly kind: "started"; readonly runId: RunId }
  | { readonly kind: "unknown-run" }
  | { readonly kind: "unknown-step"; readonly reason: string }
  | { readonly kind: "refused"; readonly reason: string };

export type BulkOutcome =
  | { readonly kind: "started"; readonly bulk: Bulk }
  /** Each reason is a sentence. */
  | { readonly kind: "refused"; readonly reasons: readonly string[] };

export type PreviewOutcome =
  /** `isComplete`: all runs were looked at; otherwise there may be more. */
  | { readonly kind: "counted"; readonly count: number; readonly isComplete: boolean }
  | { readonly kind: "refused"; readonly reasons: readonly string[] };

export type SteerOutcome =
  | { readonly kind: "steered"; readonly bulk: Bulk }
  | { readonly kind: "unknown-bulk" }
  /** It has ended. */
  | { readonly kind: "refused"; readonly reason: string };

/** What the engine has in hand at this moment: memory alone, so that asking costs nothing. */
export interface EngineLoad {
  readonly openCalls: number;
  readonly openCallsMax: number;
  /** Open calls by function, those that have any. */
  readonly openCallsByFunction: ReadonlyMap<FunctionId, number>;
  /** The jobs of open calls. */
  readonly openJobs: readonly JobId[];
  /** Due calls that stand in line for a limit or for capacity. */
  readonly standing: number;
  /** Inputs that wait to be decided. */
  readonly waitingInputs: number;
}
export type ControlOutcome =
  | { readonly kind: "done" }
  | { readonly kind: "unknown-function" }
  | { readonly kind: "refused"; readonly reason: string };

export interface Engine {
  /** Takes the shard over and begins to work. */
  start(): Promise<void>;
  /**
   * Stops: no new calls, open calls get `graceMs` to answer, everything decided is committed. What did not answer is
   * called again after the next start.
   */
  stop(graceMs: number): Promise<void>;

  /** Accepts events durably (semantics A1–A7); the events are parsed already. What they start goes on in `trace`. */
  ingest(events: readonly EventInput[], seed?: EventIdSeed, trace?: TraceContext): Promise<IngestOutcome>;
  /** Starts one function by slug or UUID with an invocation event (semantics B6, protocol §2.7). */
  invoke(
    functionId: string,
    payload: {
      /** The event's id, which starts the function once in 24 hours (semantics A4); default a fresh one. */
      readonly id?: string;
      readonly data: JsonObject;
      readonly user?: JsonObject;
      readonly v?: string;
      readonly meta?: JsonObject;
    },
    trace?: TraceContext,
  ): Promise<InvokeOutcome>;
  /** Takes over an app's functions: new ones appear, missing ones are archived (protocol §3.3). */
  sync(request: SyncRequest): Promise<SyncOutcome>;
  /** Keeps the reason why an app could not be synced, for the page and the API. */
  recordSyncFailure(appUrl: string, reason: string): Promise<void>;
  /** Archives an app with its functions. */
  removeApp(id: AppId): Promise<boolean>;
  /**
   * Pauses, resumes or drains a function, or overrides one of its limits (semantics C14). Kept over syncs and restarts;
   * in force once it resolves.
   */
  controlFunction(id: FunctionId, command: ControlCommand): Promise<ControlOutcome>;
  /** What stands and runs in a function's lanes just now, from memory; of all functions without an id. */
  /** Compares what memory holds of runs with what the store gives: for tests and the simulation. */
  selfCheck(): Promise<SelfCheck>;
  laneFigures(id?: FunctionId): readonly LaneFigures[];
  /** Records steps of a running call (protocol §9.1). */
  checkpoint(request: Pick<CheckpointRequest, "queueItemId" | "ops">): Promise<CheckpointOutcome>;
  cancelRun(id: RunId): Promise<CancelOutcome>;
  /**
   * A new run for the same events (semantics C15); the original stays as it is. From a step on, what earlier ones gave
   * is restored, and `input` replaces the arguments of a `step.run`.
   */
  rerun(id: RunId, options?: { readonly fromStep?: RestartPoint }): Promise<RerunOutcome>;
  /** Cancels or replays all runs that a selection means (semantics C6.12, C15.4); its row tells how far it has come. */
  startBulk(request: BulkRequest): Promise<BulkOutcome>;
  /** Counts the runs that it would mean at present, as far as that can be done in reasonable time. */
  previewBulk(request: BulkRequest): Promise<PreviewOutcome>;
  /** Holds it, lets it go on, stops it for good, or stops it and takes its row away. */
  steerBulk(id: BulkId, steer: BulkSteer): Promise<SteerOutcome>;
  /** Closes or mutes a group of failures, or takes that back; the page shows it, nothing else changes. */
  markFailure(
    group: string,
    mark: "closed" | "muted",
    options: { readonly isOn: boolean; readonly by?: string },
  ): Promise<void>;
  /** Delivers a signal to the run that waits for it (semantics D6); `data` is JSON text. */
  signal(name: string, data: string): Promise<{ readonly runId: RunId } | null>;

  /**
   * Resolves when nothing is under way: no request, no call, nothing that is due. What is due later does not count.
   */
  whenIdle(): Promise<void>;

  load(): EngineLoad;
  /** Committed rows, for the APIs. */
  readonly reader: StoreReader;
  /** Calls `listener` with changes once they are durable; returns how to stop that. */
  onCommitted(listener: (changes: readonly Change[]) => void): () => void;
}
