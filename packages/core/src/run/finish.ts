// The end of a run: its last row, the removal of all that could still move it, its system events (semantics B1–B4)
// and the message to its invoker.

import {
  asRunId,
  asStepKey,
  canonicalJson,
  contextWithin,
  type EventId,
  type Json,
  type JsonObject,
  runSpanId,
  type SerializedError,
  sharedSessions,
  systemEvent,
  type TraceContext,
} from "@stepwell/protocol";
import type { Need } from "../decision.ts";
import { invocationTarget, payloadOf, type StoredEvent } from "../model/event.ts";
import { failedStep, failureGroupOf } from "../model/failure-group.ts";
import { newEventId } from "../model/ids.ts";
import type { RunJob } from "../model/job.ts";
import type { Run } from "../model/run.ts";
import { traceOfEvent, traceOfRun } from "../model/trace.ts";
import { emitEvent } from "../route/emit.ts";
import { unreachable } from "../unreachable.ts";
import type { RunDraft } from "./draft.ts";

export type RunEnd =
  | { readonly kind: "completed"; readonly output: string }
  | { readonly kind: "failed"; readonly error: SerializedError }
  | { readonly kind: "cancelled"; readonly reason: string; readonly eventId?: EventId };

/** What an invoker and listeners get to know of a cancellation (semantics I7). */
function cancellationError(reason: string): SerializedError {
  return { name: "Error", message: "function cancelled", cause: reason };
}

/** What a run holds and gives back as it ends must be known first: signals' names, its singleton, its slot. */
export function needsToEnd(draft: RunDraft): readonly Need[] {
  const needs: Need[] = [];
  for (const step of draft.openSteps()) {
    if (step.kind !== "wait-for-signal" || step.target === undefined) continue;
    if (draft.state.signal(step.target) === undefined) needs.push({ kind: "signal", name: step.target });
  }
  const { singleton, slot } = draft.run;
  for (const key of [singleton, slot])
    if (key !== undefined && draft.state.limit(key) === undefined) needs.push({ kind: "limit", key });
  return needs;
}

export function finishRun(draft: RunDraft, end: RunEnd): void {
  const error = endError(end);
  draft.setRun({
    ...draft.run,
    status: end.kind,
    endedAt: draft.now,
    ...(end.kind === "completed" ? { output: end.output } : {}),
    ...(error === undefined ? {} : { error }),
    ...(end.kind === "cancelled" && end.eventId !== undefined ? { cancelledByEventId: end.eventId } : {}),
    ...(end.kind === "failed" ? { failureGroup: groupOf(draft, end.error) } : {}),
  });
  for (const step of draft.openSteps()) {
    if (step.kind !== "wait-for-signal" || step.target === undefined) continue;
    const claim = draft.signal(step.target);
    if (claim?.runId === draft.id && claim.stepKey === step.key) {
      draft.changes.push({ kind: "signal.remove", name: step.target });
    }
  }
  for (const job of [...draft.jobs()]) draft.removeJob(job.id);
  for (const wait of [...draft.waits()]) draft.removeWait(wait.id);
  releaseSingleton(draft);
  releaseSlot(draft);
  emitSystemEvents(draft, end, error);
  returnToInvokers(draft, end, error);
}

/** The run that waits behind this one begins; one that itself only waited leaves its place (semantics C12.3). */
function releaseSingleton(draft: RunDraft): void {
  const { singleton: key } = draft.run;
  const held = key === undefined ? undefined : draft.state.limit(key);
  if (key === undefined || held?.kind !== "singleton") return;
  const { runId, next } = held;
  if (runId === draft.id && next === undefined) draft.changes.push({ kind: "limit.remove", key });
  else if (runId === draft.id && next !== undefined) {
    const call = { ...next.call, dueAt: Math.max(draft.now, next.call.dueAt) };
    draft.changes.push({ kind: "limit.put", state: { kind: "singleton", key, runId: next.runId } });
    draft.changes.push({ kind: "job.put", job: call });
  } else if (next?.runId === draft.id) {
    draft.changes.push({ kind: "limit.put", state: { kind: "singleton", key, runId } });
  }
}

/** Another run may take the slot under a limit on whole runs (semantics C7.8). */
function releaseSlot(draft: RunDraft): void {
  const { slot: key } = draft.run;
  const held = key === undefined ? undefined : draft.state.limit(key);
  if (key === undefined || held?.kind !== "runs") return;
  draft.changes.push(
    held.count > 1
      ? { kind: "limit.put", state: { kind: "runs", key, count: held.count - 1 } }
      : { kind: "limit.remove", key },
  );
}

function groupOf(draft: RunDraft, error: SerializedError): string {
  return failureGroupOf(draft.run.functionId, error, failedStep(draft.endedBackwards(), error)?.name);
}

function endError(end: RunEnd): SerializedError | undefined {
  switch (end.kind) {
    case "completed":
      return undefined;
    case "failed":
      return end.error;
    case "cancelled":
      return cancellationError(end.reason);
    default:
      return unreachable(end);
  }
}

