// C2: when a failed attempt is tried again.

import { describe, expect, test } from "vitest";
import { retryAt, retryJitterMaxMs } from "../src/time/backoff.ts";

const now = 1_800_000_000_000;
const backoff = { kind: "backoff" } as const;

/** Delays of many jobs, so that their jitter shows its range. */
function delaysOf(attempt: number): readonly number[] {
  return Array.from(
    { length: 500 },
    (_, job) => (retryAt(attempt, backoff, now, `job-${job}`, undefined) ?? 0) - now,
  );
}

describe("C2 the delay after a failed attempt, counted from 1", () => {
  const rows: readonly (readonly [number, string, number])[] = [
    [1, "15 s", 15],
    [2, "30 s", 30],
    [3, "60 s", 60],
    [4, "120 s", 120],
    [5, "300 s", 300],
    [6, "600 s", 600],
    [7, "1200 s", 1200],
    [8, "2400 s", 2400],
    [9, "3600 s", 3600],
    [10, "7200 s", 7200],
    [20, "7200 s", 7200],
  ];
  test.each(rows)("C2 attempt %s: %s and up to 30 s of jitter", (attempt, _, seconds) => {
    const delays = delaysOf(attempt - 1);
    const jitter = {
      least: Math.min(...delays) - seconds * 1000,
      most: Math.max(...delays) - seconds * 1000,
    };
    expect(jitter.least).toBeGreaterThanOrEqual(0);
    expect(jitter.most).toBeLessThanOrEqual(retryJitterMaxMs);
    // Spread over the whole range, not bunched at one end of it.
    expect([jitter.least < 1000, jitter.most > 29_000]).toEqual([true, true]);
  });

  test("C2 the jitter is fixed for a job and attempt, so that deciding again gives the same moment", () => {
    expect(retryAt(0, backoff, now, "job", undefined)).toBe(retryAt(0, backoff, now, "job", undefined));
    expect(retryAt(0, backoff, now, "job", undefined)).not.toBe(retryAt(0, backoff, now, "other", undefined));
  });

  test("C2 --retry-interval takes the table's place, without jitter, at every attempt", () => {
    expect([0, 5, 19].map((attempt) => retryAt(attempt, backoff, now, "job", 2000))).toEqual([
      now + 2000,
      now + 2000,
      now + 2000,
    ]);
  });

  const hints: readonly (readonly [string, Parameters<typeof retryAt>[1], number | undefined])[] = [
    ["seconds from now", { kind: "after", delayMs: 90_000 }, 90_000],
    ["at least a second", { kind: "after", delayMs: 0 }, 1000],
    ["at most a day", { kind: "after", delayMs: 90 * 3_600_000 }, 24 * 3_600_000],
    ["a date", { kind: "at", at: now + 5000 }, 5000],
    ["a date that has passed", { kind: "at", at: now - 5000 }, 1000],
    ["a date beyond a day", { kind: "at", at: now + 90 * 3_600_000 }, 24 * 3_600_000],
    ["C2.6 never", { kind: "never" }, undefined],
  ];
  test.each(hints)("C2.7 the answer's own wish: %s", (_, hint, delayMs) => {
    // It counts before a fixed interval, too.
    for (const fixed of [undefined, 2000]) {
      const at = retryAt(3, hint, now, "job", fixed);
      expect(at === undefined ? undefined : at - now).toBe(delayMs);
    }
  });
});
