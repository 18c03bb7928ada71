// An answer: the call is over, and what it says moves the run on (protocol §5.5).

import { asStepKey, type CallAnswer, type Op } from "@stepwell/protocol";
import type { OpenCall } from "../change.ts";
import { type Decision, decided, missing, type Need, replied } from "../decision.ts";
import type { Input } from "../input.ts";
import type { RunJob } from "../model/job.ts";
import type { ShardState } from "../state.ts";

import { discovery, requestDiscovery, standing } from "./discover.ts";
import { RunDraft } from "./draft.ts";
import { finishRun, needsToEnd } from "./finish.ts";
import { applyOp } from "./ops/apply-op.ts";
import { exceedsLimits, tooLarge } from "./ops/limits.ts";
import { lostBatch } from "./ops/plan.ts";
import { recordStep } from "./ops/record.ts";
import { retryOrGiveUp } from "./retry.ts";
import { endsLate } from "./timeout.ts";

type CallJob = Extract<RunJob, { kind: "call" }>;

/** Only the job's open call may answer; any other answer is that of a superseded one and is ignored. */
export function answer(state: ShardState, input: Extract<Input, { kind: "answer" }>, now: number): Decision {
  const call = state.openCall(input.jobId);
  if (call?.queueItemId !== input.queueItemId) return decided([]);
  const draft = draftOf(state, input.runId, now);
  if (draft === "missing") return missing({ kind: "run", id: input.runId });
  const closed = { kind: "call.close" as const, call };
  if (draft === "gone" || draft.isFinished) return decided([closed]);
  const needs = [...signalNeeds(state, input.answer), ...needsToEnd(draft)];
  if (needs.length > 0) return missing(...needs);
  const job = draft.job(input.jobId);
  // A job that was put again after the call began has had this answer already: the commit of it was unknown.
  if (job?.kind !== "call" || job.dueAt > call.openedAt) return decided([closed]);
  rememberVersion(draft, input.answer);
  applyAnswer(draft, job, call, input.answer);
  endsLate(draft);
  return decided([closed, ...draft.changes], draft.effects);
}

/** Steps recorded while the call goes on (protocol §9.1). Anything asynchronous belongs into the answer. */
export function checkpoint(
  state: ShardState,
  input: Extract<Input, { kind: "checkpoint" }>,
  now: number,
): Decision {
  const call = state.openCall(input.jobId);
  if (call?.queueItemId !== input.queueItemId) return replied({ kind: "stale" });
  const draft = draftOf(state, input.runId, now);
  if (draft === "missing") return missing({ kind: "run", id: input.runId });
  if (draft === "gone" || draft.isFinished) return replied({ kind: "stale" });
  const needs = needsToEnd(draft);
  if (needs.length > 0) return missing(...needs);
  const job = draft.job(input.jobId);
  if (job?.kind !== "call") return replied({ kind: "stale" });
  for (const op of input.ops) {
    const refusal = refuseInCheckpoint(draft, op);
    if (refusal !== undefined) return replied({ kind: "refused", reasons: [refusal] });
  }
  for (const op of input.ops) if (op.kind === "ran" || op.kind === "ran-raw") recordStep(draft, call, op);
  // No further step may start once the run is over.
  if (exceedsLimits(draft) || endsLate(draft)) return replied({ kind: "stale" }, draft.changes);
  // One job spans many steps here, and each step has attempts of its own.
  if (job.attempt > 0) draft.putJob({ ...job, attempt: 0 });
  return replied({ kind: "recorded" }, draft.changes);
}

function refuseInCheckpoint(draft: RunDraft, op: Op): string | undefined {
  switch (op.kind) {
    case "ran":
    case "ran-raw":
      return tooLarge(draft, op)?.message;
    case "planned":
      return undefined;
    case "errored":
    case "failed":
    case "complete":
    case "none":
      return `cannot checkpoint opcode: ${op.kind}`;
    default:
      return "cannot checkpoint async steps";
  }
}

/** The run's draft; `gone` when the run or its function does not exist any more. */
export function draftOf(
  state: ShardState,
  runId: RunJob["runId"],
  now: number,
): RunDraft | "missing" | "gone" {
  const view = state.run(runId);
  if (view === undefined) return "missing";
  const settings = view === null ? undefined : state.functions.byId(view.run.functionId);
  return view === null || settings === undefined ? "gone" : new RunDraft(state, view, settings, now);
}

/** Whoever wants to wait for a signal must know who waits for it already. */
function signalNeeds(state: ShardState, reply: CallAnswer): readonly Need[] {
  if (reply.kind !== "ops") return [];
  const needs: Need[] = [];
  for (const op of reply.ops) {
    if (op.kind !== "wait-for-signal" || state.signal(op.signal) !== undefined) continue;
    needs.push({ kind: "signal", name: op.signal });
  }
  return needs;
}

