// The names of events that are known: those received lately and those that functions listen to.

import { payloadOf, type StoredEvent } from "@stepwell/core";
import { reservedNamePrefix } from "@stepwell/protocol";
import type { EventNameView } from "@stepwell/protocol/rest";
import type { Known } from "./directory.ts";
import { timestamp } from "./time.ts";

/** Longest data shown as a sample, in UTF-16 units. */
const sampleLengthMax = 8192;

/** @param events newest first. */
export function eventNames(events: readonly StoredEvent[], known: Known): readonly EventNameView[] {
  const functions = listeners(known);
  const received = new Map<string, StoredEvent[]>();
  for (const event of events) {
    const own = received.get(event.name);
    if (own === undefined) received.set(event.name, [event]);
    else own.push(event);
  }
  return [...new Set([...received.keys(), ...functions.keys()])]
    .map((name) => nameView(name, functions.get(name) ?? 0, received.get(name) ?? []))
    .sort((left, right) => (right.received ?? 0) - (left.received ?? 0) || (left.name < right.name ? -1 : 1));
}

function nameView(name: string, functions: number, events: readonly StoredEvent[]): EventNameView {
  const [newest] = events;
  if (newest === undefined) return { name, functions };
  const isSmall = newest.text.length <= sampleLengthMax;
  return {
    name,
    functions,
    received: events.length,
    lastReceivedAt: timestamp(newest.receivedAt),
    ...(isSmall ? { sample: payloadOf(newest).data } : {}),
  };
}

/** Functions by the name that they listen to; wildcards are no names. */
function listeners(known: Known): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const settings of known.functions) {
    if (settings.archivedAt !== undefined) continue;
    for (const trigger of settings.triggers) {
      if (
        trigger.kind !== "event" ||
        trigger.event.endsWith("*") ||
        trigger.event.startsWith(reservedNamePrefix)
      )
        continue;
      counts.set(trigger.event, (counts.get(trigger.event) ?? 0) + 1);
    }
  }
  return counts;
}
