// Waiting for an event (semantics D5), looking back at those that came before the wait was registered (H8.9), and the
// ways in which a wait ends: the first match resumes it, its timeout expires it.

import {
  asEventId,
  type EventId,
  isJsonObject,
  isUlid,
  type Json,
  momentAt,
  type Op,
} from "@stepwell/protocol";
import { type Decision, missing } from "../../decision.ts";
import type { StoredEvent } from "../../model/event.ts";
import { payloadOf } from "../../model/event.ts";
import type { RunJob } from "../../model/job.ts";
import type { Step } from "../../model/run.ts";
import { matchesWait } from "../../route/match.ts";
import { waitFor } from "../../route/wait-keys.ts";
import type { Facts } from "../../state.ts";
import { discoverAfter } from "../discover.ts";
import type { RunDraft } from "../draft.ts";
import { finishRun } from "../finish.ts";
import { exceedsFuture } from "./limits.ts";
import { endStep, openStep } from "./open.ts";

/** How many events one look-back decision reads; more are left to a job that goes on behind them. */
const scanLimit = 500;

export function waitForEvent(draft: RunDraft, op: Extract<Op, { kind: "wait-for-event" }>): void {
  const expiresAt = Math.max(draft.now, momentAt(op.timeout, draft.now));
  if (exceedsFuture(draft, `The wait "${op.name}"`, expiresAt)) return;
  const condition = waitFor(op.expression, payloadOf(draft.trigger), "wait", draft.now);
  if (condition.kind === "invalid") {
    const message = `The expression of the wait "${op.name}" is invalid: ${condition.reason} It reads: ${op.expression ?? ""}`;
    finishRun(draft, { kind: "failed", error: { name: "InvalidExpression", message } });
    return;
  }
  const step = openStep(draft, op, "wait-for-event", {
    dueAt: expiresAt,
    target: op.event,
    ...(op.expression === undefined ? {} : { expression: op.expression }),
  });
  if (step === undefined) return;
  warnOf(draft, step, condition.kind === "wait" ? condition.warnings : []);
  const { key: stepKey } = op;
  if (condition.kind === "wait") {
    draft.putWait({
      id: waitId(draft, stepKey),
      runId: draft.id,
      purpose: { kind: "resume", stepKey },
      event: op.event,
      ...(condition.expression === undefined ? {} : { expression: condition.expression }),
      afterSequence: draft.sequence,
      expiresAt,
      keys: condition.keys,
    });
    putLookBack(draft, stepKey);
  }
  draft.putJob({
    kind: "expire",
    id: draft.jobId(`expire:${stepKey}`),
    runId: draft.id,
    stepKey,
    dueAt: expiresAt,
  });
}

/** What the restrictive policy refuses in a cancellation is only worth a warning in a wait (semantics E5.1). */
function warnOf(draft: RunDraft, step: Step, warnings: readonly string[]): void {
  if (warnings.length === 0) return;
  const message = `The condition of the wait "${step.name}" in function ${draft.settings.slug} uses more than other servers may accept: ${warnings.join(" ")}`;
  draft.effects.push({ kind: "warn", message, detail: { runId: draft.id, expression: step.expression } });
}

function waitId(draft: RunDraft, stepKey: Step["key"]): string {
  return `${draft.id}:wait:${stepKey}`;
}

function lookbackOf(draft: RunDraft) {
  return draft.settings.waitLookback ?? draft.state.settings.waitLookback;
}

/** A run that sent nothing has nothing to look back for (decisions row 3). */
function putLookBack(draft: RunDraft, stepKey: Step["key"]): void {
  const lookback = lookbackOf(draft);
  if (lookback.kind === "none" || (lookback.kind === "causal" && draft.run.lookbackFrom === undefined))
    return;
  const id = draft.jobId(`look-back:${stepKey}`);
  draft.putJob({ kind: "look-back", id, runId: draft.id, stepKey, dueAt: draft.now });
}

