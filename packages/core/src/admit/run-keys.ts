// What of a run's limits is fixed when it is queued: the values of its keys, and its priority (semantics C7.3, C8.5,
// C9).

import type { FunctionSettings } from "../model/function.ts";
import { type KeyedLimit, keyPart, laneText, type StartKey } from "../schedule/lane.ts";
import type { Admission } from "./admission.ts";
import type { KeyReader } from "./keys.ts";

export interface RunKeys {
  readonly limits: readonly KeyedLimit[];
  readonly start: StartKeys;
  readonly priorityMs: number;
}

/** The keys of what holds back a run's first call alone. */
export interface StartKeys {
  readonly throttle?: StartKey;
  readonly wholeRuns?: StartKey;
}

export function runKeys({ settings, keys, state }: Admission): RunKeys {
  const limits: KeyedLimit[] = [];
  for (const [index, { key, scope, limit }] of settings.concurrency.entries()) {
    if (key === undefined) continue;
    const field = settings.concurrency.length === 1 ? "concurrency.key" : `concurrency[${index}].key`;
    limits.push({ scope, expression: key, value: keyPart(keys.bucket(field, key)), limit });
  }
  const { prioritySecondsMax: max } = state.settings;
  const seconds = settings.priority === undefined ? 0 : keys.wholeNumber(settings.priority);
  return {
    limits,
    start: startKeys(settings, keys),
    priorityMs: Math.max(-max, Math.min(max, seconds)) * 1000,
  };
}

export function startKeys({ throttle, wholeRuns }: FunctionSettings, keys: KeyReader): StartKeys {
  return {
    ...(throttle === undefined ? {} : { throttle: startKey("throttle.key", throttle.key, keys) }),
    ...(wholeRuns === undefined ? {} : { wholeRuns: startKey("concurrency.fn.key", wholeRuns.key, keys) }),
  };
}

function startKey(field: string, expression: string | undefined, keys: KeyReader): StartKey {
  const value = keyPart(keys.bucket(field, expression));
  return { value, ...(expression === undefined ? {} : { expression }) };
}

/** The lane of a run's first call. */
export function firstLane({ limits, start }: Pick<RunKeys, "limits" | "start">): string | undefined {
  return laneText({ limits, ...start });
}
