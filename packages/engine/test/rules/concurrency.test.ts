// C7: how much of a function runs at once, by number, key and scope.

import { functionIdOf } from "@stepwell/core";
import type { Json, JsonObject } from "@stepwell/protocol";
import { describe, expect, test } from "vitest";
import { HeldCalls, heldFunction, turns } from "./held-calls.ts";
import { op, ops, Rig, returned, type ScriptedCall } from "./rig.ts";

const go = { triggers: [{ event: "go" }] };
const second = 1000;

const numbers = (from: number, to: number) =>
  Array.from({ length: to - from + 1 }, (_, index) => ({ n: from + index }));

describe("C7.1 what counts", () => {
  test("C7.1 only open calls count: sleeping, waiting and invoking runs leave their slot to others", async () => {
    const held = new HeldCalls();
    const first = { sleeper: op.sleep("s", "1h"), waiter: op.wait("w", "reply", "1h") };
    await held.rig.start({
      f: {
        ...go,
        options: { concurrency: 1 },
        script: held.script((call) => {
          const { kind } = call.event.data;
          if (kind === "invoker") return ops([op.invoke("i", "app-child")]);
          return kind === undefined ? returned(1) : ops([first[kind as keyof typeof first]]);
        }),
      },
      child: { script: () => ops([op.sleep("s", "1h")]) },
    });
    await held.send({ n: 1, kind: "sleeper" }, { n: 2, kind: "waiter" }, { n: 3, kind: "invoker" }, { n: 4 });
    for (const n of [1, 2, 3]) {
      expect(held.open).toEqual([n]);
      await held.finish();
    }
    expect(held.open).toEqual([4]);
    expect(held.rig.statuses("f")).toEqual(["running", "running", "running", "running"]);
  });

  test("C7.1 C2.14 a run that waits for its retry leaves its slot to others", async () => {
    const held = await heldFunction({ concurrency: 1 }, () => ops([op.error("s")]));
    await held.send({ n: 1 }, { n: 2 });
    await held.finish();
    expect(held.open).toEqual([2]);
  });

  test("C7.1 time between steps does not count: two runs take turns", async () => {
    const held = await heldFunction({ concurrency: 1 }, (call) =>
      call.has("a") ? returned(1) : ops([op.ran("a")]),
    );
    await held.send({ n: 1 }, { n: 2 });
    for (let count = 0; count < 4; count += 1) {
      expect(held.open).toHaveLength(1);
      await held.finish();
    }
    expect(held.rig.statuses("f")).toEqual(["completed", "completed"]);
  });
});

describe("C7.2 numbers", () => {
  test("C7.2 a number is a limit of the function", async () => {
    const held = await heldFunction({ concurrency: 2 });
    await held.send(...numbers(1, 4));
    expect(held.open).toEqual([1, 2]);
    await held.finish();
    expect(held.open).toEqual([2, 3]);
  });

  test.each([0, undefined, { limit: 0 }])("C7.2 I37 a limit of %j is no limit of its own", async (limit) => {
    const held = await heldFunction(limit === undefined ? {} : { concurrency: limit });
    await held.send(...numbers(1, 30));
    expect(held.open).toHaveLength(30);
  });

  test.each([
    [[{ limit: 2 }, { limit: 1, key: "event.data.u" }]],
    [[{ limit: 1, key: "event.data.u" }, { limit: 2 }]],
  ])("C7.2 of two limits both hold, in either order: %j", async (concurrency) => {
    const held = await heldFunction({ concurrency });
    await held.send({ u: "a", n: 1 }, { u: "a", n: 2 }, { u: "b", n: 3 }, { u: "c", n: 4 });
    expect(held.open).toEqual([1, 3]);
    await held.finish(1);
    expect(held.open).toEqual([3, 2]);
    await held.finish(3);
    expect(held.open).toEqual([2, 4]);
  });
});

