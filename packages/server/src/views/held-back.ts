// Why a queued run does not start: the pause, the full limit or the throttle before its lane.

import {
  counterOf,
  type FunctionControl,
  type FunctionSettings,
  type LaneFigures,
  parseLane,
  runsStateKey,
  withOverrides,
} from "@stepwell/core";
import type { HeldBackBy, Timestamp } from "@stepwell/protocol/rest";
import { timestamp } from "./time.ts";

export interface HoldingFacts {
  /** As the app registered it. */
  readonly settings: FunctionSettings;
  readonly control: FunctionControl | undefined;
  /** The lanes of its function just now. */
  readonly lanes: readonly LaneFigures[];
  /** Unix ms. */
  readonly now: number;
}

/** @param lane of the run's first call. Undefined where nothing holds it back: its turn comes. */
export function heldBack(
  lane: string | undefined,
  { settings, control, lanes, now }: HoldingFacts,
): { readonly heldBackBy: HeldBackBy; readonly startsAt?: Timestamp } | undefined {
  if (control?.pausedAt !== undefined)
    return { heldBackBy: { limit: "paused", text: "the function is paused" } };
  const figures = lanes.find((each) => each.lane === lane);
  if (figures === undefined) return undefined;
  const full = figures.counters.find(({ running, max }) => max !== undefined && running >= max);
  if (full !== undefined) {
    const { limits, wholeRuns } = parseLane(lane);
    const keyed = limits.find((limit) => counterOf(settings.id, limit) === full.counter);
    const isOfRuns = wholeRuns !== undefined && runsStateKey(settings.id, wholeRuns) === full.counter;
    const value =
      keyed?.value ?? (isOfRuns && wholeRuns.expression !== undefined ? wholeRuns.value : undefined);
    const whom = value === undefined ? "" : ` for ${value}`;
    const what = isOfRuns ? "runs under way" : "running";
    return { heldBackBy: { limit: "concurrency", text: `${full.running} of ${full.max} ${what}${whom}` } };
  }
  const { throttle } = withOverrides(settings, control);
  const opensAt = figures.throttleOpensAt;
  if (throttle === undefined || opensAt === undefined || opensAt <= now) return undefined;
  const value = parseLane(lane).throttle;
  const whom = value?.expression === undefined ? "" : ` for ${value.value}`;
  const text = `throttled to ${throttle.limit} per ${periodText(throttle.periodMs)}${whom}`;
  // Others of the lane may start before it, so this is the earliest moment.
  return { heldBackBy: { limit: "throttle", text }, startsAt: timestamp(opensAt) };
}

const units = [
  ["day", 86_400_000],
  ["hour", 3_600_000],
  ["minute", 60_000],
  ["second", 1000],
] as const;

function periodText(ms: number): string {
  for (const [unit, unitMs] of units) {
    if (ms < unitMs || ms % unitMs !== 0) continue;
    const count = ms / unitMs;
    return count === 1 ? unit : `${count} ${unit}s`;
  }
  return `${ms} ms`;
}
