// One switch over the inputs. Pure: it reads the state, mutates nothing, and returns what to store and do, or what
// must be loaded first.

import { closeBatch } from "./admit/batch.ts";
import { fireDebounce } from "./admit/debounce.ts";
import { bulkPage } from "./bulk/page.ts";
import { replay } from "./bulk/replay.ts";
import { startBulk } from "./bulk/start.ts";
import { steerBulk } from "./bulk/steer.ts";
import { type Decision, decided, missing } from "./decision.ts";
import type { Input } from "./input.ts";
import type { RunJob, ShardJob } from "./model/job.ts";
import { ingest, invoke } from "./route/ingest.ts";
import { route } from "./route/route.ts";
import { tick } from "./route/tick.ts";
import { answer, checkpoint, draftOf } from "./run/answer.ts";
import { startCall } from "./run/call.ts";
import { cancelRun } from "./run/cancel.ts";
import type { RunDraft } from "./run/draft.ts";
import { finishRun, needsToEnd } from "./run/finish.ts";
import { markFailure } from "./run/mark-failure.ts";
import { expire } from "./run/ops/expire.ts";
import { receiveReturn } from "./run/ops/invoke.ts";
import { wakeUp } from "./run/ops/sleep.ts";
import { lookBack, resume } from "./run/ops/wait-for-event.ts";
import { receiveSignal } from "./run/ops/wait-for-signal.ts";
import { rerun } from "./run/rerun.ts";
import { setAside } from "./run/set-aside.ts";
import { sendSignal } from "./run/signal.ts";
import { timeOut } from "./run/timeout.ts";
import type { Facts, ShardState } from "./state.ts";
import { controlDue, controlFunction } from "./sync/control.ts";
import { recordSyncFailure, removeApp, syncApp } from "./sync/sync.ts";
import { unreachable } from "./unreachable.ts";

/**
 * @param now unix ms; never goes back between decisions of a shard.
 * @param facts what was loaded for this input after an earlier attempt named it as missing.
 */
export function decide(state: ShardState, input: Input, now: number, facts: Facts): Decision {
  switch (input.kind) {
    case "ingest":
      return ingest(state, input, now);
    case "invoke":
      return invoke(state, input, now);
    case "job-due":
      return jobDue(state, input, now, facts);
    case "start-call":
      return startCall(state, input, now);
    case "answer":
      return answer(state, input, now);
    case "checkpoint":
      return checkpoint(state, input, now);
    case "cancel-run":
      return cancelRun(state, input, now);
    case "rerun":
      return rerun(state, input, now);
    case "start-bulk":
      return startBulk(state, input, now);
    case "steer-bulk":
      return steerBulk(state, input, now);
    case "signal":
      return sendSignal(state, input, now);
    case "sync":
      return syncApp(state, input, now);
    case "sync-failed":
      return recordSyncFailure(state, input, now);
    case "control":
      return controlFunction(state, input, now);
    case "remove-app":
      return removeApp(state, input, now);
    case "mark-failure":
      return markFailure(input, now);
    case "set-aside":
      return setAside(state, input, now);
    default:
      return unreachable(input);
  }
}

function jobDue(
  state: ShardState,
  input: Extract<Input, { kind: "job-due" }>,
  now: number,
  facts: Facts,
): Decision {
  if (input.runId === undefined) {
    const job = state.shardJob(input.jobId);
    if (job === undefined) return missing({ kind: "job", id: input.jobId });
    return job === null || job.dueAt > now ? decided([]) : runShardJob(state, job, now, facts);
  }
  const draft = draftOf(state, input.runId, now);
  if (draft === "missing") return missing({ kind: "run", id: input.runId });
  if (draft === "gone") return decided([{ kind: "job.remove", jobId: input.jobId, runId: input.runId }]);
  const job = draft.job(input.jobId);
  if (job === undefined || job.dueAt > now) return decided([]);
  if (draft.isFinished) {
    draft.removeJob(job.id);
    return decided(draft.changes);
  }
  const needs = needsToEnd(draft);
  if (needs.length > 0) return missing(...needs);
  return runJob(draft, job, facts) ?? decided(draft.changes);
}

function runShardJob(state: ShardState, job: ShardJob, now: number, facts: Facts): Decision {
  switch (job.kind) {
    case "route":
      return route(state, job, now, facts);
    case "bulk":
      return bulkPage(state, job, now, facts);
    case "replay":
      return replay(state, job, now);
    case "cron":
      return tick(state, job, now);
    case "debounce":
      return fireDebounce(state, job, now);
    case "batch":
      return closeBatch(state, job, now);
    case "control":
      return controlDue(state, job, now);
    default:
      return unreachable(job);
  }
}

/** @returns a decision only where something must be loaded first; otherwise the draft holds the changes. */
function runJob(draft: RunDraft, job: RunJob, facts: Facts): Decision | undefined {
  switch (job.kind) {
    case "call":
      return undefined;
    case "sleep":
      wakeUp(draft, job);
      return undefined;
    case "expire":
      expire(draft, job);
      return undefined;
    case "look-back":
      return lookBack(draft, job, facts);
    case "resume":
      return resume(draft, job);
    case "signal":
      receiveSignal(draft, job);
      return undefined;
    case "return":
      receiveReturn(draft, job);
      return undefined;
    case "timeout":
      timeOut(draft, job);
      return undefined;
    case "cancel":
      finishRun(draft, {
        kind: "cancelled",
        reason: job.reason,
        ...(job.eventId === undefined ? {} : { eventId: job.eventId }),
      });
      return undefined;
    default:
      return unreachable(job);
  }
}