describe("C7.3 C7.5 keys", () => {
  test("C7.5 each value has its own limit", async () => {
    const held = await heldFunction({ concurrency: { limit: 1, key: "event.data.u" } });
    await held.send({ u: "a", n: 1 }, { u: "a", n: 2 }, { u: "b", n: 3 });
    expect(held.open).toEqual([1, 3]);
    await held.finish(1);
    expect(held.open).toEqual([3, 2]);
  });

  test("C7.3 events without the field share one queue, and it is told which key they lack", async () => {
    const held = await heldFunction({ concurrency: { limit: 1, key: "event.data.u" } });
    await held.send({ n: 1 }, { n: 2 }, { u: false, n: 3 });
    expect(held.open).toEqual([1]);
    await held.finishAll();
    const missing = [...held.rig.rows.tables.outcomes.values()].map(({ missingKeys }) => missingKeys);
    expect(missing[0]).toEqual(["concurrency.key"]);
    expect(held.rig.controls("f")?.keys).toEqual([
      { field: "concurrency.key", expression: "event.data.u", seen: "missing" },
    ]);
  });

  test("C7.3 the key is fixed when a run is queued: another expression is for new runs alone", async () => {
    const held = await heldFunction({ concurrency: { limit: 1, key: "event.data.u" } });
    await held.send({ u: "a", w: "x", n: 1 }, { u: "a", w: "y", n: 2 });
    await held.rig.sync({
      f: { ...go, options: { concurrency: { limit: 1, key: "event.data.w" } }, script: held.script() },
    });
    await held.send({ u: "a", w: "z", n: 3 });
    expect(held.open).toEqual([1, 3]);
    await held.finish(1);
    expect(held.open).toEqual([3, 2]);
  });

  test("C7.5 a limit of 1 serialises steps, not runs: two runs of one key may interleave", async () => {
    const held = await heldFunction({ concurrency: { limit: 1, key: "event.data.u" } }, (call) =>
      call.has("s") ? returned(1) : ops([op.sleep("s", "10s")]),
    );
    await held.send({ u: "a", n: 1 }, { u: "a", n: 2 });
    await held.finish();
    await held.finish();
    await held.advance(10 * second);
    await held.finishAll();
    expect(held.order).toEqual([1, 2, 1, 2]);
  });

  test("C7.10 a batch takes its key from its first event", async () => {
    const held = new HeldCalls();
    await held.rig.start({
      f: {
        ...go,
        options: {
          concurrency: { limit: 1, key: "event.data.u" },
          batchEvents: { maxSize: 2, timeout: "10s" },
        },
        script: held.script(),
      },
    });
    await held.send({ u: "a", n: 1 }, { u: "b", n: 2 }, { u: "a", n: 3 }, { u: "c", n: 4 });
    await held.send({ u: "b", n: 5 }, { u: "a", n: 6 });
    expect(held.open).toEqual([1, 5]);
  });
});

describe("C7.4 scopes", () => {
  async function twoFunctions(a: Json, b: Json) {
    const held = new HeldCalls();
    const on = (event: string) => [{ event }];
    await held.rig.start({
      a: { triggers: on("a"), options: { concurrency: a }, script: held.script() },
      b: { triggers: on("b"), options: { concurrency: b }, script: held.script() },
    });
    return held;
  }

  test.each(["env", "account"])(
    "C7.4 functions of scope %s with an equal value share one count, each against its own limit",
    async (scope) => {
      const held = await twoFunctions(
        { scope, key: '"shared"', limit: 1 },
        { scope, key: 'event.data.k + ""', limit: 3 },
      );
      await held.sendTo("b", { n: 1, k: "shared" }, { n: 2, k: "shared" });
      await held.sendTo("a", { n: 3 });
      await held.sendTo("b", { n: 4, k: "shared" }, { n: 5, k: "shared" }, { n: 6, k: "other" });
      expect(held.open).toEqual([1, 2, 4, 6]);
      await held.finish(1);
      expect(held.open).toEqual([2, 4, 6, 5]);
      for (const n of [2, 4]) await held.finish(n);
      expect(held.open).toEqual([6, 5]);
      await held.finish(5);
      expect(held.open).toEqual([6, 3]);
    },
  );

  test("C7.4 C7.5 limits of scope fn count each function by itself, whatever the value", async () => {
    const held = await twoFunctions({ key: '"same"', limit: 1 }, { key: '"same"', limit: 1 });
    await held.sendTo("a", { n: 1 }, { n: 2 });
    await held.sendTo("b", { n: 3 }, { n: 4 });
    expect(held.open).toEqual([1, 3]);
  });

  test("C7.4 env and account count apart", async () => {
    const held = await twoFunctions(
      { scope: "env", key: '"same"', limit: 1 },
      { scope: "account", key: '"same"', limit: 1 },
    );
    await held.sendTo("a", { n: 1 });
    await held.sendTo("b", { n: 2 });
    expect(held.open).toEqual([1, 2]);
  });
});

describe("C7.6 C7.7 order", () => {
  test("C7.6 C9.5 older runs go first, also with their later steps", async () => {
    const held = await heldFunction({ concurrency: 1 }, (call) =>
      call.has("a") ? returned(1) : ops([op.ran("a")]),
    );
    await held.send(...numbers(1, 3));
    for (let count = 0; count < 6; count += 1) await held.finish();
    expect(held.order).toEqual([1, 1, 2, 2, 3, 3]);
  });

  test("C7.7 a run that wakes from its sleep waits for a slot like any other", async () => {
    const held = await heldFunction({ concurrency: 1 }, (call) =>
      call.event.data.n === 1 && !call.has("s") ? ops([op.sleep("s", "10s")]) : returned(1),
    );
    await held.send({ n: 1 }, { n: 2 });
    await held.finish(1);
    await held.advance(10 * second);
    expect(held.open).toEqual([2]);
    await held.finish(2);
    expect(held.open).toEqual([1]);
  });

  test("C7.11 parallel steps of one run each take a slot", async () => {
    const held = await heldFunction({ concurrency: 2 }, (call) => {
      const { stepId } = call.request;
      const ids = ["a", "b", "c"];
      if (stepId === "step") return ops(ids.map((id) => op.planned(id)));
      const id = ids.find((each) => op.planned(each).id === stepId) ?? "";
      return ops([op.ran(id)]);
    });
    await held.send({ n: 1 });
    await held.finish();
    expect(held.open).toHaveLength(2);
    await held.finish();
    expect(held.open).toHaveLength(2);
  });
});