function rememberVersion(draft: RunDraft, reply: CallAnswer): void {
  const { requestVersion } = reply;
  if (draft.run.requestVersion !== -1 || requestVersion === undefined) return;
  draft.setRun({ ...draft.run, requestVersion }, true);
}

function applyAnswer(draft: RunDraft, job: CallJob, call: OpenCall, reply: CallAnswer): void {
  switch (reply.kind) {
    case "returned":
      finishRun(draft, { kind: "completed", output: reply.output });
      return;
    case "failed":
      if (job.stepId !== discovery && isStepNotFound(reply.error.message)) {
        forgetPlannedStep(draft, job);
        return;
      }
      retryOrGiveUp(draft, job, job.stepId, reply.error, reply.retry);
      return;
    case "ops":
      applyOps(draft, job, call, reply);
      return;
  }
}

/** What the SDKs answer to a call for a step that their code does not have any more (protocol §5.4, StepNotFound). */
function isStepNotFound(message: string): boolean {
  return message.startsWith('Could not find step "');
}

/** The code has changed: the step holds nothing back any more, and discovery shows what there is now (semantics D2). */
function forgetPlannedStep(draft: RunDraft, job: CallJob): void {
  draft.removeJob(job.id);
  const step = draft.step(asStepKey(job.stepId));
  if (step?.status === "open") draft.putStep({ ...step, batch: lostBatch });
  requestDiscovery(draft, undefined);
}

/**
 * The answer's ops in the order of §5.5.3: waits first, so that no event slips between them and what the others
 * send. The job of the call ends here unless an op retries it.
 */
function applyOps(
  draft: RunDraft,
  job: CallJob,
  call: OpenCall,
  reply: Extract<CallAnswer, { kind: "ops" }>,
): void {
  const ops = reply.ops.filter((op) => op.kind !== "none");
  if (job.stepId !== discovery && ops.length === 0) {
    // A call for one step that says nothing of it has not come to it.
    forgetPlannedStep(draft, job);
    return;
  }
  if (job.stepId === discovery && ops.every((op) => isRepetition(draft, op))) {
    rediscover(draft, job);
    return;
  }
  draft.removeJob(job.id);
  const parallel = ops.filter((op) => op.kind !== "complete" && op.kind !== "discovery");
  if (parallel.length > 1) planParallel(draft, parallel);
  const first = (op: Op) => (op.kind === "wait-for-event" || op.kind === "wait-for-signal" ? 0 : 1);
  for (const op of [...ops].sort((left, right) => first(left) - first(right))) {
    if (draft.isFinished) return;
    applyOp(draft, job, call, op, reply.retry);
  }
  if (!draft.isFinished) exceedsLimits(draft);
}

/** Whether an op reports the result of a step that has one: it moves nothing. */
function isRepetition(draft: RunDraft, op: Op): boolean {
  switch (op.kind) {
    case "ran":
    case "ran-raw":
    case "errored":
    case "failed": {
      const step = draft.step(op.key);
      return step !== undefined && step.status !== "open";
    }
    default:
      return false;
  }
}

/** More than one op: from now on the SDK plans instead of running, and a version 2 set is waited for as a whole. */
function planParallel(draft: RunDraft, ops: readonly Op[]): void {
  const isAwaited = ops.some((op) => !["ran", "ran-raw", "errored", "failed"].includes(op.kind));
  const holdsBack = draft.run.requestVersion >= 2 && isAwaited;
  const isKnown = ops.every((op) => draft.step(op.key) !== undefined);
  draft.setRun({
    ...draft.run,
    disableImmediateExecution: true,
    batch: holdsBack && !isKnown ? draft.run.batch + 1 : draft.run.batch,
  });
}

/**
 * An answer that says nothing new: the code awaits something that it did not report, or repeats what has ended. One
 * more discovery per length of the stack is allowed; then, with nothing left that could move the run, it fails instead
 * of hanging.
 */
function rediscover(draft: RunDraft, job: CallJob): void {
  draft.removeJob(job.id);
  const id = draft.jobId(`rediscover:${draft.endedCount}`);
  if (job.id !== id) {
    const { lane: _, ...rest } = job;
    draft.putJob({ ...rest, ...standing(draft.run), id, attempt: 0, dueAt: draft.now });
    return;
  }
  const isOpen = [...draft.openSteps()].some((step) => step.batch !== lostBatch);
  const isMovable = isOpen || [...draft.jobs()].length > 0;
  if (isMovable) return;
  const message =
    "The function's code neither returned nor reported a step that is new, so nothing could ever continue it.";
  finishRun(draft, { kind: "failed", error: { name: "Error", message } });
}
