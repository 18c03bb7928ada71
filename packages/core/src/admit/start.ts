// The last part of admission: singleton, pause, deduplication by event id, then the run (semantics C13.5–8). Events,
// closed batches, fired debounces and reruns all come through here.

import { asJobId, asRunId, asStepKey, type RunId } from "@stepwell/protocol";
import type { Change } from "../change.ts";
import { dedupeMs } from "../model/admission.ts";
import { invocationTarget, type StoredEvent } from "../model/event.ts";
import { newRunId } from "../model/ids.ts";
import type { SkipReason } from "../model/run.ts";
import type { Repetition } from "../run/repeat.ts";
import { firstCall, queuedRun, startRun } from "../run/start.ts";
import { laneText } from "../schedule/lane.ts";
import type { Admission } from "./admission.ts";
import { firstLane, runKeys } from "./run-keys.ts";
import { claimSingleton } from "./singleton.ts";

export interface Start {
  /** When the first call is due, unix ms. */
  readonly dueAt: number;
  /** Events that start the run together; by default the admission's own. */
  readonly events?: readonly StoredEvent[];
  readonly batchId?: string;
  /** Counts from when the run is queued, not from the event's receipt. */
  readonly isLate?: boolean;
  /** Reruns and replays repeat what was admitted once: event ids do not deduplicate them (semantics A4.8). */
  readonly repeats?: Repetition;
}

/**
 * The key under which an event's id deduplicates: only an id that the sender chose can come twice (semantics A4). An
 * internal id, and that of an event of the engine itself, is unique; a batch and a debounce take every event (A4.6).
 */
function dedupeKey(admission: Admission, start: Start): string | undefined {
  const { event, settings } = admission;
  const isUnique = event.externalId === event.id || event.sourceRunId !== undefined;
  const isExempt = start.batchId !== undefined || start.isLate === true || start.repeats !== undefined;
  return isUnique || isExempt ? undefined : `${settings.id}/${event.externalId}`;
}

/** Starts a run, unless a rule skips or deduplicates it. */
export function startSingly(admission: Admission, start: Start): void {
  const { state, event, now } = admission;
  const singleton = start.batchId === undefined ? claimSingleton(admission) : { kind: "none" as const };
  const key = dedupeKey(admission, start);
  const earlier = key === undefined ? null : state.dedupe(key);
  if (earlier === undefined && key !== undefined) admission.needs.push({ kind: "dedupe", key });
  if (admission.isWaiting) return;

  if (singleton.kind === "held") {
    const byRunId = singleton.runId;
    return skip(admission, start, { kind: "singleton", byRunId }, (runId) => ({
      kind: "singleton-skipped",
      byRunId,
      runId,
    }));
  }
  const reason = standstill(admission);
  if (reason !== undefined) return skipAtStandstill(admission, start, reason);
  if (earlier !== undefined && earlier !== null && earlier.expiresAt > now) {
    const runId = earlier.runId === undefined ? {} : { runId: earlier.runId };
    admission.tell({ kind: "deduplicated", byEventId: earlier.eventId, ...runId, until: earlier.expiresAt });
    const { externalId } = event;
    return admission.failInvoker(
      `The invocation was deduplicated: run ${earlier.runId} has the same event id ${externalId}.`,
    );
  }
  const id = create(admission, start, singleton);
  if (key !== undefined) {
    admission.changes.push({
      kind: "dedupe.put",
      dedupe: { key, eventId: event.id, runId: id, expiresAt: now + dedupeMs },
    });
  }
}

function runIdOf(admission: Admission, start: Start): RunId {
  const { settings, event, now } = admission;
  return start.repeats?.id ?? newRunId(now, `${settings.id}/${start.batchId ?? event.id}`);
}

/** Why nothing of the function may start just now; a pause wins as the reason (semantics C14.3). */
function standstill({
  state,
  settings,
}: Admission): { readonly kind: "paused" | "draining"; readonly since: number } | undefined {
  const control = state.functions.control(settings.id);
  if (control?.pausedAt !== undefined) return { kind: "paused", since: control.pausedAt };
  return control?.drainingAt === undefined ? undefined : { kind: "draining", since: control.drainingAt };
}

function skipAtStandstill(
  admission: Admission,
  start: Start,
  { kind, since }: NonNullable<ReturnType<typeof standstill>>,
): void {
  skip(admission, start, { kind }, (runId) => ({ kind, since, runId }));
}

/**
 * Skips an event of a draining function, which is not even put into a batch (semantics C11.11); tells whether it did.
 * A pause alone lets batches gather: it may be over when they close.
 */
