// What admission leaves behind: the keys that deduplicate, and the reason why an event did not start a function.

import type { EventId, FunctionId, RunId } from "@stepwell/protocol";

/** An event id that has started a function once (semantics A4). */
export interface DedupeKey {
  /** Function id, `/`, the event's external id. */
  readonly key: string;
  readonly eventId: EventId;
  readonly runId: RunId;
  readonly expiresAt: number;
}

/** How long an event id deduplicates, from the first reception. */
export const dedupeMs = 24 * 60 * 60 * 1000;

/** Why a candidate function got no run of its own from an event (decisions row 6); a run is told by its own row. */
export interface Outcome {
  readonly eventId: EventId;
  readonly functionId: FunctionId;
  readonly reason:
    | { readonly kind: "filtered"; readonly expression: string }
    | { readonly kind: "expression-error"; readonly expression: string; readonly message: string }
    | { readonly kind: "deduplicated"; readonly byEventId: EventId; readonly runId: RunId };
}

/** An input that broke a rule of the engine itself; kept for the operator, never retried silently. */
export interface Poison {
  readonly id: string;
  readonly at: number;
  readonly runId?: RunId;
  /** The input as JSON text. */
  readonly input: string;
  readonly reason: string;
}
