// A job: a unit of due work, stored until the decision that completes it. Jobs are the only timers and the only
// messages between runs.

import type { BulkId, EventId, FunctionId, JobId, RunId, StepKey } from "@stepwell/protocol";

interface JobHead {
  readonly id: JobId;
  /** Unix ms from which the job may be done. */
  readonly dueAt: number;
}

/** A job of a run lives and ends with it. */
export type RunJob = JobHead & {
  readonly runId: RunId;
} & (
    | {
        /** Call the SDK: discover (`step`), or run one planned step. */
        readonly kind: "call";
        readonly functionId: FunctionId;
        readonly stepId: string;
        readonly attempt: number;
        /** Its place in its lane: the run's order, then the run's receipt. */
        readonly order: number;
        readonly sequence: number;
        /** The run's lane, and for a first call what throttles it (schedule/lane.ts). */
        readonly lane?: string;
        /** The key of the step whose end asked for this discovery. */
        readonly cause?: StepKey;
        readonly recorded?: RecordedCall;
      }
    | { readonly kind: "sleep"; readonly stepKey: StepKey }
    | { readonly kind: "expire"; readonly stepKey: StepKey }
    | {
        readonly kind: "look-back";
        readonly stepKey: StepKey;
        /** Where an earlier part of the look-back ended. */
        readonly afterSequence?: number;
      }
    | { readonly kind: "resume"; readonly stepKey: StepKey; readonly eventId: EventId }
    | { readonly kind: "signal"; readonly stepKey: StepKey; readonly data: string }
    | {
        /** An invoked run has ended: its result for the invoking step. */
        readonly kind: "return";
        readonly stepKey: StepKey;
        readonly failed: boolean;
        readonly result: string;
        readonly invokedRunId?: RunId;
      }
    | { readonly kind: "cancel"; readonly reason: string; readonly eventId?: EventId }
    /** The run may not wait longer for its first call, or not take longer (semantics C5). */
    | { readonly kind: "timeout"; readonly phase: "start" | "finish" }
  );

/** A call that was recorded before it was made, because a process had ended out of order shortly before. */
export interface RecordedCall {
  /** Under which epoch. */
  readonly epoch: number;
  /** How many processes have ended out of order while the call was under way and so recorded. */
  readonly deaths: number;
}

export type CallJob = Extract<RunJob, { readonly kind: "call" }>;

/** A job of the shard itself. */
export type ShardJob = JobHead &
  (
    | {
        readonly kind: "route";
        readonly eventId: EventId;
        /** The waits up to this one have been told; more than one decision takes are left. */
        readonly waitsAfter?: string;
      }
    /** The next page of a bulk operation. */
    | { readonly kind: "bulk"; readonly bulkId: BulkId }
    /** A run that a replay starts anew. */
    | {
        readonly kind: "replay";
        readonly bulkId: BulkId;
        readonly functionId: FunctionId;
        readonly originalRunId: RunId;
        readonly eventIds: readonly EventId[];
      }
    /** A tick of a function's schedule. */
    | {
        readonly kind: "cron";
        readonly functionId: FunctionId;
        readonly cron: string;
        readonly jitterMs?: number;
        /** The moment that the schedule names; `dueAt` adds the jitter. */
        readonly scheduledAt: number;
      }
    /** A debounce's quiet period may be over. */
    | {
        readonly kind: "debounce";
        readonly functionId: FunctionId;
        readonly limitKey: string;
        readonly eventId: EventId;
      }
    /** A batch closes: at its timeout, or because it is full and `count` says of how many events it is. */
    | {
        readonly kind: "batch";
        readonly functionId: FunctionId;
        readonly limitKey: string;
        readonly batchId: string;
        readonly count?: number;
      }
    /** An override ends, or a pause has lasted as long as runs may be held. */
    | { readonly kind: "control"; readonly functionId: FunctionId }
  );

export type Job = RunJob | ShardJob;

/** What the scheduler keeps of a job: enough to know when and in which lane. */
export interface JobEntry {
  readonly id: JobId;
  readonly dueAt: number;
  readonly kind: Job["kind"];
  readonly runId?: RunId;
  /** These are there for calls alone. */
  readonly functionId?: FunctionId;
  readonly order?: number;
  readonly sequence?: number;
  readonly lane?: string;
}

/** A call in a lane. */
export interface CallEntry {
  readonly id: JobId;
  readonly runId: RunId;
  readonly functionId: FunctionId;
  readonly order: number;
  readonly sequence: number;
  readonly lane?: string;
}

export function isRunJob(job: Job): job is RunJob {
  return "runId" in job;
}

export function jobEntry(job: Job): JobEntry {
  const { id, dueAt, kind } = job;
  if (!isRunJob(job)) return { id, dueAt, kind };
  if (job.kind !== "call") return { id, dueAt, kind, runId: job.runId };
  const { runId, functionId, order, sequence, lane } = job;
  return { id, dueAt, kind, runId, functionId, order, sequence, ...(lane === undefined ? {} : { lane }) };
}

/** The entry of a call, or undefined for every other kind. */
export function callEntry(entry: JobEntry): CallEntry | undefined {
  const { kind, id, runId, functionId, order, sequence, lane } = entry;
  if (kind !== "call" || runId === undefined || functionId === undefined) return undefined;
  return {
    id,
    runId,
    functionId,
    order: order ?? 0,
    sequence: sequence ?? 0,
    ...(lane === undefined ? {} : { lane }),
  };
}
