// The options of a function that decide how much of it may start and run (semantics C3, C5, C7–C12), as the rules
// read them: parsed, with defaults in place. Keys are expressions over `event`.

/** How much may run at once; at most two per function (semantics C7). */
export interface ConcurrencyLimit {
  /** 0 is no limit of its own. */
  readonly limit: number;
  readonly key?: string;
  /** `env` and `account` are shared by all functions with an equal key. */
  readonly scope: "fn" | "env" | "account";
}

/** How many runs may be under way at once, from their first call to their end; the rest waits (semantics C7.8). */
export interface WholeRunLimit {
  readonly limit: number;
  readonly key?: string;
}

/** How fast runs may start; the rest waits (semantics C8). */
export interface Throttle {
  readonly limit: number;
  readonly periodMs: number;
  /** How many may start at once beyond the first. */
  readonly burst: number;
  readonly key?: string;
}

/** How many runs may start within any window of the period; the rest is dropped (decisions row 1). */
export interface RateLimit {
  readonly limit: number;
  readonly periodMs: number;
  readonly key?: string;
}

/** Only the newest event starts a run, once none has come for the period (semantics C10). */
export interface Debounce {
  readonly periodMs: number;
  readonly key?: string;
  /** The longest that the first event of a series can be put off, in ms. */
  readonly timeoutMs?: number;
}

/** Events are gathered and start one run together (semantics C11). */
export interface Batch {
  readonly maxSize: number;
  /** From the first event, in ms. */
  readonly timeoutMs: number;
  readonly key?: string;
  /** Events for which it is not true run at once, alone. */
  readonly condition?: string;
}

/** At most one unfinished run per key (semantics C12). */
export interface Singleton {
  readonly mode: "skip" | "cancel";
  readonly key?: string;
}

/** How long a run may wait for its first call, and take from then on, in ms (semantics C5). */
export interface Timeouts {
  readonly startMs?: number;
  readonly finishMs?: number;
}

export interface FlowControl {
  readonly concurrency: readonly ConcurrencyLimit[];
  readonly wholeRuns?: WholeRunLimit;
  readonly throttle?: Throttle;
  readonly rateLimit?: RateLimit;
  /** The key that may start one run in 24 hours (semantics C3). */
  readonly idempotency?: string;
  readonly debounce?: Debounce;
  readonly batch?: Batch;
  /** An expression that gives seconds (semantics C9). */
  readonly priority?: string;
  readonly singleton?: Singleton;
  readonly timeouts?: Timeouts;
}
