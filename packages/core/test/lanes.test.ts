// Lanes against a model that knows no lane: random operations, and after each of them what may start and what may not.

import { asFunctionId, asJobId, asRunId, type FunctionId } from "@stepwell/protocol";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { CallEntry } from "../src/model/job.ts";
import {
  type LaneRules,
  laneRules,
  laneText,
  parseLane,
  type Spacing,
  throttleOpensAt,
  unspaced,
} from "../src/schedule/lane.ts";
import { Lanes } from "../src/schedule/lanes.ts";

/** A function with limits that a test may change. */
interface Limits {
  own: number;
  perKey: number;
  shared: number;
  intervalMs: number;
  isPaused: boolean;
  /** Whole runs at once, per key. */
  runs: number;
}

type Operation =
  | { readonly kind: "add"; readonly fn: number; readonly key: number; readonly order: number }
  | { readonly kind: "next" }
  | { readonly kind: "close"; readonly which: number }
  | { readonly kind: "end"; readonly which: number }
  | { readonly kind: "remove"; readonly which: number }
  | { readonly kind: "limit"; readonly fn: number; readonly own: number; readonly perKey: number }
  | { readonly kind: "pause"; readonly fn: number; readonly isPaused: boolean }
  | { readonly kind: "wait"; readonly ms: number };

const functions = 2;
const keys = 3;

const operation: fc.Arbitrary<Operation> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      kind: fc.constant("add" as const),
      fn: fc.nat(functions - 1),
      key: fc.nat(keys - 1),
      order: fc.nat(20),
    }),
  },
  { weight: 5, arbitrary: fc.record({ kind: fc.constant("next" as const) }) },
  { weight: 4, arbitrary: fc.record({ kind: fc.constant("close" as const), which: fc.nat(20) }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant("end" as const), which: fc.nat(20) }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant("remove" as const), which: fc.nat(20) }) },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant("limit" as const),
      fn: fc.nat(functions - 1),
      own: fc.integer({ min: 0, max: 4 }),
      perKey: fc.integer({ min: 0, max: 3 }),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant("pause" as const),
      fn: fc.nat(functions - 1),
      isPaused: fc.boolean(),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ kind: fc.constant("wait" as const), ms: fc.integer({ min: 1, max: 30 }) }),
  },
);

const idOf = (fn: number): FunctionId => asFunctionId(`f${fn}`);

/** Real lanes, and beside them plain lists of what waits and what runs. */
class World {
  now = 1000;
  readonly limits: Limits[] = Array.from({ length: functions }, (_, fn) => ({
    own: 2,
    perKey: 1,
    shared: 3,
    intervalMs: fn === 0 ? 0 : 10,
    isPaused: false,
    runs: fn === 1 ? 2 : 0,
  }));
  /** Runs that were started under a limit on whole runs and have not ended. */
  readonly underWay = new Map<string, number>();
  readonly spacedUntil = Array.from({ length: functions }, () => 0);
  waiting: CallEntry[] = [];
  running: CallEntry[] = [];
  #added = 0;
  readonly lanes = new Lanes(
    {
      rulesOf: (functionId, lane) => this.rules(functionId, lane),
      isPaused: (functionId) => this.#of(functionId).isPaused,
      isWaiting: ({ id }) => !this.running.some((call) => call.id === id),
      spacing: (key) => ({ ...unspaced, spacedUntil: this.spacedUntil[Number(key)] ?? 0 }),
      runsUnderWay: (key) => this.underWay.get(key) ?? 0,
    },
    64,
  );

  #of(functionId: FunctionId): Limits {
    return this.limits[this.#index(functionId)] as Limits;
  }

