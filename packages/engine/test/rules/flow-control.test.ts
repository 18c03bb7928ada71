// Flow control end to end: each rule once, on the real engine under the manual clock.

import { functionIdOf } from "@stepwell/core";
import { describe, expect, test } from "vitest";
import { op, ops, Rig, returned, type ScriptedCall } from "./rig.ts";

const go = { triggers: [{ event: "go" }] };
const second = 1000;
const minute = 60 * second;
const hour = 60 * minute;

describe("C8 throttle and rate limit", () => {
  test("C8.1 C8.2 a throttle admits one at once and one per interval after it", async () => {
    const times: number[] = [];
    const rig = new Rig();
    const begin = rig.clock.now();
    await rig.start({
      f: {
        ...go,
        options: { throttle: { limit: 10, period: "60s" } },
        script: () => {
          times.push(rig.clock.now() - begin);
          return returned(1);
        },
      },
    });
    await rig.send(...[1, 2, 3].map((n) => ({ name: "go", data: { n } })));
    await rig.advance(minute);
    expect(times).toEqual([0, 6 * second, 12 * second]);
  });

  test("C8.1 a burst lets more start at once", async () => {
    const rig = await new Rig().start({
      f: {
        ...go,
        options: { throttle: { limit: 10, period: "60s", burst: 5 } },
        script: () => returned(1),
      },
    });
    await rig.send(...Array.from({ length: 8 }, (_, n) => ({ name: "go", data: { n } })));
    expect(rig.callsOf("f")).toHaveLength(6);
    await rig.advance(6 * second);
    expect(rig.callsOf("f")).toHaveLength(7);
  });

  test("C8 a throttle survives a restart", async () => {
    const rig = await new Rig().start({
      f: { ...go, options: { throttle: { limit: 1, period: "60s" } }, script: () => returned(1) },
    });
    await rig.send({ name: "go", data: {} }, { name: "go", data: {} });
    await rig.restart();
    await rig.advance(59 * second);
    expect(rig.callsOf("f")).toHaveLength(1);
    await rig.advance(second);
    expect(rig.callsOf("f")).toHaveLength(2);
  });

  test("a rate limit never admits more than its limit in any window", async () => {
    const rig = await new Rig().start({
      f: {
        ...go,
        options: { rateLimit: { limit: 2, period: "60s", key: "event.data.u" } },
        script: () => returned(1),
      },
    });
    await rig.send({ name: "go", data: { u: "a" } });
    await rig.advance(30 * second);
    await rig.send({ name: "go", data: { u: "a" } }, { name: "go", data: { u: "a" } });
    expect(rig.runs("f")).toHaveLength(2);
    await rig.send({ name: "go", data: { u: "b" } });
    expect(rig.runs("f")).toHaveLength(3);
    await rig.advance(30 * second);
    await rig.send({ name: "go", data: { u: "a" } }, { name: "go", data: { u: "a" } });
    expect(rig.runs("f")).toHaveLength(4);
    const reasons = [...rig.rows.tables.outcomes.values()].map((outcome) => outcome.reason.kind);
    expect(reasons).toEqual(["rate-limited", "rate-limited"]);
  });
});

describe("C10 debounce", () => {
  test("C10.1 C10.2 the newest event starts one run after a quiet period", async () => {
    const rig = await new Rig().start({
      f: { ...go, options: { debounce: { period: "10s" } }, script: (call) => returned(call.event.data.n) },
    });
    await rig.send({ name: "go", data: { n: 1 } });
    await rig.advance(9 * second);
    await rig.send({ name: "go", data: { n: 2 } });
    await rig.send({ name: "go", data: { n: 0 }, ts: rig.clock.now() - 5000 });
    await rig.advance(9 * second);
    expect(rig.runs("f")).toHaveLength(0);
    await rig.restart();
    await rig.advance(1 * second);
    expect(rig.output("f")).toBe(2);
  });

  test("C10.3 a timeout ends the waiting", async () => {
    const rig = await new Rig().start({
      f: {
        ...go,
        options: { debounce: { period: "10s", timeout: "15s" } },
        script: (call) => returned(call.event.data.n),
      },
    });
    for (const n of [1, 2, 3]) {
      await rig.send({ name: "go", data: { n } });
      await rig.advance(6 * second);
    }
    expect(rig.output("f")).toBe(3);
  });
});

