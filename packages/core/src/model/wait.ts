// A wait: a run waits for an event, or listens for one that cancels it.

import type { RunId, StepKey } from "@stepwell/protocol";

export interface Wait {
  /** Run id and step key, or run id and the listener's number. */
  readonly id: string;
  readonly runId: RunId;
  readonly purpose:
    | { readonly kind: "resume"; readonly stepKey: StepKey }
    | { readonly kind: "cancel"; readonly listener: number };
  readonly event: string;
  /** Over `async` alone: what depended on the trigger is a literal already (semantics E6). */
  readonly expression?: string;
  /** Only events received after this one count. */
  readonly afterSequence: number;
  readonly expiresAt: number;
  /** How an event finds it: one entry per OR branch of the expression. */
  readonly keys: readonly WaitKey[];
}

/** `shape` names the compared paths, `values` their values; both empty where nothing can be indexed. */
export interface WaitKey {
  readonly shape: string;
  readonly values: string;
}

/** At most one run waits for a signal's name (semantics D6.2). */
export interface SignalClaim {
  readonly name: string;
  readonly runId: RunId;
  readonly stepKey: StepKey;
}
