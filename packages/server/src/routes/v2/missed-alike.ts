// How many other events of today missed a function by the same as one: a near miss that happens often is worth a fix.

import { compile, matches, payloadOf, type StoredEvent } from "@stepwell/core";
import type { Json } from "@stepwell/protocol";
import type { EventOutcomes, FunctionOutcome, NearMiss } from "@stepwell/protocol/rest";
import type { ServerContext } from "../../server-context.ts";
import { eventsNamed } from "./expressions.ts";

const dayMs = 86_400_000;
/** The newest events looked at: this is read again with each look at an event's page. */
const lookedAtMax = 1000;

/** The same view, its near misses counted. */
export async function withAlike(
  server: ServerContext,
  event: StoredEvent,
  view: EventOutcomes,
): Promise<EventOutcomes> {
  if (!view.functions.some((item) => nearMissOf(item) !== undefined)) return view;
  const from = Math.floor(server.clock.now() / dayMs) * dayMs;
  const { events } = await eventsNamed(server, event.name, from, lookedAtMax);
  const others = events.filter(({ id }) => id !== event.id);
  return { ...view, functions: view.functions.map((item) => counted(item, others)) };
}

function nearMissOf({ outcome }: FunctionOutcome): NearMiss | undefined {
  return outcome.kind === "filtered" || outcome.kind === "expression-error" ? outcome.nearMiss : undefined;
}

function counted(item: FunctionOutcome, others: readonly StoredEvent[]): FunctionOutcome {
  const { outcome } = item;
  if (outcome.kind !== "filtered" && outcome.kind !== "expression-error") return item;
  const { nearMiss, expression } = outcome;
  if (nearMiss === undefined) return item;
  const othersToday = others.filter(
    (other) => isMatched(nearMiss.expression, other) && !isMatched(expression, other),
  ).length;
  return { ...item, outcome: { ...outcome, nearMiss: { ...nearMiss, othersToday } } };
}

function isMatched(source: string, event: StoredEvent): boolean {
  const compiled = compile(source, "trigger");
  if (compiled.kind === "invalid") return false;
  const scope = { event: payloadOf(event) as unknown as Json, now: event.receivedAt };
  return matches(compiled.expression, scope).kind === "matched";
}