describe("C11 batches", () => {
  test("C11.1 a batch closes when it is full or its time is over", async () => {
    const rig = await new Rig().start({
      f: {
        ...go,
        options: { batchEvents: { maxSize: 3, timeout: "10s" } },
        script: (call) => returned((call as unknown as { events: object[] }).events.length),
      },
    });
    await rig.send(...[1, 2, 3, 4].map((n) => ({ name: "go", data: { n } })));
    expect(rig.runs("f").map((run) => run.output)).toEqual(["3"]);
    await rig.restart();
    await rig.advance(10 * second);
    expect(rig.runs("f").map((run) => run.output)).toEqual(["3", "1"]);
  });
});

describe("C12 singleton", () => {
  const sleeper = (mode: string) => ({
    ...go,
    options: { singleton: { mode, key: "event.data.u" } },
    script: (call: ScriptedCall) =>
      call.has("s") ? returned(call.event.data.n) : ops([op.sleep("s", "1h")]),
  });

  test("C12.2 skip records a skipped run", async () => {
    const rig = await new Rig().start({ f: sleeper("skip") });
    await rig.send({ name: "go", data: { u: 1, n: 1 } });
    await rig.send({ name: "go", data: { u: 1, n: 2 } }, { name: "go", data: { u: 2, n: 3 } });
    expect(rig.statuses("f")).toEqual(["running", "skipped", "running"]);
    await rig.advance(hour);
    await rig.send({ name: "go", data: { u: 1, n: 4 } });
    expect(rig.statuses("f")).toEqual(["completed", "skipped", "completed", "running"]);
  });

  test("C12.3 cancel ends the active run, and one survivor completes", async () => {
    const rig = await new Rig().start({ f: sleeper("cancel") });
    await rig.send(...Array.from({ length: 50 }, (_, n) => ({ name: "go", data: { u: 1, n } })));
    await rig.advance(hour);
    const statuses = rig.statuses("f");
    expect(statuses.filter((status) => status === "completed")).toHaveLength(1);
    expect(statuses.filter((status) => status === "cancelled")).toHaveLength(49);
    expect(rig.rows.tables.limits.size).toBe(0);
  });
});

