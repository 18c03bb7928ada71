// Ingest: events become facts with a place in the order of receipt; routing them is a job of its own.

import { type EventPayload, eventPayload, systemEvent } from "@stepwell/protocol";
import { type Decision, decided, missing, replied } from "../decision.ts";
import type { Input } from "../input.ts";
import type { ShardState } from "../state.ts";
import { emitEvent, sequenceSource } from "./emit.ts";
import { findFunction } from "./invocation.ts";

/**
 * Stores the events of one request. Within the request receipt follows `ts`, equal ones keep the array's order
 * (semantics H6.7); the ids are answered in the array's order.
 */
export function ingest(state: ShardState, input: Extract<Input, { kind: "ingest" }>, now: number): Decision {
  if (input.mayBeKnown) {
    const unknown = input.events.filter(({ id }) => state.event(id) === undefined);
    if (unknown.length > 0) return missing(...unknown.map(({ id }) => ({ kind: "event" as const, id })));
  }
  const source = sequenceSource(state, now);
  const fresh = input.events
    .filter(({ id }) => !input.mayBeKnown || state.event(id) === null)
    .map(({ id, event }) => ({ id, payload: eventPayload(event, id, now) }));
  fresh.sort((left, right) => left.payload.ts - right.payload.ts);
  for (const { id, payload } of fresh) emitEvent(source, id, payload, { trace: input.trace });
  return replied({ kind: "ingested", ids: input.events.map(({ id }) => id) }, source.changes);
}

/** Starts one function by an invocation event without an invoker (protocol §2.7). */
export function invoke(state: ShardState, input: Extract<Input, { kind: "invoke" }>, now: number): Decision {
  const settings = findFunction(state, input.functionId);
  if (settings === undefined) {
    const reason = `There is no function ${input.functionId}. Sync its app, or check the slug: app id, "-", function id.`;
    return decided([], [{ kind: "reply", reply: { kind: "unknown-function", reason } }]);
  }
  const { eventId: id } = input;
  if (input.mayBeKnown) {
    const known = state.event(id);
    if (known === undefined) return missing({ kind: "event", id });
    if (known !== null) return replied({ kind: "invoked", eventId: id });
  }
  const source = sequenceSource(state, now);
  const { id: externalId, data, user, v, meta } = input.payload;
  const payload: EventPayload = {
    name: systemEvent.invoked,
    data: { ...data, _inngest: { fn_id: settings.slug } },
    user: user ?? {},
    id: externalId ?? id,
    ts: now,
    ...(v === undefined ? {} : { v }),
    ...(meta === undefined ? {} : { meta }),
  };
  emitEvent(source, id, payload, { trace: input.trace });
  return replied({ kind: "invoked", eventId: id }, source.changes);
}