describe("a full key is in nobody's way", () => {
  test("a thousand jobs behind a full key delay a job with a free key by no more than one turn", async () => {
    const held = await heldFunction({ concurrency: { limit: 1, key: "event.data.u" } });
    await held.send(...numbers(1, 1000).map(({ n }) => ({ n, u: "full" })));
    expect(held.open).toEqual([1]);
    const { written } = held.rig;
    const before = written.length;
    await held.rig.engine.ingest([{ name: "go", data: { n: "free", u: "free" } }]);
    // Its event's commit, the run's, and the call goes out.
    while (held.open.length < 2 && written.length < before + 10)
      await new Promise((resolve) => setImmediate(resolve));
    expect(held.open).toEqual([1, "free"]);
    expect(written.length - before).toBeLessThanOrEqual(2);
    await held.finish("free");
    expect(held.rig.engine.laneFigures(functionIdOf("app-f")).map(({ running }) => running)).toEqual([1]);
  });

  test("a lane of more than 128 calls leaves the later ones to the store, and loses none and keeps their order", async () => {
    const held = await heldFunction({ concurrency: { limit: 1, key: "event.data.u" } });
    await held.send(...numbers(1, 500).map(({ n }) => ({ n, u: "a" })));
    const [lane] = held.rig.engine.laneFigures(functionIdOf("app-f"));
    expect([lane?.hasMore, (lane?.queued ?? 0) <= 128]).toEqual([true, true]);
    for (let count = 0; count < 500; count += 1) await held.finish();
    expect(held.order).toEqual(numbers(1, 500).map(({ n }) => n));
    expect(new Set(held.rig.statuses("f"))).toEqual(new Set(["completed"]));
  });

  test("it keeps their order over restarts and later arrivals, older runs' later steps among them", async () => {
    const order: number[] = [];
    let isHeld = true;
    const rig = new Rig();
    const script = async (call: ScriptedCall) => {
      if (isHeld) await new Promise(() => undefined);
      if (call.has("a")) return returned(1);
      order.push(call.event.data.n);
      return ops([op.ran("a")]);
    };
    await rig.start({ f: { ...go, options: { concurrency: 1 }, script } });
    await rig.engine.ingest(numbers(1, 300).map((data) => ({ name: "go", data })));
    await turns();
    isHeld = false;
    await rig.restart();
    expect(order).toEqual(numbers(1, 300).map(({ n }) => n));
    expect(new Set(rig.statuses("f"))).toEqual(new Set(["completed"]));
  });

  test("functions take turns at the engine's own capacity", async () => {
    const held = new HeldCalls(new Rig({ openCallsMax: 1 }));
    await held.rig.start({
      a: { triggers: [{ event: "a" }], script: held.script() },
      b: { triggers: [{ event: "b" }], script: held.script() },
    });
    await held.sendTo("a", ...numbers(1, 20));
    await held.sendTo("b", ...numbers(101, 103));
    await held.finishAll();
    const lastOfB = Math.max(...[101, 102, 103].map((n) => held.order.indexOf(n)));
    expect(lastOfB).toBeLessThanOrEqual(8);
  });
});

describe("limits that change while work waits", () => {
  const sync = (held: HeldCalls, options: JsonObject) =>
    held.rig.sync({ f: { ...go, options, script: held.script() } });

  test("a sync that raises the limit starts what waits", async () => {
    const held = await heldFunction({ concurrency: { limit: 1, key: "event.data.u" } });
    await held.send(...numbers(1, 5).map(({ n }) => ({ n, u: "a" })));
    await sync(held, { concurrency: { limit: 3, key: "event.data.u" } });
    await turns();
    expect(held.open).toEqual([1, 2, 3]);
    await sync(held, {});
    await turns();
    expect(held.open).toEqual([1, 2, 3]);
  });

  test("a sync that lowers the limit lets open calls end, and starts no other until then", async () => {
    const held = await heldFunction({ concurrency: 3 });
    await held.send(...numbers(1, 5));
    await sync(held, { concurrency: 1 });
    await held.finish();
    await held.finish();
    expect(held.open).toEqual([3]);
    await held.finish();
    expect(held.open).toEqual([4]);
  });
});
