// What admission leaves behind: the keys that deduplicate, and the reason why an event did not start a function.

import type { EventId, FunctionId, RunId } from "@stepwell/protocol";

/** An event id (semantics A4) or an idempotency key (C3) that has started a function once. */
export interface DedupeKey {
  /** Function id, `/`, the event's external id; or function id, `/idempotency/`, the key's value. */
  readonly key: string;
  readonly eventId: EventId;
  /** Absent where the run comes later, as with a debounce. */
  readonly runId?: RunId;
  readonly expiresAt: number;
}

/** How long an event id or idempotency key deduplicates, from the first reception. */
export const dedupeMs = 24 * 60 * 60 * 1000;

/** Why a candidate function got no run of its own from an event (decisions row 6); a run is told by its own row. */
export interface Outcome {
  readonly eventId: EventId;
  readonly functionId: FunctionId;
  readonly reason:
    | { readonly kind: "filtered"; readonly expression: string }
    | { readonly kind: "expression-error"; readonly expression: string; readonly message: string }
    | {
        readonly kind: "deduplicated";
        readonly byEventId: EventId;
        /** Absent while no run has come of the first one yet. */
        readonly runId?: RunId;
        readonly until: number;
        /** The value of the function's idempotency expression, where that decided. */
        readonly idempotencyKey?: string;
      }
    | {
        readonly kind: "rate-limited";
        readonly limit: number;
        readonly periodMs: number;
        readonly key?: string;
        /** When the next start is admitted, unix ms. */
        readonly freeAt: number;
        /** The event whose start must leave the window first. */
        readonly byEventId: EventId;
      }
    | { readonly kind: "debounced"; readonly startsAt: number }
    | { readonly kind: "superseded"; readonly byEventId: EventId }
    | {
        readonly kind: "batched";
        readonly batchId: string;
        readonly maxSize: number;
        readonly closesAt: number;
      }
    | { readonly kind: "singleton-skipped"; readonly byRunId: RunId; readonly runId: RunId }
    | { readonly kind: "paused"; readonly since: number; readonly runId: RunId }
    | { readonly kind: "draining"; readonly since: number; readonly runId: RunId }
    /** A run was created; told here only where there is more to say than the run's row does. */
    | { readonly kind: "started"; readonly runId: RunId; readonly cancelledRunId?: RunId };
  /** Options whose key found no field in the event and fell back (decisions row 5), such as `throttle.key`. */
  readonly missingKeys?: readonly string[];
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
