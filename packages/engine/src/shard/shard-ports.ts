// What a shard works with, and what it says when it cannot.

import type { Input } from "@stepwell/core";
import type { Clock } from "../ports/clock.ts";
import type { Observer } from "../ports/observer.ts";
import type { Store } from "../ports/store.ts";
import type { Transport } from "../ports/transport.ts";

export interface ShardPorts {
  readonly store: Store;
  readonly clock: Clock;
  readonly transport: Transport;
  readonly observer: Observer;
}

export interface ShardLimits {
  /** Most calls open at once. */
  readonly openCallsMax: number;
  /** Most inputs from outside that wait; beyond it they are refused. */
  readonly inboxMax: number;
  /** Runs kept in memory when nothing needs them. */
  readonly cachedRunsMax: number;
  /** The most waits that one decision about an event takes; more are told by further decisions. */
  readonly waitsPerDecision: number;
  /** Calls that a lane keeps in memory when it holds twice as many; the rest waits in the store. */
  readonly callsPerLane: number;
  /** How many deaths of the process a call may have been under way at before it is held. */
  readonly callDeathsMax: number;
}

/** The engine cannot take the input at present; nothing of it was kept. */
export class UnavailableError extends Error {
  readonly code = "UNAVAILABLE";
  override readonly name = "UnavailableError";
}

/** A request whose outcome is not known may have been accepted before. */
export function asResubmitted(input: Input): Input {
  switch (input.kind) {
    case "ingest":
    case "invoke":
    case "rerun":
    case "start-bulk":
      return { ...input, mayBeKnown: true };
    default:
      return input;
  }
}
