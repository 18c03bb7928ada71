// What operators say of a function while the server runs. It belongs to the server, not to the app: a sync changes
// nothing of it (semantics C14).

import type { FunctionId } from "@stepwell/protocol";
import type { FunctionSettings } from "./function.ts";

/** Which number an override replaces. */
export type OverriddenLimit = "concurrency.0" | "concurrency.1" | "concurrency.fn" | "throttle" | "rateLimit";

export interface LimitOverride {
  readonly limit: OverriddenLimit;
  readonly value: number;
  readonly setAt: number;
  /** Unix ms from which the registered number counts again; absent keeps it until it is removed. */
  readonly until?: number;
  readonly reason?: string;
  /** Who set it, in their own words. */
  readonly by?: string;
}

/** Whether a key's expression has found its field so far (decisions row 5). */
export interface KeyHealth {
  /** The option and field, such as `throttle.key`. */
  readonly field: string;
  readonly expression: string;
  readonly seen: "missing" | "present";
}

export interface FunctionControl {
  readonly functionId: FunctionId;
  /** Since when nothing new starts and no run goes on, unix ms. */
  readonly pausedAt?: number;
  readonly pausedBy?: string;
  /** Since when nothing new starts while runs go on, unix ms. */
  readonly drainingAt?: number;
  readonly overrides: readonly LimitOverride[];
  readonly keys: readonly KeyHealth[];
  /** Cron ticks that passed while no server ran and were not made up (decisions row 12). */
  readonly missedTicks: number;
}

export function newControl(functionId: FunctionId): FunctionControl {
  return { functionId, overrides: [], keys: [], missedTicks: 0 };
}

/** A function's settings with the operator's numbers in place of its own. */
export function withOverrides(
  settings: FunctionSettings,
  control: FunctionControl | undefined,
): FunctionSettings {
  let effective = settings;
  for (const { limit, value } of control?.overrides ?? []) effective = withLimit(effective, limit, value);
  return effective;
}

function withLimit(settings: FunctionSettings, limit: OverriddenLimit, value: number): FunctionSettings {
  const { throttle, rateLimit, wholeRuns } = settings;
  switch (limit) {
    case "throttle":
      return throttle === undefined ? settings : { ...settings, throttle: { ...throttle, limit: value } };
    case "rateLimit":
      return rateLimit === undefined ? settings : { ...settings, rateLimit: { ...rateLimit, limit: value } };
    case "concurrency.fn":
      return wholeRuns === undefined ? settings : { ...settings, wholeRuns: { ...wholeRuns, limit: value } };
    case "concurrency.0":
      return withConcurrency(settings, 0, value);
    case "concurrency.1":
      return withConcurrency(settings, 1, value);
  }
}

/** A function without a limit of its own can be given one; a second limit that a sync took away is not brought back. */
function withConcurrency(settings: FunctionSettings, index: number, value: number): FunctionSettings {
  if (index > 0 && settings.concurrency.length <= index) return settings;
  const concurrency = [...settings.concurrency];
  const own = concurrency[index] ?? { limit: value, scope: "fn" as const };
  concurrency[index] = { ...own, limit: value };
  return { ...settings, concurrency };
}
