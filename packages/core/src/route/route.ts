// Routing an event: the functions that it starts, the waits that it ends, the runs that it cancels. Waits are told by
// jobs of their runs, so that the run's own decision takes them.

import { asJobId, systemEvent } from "@stepwell/protocol";
import type { Admitted } from "../admit/admission.ts";
import { admit } from "../admit/admit.ts";
import type { Change } from "../change.ts";
import { type Decision, decided, missing, type Need } from "../decision.ts";
import { invocationTarget, type StoredEvent } from "../model/event.ts";
import type { FunctionSettings } from "../model/function.ts";
import type { ShardJob } from "../model/job.ts";
import type { Wait } from "../model/wait.ts";
import type { Facts, ShardState } from "../state.ts";
import { findFunction, invocationFailed, invokedFunction } from "./invocation.ts";
import { matchesWait, matchTriggers } from "./match.ts";

type RouteJob = Extract<ShardJob, { kind: "route" }>;

/** Decides the `route` job of an event. Very many waits are told in pages, one decision each. */
export function route(state: ShardState, job: RouteJob, now: number, facts: Facts): Decision {
  const event = state.event(job.eventId);
  if (event === undefined) return missing({ kind: "event", id: job.eventId });
  const done: Change = { kind: "job.remove", jobId: job.id, runId: undefined };
  if (event === null) return decided([done]);

  const { waitsAfter: after = "" } = job;
  const limit = state.settings.waitsPerDecision;
  const needs: Need[] = facts.waits === undefined ? [{ kind: "waits", event, after, limit }] : [];
  const { waitsEnd } = facts;
  const changes: Change[] = [
    waitsEnd === undefined ? done : { kind: "job.put", job: { ...job, dueAt: now, waitsAfter: waitsEnd } },
  ];
  // With the first page of waits; the others are waits alone.
  if (job.waitsAfter === undefined) {
    const started = startFunctions(state, event, now);
    if (started.kind === "missing") needs.push(...started.needs);
    else changes.push(...started.changes);
  }
  if (needs.length > 0) return missing(...needs);
  for (const wait of facts.waits ?? []) changes.push(...resumeOrCancel(event, wait, now));
  return decided(changes);
}

function startFunctions(state: ShardState, event: StoredEvent, now: number): Admitted {
  const needs: Need[] = [];
  const changes: Change[] = [];
  for (const candidate of candidatesFor(state, event, now)) {
    const started = startOrTell(state, event, candidate, now);
    if (started.kind === "missing") needs.push(...started.needs);
    else changes.push(...started.changes);
  }
  if (needs.length > 0) return { kind: "missing", needs };
  return { kind: "admitted", changes: [...changes, ...unknownInvocation(state, event, now)] };
}

type Candidate = { readonly settings: FunctionSettings; readonly match: ReturnType<typeof matchTriggers> };

/**
 * An invocation goes to its target alone, whose trigger expressions do not count (semantics B6.2, B6.4). A tick starts
 * its own function, and others that ask for the timer event by name.
 */
function candidatesFor(state: ShardState, event: StoredEvent, now: number): readonly Candidate[] {
  if (event.name === systemEvent.invoked) {
    const settings = invokedFunction(state, event);
    return settings === undefined ? [] : [{ settings, match: { kind: "matched" } }];
  }
  const { forFunctionId } = event;
  const ticked = forFunctionId === undefined ? undefined : state.functions.byId(forFunctionId);
  const own: readonly Candidate[] =
    ticked === undefined || ticked.archivedAt !== undefined
      ? []
      : [{ settings: ticked, match: { kind: "matched" } }];
  const others = state.functions
    .triggeredBy(event.name)
    .filter((settings) => settings.id !== forFunctionId)
    .map((settings) => ({ settings, match: matchTriggers(settings, event, now) }))
    .filter((candidate) => candidate.match !== undefined);
  return [...own, ...others];
}

function startOrTell(state: ShardState, event: StoredEvent, candidate: Candidate, now: number): Admitted {
  const { settings, match } = candidate;
  if (match?.kind === "matched") return admit(state, settings, event, now);
  if (match === undefined) return { kind: "admitted", changes: [] };
  const outcome = { eventId: event.id, functionId: settings.id, reason: match };
  return { kind: "admitted", changes: [{ kind: "outcome.put", outcome }] };
}

/** Invoking what does not exist fails the invoker at once (semantics B6.3). */
function unknownInvocation(state: ShardState, event: StoredEvent, now: number): readonly Change[] {
  const target = invocationTarget(event);
  if (target?.invokedBy === undefined || findFunction(state, target.functionId) !== undefined) return [];
  const message = `could not find function with ID: ${target.functionId}`;
  return [invocationFailed(target.invokedBy, message, now)];
}

function resumeOrCancel(event: StoredEvent, wait: Wait, now: number): readonly Change[] {
  if (event.sequence <= wait.afterSequence || !matchesWait(wait, event, now)) return [];
  const { runId, purpose } = wait;
  if (purpose.kind === "cancel") {
    const id = asJobId(`${wait.id}:${event.id}`);
    const reason = `The event ${event.name} cancelled it.`;
    return [{ kind: "job.put", job: { kind: "cancel", id, runId, dueAt: now, reason, eventId: event.id } }];
  }
  const id = asJobId(`${runId}:resume:${purpose.stepKey}:${event.id}`);
  const { stepKey } = purpose;
  return [{ kind: "job.put", job: { kind: "resume", id, runId, stepKey, dueAt: now, eventId: event.id } }];
}
