// What limits remember between events: one row per limit and key value, found by its key. A row whose `expiresAt` has
// passed says nothing any more and is removed with old history.

import type { EventId, FunctionId, RunId, StepKey } from "@stepwell/protocol";
import type { CallJob } from "./job.ts";

interface LimitHead {
  readonly key: string;
  /** Unix ms; absent for what ends by a rule alone. */
  readonly expiresAt?: number;
}

/** The step that waits for the result of an invocation. */
export interface Invoker {
  readonly runId: RunId;
  readonly stepKey: StepKey;
}

export type LimitState = LimitHead &
  (
    | {
        /** How many starts a rate limit has admitted; the last ones have rows of their own. */
        readonly kind: "rate";
        readonly count: number;
      }
    | {
        /** One admitted start. */
        readonly kind: "rate-start";
        readonly at: number;
        readonly eventId: EventId;
      }
    | {
        /** GCRA: the moment by which all starts so far would have been spaced out evenly (semantics C8.1). */
        readonly kind: "throttle";
        readonly spacedUntil: number;
        /** The last start, unix ms: under other numbers than those of then no more is owed than it can owe. */
        readonly startedAt?: number;
      }
    | {
        /** How many runs are under way under a limit on whole runs (semantics C7.8); none has no row. */
        readonly kind: "runs";
        readonly count: number;
      }
    | {
        readonly kind: "debounce";
        readonly eventId: EventId;
        /** The stored event's `ts`: an older event does not replace it (semantics A5.5). */
        readonly ts: number;
        readonly fireAt: number;
        /** The latest moment to fire, whatever comes. */
        readonly deadline?: number;
        readonly invokedBy?: Invoker;
      }
    | {
        /** An open batch; its events have rows of their own. */
        readonly kind: "batch";
        readonly batchId: string;
        readonly functionId: FunctionId;
        readonly count: number;
        /** Length of the events' texts. */
        readonly size: number;
        readonly closesAt: number;
      }
    | { readonly kind: "batch-event"; readonly eventId: EventId }
    | {
        readonly kind: "singleton";
        readonly runId: RunId;
        /** In cancel mode: the run that begins, with this call, once `runId` has ended. */
        readonly next?: { readonly runId: RunId; readonly call: CallJob };
      }
  );

export type LimitStateOf<K extends LimitState["kind"]> = Extract<LimitState, { readonly kind: K }>;
