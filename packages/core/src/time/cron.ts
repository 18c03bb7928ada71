// Schedules: when a cron expression names its next moment (semantics A9). Five fields, behind an optional
// `TZ=<zone> `; without one the zone is UTC. The library does the arithmetic of calendars and zones.

import { Cron } from "croner";
import { hash } from "../model/ids.ts";

const fieldCount = 5;
const parsedMax = 1000;
const parsed = new Map<string, Cron>();
/** An expression with no occurrence within five years never fires (semantics A9.8). */
const horizonMs = 5 * 366 * 86_400_000;

function parse(expression: string): Cron {
  const known = parsed.get(expression);
  if (known !== undefined) return known;
  const zoned = /^(?:CRON_)?TZ=(\S+)\s+(.*)$/s.exec(expression.trim());
  const pattern = (zoned?.[2] ?? expression).trim();
  if (pattern.split(/\s+/).length !== fieldCount) throw new Error("it has not exactly five fields");
  const cron = new Cron(pattern, { paused: true, timezone: zoned?.[1] ?? "UTC" });
  // The zone is looked at only when a moment is computed.
  cron.nextRun(new Date(0));
  if (parsed.size >= parsedMax) parsed.clear();
  parsed.set(expression, cron);
  return cron;
}

/** What is wrong with a cron expression, as the end of a sentence; undefined when it is good. */
export function cronProblem(expression: string): string | undefined {
  try {
    parse(expression);
    return undefined;
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return `is no cron expression: ${reason}. Write minute, hour, day of month, month and day of week, such as "0 9 * * 1" or "TZ=Europe/Paris 0 9 * * 1".`;
  }
}

/**
 * The first moment after `after` (unix ms) that the expression names, in unix ms; undefined when there is none within
 * five years. A local time that a change of the clocks skips is left out; one that it repeats may count twice (A9.3).
 */
export function nextTick(expression: string, after: number): number | undefined {
  const cron = parse(expression);
  let at = cron.nextRun(new Date(after));
  while (at !== null && !cron.match(at)) at = cron.nextRun(at);
  return at === null || at.getTime() - after > horizonMs ? undefined : at.getTime();
}

/** How many moments after `after` and up to `until` (both unix ms) the expression names; stops counting at `max`. */
export function countTicks(expression: string, after: number, until: number, max: number): number {
  let count = 0;
  for (let at = nextTick(expression, after); at !== undefined && at <= until; at = nextTick(expression, at)) {
    count += 1;
    if (count >= max) break;
  }
  return count;
}

/**
 * The jitter of one tick, from one second up to `jitterMs`: it follows from the tick, so that deciding again gives the
 * same (semantics A9.6).
 */
export function jitterOf(seed: string, scheduledAt: number, jitterMs: number | undefined): number {
  if (jitterMs === undefined) return 0;
  const minMs = 1000;
  if (jitterMs <= minMs) return minMs;
  return minMs + (hash(`${seed}/${scheduledAt}`, 0x2545f491) % (jitterMs - minMs));
}
