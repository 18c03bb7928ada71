// What became of an event, function by function (decisions row 6).

import {
  type FunctionSettings,
  namePatterns,
  type Outcome,
  type Run,
  type StoredEvent,
} from "@stepwell/core";
import type { EventOutcomes, FunctionOutcome, WaitOutcome } from "@stepwell/protocol/rest";
import { functionReference, type Known } from "./directory.ts";
import { nearestNames } from "./nearest-names.ts";
import { createdReason, outcomeReason } from "./outcome-reason.ts";

export interface OutcomeFacts {
  readonly event: StoredEvent;
  readonly runs: readonly Run[];
  readonly outcomes: readonly Outcome[];
  readonly waits: readonly WaitOutcome[];
  readonly known: Known;
  readonly now: number;
}

/** A function that has neither run nor reason after this long was not there when the event was routed. */
const pendingMs = 10_000;

export function outcomesView(facts: OutcomeFacts): EventOutcomes {
  const { event, runs, outcomes, waits, known, now } = facts;
  const patterns = new Set(namePatterns(event.name));
  const own = runs.filter((run) => run.originalRunId === undefined);
  const told = outcomes.map((outcome): FunctionOutcome => {
    const run = own.find((one) => one.functionId === outcome.functionId);
    return {
      function: functionReference(known, outcome.functionId),
      ...expressionOf(known.functionById.get(outcome.functionId), patterns),
      outcome: outcomeReason(outcome, run, event),
      ...(outcome.missingKeys === undefined ? {} : { missingKeys: outcome.missingKeys }),
    };
  });
  const toldOf = new Set<string>(outcomes.map((outcome) => outcome.functionId));
  const created = own
    .filter((run) => !toldOf.has(run.functionId))
    .map(
      (run): FunctionOutcome => ({
        function: functionReference(known, run.functionId),
        ...expressionOf(known.functionById.get(run.functionId), patterns),
        outcome: createdReason(run.id, run),
      }),
    );
  const listening = known.functions.filter((settings) => listensTo(settings, patterns));
  const answered = new Set<string>([...created, ...told].map((item) => item.function.id));
  const pending = listening
    .filter(({ id }) => !answered.has(id) && now - event.receivedAt < pendingMs)
    .map(
      ({ id }): FunctionOutcome => ({ function: functionReference(known, id), outcome: { kind: "pending" } }),
    );
  const functions = [...created, ...told, ...pending];
  const isHeard = functions.length > 0 || listening.length > 0 || waits.length > 0;
  return { functions, waits, ...(isHeard ? {} : closest(event.name, known)) };
}

function listensTo(settings: FunctionSettings, patterns: ReadonlySet<string>): boolean {
  if (settings.archivedAt !== undefined) return false;
  return settings.triggers.some((trigger) => trigger.kind === "event" && patterns.has(trigger.event));
}

function expressionOf(
  settings: FunctionSettings | undefined,
  patterns: ReadonlySet<string>,
): { readonly expression?: string } {
  for (const trigger of settings?.triggers ?? []) {
    if (trigger.kind !== "event" || !patterns.has(trigger.event)) continue;
    return trigger.expression === undefined ? {} : { expression: trigger.expression };
  }
  return {};
}

/** Names that functions do listen to and that were perhaps meant. */
function closest(name: string, known: Known): Pick<EventOutcomes, "closest"> {
  const counts = new Map<string, number>();
  for (const settings of known.functions) {
    if (settings.archivedAt !== undefined) continue;
    for (const trigger of settings.triggers) {
      if (trigger.kind === "event") counts.set(trigger.event, (counts.get(trigger.event) ?? 0) + 1);
    }
  }
  const names = nearestNames(name, [...counts.keys()]);
  if (names.length === 0) return {};
  return { closest: names.map((near) => ({ name: near, functions: counts.get(near) ?? 0 })) };
}