describe("C5 timeouts, C3 idempotency, A9 cron, C14 pause", () => {
  test("C5.1 a run that does not start in time is cancelled", async () => {
    const rig = await new Rig().start({
      f: { ...go, options: { timeouts: { start: "10s" } }, script: () => returned(1) },
    });
    await rig.send({ name: "go", data: {}, ts: rig.clock.now() + minute });
    await rig.advance(10 * second);
    expect(rig.statuses("f")).toEqual(["cancelled"]);
  });

  test("C5.2 a run that takes too long is cancelled", async () => {
    const rig = await new Rig().start({
      f: { ...go, options: { timeouts: { finish: "10s" } }, script: () => ops([op.sleep("s", "1h")]) },
    });
    await rig.send({ name: "go", data: {} });
    await rig.advance(10 * second);
    expect(rig.statuses("f")).toEqual(["cancelled"]);
  });

  test("C3.2 C3.3 an idempotency key starts one run a day; a missing one does not limit", async () => {
    const rig = await new Rig().start({
      f: { ...go, options: { idempotency: "event.data.order" }, script: () => returned(1) },
    });
    await rig.send({ name: "go", data: { order: 7 } }, { name: "go", data: { order: 7 } });
    expect(rig.runs("f")).toHaveLength(1);
    await rig.send({ name: "go", data: {} }, { name: "go", data: {} });
    expect(rig.runs("f")).toHaveLength(3);
    await rig.advance(24 * hour);
    await rig.send({ name: "go", data: { order: 7 } });
    expect(rig.runs("f")).toHaveLength(4);
  });

  test("A9.4 A9.7 a schedule fires each tick once, over restarts and syncs", async () => {
    const f = { triggers: [{ cron: "*/5 * * * *" } as never], script: () => returned(1) };
    const rig = await new Rig().start({ f });
    await rig.advance(7 * minute);
    expect(rig.runs("f")).toHaveLength(1);
    await rig.restart();
    await rig.sync({ f, other: { ...go, script: () => returned(1) } });
    await rig.advance(3 * minute);
    expect(rig.runs("f")).toHaveLength(2);
    expect(rig.callsOf("f")[0]?.event).toMatchObject({
      name: "inngest/scheduled.timer",
      id: "2026-01-01T00:05:00Z",
      data: { cron: "*/5 * * * *", scheduledAt: "2026-01-01T00:05:00Z" },
    });
    await rig.sync({ other: { ...go, script: () => returned(1) } });
    expect([...rig.rows.tables.jobs.values()]).toEqual([]);
  });

  test("C14.1 a paused function starts nothing and holds its runs", async () => {
    const rig = await new Rig().start({
      f: { ...go, script: (call) => (call.has("s") ? returned(1) : ops([op.sleep("s", "10s")])) },
    });
    await rig.send({ name: "go", data: {} });
    await rig.engine.controlFunction(functionIdOf("app-f"), { kind: "pause" });
    await rig.send({ name: "go", data: {} });
    await rig.advance(minute);
    expect(rig.statuses("f")).toEqual(["running", "skipped"]);
    await rig.restart();
    expect(rig.statuses("f")).toEqual(["running", "skipped"]);
    await rig.engine.controlFunction(functionIdOf("app-f"), { kind: "resume" });
    await rig.settle();
    expect(rig.statuses("f")).toEqual(["completed", "skipped"]);
  });
});

describe("C7 C9 concurrency and priority", () => {
  async function blocked(options: object, events: readonly object[]) {
    const order: unknown[] = [];
    const open: (() => void)[] = [];
    const rig = new Rig();
    await rig.start({
      f: {
        ...go,
        options: options as never,
        script: async (call) => {
          order.push(call.event.data.n);
          await new Promise<void>((resolve) => open.push(resolve));
          return returned(1);
        },
      },
    });
    await rig.engine.ingest(events.map((data) => ({ name: "go", data: data as never })));
    await turns();
    const finish = async () => {
      open.shift()?.();
      await turns();
    };
    return { rig, order, finish };
  }

  const turns = async () => {
    for (let count = 0; count < 100; count += 1) await new Promise((resolve) => setImmediate(resolve));
  };

  test("C7.5 C7.3 a full key does not delay another", async () => {
    const { order, finish } = await blocked({ concurrency: { limit: 1, key: "event.data.u" } }, [
      { u: "a", n: 1 },
      { u: "a", n: 2 },
      { u: "b", n: 3 },
      { n: 4 },
      { n: 5 },
    ]);
    expect(order).toEqual([1, 3, 4]);
    await finish();
    expect(order).toEqual([1, 3, 4, 2]);
  });

  test("C7.2 two limits both hold", async () => {
    const { order, finish } = await blocked(
      { concurrency: [{ limit: 2 }, { limit: 1, key: "event.data.u" }] },
      [
        { u: "a", n: 1 },
        { u: "a", n: 2 },
        { u: "b", n: 3 },
        { u: "c", n: 4 },
      ],
    );
    expect(order).toEqual([1, 3]);
    await finish();
    expect(order).toEqual([1, 3, 2]);
    await finish();
    expect(order).toEqual([1, 3, 2, 4]);
  });

  test("C9.1 a priority lets a run go first", async () => {
    const { rig, order, finish } = await blocked(
      { concurrency: 1, priority: { run: "event.data.pro == true ? 120 : 0" } },
      [{ n: 1 }, { n: 2 }],
    );
    await rig.engine.ingest([{ name: "go", data: { n: 3, pro: true } }]);
    await turns();
    await finish();
    await finish();
    expect(order).toEqual([1, 3, 2]);
  });
});
