// Which lane a call stands in: one per function and tuple of its limits' key values. The values are fixed when the
// run is queued and travel with its jobs as a text; the limits' numbers are read from the function as it is now.

import { type FunctionId, sha256Hex } from "@stepwell/protocol";
import type { ConcurrencyLimit } from "../model/flow-control.ts";
import type { FunctionSettings } from "../model/function.ts";

/** A limit with a key, as it was when the run was queued: a run keeps to it when the key changes (semantics C7.3). */
export interface KeyedLimit {
  readonly scope: ConcurrencyLimit["scope"];
  readonly expression: string;
  readonly value: string;
  readonly limit: number;
}

/** The key of what holds back first calls alone: a throttle, or a limit on whole runs. */
export interface StartKey {
  /** Absent where the option has no key. */
  readonly expression?: string;
  readonly value: string;
}

export interface LaneKeys {
  readonly limits: readonly KeyedLimit[];
  readonly throttle?: StartKey;
  readonly wholeRuns?: StartKey;
}

const noKeys: LaneKeys = { limits: [] };

/** The text under which jobs carry their lane; undefined for a function's plain lane. */
export function laneText(keys: LaneKeys): string | undefined {
  const { limits, throttle, wholeRuns } = keys;
  if (limits.length === 0 && throttle === undefined && wholeRuns === undefined) return undefined;
  const list = limits.map(({ scope, expression, value, limit }) => [scope, expression, value, limit]);
  if (wholeRuns !== undefined) return JSON.stringify([list, startText(throttle), startText(wholeRuns)]);
  return JSON.stringify(throttle === undefined ? [list] : [list, startText(throttle)]);
}

type StartText = readonly [value: string, expression?: string] | null;

function startText(key: StartKey | undefined): StartText {
  if (key === undefined) return null;
  return key.expression === undefined ? [key.value] : [key.value, key.expression];
}

function parseStart(text: StartText | undefined): StartKey | undefined {
  if (text === undefined || text === null) return undefined;
  const [value, expression] = text;
  return { value, ...(expression === undefined ? {} : { expression }) };
}

export function parseLane(text: string | undefined): LaneKeys {
  if (text === undefined) return noKeys;
  // Only laneText makes these texts.
  const [list, throttleText, wholeRunsText] = JSON.parse(text) as readonly [
    readonly (readonly [KeyedLimit["scope"], string, string, number])[],
    StartText?,
    StartText?,
  ];
  const limits = list.map(([scope, expression, value, limit]) => ({ scope, expression, value, limit }));
  const throttle = parseStart(throttleText);
  const wholeRuns = parseStart(wholeRunsText);
  return {
    limits,
    ...(throttle === undefined ? {} : { throttle }),
    ...(wholeRuns === undefined ? {} : { wholeRuns }),
  };
}

/** A key's value as part of a longer key: long values by their hash. */
export function keyPart(value: string): string {
  return value.length <= 200 ? value : `sha256:${sha256Hex(value)}`;
}

/** Key of the state that counts the runs under way. */
export function runsStateKey(functionId: string, { expression, value }: StartKey): string {
  return `${functionId}/runs/${keyPart(expression ?? "")}/${keyPart(value)}`;
}

export function throttleStateKey(functionId: string, value: string): string {
  return `${functionId}/throttle/${keyPart(value)}`;
}

/** How many calls may be open at once under one counter. */
export interface LaneLimit {
  readonly counter: string;
  readonly max: number;
}

export interface LaneRules {
  /** Every counter that an open call of the lane counts in, limited or not. */
  readonly counters: readonly string[];
  readonly limits: readonly LaneLimit[];
  /** Key of the throttle's state, and its pace. */
  readonly throttle?: { readonly key: string; readonly intervalMs: number; readonly burst: number };
  /** Key of the state that counts the runs under way, and how many may be; no number where that limit is gone. */
  readonly wholeRuns?: { readonly key: string; readonly max?: number };
}

