// Limits over REST: the flow control of one function by key, and an operator's overrides of its numbers.

import type { Json } from "../json.ts";
import type { Timestamp } from "./envelope.ts";
import { restPath, segment } from "./query.ts";

/**
 * `concurrency.0` is the first of the function's limits on steps, `concurrency.1` the second, `concurrency.fn` the one on
 * whole runs.
 */
export const limitNames = [
  "concurrency.0",
  "concurrency.1",
  "concurrency.fn",
  "throttle",
  "rateLimit",
] as const;
export type LimitName = (typeof limitNames)[number];

/** `GET /functions/{slug}/limits`: the limits that hold runs back, concurrency first. */
export interface LimitView {
  readonly name: LimitName;
  /** The key's expression; absent when all runs share one lane. */
  readonly key?: string;
  readonly scope?: "fn" | "env" | "account";
  /** The number in force. */
  readonly limit: number;
  /** The number that the app registered. */
  readonly registeredLimit: number;
  readonly periodMs?: number;
  readonly burst?: number;
  readonly override?: OverrideView;
  /** Those in use: the most held back first, then the most running; at most 100. */
  readonly keys: readonly LimitKeyView[];
  /** Keys in use in all. */
  readonly keyCount: number;
}

export interface LimitKeyView {
  /** The key's value; absent when the limit has no key. */
  readonly value?: Json;
  /** The event had no value for the key, so the run shares a lane with all such runs (semantics E4). */
  readonly isMissing?: boolean;
  /** Slots in use: calls under way, or runs under a limit on whole runs. Absent on throttles and rate limits. */
  readonly running?: number;
  readonly queued: number;
  readonly oldestQueuedAt?: Timestamp;
  /** When the next run may start, under a throttle. */
  readonly nextStartAt?: Timestamp;
}

export interface OverrideView {
  readonly limit: LimitName;
  readonly value: number;
  readonly reason?: string;
  readonly by?: string;
  readonly setAt: Timestamp;
  /** Absent: until somebody removes it. */
  readonly until?: Timestamp;
}

export function limitsPath(slug: string): string {
  return restPath(`/functions/${segment(slug)}/limits`);
}

/** `POST` with an {@link OverrideRequest}; answers the override. */
export function overridesPath(slug: string): string {
  return restPath(`/functions/${segment(slug)}/overrides`);
}

/** `DELETE`: the app's own number counts again. */
export function overridePath(slug: string, limit: LimitName): string {
  return restPath(`/functions/${segment(slug)}/overrides/${segment(limit)}`);
}

export interface OverrideRequest {
  readonly limit: LimitName;
  /** At least 1, of `concurrency.0` and `concurrency.1` at least 0; the period stays the app's. */
  readonly value: number;
  readonly reason?: string;
  readonly by?: string;
  /** RFC 3339; absent: until somebody removes it. */
  readonly until?: Timestamp;
}
