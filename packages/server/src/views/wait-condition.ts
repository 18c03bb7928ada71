// The condition of a wait with the run's values in place (semantics E6), as its events meet it; also after the wait is
// over and its row gone, for the step keeps what its author wrote and the run its trigger.

import { compile, matches, payloadOf, type Step, type StoredEvent, truthOf, waitFor } from "@stepwell/core";
import type { RunDetail } from "@stepwell/engine";
import type { Json } from "@stepwell/protocol";
import type { WaitMiss, WaitView } from "@stepwell/protocol/rest";
import { timestamp } from "./time.ts";

export type WaitConditionView = Pick<WaitView, "expression" | "meets">;

/** Without `expression` every event of the name matches. As written where retention has taken the trigger. */
export function waitCondition(step: Step, { run, events }: RunDetail): WaitConditionView {
  const { expression } = step;
  const trigger = events.find(({ id }) => id === run.eventIds[0]);
  if (expression === undefined) return {};
  if (trigger === undefined) return { expression };
  const condition = waitFor(expression, payloadOf(trigger), "wait", step.registeredAt);
  switch (condition.kind) {
    case "invalid":
      return { expression };
    case "never":
      return { expression, meets: "no-event" };
    case "wait":
      return condition.expression === undefined
        ? { expression, meets: "every-event" }
        : { expression: condition.expression };
  }
}

/**
 * Asks of one event whether it missed the wait, and why. `now()` is read as of the event's receipt, when it was
 * decided. Undefined for an event that matches.
 */
export function waitMiss(
  { expression, meets }: WaitConditionView,
  trigger: StoredEvent | undefined,
): (event: StoredEvent) => WaitMiss | undefined {
  if (expression === undefined || meets === "every-event") return () => undefined;
  const compiled = compile(expression, "wait");
  return (event) => {
    const miss = { eventId: event.id, receivedAt: timestamp(event.receivedAt) };
    if (compiled.kind === "invalid") return miss;
    const scope = {
      async: payloadOf(event) as unknown as Json,
      ...(trigger === undefined ? {} : { event: payloadOf(trigger) as unknown as Json }),
      now: event.receivedAt,
    };
    if (matches(compiled.expression, scope).kind === "matched") return undefined;
    return { ...miss, truth: truthOf(compiled.expression, scope) };
  };
}
