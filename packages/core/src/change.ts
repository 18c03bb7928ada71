// Changes: facts to store and to apply, as plain data. `rowsOf` says what each is as rows; those that are memory
// only have none.

import type { BulkId, EventId, FunctionId, JobId, RunId } from "@stepwell/protocol";
import type { DedupeKey, Outcome, Poison } from "./model/admission.ts";
import type { Bulk } from "./model/bulk.ts";
import type { FunctionControl } from "./model/control.ts";
import type { StoredEvent } from "./model/event.ts";
import type { FailureMark } from "./model/failure-group.ts";
import type { App, FunctionSettings } from "./model/function.ts";
import type { CallEntry, Job } from "./model/job.ts";
import type { LimitState } from "./model/limit-state.ts";
import type { FailedAttempt, Run, Step } from "./model/run.ts";
import type { SyncLog } from "./model/sync.ts";
import type { SignalClaim, Wait } from "./model/wait.ts";
import type { RowWrite } from "./rows.ts";

/** A call under way: memory only, for a call does not outlive its engine. */
export interface OpenCall {
  /** The wire's `qi_id`. */
  readonly queueItemId: string;
  readonly jobId: JobId;
  readonly runId: RunId;
  readonly functionId: FunctionId;
  readonly stepId: string;
  readonly attempt: number;
  readonly lane?: string;
  readonly openedAt: number;
  /** Since when its job was due, unix ms. */
  readonly dueAt: number;
  /** Deaths of the process that its job has seen; there is reason to suspect it where there are any. */
  readonly deaths: number;
  /** Receipt of the newest event when the call was made: look-back's fallback start (semantics H8.9). */
  readonly sequence: number;
  /** Counts calls within an epoch. */
  readonly number: number;
}

export type Change =
  | { readonly kind: "app.put"; readonly app: App }
  | { readonly kind: "function.put"; readonly settings: FunctionSettings }
  | { readonly kind: "event.put"; readonly event: StoredEvent }
  | { readonly kind: "run.create"; readonly run: Run; readonly events: readonly StoredEvent[] }
  | { readonly kind: "run.put"; readonly run: Run; readonly lazy: boolean }
  | { readonly kind: "step.put"; readonly step: Step; readonly functionId: FunctionId }
  | { readonly kind: "attempt.put"; readonly attempt: FailedAttempt; readonly functionId: FunctionId }
  | { readonly kind: "job.put"; readonly job: Job }
  | { readonly kind: "job.remove"; readonly jobId: JobId; readonly runId: RunId | undefined }
  | { readonly kind: "wait.put"; readonly wait: Wait }
  | { readonly kind: "wait.remove"; readonly waitId: string; readonly runId: RunId }
  | { readonly kind: "signal.put"; readonly claim: SignalClaim }
  | { readonly kind: "signal.remove"; readonly name: string }
  | { readonly kind: "dedupe.put"; readonly dedupe: DedupeKey }
  | { readonly kind: "limit.put"; readonly state: LimitState }
  | { readonly kind: "limit.remove"; readonly key: string }
  | { readonly kind: "sync.put"; readonly log: SyncLog }
  | { readonly kind: "failure-mark.put"; readonly mark: FailureMark }
  | { readonly kind: "failure-mark.remove"; readonly key: string }
  | { readonly kind: "control.put"; readonly control: FunctionControl }
  | { readonly kind: "outcome.put"; readonly outcome: Outcome }
  | { readonly kind: "poison.put"; readonly poison: Poison }
  | { readonly kind: "bulk.put"; readonly bulk: Bulk }
  | { readonly kind: "bulk.remove"; readonly bulkId: BulkId }
  | { readonly kind: "call.open"; readonly call: OpenCall }
  | { readonly kind: "call.close"; readonly call: OpenCall }
  /** A call that may not start yet goes back to its lane. */
  | { readonly kind: "call.stand"; readonly entry: CallEntry };

/** Whether a change has anything to store. */
export function isStored(change: Change): boolean {
  return change.kind !== "call.open" && change.kind !== "call.close" && change.kind !== "call.stand";
}

/** Whether somebody waits for the change to be durable; others ride on a later commit. */
export function isUrgent(change: Change): boolean {
  return isStored(change) && !(change.kind === "run.put" && change.lazy);
}

/** The row that a change writes, or undefined for one that is memory only. */
export function rowOf(change: Change): RowWrite | undefined {
  switch (change.kind) {
    case "app.put":
      return { kind: "put", table: "apps", key: change.app.id, row: change.app };
    case "function.put":
      return { kind: "put", table: "functions", key: change.settings.id, row: change.settings };
    case "event.put":
      return { kind: "put", table: "events", key: change.event.id, row: change.event };
    case "run.create":
    case "run.put":
      return { kind: "put", table: "runs", key: change.run.id, row: change.run };
    case "step.put":
      return {
        kind: "put",
        table: "steps",
        key: `${change.step.runId}/${change.step.key}`,
        row: change.step,
      };
    case "attempt.put":
      return { kind: "put", table: "attempts", key: attemptKey(change.attempt), row: change.attempt };
    case "job.put":
      return { kind: "put", table: "jobs", key: change.job.id, row: change.job };
    case "job.remove":
      return { kind: "remove", table: "jobs", key: change.jobId };
    case "wait.put":
      return { kind: "put", table: "waits", key: change.wait.id, row: change.wait };
    case "wait.remove":
      return { kind: "remove", table: "waits", key: change.waitId };
    case "signal.put":
      return { kind: "put", table: "signals", key: change.claim.name, row: change.claim };
    case "signal.remove":
      return { kind: "remove", table: "signals", key: change.name };
    case "dedupe.put":
      return { kind: "put", table: "dedupes", key: change.dedupe.key, row: change.dedupe };
    case "limit.put":
      return { kind: "put", table: "limits", key: change.state.key, row: change.state };
    case "limit.remove":
      return { kind: "remove", table: "limits", key: change.key };
    case "sync.put":
      return { kind: "put", table: "syncs", key: change.log.id, row: change.log };
    case "failure-mark.put":
      return { kind: "put", table: "failureMarks", key: change.mark.key, row: change.mark };
    case "failure-mark.remove":
      return { kind: "remove", table: "failureMarks", key: change.key };
    case "control.put":
      return { kind: "put", table: "controls", key: change.control.functionId, row: change.control };
    case "outcome.put":
      return { kind: "put", table: "outcomes", key: outcomeKey(change.outcome), row: change.outcome };
    case "poison.put":
      return { kind: "put", table: "poisons", key: change.poison.id, row: change.poison };
    case "bulk.put":
      return { kind: "put", table: "bulks", key: change.bulk.id, row: change.bulk };
    case "bulk.remove":
      return { kind: "remove", table: "bulks", key: change.bulkId };
    case "call.open":
    case "call.close":
    case "call.stand":
      return undefined;
  }
}

function attemptKey(attempt: FailedAttempt): string {
  return `${attempt.runId}/${attempt.stepId}/${attempt.endedAt}/${attempt.attempt}`;
}

function outcomeKey(outcome: { readonly eventId: EventId; readonly functionId: FunctionId }): string {
  return `${outcome.eventId}/${outcome.functionId}`;
}
