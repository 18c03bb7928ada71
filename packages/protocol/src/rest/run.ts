// Runs over REST: one row of the list, the run by itself, and what may be done to it (protocol §7.2 FunctionRun).

import type { Json, JsonObject } from "../json.ts";
import type { Timestamp } from "./envelope.ts";
import { restPath, segment } from "./query.ts";

/** Statuses of semantics C4. Waiting and sleeping are words of the page: the status stays `RUNNING`. */
export const runStatuses = ["QUEUED", "RUNNING", "COMPLETED", "FAILED", "CANCELLED", "SKIPPED"] as const;
export type RestRunStatus = (typeof runStatuses)[number];

export function isRunFinished(status: RestRunStatus): boolean {
  return status !== "QUEUED" && status !== "RUNNING";
}

/** An app as other resources name it. */
export interface AppReference {
  readonly id: string;
  /** The author's app id. */
  readonly name: string;
}

/** A function as other resources name it. */
export interface FunctionReference {
  readonly id: string;
  /** App name, `-`, function id. */
  readonly slug: string;
  readonly name: string;
  readonly app: AppReference;
}

/** An error as an app threw it; `stack` as text, `cause` as sent. */
export interface ErrorView {
  readonly name: string;
  readonly message: string;
  readonly stack?: string;
  readonly code?: Json;
  readonly data?: Json;
  readonly cause?: Json;
}

/** What started a run. */
export interface RunTrigger {
  /** Internal ids, first one first. */
  readonly eventIds: readonly string[];
  /** Absent for a cron run. */
  readonly eventName?: string;
  readonly isBatch: boolean;
  readonly batchId?: string;
  readonly cronSchedule?: string;
  /** Set when an invoke step of another run started it. */
  readonly invokedBy?: {
    readonly runId: string;
    readonly stepName?: string;
    readonly functionName?: string;
  };
}

/**
 * What an unfinished run does right now, or why it stands still. The server gives the most telling one: running before
 * retrying before waiting before sleeping before queued. Absent on finished runs.
 */
export type RunActivity =
  | {
      readonly kind: "queued";
      /** Why it is held back, where the engine knows. */
      readonly heldBackBy?: HeldBackBy;
      /** When it is due, if later than now: the event's `ts`, a debounce, a throttle. */
      readonly startsAt?: Timestamp;
    }
  | {
      readonly kind: "running";
      /** The author's step; absent for the code between steps. */
      readonly stepName?: string;
      /** Counts from 0. */
      readonly attempt?: number;
      readonly maxAttempts?: number;
    }
  | {
      readonly kind: "retrying";
      readonly stepName?: string;
      /** The next attempt, counted from 0. */
      readonly attempt: number;
      readonly maxAttempts?: number;
      readonly retryAt: Timestamp;
      readonly error?: ErrorView;
    }
  | {
      readonly kind: "waiting";
      readonly stepName: string;
      /** Name of the awaited event or signal, or of the invoked function. */
      readonly target: string;
      readonly targetKind: "event" | "signal" | "function";
      readonly until?: Timestamp;
      readonly since?: Timestamp;
      /** How many waits are open at once; absent means 1. */
      readonly openWaits?: number;
    }
  | {
      readonly kind: "sleeping";
      readonly stepName: string;
      readonly until: Timestamp;
      readonly since?: Timestamp;
    };

/** The limit that holds a queued run back. */
export interface HeldBackBy {
  readonly limit: "concurrency" | "throttle" | "paused" | "priority" | "app-away";
  /** For example `10 of 10 running for acme`. */
  readonly text: string;
}

/** A part of a run's time, for the time bar; parts follow each other without a gap from `queuedAt`. */
export interface TimePart {
  readonly kind: TimePartKind;
  readonly durationMs: number;
}

/**
 * queued: held back. ran: code ran and succeeded. running: code runs now. failed: an attempt that failed. retrying:
 * before the next attempt. sleeping, waiting, invoking: parked. cancelled: code that ran when the run was cancelled.
 */
export type TimePartKind =
  | "queued"
  | "ran"
  | "running"
  | "failed"
  | "retrying"
  | "sleeping"
  | "waiting"
  | "invoking"
  | "cancelled";

/** One run, as in lists. */
export interface RunView {
  readonly id: string;
  readonly status: RestRunStatus;
  readonly function: FunctionReference;
  readonly app: AppReference;
  readonly queuedAt: Timestamp;
  readonly startedAt?: Timestamp;
  readonly endedAt?: Timestamp;
  /** From queued to ended; absent while the run lives. */
  readonly durationMs?: number;
  readonly trigger: RunTrigger;
  readonly activity?: RunActivity;
  /** The return value of a completed run. Lists may leave out what is larger than 2 KB. */
  readonly output?: Json;
  /** Bytes of the return value's JSON, also where `output` is left out. */
  readonly outputBytes?: number;
  /** Why it failed. */
  readonly error?: ErrorView;
  /** The step whose error ended the run. */
  readonly failedStepName?: string;
  /** By what it was cancelled, or why it was skipped, as a sentence without a full stop. */
  readonly reason?: string;
  /** The event that cancelled it. */
  readonly cancelledByEventId?: string;
  /** The run that this one repeats. */
  readonly originalRunId?: string;
  /** The replay that started it, a bulk operation. */
  readonly replayId?: string;
  /** Where its time went. Absent: draw one part from `queuedAt` to `endedAt`. */
  readonly time?: readonly TimePart[];
  /** Its first triggering event, in lists asked with `includeEvent`; absent once retention has removed it. */
  readonly event?: RunEventView;
}

