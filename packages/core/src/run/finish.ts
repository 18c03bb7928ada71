// The end of a run: its last row, the removal of all that could still move it, its system events (semantics B1–B4)
// and the message to its invoker.

import {
  canonicalJson,
  contextWithin,
  type EventPayload,
  type Json,
  type JsonObject,
  runSpanId,
  type SerializedError,
  sharedSessions,
  systemEvent,
  type TraceContext,
} from "@stepwell/protocol";
import { payloadOf } from "../model/event.ts";
import { newEventId } from "../model/ids.ts";
import type { RunJob } from "../model/job.ts";
import { traceOfEvent, traceOfRun } from "../model/trace.ts";
import { emitEvent } from "../route/emit.ts";
import { unreachable } from "../unreachable.ts";
import type { RunDraft } from "./draft.ts";

export type RunEnd =
  | { readonly kind: "completed"; readonly output: string }
  | { readonly kind: "failed"; readonly error: SerializedError }
  | { readonly kind: "cancelled"; readonly reason: string };

/** What an invoker and listeners get to know of a cancellation (semantics I7). */
function cancellationError(reason: string): SerializedError {
  return { name: "Error", message: "function cancelled", cause: reason };
}

export function finishRun(draft: RunDraft, end: RunEnd): void {
  const error = endError(end);
  draft.setRun({
    ...draft.run,
    status: end.kind,
    endedAt: draft.now,
    ...(end.kind === "completed" ? { output: end.output } : {}),
    ...(error === undefined ? {} : { error }),
  });
  for (const step of draft.openSteps()) {
    if (step.kind !== "wait-for-signal" || step.target === undefined) continue;
    const claim = draft.state.signal(step.target);
    if (claim?.runId === draft.id && claim.stepKey === step.key) {
      draft.changes.push({ kind: "signal.remove", name: step.target });
    }
  }
  for (const job of [...draft.jobs()]) draft.removeJob(job.id);
  for (const wait of [...draft.waits()]) draft.removeWait(wait.id);
  emitSystemEvents(draft, end, error);
  returnToInvoker(draft, end, error);
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

/** A run that a failed or finished event started emits none itself: monitors do not monitor themselves (B4.1). */
function emitSystemEvents(draft: RunDraft, end: RunEnd, error: SerializedError | undefined): void {
  const trigger = payloadOf(draft.trigger);
  if (trigger.name === systemEvent.failed || trigger.name === systemEvent.finished) return;
  const data = endData(draft, end, error, trigger);
  const sessions = sharedSessions(draft.events.map(payloadOf));
  const meta = Object.keys(sessions).length === 0 ? {} : { meta: { sessions } };
  const trace = systemEventTrace(draft);
  const emit = (name: string, externalId: string | undefined) => {
    const id = newEventId(draft.now, `${draft.id}/${name}`);
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
  trigger: EventPayload,
): JsonObject {
  const { invokedBy } = draft.run;
  const status = { completed: "Completed", failed: "Failed", cancelled: "Cancelled" }[end.kind];
  return {
    function_id: draft.settings.slug,
    run_id: draft.id,
    event: trigger as unknown as Json,
    events: draft.events.map((event) => payloadOf(event) as unknown as Json),
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

function returnToInvoker(draft: RunDraft, end: RunEnd, error: SerializedError | undefined): void {
  const { invokedBy } = draft.run;
  if (invokedBy === undefined) return;
  const result =
    end.kind === "completed"
      ? `{"data":${end.output}}`
      : `{"error":${canonicalJson(error === undefined ? {} : errorData(error))}}`;
  draft.changes.push({
    kind: "job.put",
    job: {
      ...returnJob(invokedBy, draft.now, error !== undefined, result),
      invokedRunId: draft.id,
    },
  });
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
