// Why an event started a function, and why it did not (decisions row 6): one outcome per candidate function, and the
// waits and cancels that the event met.

import type { Json } from "../json.ts";
import type { Timestamp } from "./envelope.ts";
import type { FunctionReference, RestRunStatus } from "./run.ts";

/** `GET /events/{id}/outcomes`. */
export interface EventOutcomes {
  /** Every function with a trigger of the event's name; those that ran first. */
  readonly functions: readonly FunctionOutcome[];
  /** Waits that it ended and runs that it cancelled. */
  readonly waits: readonly WaitOutcome[];
  /** When nothing listens: known event names that are nearly the same, nearest first. */
  readonly closest?: readonly { readonly name: string; readonly functions: number }[];
}

export interface FunctionOutcome {
  readonly function: FunctionReference;
  /** The matching trigger's expression, also when it was true. */
  readonly expression?: string;
  readonly outcome: Outcome;
  /** Options whose key found no field in the event and fell back (decisions row 5), such as `throttle.key`. */
  readonly missingKeys?: readonly string[];
}

export type Outcome =
  | {
      readonly kind: "run-created";
      readonly runId: string;
      readonly runStatus?: RestRunStatus;
      /** A singleton in cancel mode stopped this run first. */
      readonly cancelledRunId?: string;
    }
  | {
      readonly kind: "filtered";
      readonly expression: string;
      readonly truth?: Truth;
      readonly nearMiss?: NearMiss;
    }
  | {
      readonly kind: "expression-error";
      readonly expression: string;
      readonly message: string;
      readonly truth?: Truth;
      readonly nearMiss?: NearMiss;
    }
  | {
      readonly kind: "deduplicated";
      /** The event with the same id, or idempotency key, that came first. */
      readonly byEventId: string;
      readonly runId?: string;
      /** Until when the id or key counts. */
      readonly until?: Timestamp;
      /** The function's own idempotency expression, when that decided instead of the event's id. */
      readonly idempotencyKey?: string;
    }
  | {
      readonly kind: "rate-limited";
      readonly limit?: number;
      readonly periodMs?: number;
      readonly key?: string;
      readonly freeAt?: Timestamp;
      readonly usedByRunId?: string;
      /** The event whose start must leave the window first. */
      readonly usedByEventId?: string;
    }
  | {
      readonly kind: "debounced";
      readonly startsAt?: Timestamp;
      /** The run, once started. */
      readonly runId?: string;
      /** The later event that took this one's place. */
      readonly supersededByEventId?: string;
    }
  | {
      readonly kind: "batched";
      readonly batchId?: string;
      readonly runId?: string;
      readonly size?: number;
      readonly maxSize?: number;
      readonly startsAt?: Timestamp;
    }
  | { readonly kind: "singleton-skipped"; readonly runId?: string; readonly key?: string }
  | { readonly kind: "paused"; readonly since?: Timestamp; readonly by?: string }
  | { readonly kind: "draining"; readonly since?: Timestamp; readonly by?: string }
  | { readonly kind: "pending" };

export interface WaitOutcome {
  readonly kind: "resumed" | "cancelled";
  readonly runId: string;
  readonly function: FunctionReference;
  /** The resumed step. */
  readonly stepName?: string;
}

/** The smallest change to an expression after which the event would have matched, checked by evaluating it. */
export interface NearMiss {
  /** What stands in the way, as a sentence: `seats holds the text "8", and a text is never at least a number.` */
  readonly sentence: string;
  /** The expression as it would match. */
  readonly expression: string;
  /** The changed part of it. */
  readonly part: string;
  /** Other events of today that missed by the same. */
  readonly othersToday?: number;
}

/** A false or failing expression, taken apart. */
export interface Truth {
  /** Source text of this part. */
  readonly text: string;
  readonly value: "true" | "false" | "error" | "not-reached";
  /** How the parts below are joined; absent on a leaf. */
  readonly join?: "all" | "any" | "not";
  readonly parts?: readonly Truth[];
  /** The path that a leaf reads, without `event.` or `async.`: `data.seats`. */
  readonly path?: string;
  /** The value that a leaf found there; absent when the event has none. */
  readonly found?: Json;
  readonly message?: string;
}
