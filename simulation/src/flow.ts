// The flow control of a simulated function: random options with random numbers, and their wire form.

import type { JsonObject } from "@stepwell/protocol";
import type { Scheduler } from "./scheduler.ts";

export interface KeyedLimit {
  readonly limit: number;
  readonly isKeyed: boolean;
  readonly scope: "fn" | "env";
}

export interface Flow {
  readonly concurrency: readonly KeyedLimit[];
  /** Runs under way at once. */
  readonly wholeRuns?: { readonly limit: number; readonly isKeyed: boolean };
  readonly throttle?: {
    readonly limit: number;
    readonly seconds: number;
    readonly burst: number;
    readonly isKeyed: boolean;
  };
  readonly rateLimit?: { readonly limit: number; readonly seconds: number; readonly isKeyed: boolean };
  readonly isIdempotent: boolean;
  readonly debounce?: { readonly seconds: number; readonly timeout?: number; readonly isKeyed: boolean };
  readonly batch?: {
    readonly maxSize: number;
    readonly seconds: number;
    readonly isKeyed: boolean;
    readonly isConditional: boolean;
  };
  readonly singleton?: { readonly mode: "skip" | "cancel"; readonly isKeyed: boolean };
  readonly hasPriority: boolean;
  readonly timeouts?: { readonly start?: number; readonly finish?: number };
}

/** The key of every limit that has one, and the value that an event without it shares with others like it. */
const key = "event.data.k";
export const missingKey = "false";
export const keyValues = ["a", "b", "c"] as const;

export function makeFlow(scheduler: Scheduler): Flow {
  const isKeyed = () => scheduler.chance(0.6);
  const batched = scheduler.chance(0.12);
  const single = !batched && scheduler.chance(0.2);
  const maybe = <T>(probability: number, make: () => T): T | undefined =>
    scheduler.chance(probability) ? make() : undefined;
  const throttle = maybe(0.2, () => ({
    limit: 1 + scheduler.integer(4),
    seconds: 1 + scheduler.integer(90),
    burst: scheduler.integer(3),
    isKeyed: isKeyed(),
  }));
  const rateLimit = batched
    ? undefined
    : maybe(0.15, () => ({
        limit: 1 + scheduler.integer(3),
        seconds: 1 + scheduler.integer(200),
        isKeyed: isKeyed(),
      }));
  const debounce = batched ? undefined : maybe(0.15, () => makeDebounce(scheduler, isKeyed()));
  const timeouts = maybe(0.15, () => makeTimeouts(scheduler));
  const wholeRuns = maybe(0.15, () => ({ limit: 1 + scheduler.integer(3), isKeyed: isKeyed() }));
  return {
    concurrency: makeConcurrency(scheduler),
    ...(wholeRuns === undefined ? {} : { wholeRuns }),
    ...(throttle === undefined ? {} : { throttle }),
    ...(rateLimit === undefined ? {} : { rateLimit }),
    isIdempotent: !batched && scheduler.chance(0.08),
    ...(debounce === undefined ? {} : { debounce }),
    ...(batched ? { batch: makeBatch(scheduler, isKeyed()) } : {}),
    ...(single
      ? { singleton: { mode: scheduler.pick(["skip", "cancel"] as const), isKeyed: isKeyed() } }
      : {}),
    hasPriority: !batched && scheduler.chance(0.2),
    ...(timeouts === undefined ? {} : { timeouts }),
  };
}

function makeConcurrency(scheduler: Scheduler): readonly KeyedLimit[] {
  const count = scheduler.chance(0.5) ? 0 : 1 + scheduler.integer(2);
  return Array.from({ length: count }, () => {
    const scope = scheduler.chance(0.25) ? ("env" as const) : ("fn" as const);
    return { limit: 1 + scheduler.integer(3), isKeyed: scope === "env" || scheduler.chance(0.5), scope };
  });
}

function makeDebounce(scheduler: Scheduler, isKeyed: boolean) {
  const timeout = scheduler.chance(0.5) ? { timeout: 1 + scheduler.integer(120) } : {};
  return { seconds: 1 + scheduler.integer(60), ...timeout, isKeyed };
}

function makeBatch(scheduler: Scheduler, isKeyed: boolean) {
  return {
    maxSize: 2 + scheduler.integer(4),
    seconds: 1 + scheduler.integer(90),
    isKeyed,
    isConditional: scheduler.chance(0.3),
  };
}

function makeTimeouts(scheduler: Scheduler) {
  return {
    ...(scheduler.chance(0.5) ? { start: 1 + scheduler.integer(200) } : {}),
    ...(scheduler.chance(0.6) ? { finish: 1 + scheduler.integer(300) } : {}),
  };
}

/** Whether every matching event starts a run of its own, as without flow control. */
export function startsEach(flow: Flow): boolean {
  const { rateLimit, isIdempotent, debounce, batch, singleton } = flow;
  return !isIdempotent && [rateLimit, debounce, batch, singleton].every((option) => option === undefined);
}

/** @param left options that a planted bug leaves out of the registration. */
export function wireFlow(flow: Flow, left: readonly string[]): JsonObject {
  const keyed = (isKeyed: boolean) => (isKeyed ? { key } : {});
  const { throttle, rateLimit, debounce, batch, singleton, timeouts } = flow;
  const steps = flow.concurrency.map(({ limit, isKeyed, scope }) => ({ limit, scope, ...keyed(isKeyed) }));
  const wholeRuns = left.includes("wholeRuns") ? undefined : flow.wholeRuns;
  const options = {
    concurrency:
      wholeRuns === undefined
        ? steps
        : { fn: [{ limit: wholeRuns.limit, ...keyed(wholeRuns.isKeyed) }], step: steps },
    throttle: throttle && {
      limit: throttle.limit,
      period: `${throttle.seconds}s`,
      burst: throttle.burst,
      ...keyed(throttle.isKeyed),
    },
    rateLimit: rateLimit && {
      limit: rateLimit.limit,
      period: `${rateLimit.seconds}s`,
      ...keyed(rateLimit.isKeyed),
    },
    idempotency: flow.isIdempotent ? key : undefined,
    debounce: debounce && {
      period: `${debounce.seconds}s`,
      ...(debounce.timeout === undefined ? {} : { timeout: `${debounce.timeout}s` }),
      ...keyed(debounce.isKeyed),
    },
    batchEvents: batch && {
      maxSize: batch.maxSize,
      timeout: `${batch.seconds}s`,
      ...keyed(batch.isKeyed),
      ...(batch.isConditional ? { if: "event.data.n != 0" } : {}),
    },
    singleton: singleton && { mode: singleton.mode, ...keyed(singleton.isKeyed) },
    priority: flow.hasPriority
      ? { run: "event.data.k == 'a' ? 30 : event.data.k == 'b' ? -30 : 0" }
      : undefined,
    timeouts: timeouts && {
      ...(timeouts.start === undefined ? {} : { start: `${timeouts.start}s` }),
      ...(timeouts.finish === undefined ? {} : { finish: `${timeouts.finish}s` }),
    },
  };
  const kept = Object.entries(options).filter(([name]) => !left.includes(name));
  return JSON.parse(JSON.stringify(Object.fromEntries(kept))) as JsonObject;
}