/**
 * A run that a failed or finished event started emits none itself: monitors do not monitor themselves (B4.1). A batch
 * emits one set for its first event, and one for each other event that invoked it (B2.4).
 */
function emitSystemEvents(draft: RunDraft, end: RunEnd, error: SerializedError | undefined): void {
  const { name } = draft.trigger;
  if (name === systemEvent.failed || name === systemEvent.finished) return;
  emitSet(draft, end, error, draft.trigger);
  for (const event of otherInvocations(draft)) emitSet(draft, end, error, event);
}

/** The events of a batch, after its first, that invoked it. */
function otherInvocations(draft: RunDraft): readonly StoredEvent[] {
  return draft.events.slice(1).filter((event) => invocationTarget(event)?.invokedBy !== undefined);
}

function emitSet(draft: RunDraft, end: RunEnd, error: SerializedError | undefined, event: StoredEvent): void {
  const isFirst = event.id === draft.trigger.id;
  const data = endData(draft, end, error, event);
  const sessions = sharedSessions(draft.events.map(payloadOf));
  const meta = Object.keys(sessions).length === 0 ? {} : { meta: { sessions } };
  const trace = systemEventTrace(draft);
  const emit = (name: string, externalId: string | undefined) => {
    const id = newEventId(draft.now, isFirst ? `${draft.id}/${name}` : `${draft.id}/${name}/${event.id}`);
    emitEvent(
      draft,
      id,
      { name, data, user: {}, id: externalId ?? id, ts: draft.now, ...meta },
      { sourceRunId: draft.id, trace },
    );
  };
  emit(systemEvent.finished, undefined);
  if (end.kind === "failed") emit(systemEvent.failed, draft.id);
  if (end.kind === "cancelled") emit(systemEvent.cancelled, draft.id);
}

/** The trace of a run of its own follows from the run's id; one that it was given must be passed on. */
function systemEventTrace(draft: RunDraft): TraceContext | undefined {
  if (traceOfEvent(draft.trigger) === undefined) return undefined;
  return contextWithin(traceOfRun(draft.id, draft.events), runSpanId(draft.id));
}

function endData(
  draft: RunDraft,
  end: RunEnd,
  error: SerializedError | undefined,
  event: StoredEvent,
): JsonObject {
  const invokedBy = event.id === draft.trigger.id ? draft.run.invokedBy : invocationTarget(event)?.invokedBy;
  const status = { completed: "Completed", failed: "Failed", cancelled: "Cancelled" }[end.kind];
  return {
    function_id: draft.settings.slug,
    run_id: draft.id,
    event: payloadOf(event) as unknown as Json,
    events: draft.events.map((one) => payloadOf(one) as unknown as Json),
    ...(error === undefined ? {} : { error: errorData(error) }),
    ...(end.kind === "completed" ? { result: JSON.parse(end.output) as Json } : {}),
    ...(invokedBy === undefined ? {} : { correlation_id: `${invokedBy.runId}.${invokedBy.stepKey}` }),
    _inngest: { status },
  };
}

function errorData(error: SerializedError): JsonObject {
  const { name, message, stack, code, data, cause } = error;
  return { error: `${name}: ${message}`, name, message, stack, code, data, cause };
}

function returnToInvokers(draft: RunDraft, end: RunEnd, error: SerializedError | undefined): void {
  const result =
    end.kind === "completed"
      ? `{"data":${end.output}}`
      : `{"error":${canonicalJson(error === undefined ? {} : errorData(error))}}`;
  const tell = (invokedBy: NonNullable<Run["invokedBy"]>) => {
    const job = returnJob(invokedBy, draft.now, error !== undefined, result);
    draft.changes.push({ kind: "job.put", job: { ...job, invokedRunId: draft.id } });
  };
  if (draft.run.invokedBy !== undefined) tell(draft.run.invokedBy);
  // A rerun repeats the events, and its invokers have their answer already.
  if (draft.run.originalRunId !== undefined) return;
  for (const event of otherInvocations(draft)) {
    const invokedBy = invocationTarget(event)?.invokedBy;
    if (invokedBy !== undefined)
      tell({ runId: asRunId(invokedBy.runId), stepKey: asStepKey(invokedBy.stepKey) });
  }
}

/** The message that ends an invoke step: at most one per step is ever put. */
export function returnJob(
  invokedBy: {
    readonly runId: RunJob["runId"];
    readonly stepKey: Extract<RunJob, { kind: "return" }>["stepKey"];
  },
  now: number,
  failed: boolean,
  result: string,
): Extract<RunJob, { kind: "return" }> {
  return {
    kind: "return",
    id: `${invokedBy.runId}:return:${invokedBy.stepKey}` as RunJob["id"],
    runId: invokedBy.runId,
    stepKey: invokedBy.stepKey,
    dueAt: now,
    failed,
    result,
  };
}