/** The rules of a lane under a function's present settings. */
export function laneRules(settings: FunctionSettings, keys: LaneKeys): LaneRules {
  const own = settings.id as string;
  const unkeyed = settings.concurrency
    .filter(({ key }) => key === undefined)
    .map(({ limit }) => ({ counter: own, max: limit }));
  const keyed = keys.limits.map((each) => ({
    counter: counterOf(settings.id, each),
    max: presentLimit(settings, each),
  }));
  const counters = [...new Set([own, ...keyed.map(({ counter }) => counter)])];
  const limits = [...unkeyed, ...keyed].filter(({ max }) => max > 0);
  const throttle = throttleRule(settings, keys);
  const wholeRuns = wholeRunsRule(settings, keys);
  return {
    // Exactly as long as they are: very many lanes have rules.
    counters: counters.slice(),
    limits: limits.slice(),
    ...(throttle === undefined ? {} : { throttle }),
    ...(wholeRuns === undefined ? {} : { wholeRuns }),
  };
}

/** Under another key than that of now a lane is not held back: its calls go to where they belong (semantics C8.4). */
function throttleRule(settings: FunctionSettings, { throttle: key }: LaneKeys): LaneRules["throttle"] {
  const { throttle } = settings;
  if (throttle === undefined || key === undefined || key.expression !== throttle.key) return undefined;
  return {
    key: throttleStateKey(settings.id, key.value),
    intervalMs: throttle.periodMs / throttle.limit,
    burst: throttle.burst,
  };
}

/** A run keeps to its key when the function gets another one (semantics C7.3); the number is that of now. */
function wholeRunsRule(settings: FunctionSettings, { wholeRuns: key }: LaneKeys): LaneRules["wholeRuns"] {
  if (key === undefined) return undefined;
  const max = settings.wholeRuns?.limit;
  return { key: runsStateKey(settings.id, key), ...(max === undefined ? {} : { max }) };
}

/**
 * The name under which open calls are counted for a limit with a key. Scopes beyond the function share a counter by
 * value, whatever expression gave it (semantics C7.4).
 */
export function counterOf(
  functionId: FunctionId,
  { scope, expression, value }: Omit<KeyedLimit, "limit">,
): string {
  return scope === "fn" ? `fn/${functionId}/${expression}/${value}` : `${scope}/${value}`;
}

/** Two limits with one key and scope share a counter, so the smaller one counts; 0 is none. */
function presentLimit(settings: FunctionSettings, { scope, expression, limit }: KeyedLimit): number {
  const present = settings.concurrency.filter((own) => own.key === expression && own.scope === scope);
  if (present.length === 0) return limit;
  const numbers = present.map((own) => own.limit).filter((number) => number > 0);
  return numbers.length === 0 ? 0 : Math.min(...numbers);
}

/** How far a throttle's starts are spaced out. */
export interface Spacing {
  readonly spacedUntil: number;
  readonly startedAt?: number;
}

export const unspaced: Spacing = { spacedUntil: 0 };

/**
 * Until when the starts so far are spaced out. After a start it is never more than a burst and one interval, so that a
 * throttle that was made faster counts at once.
 */
export function spacedUntil(
  { intervalMs, burst }: { readonly intervalMs: number; readonly burst: number },
  spacing: Spacing,
): number {
  const { startedAt } = spacing;
  if (startedAt === undefined) return spacing.spacedUntil;
  return Math.min(spacing.spacedUntil, startedAt + (burst + 1) * intervalMs);
}

/** The earliest moment at which a throttle admits one more start (semantics C8.1, GCRA). */
export function throttleOpensAt(
  rules: { readonly intervalMs: number; readonly burst: number },
  spacing: Spacing,
): number {
  return Math.ceil(spacedUntil(rules, spacing) - rules.burst * rules.intervalMs);
}
