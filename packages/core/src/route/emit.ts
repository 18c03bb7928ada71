// How the engine puts an event of its own into the stream: stored, and routed like any other.

import { asJobId, canonicalJson, type EventId, type EventPayload, type Json } from "@stepwell/protocol";
import type { Change } from "../change.ts";
import type { StoredEvent } from "../model/event.ts";
import type { ShardState } from "../state.ts";

/** Gives out receipt sequences while a decision is made. */
export interface SequenceSource {
  readonly now: number;
  readonly changes: Change[];
  nextSequence(): number;
}

export function sequenceSource(state: ShardState, now: number): SequenceSource {
  const changes: Change[] = [];
  let sequence = state.sequence;
  return {
    now,
    changes,
    nextSequence() {
      sequence += 1;
      return sequence;
    },
  };
}

/** What an event owes to something else than its sender. */
export interface Origin extends Pick<StoredEvent, "sourceRunId" | "forFunctionId"> {
  readonly trace?: StoredEvent["trace"] | undefined;
}

/**
 * Adds an event and the job that routes it.
 *
 * @param origin the run whose end emits it, the function that it is meant for, the trace that it belongs to, if any.
 */
export function emitEvent(
  source: SequenceSource,
  id: EventId,
  payload: EventPayload,
  origin: Origin = {},
): StoredEvent {
  const { trace, ...given } = origin;
  const event: StoredEvent = {
    id,
    sequence: source.nextSequence(),
    receivedAt: source.now,
    name: payload.name,
    externalId: payload.id,
    ts: payload.ts,
    // Canonical, because a call's signature is computed over canonical text (protocol §4.4).
    text: canonicalJson(payload as unknown as Json),
    ...given,
    ...(trace === undefined ? {} : { trace }),
  };
  source.changes.push({ kind: "event.put", event });
  source.changes.push({
    kind: "job.put",
    job: { kind: "route", id: asJobId(`route:${id}`), dueAt: source.now, eventId: id },
  });
  return event;
}
