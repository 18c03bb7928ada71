// A function as the rules read it, and the app that serves it.

import type { AppId, FunctionId, Moment } from "@stepwell/protocol";
import type { FlowControl } from "./flow-control.ts";

export type Trigger =
  | { readonly kind: "event"; readonly event: string; readonly expression?: string }
  | { readonly kind: "cron"; readonly cron: string; readonly jitterMs?: number };

/** A listener that cancels a run (semantics C6). */
export interface CancelOn {
  readonly event: string;
  readonly expression?: string;
  /** Until when the listener is valid: so long after scheduling, or a moment; absent means a year. */
  readonly timeout?: Moment;
}

/** How far back a wait looks for an event that came before it (decisions row 3). */
export type WaitLookback =
  | { readonly kind: "causal" }
  | { readonly kind: "none" }
  | { readonly kind: "duration"; readonly lookbackMs: number };

export interface FunctionSettings extends FlowControl {
  readonly id: FunctionId;
  /** App name, `-`, function id: the name under which the wire knows it. */
  readonly slug: string;
  readonly name: string;
  readonly appId: AppId;
  readonly appName: string;
  /** Where calls go. */
  readonly url: string;
  readonly triggers: readonly Trigger[];
  /** Retries + 1. */
  readonly maxAttempts: number;
  readonly cancelOn: readonly CancelOn[];
  /** Absent means the server's default. */
  readonly waitLookback?: WaitLookback;
  /** The registration as it was sent, for the API. */
  readonly configText: string;
  readonly createdAt: number;
  /** Set once the function is no longer part of its app: its runs end, new ones do not start. */
  readonly archivedAt?: number;
}

export interface App {
  readonly id: AppId;
  readonly name: string;
  readonly url: string;
  readonly sdk: string;
  readonly framework?: string;
  readonly appVersion?: string;
  /** SHA-256 of the registration: an equal one is no work. */
  readonly checksum: string;
  readonly syncedAt: number;
  readonly createdAt: number;
  /** Why the last sync failed, as a sentence. */
  readonly error?: string;
  readonly archivedAt?: number;
}
