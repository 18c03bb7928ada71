// When a failed attempt is tried again (semantics C2, protocol §5.1).

import type { RetryHint } from "@stepwell/protocol";
import { hash } from "../model/ids.ts";

const second = 1000;
const minute = 60 * second;
const hour = 60 * minute;

/** Base delay after the failed attempt of that number, counted from 0; later ones use the last. */
const table: readonly number[] = [
  15 * second,
  30 * second,
  minute,
  2 * minute,
  5 * minute,
  10 * minute,
  20 * minute,
  40 * minute,
  hour,
  2 * hour,
];

export const retryJitterMaxMs = 30 * second;
const retryAfterMinMs = second;
const retryAfterMaxMs = 24 * hour;

/**
 * @param attempt the attempt that failed, counted from 0.
 * @param seed what the jitter follows from, such as the job's id: deciding again gives the same moment.
 * @param fixedDelayMs replaces the table, without jitter (`--retry-interval`).
 * @returns unix ms of the next attempt, or undefined when the answer forbids one.
 */
export function retryAt(
  attempt: number,
  hint: RetryHint,
  now: number,
  seed: string,
  fixedDelayMs: number | undefined,
): number | undefined {
  switch (hint.kind) {
    case "never":
      return undefined;
    case "after":
      return now + clampRetryAfter(hint.delayMs);
    case "at":
      return now + clampRetryAfter(hint.at - now);
    case "backoff":
      return now + (fixedDelayMs ?? backoffDelay(attempt, seed));
  }
}

function backoffDelay(attempt: number, seed: string): number {
  const base = table[Math.min(attempt, table.length - 1)] ?? hour;
  return base + (hash(`${seed}/${attempt}`, 0x51ed270b) % (retryJitterMaxMs + 1));
}

function clampRetryAfter(delayMs: number): number {
  return Math.min(retryAfterMaxMs, Math.max(retryAfterMinMs, delayMs));
}
