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
        /** Its place in the lane: the run's receipt. */
        readonly order: number;
        /** The key of the step whose end asked for this discovery. */
        readonly cause?: StepKey;
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
  );

/** A job of the shard itself. */
export type ShardJob = JobHead &
  (
    | { readonly kind: "route"; readonly eventId: EventId }
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
  );

export type Job = RunJob | ShardJob;

/** What the scheduler keeps of a job: enough to know when and in which lane. */
export interface JobEntry {
  readonly id: JobId;
  readonly dueAt: number;
  readonly kind: Job["kind"];
  readonly runId?: RunId;
  readonly functionId?: FunctionId;
  readonly order?: number;
}

export function isRunJob(job: Job): job is RunJob {
  return "runId" in job;
}

export function jobEntry(job: Job): JobEntry {
  const { id, dueAt, kind } = job;
  if (!isRunJob(job)) return { id, dueAt, kind };
  if (job.kind !== "call") return { id, dueAt, kind, runId: job.runId };
  return { id, dueAt, kind, runId: job.runId, functionId: job.functionId, order: job.order };
}