/** An event with the members that expressions see. */
export interface RunEventView {
  /** The id that handlers see. */
  readonly id: string;
  readonly name: string;
  /** Unix ms. */
  readonly ts: number;
  /** Left out when its JSON is longer than 2 KB. */
  readonly data?: Json;
  /** Bytes of the data's JSON, also where `data` is left out. */
  readonly dataBytes: number;
  readonly user?: JsonObject;
  readonly v?: string;
}

/** The run by itself, with what only its own page shows. */
export interface RunDetailView extends RunView {
  /** The triggering events with their data; those that retention has removed are missing. */
  readonly events: readonly TriggerEventView[];
  /** The sessions of its triggering events (semantics A13.4). */
  readonly sessions?: readonly { readonly key: string; readonly id: string }[];
  /** Calls made to the app for this run. */
  readonly calls?: number;
  /** Attempts that failed and were tried again. */
  readonly retries?: number;
  readonly maxAttempts?: number;
  /** Events that this run sent, oldest first, with the runs that they started. */
  readonly sent?: readonly SentEventView[];
  /** Runs that repeat this one. */
  readonly repeatedBy?: readonly string[];
  /** Due work of the run, soonest first. */
  readonly jobs?: readonly JobView[];
}

export interface TriggerEventView {
  readonly id: string;
  /** The id that handlers see. */
  readonly externalId?: string;
  readonly name: string;
  readonly receivedAt: Timestamp;
  readonly data: Json;
  readonly user?: Json;
}

export interface SentEventView {
  readonly id: string;
  readonly name: string;
  readonly receivedAt: Timestamp;
  readonly stepName?: string;
  readonly runs: readonly RunReference[];
}

/** A run as other resources name it. */
export interface RunReference {
  readonly id: string;
  readonly status: RestRunStatus;
  readonly functionName: string;
}

export interface JobView {
  readonly id: string;
  readonly kind: string;
  readonly dueAt: Timestamp;
  readonly attempt?: number;
  readonly stepName?: string;
}

/** `GET /runs`. Lists inside a field are *or*; fields are joined by *and*. */
export interface RunsQuery {
  readonly status?: readonly RestRunStatus[];
  /** Function ids or slugs. */
  readonly functionId?: readonly string[];
  /** App ids or names. */
  readonly appId?: readonly string[];
  readonly eventName?: string;
  /** The replay that started them. */
  readonly replayId?: string;
  /** Which time `from` (inclusive) and `until` (exclusive) speak of; default `queuedAt`. */
  readonly timeField?: "queuedAt" | "startedAt" | "endedAt";
  /** Unix ms. */
  readonly from?: number;
  readonly until?: number;
  /** Free words, searched in ids and error messages; a run id or event id finds its runs. */
  readonly query?: string;
  /** An expression over `event` and `output`; a run for which it errs does not match. */
  readonly expression?: string;
  /** From queued to ended, in ms, both included; runs that have not ended do not match. */
  readonly tookFromMs?: number;
  readonly tookUntilMs?: number;
  /** Runs that an invoke step of this run started. */
  readonly parentRunId?: string;
  /** Runs that repeat this one. */
  readonly originalRunId?: string;
  /** The `id` of a failure group (`GET /failures`). */
  readonly failureGroup?: string;
  readonly order?: "newest" | "oldest";
  readonly cursor?: string;
  readonly limit?: number;
  readonly includeOutput?: boolean;
  /** Whether rows have their `event`; default false. */
  readonly includeEvent?: boolean;
}

export const runsLimit = { fallback: 20, max: 200 } as const;

export function runsPath(query: RunsQuery = {}): string {
  return restPath("/runs", { ...query });
}

export function runPath(runId: string): string {
  return restPath(`/runs/${segment(runId)}`);
}

/** `POST`, no body; answers `{runId}`, or `run_already_ended`. */
export function cancelRunPath(runId: string): string {
  return restPath(`/runs/${segment(runId)}/cancel`);
}

/** `POST` with a {@link RerunRequest}; answers `{runId}` of the new run (semantics C15). */
export function rerunPath(runId: string): string {
  return restPath(`/runs/${segment(runId)}/rerun`);
}

export interface RerunRequest {
  readonly fromStep?: {
    /** The author's step id, or the step's key. */
    readonly stepId: string;
    /** The arguments of the step's function in place of the former ones, for `step.run` and `step.ai.wrap`. */
    readonly input?: readonly Json[];
  };
}

export interface RunIdAnswer {
  readonly runId: string;
}
