// Routing an event: the functions that it starts, the waits that it ends, the runs that it cancels. Waits are told by
// jobs of their runs, so that the run's own decision takes them.

import { asJobId, systemEvent } from "@stepwell/protocol";
import { admit, dedupeNeed } from "../admit/admit.ts";
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

/** Decides the `route` job of an event. */
export function route(state: ShardState, job: RouteJob, now: number, facts: Facts): Decision {
  const event = state.event(job.eventId);
  if (event === undefined) return missing({ kind: "event", id: job.eventId });
  const done: Change = { kind: "job.remove", jobId: job.id, runId: undefined };
  if (event === null) return decided([done]);

  const candidates = candidatesFor(state, event, now);
  const needs = needsOf(state, event, candidates, facts);
  if (needs.length > 0) return missing(...needs);

  const changes: Change[] = [done];
  for (const candidate of candidates) changes.push(...startOrTell(state, event, candidate, now));
  changes.push(...unknownInvocation(state, event, now));
  for (const wait of facts.waits ?? []) changes.push(...resumeOrCancel(event, wait, now));
  return decided(changes);
}

type Candidate = { readonly settings: FunctionSettings; readonly match: ReturnType<typeof matchTriggers> };

/** An invocation goes to its target alone, whose trigger expressions do not count (semantics B6.2, B6.4). */
function candidatesFor(state: ShardState, event: StoredEvent, now: number): readonly Candidate[] {
  if (event.name === systemEvent.invoked) {
    const settings = invokedFunction(state, event);
    return settings === undefined ? [] : [{ settings, match: { kind: "matched" } }];
  }
  return state.functions
    .triggeredBy(event.name)
    .map((settings) => ({ settings, match: matchTriggers(settings, event, now) }))
    .filter((candidate) => candidate.match !== undefined);
}

function needsOf(
  state: ShardState,
  event: StoredEvent,
  candidates: readonly Candidate[],
  facts: Facts,
): readonly Need[] {
  const needs: Need[] = [];
  for (const { settings, match } of candidates) {
    if (match?.kind !== "matched") continue;
    const key = dedupeNeed(settings, event);
    if (key !== undefined && state.dedupe(key) === undefined) needs.push({ kind: "dedupe", key });
  }
  if (facts.waits === undefined) needs.push({ kind: "waits", event });
  return needs;
}

function startOrTell(
  state: ShardState,
  event: StoredEvent,
  candidate: Candidate,
  now: number,
): readonly Change[] {
  const { settings, match } = candidate;
  if (match === undefined) return [];
  if (match.kind === "matched") return admit(state, settings, event, now);
  const reason =
    match.kind === "filtered"
      ? { kind: "filtered" as const, expression: match.expression }
      : { kind: "expression-error" as const, expression: match.expression, message: match.message };
  return [{ kind: "outcome.put", outcome: { eventId: event.id, functionId: settings.id, reason } }];
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