export function skippedByDrain(admission: Admission): boolean {
  const reason = standstill(admission);
  const isDraining = admission.state.functions.control(admission.settings.id)?.drainingAt !== undefined;
  if (reason === undefined || !isDraining) return false;
  skipAtStandstill(admission, { dueAt: admission.now }, reason);
  return true;
}

/** A run that is recorded and never starts (semantics C4.2); whoever invoked it is told at once. */
function skip(
  admission: Admission,
  start: Start,
  reason: SkipReason,
  outcomeOf: (runId: RunId) => Parameters<Admission["tell"]>[0],
): void {
  const { settings, event, now } = admission;
  const events = start.events ?? [event];
  const id = runIdOf(admission, start);
  const run = queuedRun({
    id,
    functionId: settings.id,
    queuedAt: now,
    eventIds: events.map((one) => one.id),
    sequence: event.sequence,
    order: now,
  });
  admission.changes.push({
    kind: "run.create",
    events,
    run: { ...run, ...repetition(start), status: "skipped", endedAt: now, skip: reason },
  });
  for (const one of events) admission.tell(outcomeOf(id), one.id);
  admission.failInvokers(events, skipMessage(settings.slug, reason));
}

function skipMessage(slug: string, reason: SkipReason): string {
  switch (reason.kind) {
    case "singleton":
      return `The invocation was skipped: function ${slug} is a singleton, and run ${reason.byRunId} is not finished.`;
    case "paused":
      return `The invocation was skipped: function ${slug} is paused.`;
    case "draining":
      return `The invocation was skipped: function ${slug} is draining and starts nothing new.`;
  }
}

function repetition(start: Start) {
  const { repeats, batchId } = start;
  return {
    ...(batchId === undefined ? {} : { batchId }),
    ...(repeats === undefined ? {} : { originalRunId: repeats.originalRunId }),
    ...(repeats?.replayId === undefined ? {} : { replayId: repeats.replayId }),
    ...(repeats?.lookbackFrom === undefined ? {} : { lookbackFrom: repeats.lookbackFrom }),
  };
}

function create(
  admission: Admission,
  start: Start,
  singleton: Exclude<ReturnType<typeof claimSingleton>, { readonly kind: "held" }>,
): RunId {
  const { settings, event, now, state } = admission;
  const events = start.events ?? [event];
  const id = runIdOf(admission, start);
  const keys = runKeys(admission);
  const lane = laneText({ limits: keys.limits });
  const invokedBy = start.repeats === undefined ? invocationTarget(event)?.invokedBy : undefined;
  const run = {
    ...queuedRun({
      id,
      functionId: settings.id,
      queuedAt: now,
      eventIds: events.map((one) => one.id),
      sequence: start.repeats === undefined ? event.sequence : state.sequence,
      order: (start.isLate || start.repeats ? now : event.receivedAt) - keys.priorityMs,
    }),
    ...repetition(start),
    ...(lane === undefined ? {} : { lane }),
    ...(singleton.kind === "none" ? {} : { singleton: singleton.key }),
    ...(invokedBy === undefined
      ? {}
      : { invokedBy: { runId: asRunId(invokedBy.runId), stepKey: asStepKey(invokedBy.stepKey) } }),
  };
  admission.changes.push(...startRun(settings, events, run, state.sequence));
  const call = firstCall(run, start.dueAt, firstLane(keys), start.repeats?.firstStep);
  if (singleton.kind === "succeeds") {
    // The run before it ends first; the decision that ends it puts the call.
    const next = { runId: id, call };
    admission.putLimit({ kind: "singleton", key: singleton.key, runId: singleton.runId, next });
    for (const cancelled of singleton.cancels) admission.changes.push(cancelJob(cancelled, id, now));
    admission.tell({ kind: "started", runId: id, cancelledRunId: singleton.runId });
    return id;
  }
  if (singleton.kind === "free") admission.putLimit({ kind: "singleton", key: singleton.key, runId: id });
  admission.changes.push({ kind: "job.put", job: call });
  if (admission.keys.missing.length > 0) admission.tell({ kind: "started", runId: id });
  return id;
}

function cancelJob(runId: RunId, byRunId: RunId, now: number): Change {
  const reason = `The singleton's newer run ${byRunId} cancelled it.`;
  const id = asJobId(`${runId}:singleton`);
  return { kind: "job.put", job: { kind: "cancel", id, runId, dueAt: now, reason } };
}
