// Making a call: what the SDK gets to see of a run, and the one name under which it may answer.

import {
  type CallRequest,
  type CallStep,
  contextWithin,
  discoveryStepId,
  runSpanId,
  stateBytesInCallMax,
  stepSpanId,
} from "@stepwell/protocol";
import type { Change, OpenCall } from "../change.ts";
import { type Decision, decided, missing } from "../decision.ts";
import type { Input } from "../input.ts";
import type { FunctionSettings } from "../model/function.ts";
import type { CallEntry, CallJob, RunJob } from "../model/job.ts";
import { isFinished, type Run } from "../model/run.ts";
import { traceOfRun } from "../model/trace.ts";
import type { RunView, ShardState } from "../state.ts";
import { type Suspicion, suspicionOf } from "./caution.ts";
import { standing } from "./discover.ts";
import { RunDraft } from "./draft.ts";
import { needsToEnd } from "./finish.ts";
import { hold } from "./set-aside.ts";
import { startGate } from "./start-gate.ts";
import { endUnstarted, finishTimeout, isTooLate } from "./timeout.ts";

/** Decides a call job whose turn has come. A discovery waits while another one of its run is under way. */
export function startCall(
  state: ShardState,
  input: Extract<Input, { kind: "start-call" }>,
  now: number,
): Decision {
  const view = state.run(input.runId);
  if (view === undefined) return missing({ kind: "run", id: input.runId });
  const job = view?.jobs.get(input.jobId);
  if (view === null || job?.kind !== "call" || isFinished(view.run) || job.dueAt > now) return decided([]);
  if (state.openCall(job.id) !== undefined) return decided([]);
  const isDiscovery = job.stepId === discoveryStepId;
  // Two discoveries at once would both run the next step: the later one stands in its lane again when this one ends.
  if (isDiscovery && state.openCallsOf(input.runId).some((call) => call.stepId === discoveryStepId))
    return decided([]);
  const settings = state.functions.byId(view.run.functionId);
  if (settings === undefined) return decided([]);
  const stand = (): Decision => decided([{ kind: "call.stand", entry: entryOf(job) }]);
  // What held when it was handed out may hold no more.
  if (state.functions.control(settings.id)?.pausedAt !== undefined || !state.fitsLimits(input))
    return stand();
  if (isTooLate(settings, view.run, now)) return endLate(state, view, settings, now);
  const suspicion = suspicionOf(state, job, now);
  if (suspicion.kind === "hold") return hold(state, input, suspicion.reason, now);
  if (suspicion.kind === "wait")
    return decided([{ kind: "job.put", job: { ...job, dueAt: suspicion.until } }]);
  const gate = startGate(state, settings, view, job, now);
  if (gate.kind === "missing") return missing(...gate.needs);
  if (gate.kind === "closed") return stand();
  if (gate.kind === "moved") return decided([{ kind: "job.put", job: gate.job }]);
  const deaths = suspicion.kind === "record" ? suspicion.recorded.deaths : 0;
  const call = openCall(state, job, deaths, now);
  const changes: Change[] = [...gate.changes, { kind: "call.open", call }];
  const kept = keptJob(view, job, suspicion);
  // Stored, it holds the call itself back until it is durable.
  if (kept !== job) changes.push({ kind: "job.put", job: kept });
  if (view.run.status === "queued")
    changes.push(...firstCallMade(view, settings, { slot: gate.slot, dueAt: job.dueAt, now }));
  return decided(changes, [{ kind: "call", request: callRequest(state, view, settings, job, call) }]);
}

/**
 * The job while its call is under way: with the record that it is made, and out of the lane of first calls. Should the
 * process die, the run has started, and neither a throttle nor its own slot holds it back again (semantics C8.3).
 */
function keptJob(view: RunView, job: CallJob, suspicion: Suspicion): CallJob {
  const { lane: _, ...rest } = job;
  const started = job.lane === view.run.lane ? job : { ...rest, ...standing(view.run) };
  return suspicion.kind === "record" ? { ...started, recorded: suspicion.recorded } : started;
}

