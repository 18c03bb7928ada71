// A run and its steps.
//
//   queued ──first call──▶ running ──▶ completed | failed | cancelled
//      └───────────────cancel────────────────────────────▲
//   skipped: recorded as it would have been queued, and never started
//
// The four terminal statuses are final: nothing in a finished run changes, and it has neither jobs nor waits.

import type {
  BulkId,
  EventId,
  FunctionId,
  RequestVersion,
  RunId,
  SerializedError,
  StepKey,
} from "@stepwell/protocol";

export type RunStatus = "queued" | "running" | "completed" | "failed" | "cancelled" | "skipped";

/** Why a run never started (semantics C4.2). */
export type SkipReason =
  | { readonly kind: "singleton"; readonly byRunId: RunId }
  | { readonly kind: "paused" }
  | { readonly kind: "draining" };

export interface Run {
  readonly id: RunId;
  readonly functionId: FunctionId;
  readonly status: RunStatus;
  readonly queuedAt: number;
  readonly startedAt?: number;
  readonly endedAt?: number;
  /** The triggering events, first one first. */
  readonly eventIds: readonly EventId[];
  /** Receipt of the first trigger: older runs go first in a lane. */
  readonly sequence: number;
  /** Its place among the function's runs in unix ms: when it was queued, less its priority (semantics C9). */
  readonly order: number;
  /** The values of its limits' keys, fixed when it was queued (schedule/lane.ts); absent where no limit has a key. */
  readonly lane?: string;
  /** The singleton that it holds: key of its limit state. */
  readonly singleton?: string;
  /** The limit on whole runs under which it holds a slot, from its first call on: key of its limit state. */
  readonly slot?: string;
  /** The batch that started it. */
  readonly batchId?: string;
  readonly skip?: SkipReason;
  /** What the SDK answered first; repeated in every later call (protocol §4.5). */
  readonly requestVersion: RequestVersion;
  readonly disableImmediateExecution: boolean;
  /** Number of the newest set of parallel steps; a step of that set holds discovery back until all have ended. */
  readonly batch: number;
  /** Receipt from which waits look back: that of what the run sent last (semantics H8.9). */
  readonly lookbackFrom?: number;
  /** The step that waits for this run's result. */
  readonly invokedBy?: { readonly runId: RunId; readonly stepKey: StepKey };
  /** The run that this one repeats; of a chain of repetitions the first. */
  readonly originalRunId?: RunId;
  /** The replay that started it (semantics C15.5). */
  readonly replayId?: BulkId;
  /** When its first call was due, unix ms, once made; absent where that was when it was queued. */
  readonly dueAt?: number;
  /** What it failed of, as all runs of one cause (model/failure-group.ts). */
  readonly failureGroup?: string;
  /** JSON text of the return value, once completed. */
  readonly output?: string;
  /** Why it failed or was cancelled. */
  readonly error?: SerializedError;
  /** The event that cancelled it. */
  readonly cancelledByEventId?: EventId;
}

export function isFinished(run: Run): boolean {
  return run.endedAt !== undefined;
}

export type StepKind = "run" | "sleep" | "wait-for-event" | "wait-for-signal" | "invoke";

/** `open` until its result is known; then final (first write wins). */
export type StepStatus = "open" | "completed" | "failed" | "expired";

export interface Step {
  readonly runId: RunId;
  readonly key: StepKey;
  readonly kind: StepKind;
  /** What the author and the dashboard call it. */
  readonly name: string;
  readonly userlandId?: string;
  readonly userlandIndex?: number;
  /** For example `step.sendEvent`, as the SDK reports it. */
  readonly stepType?: string;
  readonly status: StepStatus;
  /** Its place on the stack: the order in which steps ended. */
  readonly position?: number;
  /** The parallel set it belongs to; 0 for none. */
  readonly batch: number;
  readonly race: boolean;
  /** When the engine heard of it first. */
  readonly registeredAt: number;
  readonly startedAt?: number;
  readonly endedAt?: number;
  /** When a sleep ends or a wait expires. */
  readonly dueAt?: number;
  /** The JSON text that stands under its key in a call (protocol §4.3), once ended. */
  readonly result?: string;
  readonly input?: string;
  /** JSON array that replaces the step's input in a run that repeats another one from this step. */
  readonly editedInput?: string;
  /** The awaited event's or signal's name, or the invoked function's slug. */
  readonly target?: string;
  readonly expression?: string;
  /** The event that ended a wait, or the event that an invoke sent. */
  readonly eventId?: EventId;
  /** The run that an invoke started. */
  readonly invokedRunId?: RunId;
  /** The run that it ran in, where a run that repeats that one from a later step took its result over. */
  readonly restoredFrom?: RunId;
}

/** A failed attempt: history that no other row tells. */
export interface FailedAttempt {
  readonly runId: RunId;
  /** The step's key, or `step` for the code between steps. */
  readonly stepId: string;
  /** Counts from 0. */
  readonly attempt: number;
  readonly endedAt: number;
  readonly error: SerializedError;
  /** When the next attempt is due; absent when this was the last. */
  readonly retryAt?: number;
}