  #index(functionId: FunctionId): number {
    return Number(functionId.slice(1));
  }

  rules(functionId: FunctionId, lane: string | undefined): LaneRules {
    const { own, perKey, shared, intervalMs, runs } = this.#of(functionId);
    const counters = [functionId as string, `${functionId}/${lane}`, "shared"];
    const maxima = [own, perKey, shared];
    const limits = counters.map((counter, index) => ({ counter, max: maxima[index] ?? 0 }));
    const throttle = { key: String(this.#index(functionId)), intervalMs, burst: 0 };
    return {
      counters,
      limits: limits.filter(({ max }) => max > 0),
      ...(intervalMs === 0 ? {} : { throttle }),
      ...(runs === 0 ? {} : { wholeRuns: { key: `${functionId}/runs/${lane}`, max: runs } }),
    };
  }

  /** Whether the plain lists let the call start now. */
  mayStart(entry: CallEntry): boolean {
    const { limits, throttle, wholeRuns } = this.rules(entry.functionId, entry.lane);
    if ((this.underWay.get(wholeRuns?.key ?? "") ?? 0) >= (wholeRuns?.max ?? 1)) return false;
    if (this.#of(entry.functionId).isPaused) return false;
    const isFull = limits.some(({ counter, max }) => {
      const used = this.running.filter((call) =>
        this.rules(call.functionId, call.lane).counters.includes(counter),
      );
      return used.length >= max;
    });
    if (isFull) return false;
    const spacedUntil = throttle === undefined ? 0 : (this.spacedUntil[Number(throttle.key)] ?? 0);
    return throttle === undefined || throttleOpensAt(throttle, { spacedUntil }) <= this.now;
  }

  add(fn: number, key: number, order: number): void {
    this.#added += 1;
    const entry: CallEntry = {
      id: asJobId(`job${this.#added}`),
      runId: asRunId(`run${this.#added}`),
      functionId: idOf(fn),
      order,
      sequence: this.#added,
      lane: `k${key}`,
    };
    this.waiting.push(entry);
    this.lanes.add(entry);
  }

  next(): CallEntry | undefined {
    const entry = this.lanes.next(this.now);
    if (entry === undefined) {
      const missed = this.waiting.filter((call) => this.mayStart(call));
      expect(missed, "calls that may start stand still").toEqual([]);
      return undefined;
    }
    expect(this.mayStart(entry), `${entry.id} was handed out against a limit`).toBe(true);
    const older = this.waiting.filter(
      (call) =>
        call.functionId === entry.functionId &&
        call.lane === entry.lane &&
        (call.order < entry.order || (call.order === entry.order && call.sequence < entry.sequence)),
    );
    expect(older, "an older call of its lane waits").toEqual([]);
    this.waiting = this.waiting.filter(({ id }) => id !== entry.id);
    this.running.push(entry);
    const { throttle, wholeRuns } = this.rules(entry.functionId, entry.lane);
    if (wholeRuns !== undefined) this.#count(wholeRuns.key, 1);
    if (throttle !== undefined) this.spacedUntil[Number(throttle.key)] = this.now + throttle.intervalMs;
    this.lanes.opened(entry);
    this.lanes.unreserve(entry);
    return entry;
  }

  #count(key: string, difference: number): void {
    this.underWay.set(key, (this.underWay.get(key) ?? 0) + difference);
    this.lanes.runsChanged(key, this.underWay.get(key) ?? 0);
  }

  apply(step: Operation): void {
    switch (step.kind) {
      case "add":
        return this.add(step.fn, step.key, step.order);
      case "next":
        this.next();
        return;
      case "close": {
        const [entry] = this.running.splice(step.which % Math.max(1, this.running.length), 1);
        if (entry !== undefined) this.lanes.closed(entry);
        return;
      }
      case "end": {
        const begun = [...this.underWay].flatMap(([key, count]) => (count > 0 ? [key] : []));
        const key = begun[step.which % Math.max(1, begun.length)];
        if (key !== undefined) this.#count(key, -1);
        return;
      }
      case "remove": {
        const [entry] = this.waiting.splice(step.which % Math.max(1, this.waiting.length), 1);
        if (entry !== undefined) this.lanes.remove(entry.id);
        return;
      }
      case "limit":
        Object.assign(this.limits[step.fn] as Limits, { own: step.own, perKey: step.perKey });
        return this.lanes.functionChanged(idOf(step.fn));
      case "pause":
        (this.limits[step.fn] as Limits).isPaused = step.isPaused;
        return this.lanes.functionChanged(idOf(step.fn));
      case "wait":
        this.now += step.ms;
    }
  }

  /** Lets everything run to its end; nothing may be left. */
  drain(): void {
    for (const [fn, limits] of this.limits.entries()) {
      limits.isPaused = false;
      this.lanes.functionChanged(idOf(fn));
    }
    const most = this.waiting.length;
    for (let round = 0; this.waiting.length > 0; round += 1) {
      expect(round, "calls starve").toBeLessThanOrEqual(most * 2 + 5);
      while (this.next() !== undefined) {}
      for (const entry of this.running.splice(0)) this.lanes.closed(entry);
      for (const [key, count] of this.underWay) this.#count(key, -count);
      this.now += 10;
    }
    for (const entry of this.running.splice(0)) this.lanes.closed(entry);
    expect(this.next()).toBeUndefined();
  }
}

describe("lanes", () => {
  test("never above a limit, never idle below one, the oldest of a lane first, and nobody starves", () => {
    fc.assert(
      fc.property(fc.array(operation, { maxLength: 120 }), (steps) => {
        const world = new World();
        for (const step of steps) world.apply(step);
        world.drain();
        expect(world.lanes.size).toBe(0);
        expect(world.lanes.figures(), "empty lanes are forgotten").toEqual([]);
      }),
      { numRuns: 400 },
    );
  });

  test("a slot that frees for a call which is gone by then goes to the next one in line", () => {
    const world = new World();
    Object.assign(world.limits[0] as Limits, { own: 1 });
    for (const key of [0, 1, 2]) world.add(0, key, key);
    world.next();
    expect(world.next()).toBeUndefined();
    world.apply({ kind: "close", which: 0 });
    world.apply({ kind: "remove", which: 0 });
    expect(world.next()?.lane).toBe("k2");
  });

  test("a call that is added to another lane leaves the one where it stood", () => {
    const world = new World();
    world.add(0, 0, 1);
    const [entry] = world.waiting;
    if (entry === undefined) throw new Error("Nothing was added.");
    const moved = { ...entry, lane: "k1" };
    world.waiting = [moved];
    world.lanes.add(moved);
    expect([world.lanes.size, world.next()]).toEqual([1, moved]);
    expect(world.next()).toBeUndefined();
  });

  test("of very many lanes that wait for one throttle, each opening looks at one", () => {
    const count = 2000;
    let spacing: Spacing = { spacedUntil: 10 };
    let looks = 0;
    const lanes = new Lanes(
      {
        rulesOf: (functionId, lane) => ({
          counters: [functionId, `${functionId}/${lane}`],
          limits: [{ counter: `${functionId}/${lane}`, max: 1 }],
          throttle: { key: "all", intervalMs: 10, burst: 0 },
        }),
        isPaused: () => false,
        isWaiting: () => true,
        spacing: () => {
          looks += 1;
          return spacing;
        },
        runsUnderWay: () => 0,
      },
      64,
    );
    for (let index = 0; index < count; index += 1) {
      const id = asJobId(`job${index}`);
      lanes.add({
        id,
        runId: asRunId(`run${index}`),
        functionId: idOf(0),
        order: count - index,
        sequence: index,
        lane: `k${index}`,
      });
    }
    looks = 0;
    const order: string[] = [];
    for (let now = 10; order.length < 50; now += 10) {
      expect(lanes.nextAt()).toBe(now);
      for (let entry = lanes.next(now); entry !== undefined; entry = lanes.next(now)) {
        order.push(entry.id);
        spacing = { spacedUntil: now + 10 };
        lanes.opened(entry);
        lanes.unreserve(entry);
      }
    }
    expect(order).toEqual(Array.from({ length: 50 }, (_, index) => `job${count - 1 - index}`));
    expect(looks).toBeLessThan(50 * 10);
  });

  test("a long lane keeps its first calls, and gets the others back from the store in order", () => {
    const orders = fc.array(fc.nat(10_000), { minLength: 129, maxLength: 600 });
    fc.assert(
      fc.property(
        orders,
        fc.integer({ min: 1, max: 7 }),
        fc.constantFrom(1, 4, 64),
        (list, perTurn, kept) => {
          const stored = new Map<string, CallEntry>();
          const open = new Map<string, CallEntry>();
          const lanes = new Lanes(
            {
              rulesOf: (functionId) => ({
                counters: [functionId],
                limits: [{ counter: functionId, max: perTurn }],
              }),
              isPaused: () => false,
              isWaiting: ({ id }) => !open.has(id),
              spacing: () => unspaced,
              runsUnderWay: () => 0,
            },
            kept,
          );
          const byOrder = (left: CallEntry, right: CallEntry) =>
            left.order - right.order || left.sequence - right.sequence;
          const fill = () => {
            for (const wish of lanes.takeWishes())
              lanes.fulfil(wish, [...stored.values()].sort(byOrder).slice(0, wish.count));
          };
          for (const [index, order] of list.entries()) {
            const id = asJobId(`job${index}`);
            const entry = { id, runId: asRunId(`run${index}`), functionId: idOf(0), order, sequence: index };
            stored.set(id, entry);
            lanes.add(entry);
            fill();
          }
          expect(lanes.size).toBeLessThanOrEqual(2 * kept);
          const started: CallEntry[] = [];
          while (started.length < list.length) {
            open.clear();
            for (let entry = lanes.next(0); entry !== undefined; entry = lanes.next(0)) {
              lanes.opened(entry);
              lanes.unreserve(entry);
              open.set(entry.id, entry);
              fill();
            }
            expect(open.size, "calls are lost").toBeGreaterThan(0);
            started.push(...open.values());
            for (const entry of open.values()) {
              stored.delete(entry.id);
              lanes.remove(entry.id);
              lanes.closed(entry);
            }
            fill();
          }
          expect(started.map(({ id }) => id)).toEqual([...started].sort(byOrder).map(({ id }) => id));
        },
      ),
      { numRuns: 60 },
    );
  });
});

describe("a lane's text", () => {
  test("it says again what it was made of", () => {
    const limit = fc.record({
      scope: fc.constantFrom("fn" as const, "env" as const, "account" as const),
      expression: fc.string(),
      value: fc.string(),
      limit: fc.nat(),
    });
    const startKey = fc.oneof(
      fc.record({ value: fc.string() }),
      fc.record({ value: fc.string(), expression: fc.string() }),
    );
    fc.assert(
      fc.property(
        fc.array(limit, { maxLength: 2 }),
        fc.option(startKey, { nil: undefined }),
        fc.option(startKey, { nil: undefined }),
        (limits, throttle, wholeRuns) => {
          const made = {
            limits,
            ...(throttle === undefined ? {} : { throttle }),
            ...(wholeRuns === undefined ? {} : { wholeRuns }),
          };
          expect(parseLane(laneText(made))).toEqual(made);
        },
      ),
    );
  });

  test("a throttle under another key than that of now does not hold its lane back", () => {
    const settings = {
      id: "f",
      concurrency: [],
      throttle: { limit: 1, periodMs: 1000, burst: 0, key: "event.data.b" },
    };
    const rules = (expression: string) =>
      laneRules(settings as never, { limits: [], throttle: { value: "x", expression } }).throttle;
    expect([rules("event.data.a"), rules("event.data.b")?.key]).toEqual([undefined, "f/throttle/x"]);
  });
});
