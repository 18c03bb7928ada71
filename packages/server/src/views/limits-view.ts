// The limits of one function as the REST API shows them: the numbers in force, and the lanes under each key.

import {
  counterOf,
  type FunctionControl,
  type FunctionSettings,
  type LaneFigures,
  type LimitOverride,
  type LimitState,
  type OverriddenLimit,
  parseLane,
  runsStateKey,
  withOverrides,
} from "@stepwell/core";
import type { LimitKeyView, LimitName, LimitView, OverrideView } from "@stepwell/protocol/rest";
import { timestamp } from "./time.ts";

const keysMax = 100;
/** What keys without their field share (semantics E4.1). */
const missingValue = "false";

export interface LimitFacts {
  /** As the app registered it. */
  readonly settings: FunctionSettings;
  readonly control: FunctionControl | undefined;
  readonly lanes: readonly LaneFigures[];
  /** The runs under way under a limit on whole runs, as far as they were read. */
  readonly runsUnderWay: readonly LimitState[];
}

/** Where the states of a function's limit on whole runs stand; undefined without one. */
export function runsUnderWayPrefix({ id, wholeRuns }: FunctionSettings): string | undefined {
  return wholeRuns === undefined ? undefined : runsStateKey(id, startKeyOf(wholeRuns.key, ""));
}

function startKeyOf(expression: string | undefined, value: string) {
  return { value, ...(expression === undefined ? {} : { expression }) };
}

/** Concurrency first, then throttle and rate limit; a limit of 0 holds nothing back and is left out. */
export function limitViews({ settings, control, lanes, runsUnderWay }: LimitFacts): readonly LimitView[] {
  const present = withOverrides(settings, control);
  const overrides = control?.overrides ?? [];
  const concurrency = present.concurrency.flatMap((limit, index): readonly LimitView[] => {
    const name: LimitName = index === 0 ? "concurrency.0" : "concurrency.1";
    if (limit.limit === 0) return [];
    return [
      {
        name,
        ...(limit.key === undefined ? {} : { key: limit.key }),
        scope: limit.scope,
        limit: limit.limit,
        registeredLimit: settings.concurrency[index]?.limit ?? 0,
        ...overrideOf(overrides, name),
        ...shown(concurrencyKeys(settings, limit, name, { control, lanes })),
      },
    ];
  });
  const { throttle, rateLimit, wholeRuns } = present;
  return [
    ...concurrency,
    ...(wholeRuns === undefined
      ? []
      : [
          {
            name: "concurrency.fn" as const,
            ...(wholeRuns.key === undefined ? {} : { key: wholeRuns.key }),
            scope: "fn" as const,
            limit: wholeRuns.limit,
            registeredLimit: settings.wholeRuns?.limit ?? wholeRuns.limit,
            ...overrideOf(overrides, "concurrency.fn"),
            ...shown(wholeRunKeys(settings, wholeRuns.key, { control, lanes, runsUnderWay })),
          },
        ]),
    ...(throttle === undefined
      ? []
      : [
          {
            name: "throttle" as const,
            ...paceOf(throttle, settings.throttle),
            burst: throttle.burst,
            ...overrideOf(overrides, "throttle"),
            ...shown(throttleKeys(throttle.key, control, lanes)),
          },
        ]),
    ...(rateLimit === undefined
      ? []
      : [
          {
            name: "rateLimit" as const,
            ...paceOf(rateLimit, settings.rateLimit),
            ...overrideOf(overrides, "rateLimit"),
            // What a rate limit refuses stands nowhere: there are no lanes under it.
            keys: [],
            keyCount: 0,
          },
        ]),
  ];
}

interface Pace {
  readonly limit: number;
  readonly periodMs: number;
  readonly key?: string;
}

function paceOf({ key, limit, periodMs }: Pace, registered: Pace | undefined) {
  return {
    ...(key === undefined ? {} : { key }),
    limit,
    registeredLimit: registered?.limit ?? limit,
    periodMs,
  };
}

function overrideOf(
  overrides: readonly LimitOverride[],
  limit: OverriddenLimit,
): { override?: OverrideView } {
  const override = overrides.find((each) => each.limit === limit);
  return override === undefined ? {} : { override: overrideView(override) };
}

export function overrideView({ limit, value, setAt, until, reason, by }: LimitOverride): OverrideView {
  return {
    limit,
    value,
    setAt: timestamp(setAt),
    ...(until === undefined ? {} : { until: timestamp(until) }),
    ...(reason === undefined ? {} : { reason }),
    ...(by === undefined ? {} : { by }),
  };
}