function endLate(state: ShardState, view: RunView, settings: FunctionSettings, now: number): Decision {
  const draft = new RunDraft(state, view, settings, now);
  const needs = needsToEnd(draft);
  if (needs.length > 0) return missing(...needs);
  endUnstarted(draft);
  return decided(draft.changes);
}

function entryOf(job: CallJob): CallEntry {
  const { id, runId, functionId, order, sequence, lane } = job;
  return { id, runId, functionId, order, sequence, ...(lane === undefined ? {} : { lane }) };
}

function firstCallMade(
  view: RunView,
  settings: FunctionSettings,
  { slot, dueAt, now }: { readonly slot: string | undefined; readonly dueAt: number; readonly now: number },
): readonly Change[] {
  const due = dueAt > view.run.queuedAt ? { dueAt } : {};
  const held = slot === undefined ? {} : { slot };
  const run: Run = { ...view.run, ...due, ...held, status: "running", startedAt: now };
  const changes: Change[] = [{ kind: "run.put", run, lazy: true }];
  const timeout = finishTimeout(settings, run, now);
  if (timeout !== undefined) changes.push({ kind: "job.put", job: timeout });
  return changes;
}

function openCall(state: ShardState, job: CallJob, deaths: number, now: number): OpenCall {
  const number = state.lastCall + 1;
  return {
    queueItemId: `0.${state.epoch}.${number}.${job.id}`,
    jobId: job.id,
    runId: job.runId,
    functionId: job.functionId,
    stepId: job.stepId,
    attempt: job.attempt,
    ...(job.lane === undefined ? {} : { lane: job.lane }),
    openedAt: now,
    dueAt: job.dueAt,
    deaths,
    sequence: state.sequence,
    number,
  };
}

/** What `qi_id` says: the job it belongs to, and the run inside the job's id; undefined when it is not one of ours. */
export function parseQueueItemId(
  queueItemId: string,
): { readonly jobId: RunJob["id"]; readonly runId: RunJob["runId"] } | undefined {
  const match = /^\d+\.\d+\.\d+\.(([0-9A-Z]{26}):.+)$/.exec(queueItemId);
  if (match?.[1] === undefined || match[2] === undefined) return undefined;
  return { jobId: match[1] as RunJob["id"], runId: match[2] as RunJob["runId"] };
}

function callRequest(
  state: ShardState,
  view: RunView,
  settings: FunctionSettings,
  job: CallJob,
  call: OpenCall,
): CallRequest {
  const { run } = view;
  const steps: CallStep[] = [];
  for (const key of view.stack) steps.push({ key, text: view.steps.get(key)?.result ?? "null" });
  const eventsSize = view.events.reduce((sum, event) => sum + event.text.length, 0);
  return {
    functionId: settings.id,
    functionSlug: settings.slug,
    appUrl: settings.url,
    appName: settings.appName,
    runId: run.id,
    stepId: job.stepId,
    attempt: job.attempt,
    maxAttempts: settings.maxAttempts,
    requestVersion: run.requestVersion,
    disableImmediateExecution: run.disableImmediateExecution,
    events: view.events.map((event) => event.text),
    steps,
    inputs: inputsOf(view),
    stackCurrent: job.cause === undefined ? 0 : view.stack.indexOf(job.cause) + 1,
    queueItemId: call.queueItemId,
    jobId: job.id,
    // Epoch and call number as one number that rises with every call (design §4).
    generation: state.epoch * 1_000_000_000 + call.number,
    requestId: call.queueItemId,
    trace: contextWithin(traceOfRun(run.id, view.events), spanOf(job)),
    useApi: view.stateSize + eventsSize > stateBytesInCallMax,
  };
}

/** A step that is called for by itself is the app's parent span; what a discovery runs is not known yet, so the run is. */
function spanOf(job: Extract<RunJob, { kind: "call" }>): string {
  return job.stepId === discoveryStepId ? runSpanId(job.runId) : stepSpanId(job.runId, job.stepId);
}

/** Steps that have an edited input and no result yet (protocol §4.3). */
function inputsOf(view: RunView): readonly CallStep[] {
  const inputs: CallStep[] = [];
  for (const key of view.open) {
    const step = view.steps.get(key);
    if (step?.editedInput !== undefined) inputs.push({ key, text: `{"input":${step.editedInput}}` });
  }
  return inputs;
}
