// What of a run's limits is fixed when it is queued: the values of its keys, and its priority (semantics C7.3, C8.5,
// C9).

import type { FunctionSettings } from "../model/function.ts";
import { type KeyedLimit, keyPart, laneText, type ThrottleKey } from "../schedule/lane.ts";
import type { Admission } from "./admission.ts";
import type { KeyReader } from "./keys.ts";

export interface RunKeys {
  readonly limits: readonly KeyedLimit[];
  readonly throttle?: ThrottleKey;
  readonly priorityMs: number;
}

export function runKeys({ settings, keys, state }: Admission): RunKeys {
  const limits: KeyedLimit[] = [];
  for (const [index, { key, scope, limit }] of settings.concurrency.entries()) {
    if (key === undefined) continue;
    const field = settings.concurrency.length === 1 ? "concurrency.key" : `concurrency[${index}].key`;
    limits.push({ scope, expression: key, value: keyPart(keys.bucket(field, key)), limit });
  }
  const throttle = throttleKey(settings, keys);
  const { prioritySecondsMax: max } = state.settings;
  const seconds = settings.priority === undefined ? 0 : keys.wholeNumber(settings.priority);
  return {
    limits,
    ...(throttle === undefined ? {} : { throttle }),
    priorityMs: Math.max(-max, Math.min(max, seconds)) * 1000,
  };
}

export function throttleKey(settings: FunctionSettings, keys: KeyReader): ThrottleKey | undefined {
  const { throttle } = settings;
  if (throttle === undefined) return undefined;
  const value = keys.bucket("throttle.key", throttle.key);
  return { value, ...(throttle.key === undefined ? {} : { expression: throttle.key }) };
}

/** The lane of a run's first call, which is the only one that a throttle holds back. */
export function firstLane(settings: FunctionSettings, keys: RunKeys): string | undefined {
  const { throttle, limits } = keys;
  return laneText({
    limits,
    ...(settings.throttle === undefined || throttle === undefined ? {} : { throttle }),
  });
}
