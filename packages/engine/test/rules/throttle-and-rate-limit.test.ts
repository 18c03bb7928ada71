// C8: a throttle delays starts, a rate limit drops them. The rate limit is exact (decisions row 1), the throttle GCRA
// (row 2).

import type { JsonObject } from "@stepwell/protocol";
import { describe, expect, test } from "vitest";
import { HeldCalls, heldFunction } from "./held-calls.ts";
import { type FunctionSpec, op, Rig, returned, sequence, thrown } from "./rig.ts";

const go = { triggers: [{ event: "go" }] };
const second = 1000;
const minute = 60 * second;
const hour = 60 * minute;

type Options = NonNullable<FunctionSpec["options"]>;

/** One function whose first calls are noted in seconds since the beginning. */
class Starts {
  readonly rig = new Rig();
  readonly #begin = this.rig.clock.now();
  readonly seconds: number[] = [];
  readonly order: unknown[] = [];

  spec(options: Options): FunctionSpec {
    return {
      ...go,
      options,
      script: (call) => {
        this.seconds.push((this.rig.clock.now() - this.#begin) / second);
        this.order.push(call.event.data.n);
        return returned(1);
      },
    };
  }

  async with(options: Options): Promise<this> {
    await this.rig.start({ f: this.spec(options) });
    return this;
  }

  async send(...data: readonly JsonObject[]): Promise<void> {
    await this.rig.send(...data.map((each) => ({ name: "go", data: each })));
  }
}

const events = (count: number, data: JsonObject = {}) =>
  Array.from({ length: count }, (_, n) => ({ n, ...data }));

describe("C8.1 C8.2 throttle", () => {
  test("C8.2 a throttle of 10 per minute admits one at once and one every 6 seconds after it", async () => {
    const starts = await new Starts().with({ throttle: { limit: 10, period: "60s" } });
    await starts.send(...events(4));
    await starts.rig.advance(minute);
    expect(starts.seconds).toEqual([0, 6, 12, 18]);
  });

  test("C8.1 C8.2 a burst of 5 admits six at once, then one every 6 seconds", async () => {
    const starts = await new Starts().with({ throttle: { limit: 10, period: "60s", burst: 5 } });
    await starts.send(...events(9));
    await starts.rig.advance(minute);
    expect(starts.seconds).toEqual([0, 0, 0, 0, 0, 0, 6, 12, 18]);
  });

  test("C8.1 quiet time gives the burst back, one start per interval", async () => {
    const starts = await new Starts().with({ throttle: { limit: 10, period: "60s", burst: 1 } });
    await starts.send(...events(2));
    await starts.rig.advance(6 * second);
    await starts.send(...events(2));
    await starts.rig.advance(minute);
    expect(starts.seconds).toEqual([0, 0, 6, 12]);
  });

  test("C1 C8 a throttle's limit of 0 counts as 1", async () => {
    const starts = await new Starts().with({ throttle: { limit: 0, period: "10s" } });
    await starts.send(...events(2));
    await starts.rig.advance(10 * second);
    expect(starts.seconds).toEqual([0, 10]);
  });

  test("C8 I12 equal keys of two functions do not share a throttle, and each key has its own", async () => {
    const starts = new Starts();
    const throttle = { throttle: { limit: 1, period: "60s", key: "event.data.u" } };
    await starts.rig.start({ a: starts.spec(throttle), b: starts.spec(throttle) });
    await starts.send({ n: 1, u: "x" }, { n: 2, u: "x" }, { n: 3, u: "y" });
    expect(starts.order).toEqual([1, 1, 3, 3]);
  });

  test("C8.5 a throttle's events without the key share one pace, and it is told", async () => {
    const starts = await new Starts().with({ throttle: { limit: 1, period: "60s", key: "event.data.u" } });
    await starts.send({ n: 1 }, { n: 2 }, { n: 3, u: 5 }, { n: 4, u: "5" });
    expect(starts.order).toEqual([1, 3]);
    expect(starts.rig.controls("f")?.keys).toMatchObject([{ field: "throttle.key", seen: "present" }]);
  });
});

describe("C8.3 what a throttle holds back", () => {
  test("C8.3 a first call whose process died is made again at once, though one that waits is looked at before it", async () => {
    const held = new HeldCalls(new Rig({ openCallsMax: 1 }));
    const options = {
      throttle: { limit: 1, period: "24h" },
      concurrency: { limit: 1, key: "event.data.u" },
      priority: { run: "int(event.data.p)" },
    };
    await held.rig.start({ f: { triggers: [{ event: "go" }], options, script: held.script() } });
    await held.send({ n: 0, u: "z", p: 0 });
    await held.finish();
    await held.send({ n: 1, u: "a", p: 0 });
    await held.advance(second);
    await held.send({ n: 2, u: "b", p: 600 });
    await held.advance(24 * hour);
    expect(held.open).toEqual([2]);
    await held.restart();
    expect(held.open).toEqual([2]);
    await held.finish();
    await held.advance(23 * hour);
    expect(held.open).toEqual([]);
    await held.advance(hour);
    expect(held.open).toEqual([1]);
  });

  test("C8.3 throttled runs start first in, first out, per key", async () => {
    const starts = await new Starts().with({ throttle: { limit: 1, period: "10s", key: "event.data.u" } });
    await starts.send(
      { n: 1, u: "a" },
      { n: 2, u: "b" },
      { n: 3, u: "a" },
      { n: 4, u: "b" },
      { n: 5, u: "a" },
    );
    await starts.rig.advance(minute);
    expect(starts.order).toEqual([1, 2, 3, 4, 5]);
    expect(starts.seconds).toEqual([0, 0, 10, 10, 20]);
  });

  test("C8.3 the steps of a run that has started are not throttled, nor are retries of its first call", async () => {
    let isFirst = true;
    const rig = await new Rig({ retryIntervalMs: 2 * second }).start({
      f: {
        ...go,
        options: { throttle: { limit: 1, period: "1h" } },
        script: (call) => {
          if (isFirst) {
            isFirst = false;
            return thrown("not yet");
          }
          return sequence([
            ["a", op.ran("a")],
            ["nap", op.sleep("nap", "1s")],
          ])(call);
        },
      },
    });
    await rig.send({ name: "go", data: {} }, { name: "go", data: {} });
    await rig.advance(3 * second);
    expect(rig.statuses("f")).toEqual(["completed", "queued"]);
  });

  test("C8 a run that waits for its throttle is queued; the API sees when it opens", async () => {
    const starts = await new Starts().with({ throttle: { limit: 1, period: "60s" } });
    await starts.send({ n: 1 }, { n: 2 });
    expect(starts.rig.statuses("f")).toEqual(["completed", "queued"]);
    const [lane] = starts.rig.engine.laneFigures();
    expect([lane?.queued, (lane?.throttleOpensAt ?? 0) - starts.rig.clock.now()]).toEqual([1, minute]);
  });

  test("C8 an invocation waits for the throttle, and its invoker with it", async () => {
    const rig = await new Rig().start({
      f: { ...go, options: { throttle: { limit: 1, period: "60s" } }, script: () => returned(7) },
      caller: {
        triggers: [{ event: "call" }],
        script: sequence([["i", op.invoke("i", "app-f")]], (call) => call.memo("i")),
      },
    });
    await rig.send({ name: "go", data: {} });
    await rig.send({ name: "call", data: {} });
    expect(rig.statuses("caller")).toEqual(["running"]);
    await rig.advance(minute);
    expect(rig.output("caller")).toEqual({ data: 7 });
  });

  test("C8 a rerun waits for the throttle, a batch does at its start", async () => {
    const starts = await new Starts().with({ throttle: { limit: 1, period: "60s" } });
    await starts.send({ n: 1 });
    await starts.rig.engine.rerun(starts.rig.run("f").id);
    await starts.rig.settle();
    expect(starts.rig.statuses("f")).toEqual(["completed", "queued"]);

    const batched = await new Starts().with({
      throttle: { limit: 1, period: "60s" },
      batchEvents: { maxSize: 2, timeout: "10s" },
    });
    await batched.send(...events(4));
    await batched.rig.advance(minute);
    expect(batched.seconds).toEqual([0, 60]);
  });
});

describe("C8.4 a throttle that changes while runs wait", () => {
  test("C8.4 another pace counts at once for runs that wait, faster or slower", async () => {
    const starts = await new Starts().with({ throttle: { limit: 1, period: "1h" } });
    await starts.send(...events(5));
    await starts.rig.advance(10 * second);
    await starts.rig.sync({ f: starts.spec({ throttle: { limit: 1, period: "20s" } }) });
    await starts.rig.advance(30 * second);
    expect(starts.seconds).toEqual([0, 20, 40]);
    await starts.rig.sync({ f: starts.spec({ throttle: { limit: 1, period: "60s" } }) });
    await starts.rig.advance(2 * minute);
    expect(starts.seconds).toEqual([0, 20, 40, 60, 120]);
  });

  test("C8.4 an override changes the pace of what waits", async () => {
    const starts = await new Starts().with({ throttle: { limit: 1, period: "60s" } });
    await starts.send(...events(3));
    await starts.rig.control("f", { kind: "override", override: { limit: "throttle", value: 6 } });
    await starts.rig.advance(20 * second);
    expect(starts.seconds).toEqual([0, 10, 20]);
  });

  test("C8.4 a throttle that goes lets all that wait start", async () => {
    const starts = await new Starts().with({ throttle: { limit: 1, period: "1h" } });
    await starts.send(...events(4));
    await starts.rig.sync({ f: starts.spec({}) });
    await starts.rig.settle();
    expect(starts.order).toEqual([0, 1, 2, 3]);
  });

  test("C8.4 a throttle that comes holds back runs that wait for a slot", async () => {
    const held = await heldFunction({ concurrency: 1 });
    await held.send({ n: 1 }, { n: 2 }, { n: 3 });
    await held.rig.sync({
      f: {
        ...go,
        options: { concurrency: 1, throttle: { limit: 1, period: "60s" } },
        script: held.script(),
      },
    });
    await held.finish();
    expect(held.order).toEqual([1, 2]);
    await held.finish();
    expect(held.order).toEqual([1, 2]);
    await held.advance(minute);
    expect(held.order).toEqual([1, 2, 3]);
    await held.finish();
  });

  test("C8.4 with another key runs that wait are looked at again, each under its new value", async () => {
    const starts = await new Starts().with({ throttle: { limit: 1, period: "1h", key: "event.data.u" } });
    await starts.send(
      { n: 1, u: "a", w: 1 },
      { n: 2, u: "a", w: 2 },
      { n: 3, u: "a", w: 2 },
      { n: 4, u: "a", w: 3 },
    );
    expect(starts.order).toEqual([1]);
    await starts.rig.sync({ f: starts.spec({ throttle: { limit: 1, period: "60s", key: "event.data.w" } }) });
    await starts.rig.settle();
    expect(starts.order).toEqual([1, 2, 4]);
    await starts.rig.advance(minute);
    expect(starts.order).toEqual([1, 2, 4, 3]);
  });

  test("C8 a throttle survives a restart", async () => {
    const starts = await new Starts().with({ throttle: { limit: 1, period: "60s" } });
    await starts.send(...events(3));
    await starts.rig.restart();
    await starts.rig.advance(2 * minute);
    expect(starts.seconds).toEqual([0, 60, 120]);
  });
});

describe("C8 rate limit, exact (decisions row 1)", () => {
  test("C8.1 I13 the first `limit` starts are admitted at once, and one more per start that leaves the window", async () => {
    const starts = await new Starts().with({ rateLimit: { limit: 5, period: "60s" } });
    for (let count = 0; count < 7; count += 1) {
      await starts.send({ n: count });
      await starts.rig.advance(5 * second);
    }
    await starts.rig.advance(25 * second);
    await starts.send({ n: 7 }, { n: 8 });
    await starts.rig.advance(5 * second);
    await starts.send({ n: 9 }, { n: 10 });
    expect(starts.order).toEqual([0, 1, 2, 3, 4, 7, 9]);
  });

  test("C8.2 a limit of 1 per 4 hours admits one, and the next one 4 hours later", async () => {
    const starts = await new Starts().with({ rateLimit: { limit: 1, period: "4h" } });
    await starts.send({ n: 1 });
    await starts.rig.advance(4 * hour - 1);
    await starts.send({ n: 2 });
    await starts.rig.advance(1);
    await starts.send({ n: 3 });
    expect(starts.order).toEqual([1, 3]);
  });

  test("C8 in no window of the period there are more starts than the limit, whatever comes", async () => {
    const starts = await new Starts().with({ rateLimit: { limit: 3, period: "10s" } });
    for (let step = 0; step < 200; step += 1) {
      await starts.send({ n: step });
      await starts.rig.advance(((step * 7919) % 13) * 300);
    }
    for (const begin of starts.seconds) {
      const within = starts.seconds.filter((at) => at >= begin && at < begin + 10);
      expect(within.length).toBeLessThanOrEqual(3);
    }
    expect(starts.seconds.length).toBeGreaterThan(20);
  });

  test("C8 what is dropped keeps its event, makes no run, and says until when and because of which event", async () => {
    const starts = await new Starts().with({ rateLimit: { limit: 1, period: "60s", key: "event.data.u" } });
    const [first] = await starts.rig.send({ name: "go", data: { u: "a" } });
    await starts.rig.advance(10 * second);
    await starts.rig.send({ name: "go", data: { u: "a" } });
    expect(starts.rig.runs("f")).toHaveLength(1);
    expect(starts.rig.events("go")).toHaveLength(2);
    expect(starts.rig.reasons("f")).toEqual([
      {
        kind: "rate-limited",
        limit: 1,
        periodMs: minute,
        key: "a",
        freeAt: starts.rig.clock.now() + 50 * second,
        byEventId: first,
      },
    ]);
  });

  test("C8 equal keys of two functions do not share a rate limit, and each key has its own", async () => {
    const starts = new Starts();
    const limit = { rateLimit: { limit: 1, period: "60s", key: "event.data.u" } };
    await starts.rig.start({ a: starts.spec(limit), b: starts.spec(limit) });
    await starts.send({ n: 1, u: "x" }, { n: 2, u: "x" }, { n: 3, u: "y" });
    expect(starts.order).toEqual([1, 1, 3, 3]);
  });

  test("C8.5 an event whose key is false or missing is not limited", async () => {
    const starts = await new Starts().with({ rateLimit: { limit: 1, period: "60s", key: "event.data.u" } });
    await starts.send(
      { n: 1 },
      { n: 2 },
      { n: 3, u: false },
      { n: 4, u: false },
      { n: 5, u: 0 },
      { n: 6, u: 0 },
    );
    expect(starts.order).toEqual([1, 2, 3, 4, 5]);
  });

  test("C8.6 a key that cannot be compiled is refused at sync; one that fails for an event starts no run, and says why", async () => {
    await expect(
      new Starts().with({ rateLimit: { limit: 1, period: "60s", key: "event." } }),
    ).rejects.toThrow("rateLimit.key");
    const starts = await new Starts().with({
      rateLimit: { limit: 1, period: "60s", key: "1 / int(event.data.n)" },
    });
    await starts.send({ n: 0 });
    expect(starts.rig.runs("f")).toEqual([]);
    expect(starts.rig.reasons("f")).toMatchObject([{ kind: "expression-error" }]);
  });

  test("C8.7 a request sent again gets the same decision and takes no second place", async () => {
    const starts = await new Starts().with({ rateLimit: { limit: 2, period: "60s" } });
    const seed = { atMs: starts.rig.clock.now(), entropy: new Uint8Array(10) };
    for (let count = 0; count < 3; count += 1) {
      await starts.rig.engine.ingest([{ name: "go", data: { n: 1 } }], seed);
      await starts.rig.settle();
    }
    await starts.send({ n: 2 }, { n: 3 });
    expect(starts.order).toEqual([1, 2]);
  });

  test("C8 an invocation over the limit fails its invoker; a rerun passes the limit by", async () => {
    const rig = await new Rig().start({
      f: { ...go, options: { rateLimit: { limit: 1, period: "60s" } }, script: () => returned(7) },
      caller: {
        triggers: [{ event: "call" }],
        retries: 0,
        script: sequence([["i", op.invoke("i", "app-f")]], (call) => call.memo("i")),
      },
    });
    await rig.send({ name: "go", data: {} });
    await rig.send({ name: "call", data: {} });
    expect(rig.output("caller")).toMatchObject({ error: { message: "invoked function is rate limited" } });
    await rig.engine.rerun(rig.run("f").id);
    await rig.settle();
    expect(rig.statuses("f")).toEqual(["completed", "completed"]);
  });

  test("C8 a rate limit survives a restart, and its rows do not grow beyond the limit", async () => {
    const starts = await new Starts().with({ rateLimit: { limit: 2, period: "60s" } });
    await starts.send({ n: 1 }, { n: 2 });
    await starts.rig.restart();
    await starts.send({ n: 3 });
    expect(starts.order).toEqual([1, 2]);
    for (let count = 0; count < 10; count += 1) {
      await starts.rig.advance(minute);
      await starts.send(...events(4));
    }
    expect(starts.order).toHaveLength(22);
    expect(starts.rig.rows.tables.limits.size).toBeLessThanOrEqual(3);
  });

  test("a limit that is made larger or smaller counts for the next event", async () => {
    const starts = await new Starts().with({ rateLimit: { limit: 1, period: "60s" } });
    await starts.send(...events(2));
    await starts.rig.sync({ f: starts.spec({ rateLimit: { limit: 3, period: "60s" } }) });
    await starts.rig.settle();
    await starts.send(...events(5));
    expect(starts.order).toHaveLength(3);
    await starts.rig.sync({ f: starts.spec({ rateLimit: { limit: 1, period: "60s" } }) });
    await starts.rig.advance(minute);
    await starts.send(...events(5));
    expect(starts.order).toHaveLength(4);
  });
});