function shown(keys: readonly LimitKeyView[]): Pick<LimitView, "keys" | "keyCount"> {
  const sorted = [...keys].sort((a, b) => b.queued - a.queued || (b.running ?? 0) - (a.running ?? 0));
  return { keys: sorted.slice(0, keysMax), keyCount: keys.length };
}

type Concurrency = FunctionSettings["concurrency"][number];

function concurrencyKeys(
  settings: FunctionSettings,
  { key, scope }: Concurrency,
  name: LimitName,
  { control, lanes }: Pick<LimitFacts, "control" | "lanes">,
): readonly LimitKeyView[] {
  if (key === undefined) {
    if (lanes.length === 0) return [];
    return [{ ...queuedIn(lanes), running: runningUnder(settings.id, lanes) }];
  }
  const groups = groupBy(lanes, ({ lane }) => {
    const own = parseLane(lane).limits.find((limit) => limit.expression === key && limit.scope === scope);
    return own?.value;
  });
  // As evaluating the keys names them.
  const field =
    settings.concurrency.length === 1 ? "concurrency.key" : `concurrency[${Number(name.at(-1))}].key`;
  return [...groups].map(([value, own]) => {
    const counter = counterOf(settings.id, { scope, expression: key, value });
    return {
      ...keyValueOf(value, field, control),
      ...queuedIn(own),
      running: runningUnder(counter, own),
    };
  });
}

/** Keys under which runs are under way, and those under which others wait. */
function wholeRunKeys(
  settings: FunctionSettings,
  key: string | undefined,
  { control, lanes, runsUnderWay }: Omit<LimitFacts, "settings">,
): readonly LimitKeyView[] {
  const prefix = runsStateKey(settings.id, startKeyOf(key, ""));
  const waiting = groupBy(lanes, ({ lane }) => {
    const own = parseLane(lane).wholeRuns;
    return own !== undefined && own.expression === key ? own.value : undefined;
  });
  const running = new Map<string, number>();
  for (const state of runsUnderWay)
    if (state.kind === "runs" && state.key.startsWith(prefix))
      running.set(state.key.slice(prefix.length), state.count);
  return [...new Set([...running.keys(), ...waiting.keys()])].map((value) => ({
    ...(key === undefined ? {} : keyValueOf(value, "concurrency.fn.key", control)),
    ...queuedIn(waiting.get(value) ?? []),
    running: running.get(value) ?? 0,
  }));
}

function throttleKeys(
  key: string | undefined,
  control: FunctionControl | undefined,
  lanes: readonly LaneFigures[],
): readonly LimitKeyView[] {
  const groups = groupBy(lanes, ({ lane }) => parseLane(lane).throttle?.value);
  return [...groups].map(([value, own]) => {
    const opensAt = own.find(({ throttleOpensAt }) => throttleOpensAt !== undefined)?.throttleOpensAt;
    return {
      ...(key === undefined ? {} : keyValueOf(value, "throttle.key", control)),
      ...queuedIn(own),
      ...(opensAt === undefined ? {} : { nextStartAt: timestamp(opensAt) }),
    };
  });
}

function groupBy(
  lanes: readonly LaneFigures[],
  valueIn: (lane: LaneFigures) => string | undefined,
): ReadonlyMap<string, readonly LaneFigures[]> {
  const groups = new Map<string, LaneFigures[]>();
  for (const lane of lanes) {
    const value = valueIn(lane);
    if (value === undefined) continue;
    const group = groups.get(value);
    if (group === undefined) groups.set(value, [lane]);
    else group.push(lane);
  }
  return groups;
}

/** A key that no event has had so far has the value of those without one. */
function keyValueOf(
  value: string,
  field: string,
  control: FunctionControl | undefined,
): Pick<LimitKeyView, "value" | "isMissing"> {
  const isNeverThere = control?.keys.some((key) => key.field === field && key.seen === "missing") === true;
  return value === missingValue && isNeverThere ? { isMissing: true } : { value };
}

function queuedIn(lanes: readonly LaneFigures[]): Pick<LimitKeyView, "queued" | "oldestQueuedAt"> {
  const orders = lanes.flatMap(({ oldestOrder }) => (oldestOrder === undefined ? [] : [oldestOrder]));
  return {
    queued: lanes.reduce((sum, lane) => sum + lane.queued, 0),
    ...(orders.length === 0 ? {} : { oldestQueuedAt: timestamp(Math.min(...orders)) }),
  };
}

/** A counter is shared by all lanes under it, so each of them tells its whole. */
function runningUnder(counter: string, lanes: readonly LaneFigures[]): number {
  return Math.max(
    0,
    ...lanes.flatMap((lane) =>
      lane.counters.filter((own) => own.counter === counter).map((own) => own.running),
    ),
  );
}