/** Decides a look-back job: the earliest matching event since the run's last sending step resumes the wait. */
export function lookBack(
  draft: RunDraft,
  job: Extract<RunJob, { kind: "look-back" }>,
  facts: Facts,
): Decision | undefined {
  const wait = draft.wait(waitId(draft, job.stepKey));
  const step = draft.step(job.stepKey);
  if (wait === undefined || step?.status !== "open") {
    draft.removeJob(job.id);
    return undefined;
  }
  const sent = sentIds(draft);
  const unknown = sent.filter((id) => draft.state.event(id) === undefined);
  if (unknown.length > 0) return missing(...unknown.map((id) => ({ kind: "event" as const, id })));
  const from = job.afterSequence ?? lookbackStart(draft, sent);
  if (facts.scanned === undefined) {
    return missing({
      kind: "scan",
      eventName: wait.event,
      afterSequence: from,
      receivedFrom: lookbackTime(draft),
      limit: scanLimit,
    });
  }
  draft.removeJob(job.id);
  const excluded = excludedEvents(draft, sent);
  const match = facts.scanned.find((event) => !excluded.has(event.id) && matchesWait(wait, event, draft.now));
  const last = facts.scanned.at(-1);
  if (match !== undefined) resumeWith(draft, step, match);
  else if (last !== undefined && facts.scanned.length >= scanLimit)
    draft.putJob({ ...job, afterSequence: last.sequence });
  return undefined;
}

/** Ids of the events that the run's last sending step sent, as far as its result can be read. */
function sentIds(draft: RunDraft): readonly EventId[] {
  for (const step of draft.endedBackwards()) {
    if (step.kind === "invoke") return step.eventId === undefined ? [] : [step.eventId];
    if (step.stepType === "step.sendEvent") return idsInResult(step.result ?? "null");
  }
  return [];
}

/** `{ids}` from TypeScript, a bare array from Python; an encrypted result has none. */
function idsInResult(result: string): readonly EventId[] {
  const value = JSON.parse(result) as Json;
  const data = isJsonObject(value) ? value.data : undefined;
  const ids = isJsonObject(data) ? data.ids : data;
  if (!Array.isArray(ids)) return [];
  return (ids as readonly Json[])
    .filter((id) => typeof id === "string" && isUlid(id))
    .map((id) => asEventId(String(id)));
}

/** The receipt of what was sent; where that is unreadable, that of the call which reported the step. */
function lookbackStart(draft: RunDraft, sent: readonly EventId[]): number {
  if (lookbackOf(draft).kind === "duration") return 0;
  const receipts = sent
    .map((id) => draft.state.event(id)?.sequence)
    .filter((sequence) => sequence !== undefined);
  return receipts.length > 0 ? Math.min(...receipts) : (draft.run.lookbackFrom ?? draft.sequence);
}

function lookbackTime(draft: RunDraft): number {
  const lookback = lookbackOf(draft);
  return lookback.kind === "duration" ? draft.now - lookback.lookbackMs : 0;
}

/** What the run itself sent, what triggered it, and what ended an earlier wait of it. */
function excludedEvents(draft: RunDraft, sent: readonly EventId[]): ReadonlySet<EventId> {
  const excluded = new Set<EventId>([...sent, ...draft.run.eventIds]);
  for (const step of draft.endedBackwards()) {
    if (step.eventId !== undefined) excluded.add(step.eventId);
    if (step.stepType === "step.sendEvent")
      for (const id of idsInResult(step.result ?? "null")) excluded.add(id);
  }
  // Waits that were registered together may share one event (semantics D5.6).
  for (const step of draft.endedBackwards()) {
    const isSibling = step.kind === "wait-for-event" && step.batch === draft.run.batch && step.batch > 0;
    if (isSibling && step.eventId !== undefined) excluded.delete(step.eventId);
  }
  for (const id of [...sent, ...draft.run.eventIds]) excluded.add(id);
  return excluded;
}

/** Decides a resume job: an event that matched the wait when it was routed. */
export function resume(draft: RunDraft, job: Extract<RunJob, { kind: "resume" }>): Decision | undefined {
  const event = draft.state.event(job.eventId);
  if (event === undefined) return missing({ kind: "event", id: job.eventId });
  draft.removeJob(job.id);
  const wait = draft.wait(waitId(draft, job.stepKey));
  const step = draft.step(job.stepKey);
  if (event === null || wait === undefined || step?.status !== "open") return undefined;
  if (event.sequence <= wait.afterSequence) return undefined;
  resumeWith(draft, step, event);
  return undefined;
}

function resumeWith(draft: RunDraft, step: Step, event: StoredEvent): void {
  draft.removeWait(waitId(draft, step.key));
  draft.removeJob(draft.jobId(`expire:${step.key}`));
  draft.removeJob(draft.jobId(`look-back:${step.key}`));
  // The raw event, unwrapped (protocol §4.3).
  discoverAfter(draft, endStep(draft, step, "completed", event.text, { eventId: event.id }));
}
