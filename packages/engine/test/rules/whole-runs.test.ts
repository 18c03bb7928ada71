// C7.8: how many runs of a function may be under way at once, from a run's first call to its end.

import { functionIdOf } from "@stepwell/core";
import { asRunId, type Json, type JsonObject } from "@stepwell/protocol";
import { describe, expect, test } from "vitest";
import { HeldCalls, heldFunction } from "./held-calls.ts";
import { type FunctionSpec, op, ops, Rig, returned, thrown } from "./rig.ts";

const hour = 3_600_000;
const second = 1000;

const one: Json = { fn: [{ limit: 1 }] };
const onePerUser: Json = { fn: [{ limit: 1, key: "event.data.u" }] };

/** A function that sleeps for an hour between its first call and its last. */
async function sleeper(concurrency: Json, more: Partial<FunctionSpec> = {}): Promise<Rig> {
  return await new Rig().start({ f: spec(concurrency, more) });
}

function spec(concurrency: Json, { options, ...more }: Partial<FunctionSpec> = {}): FunctionSpec {
  return {
    triggers: [{ event: "go" }],
    options: { concurrency, ...options },
    script: (call) => (call.has("s") ? returned(call.event.data) : ops([op.sleep("s", "1h")])),
    ...more,
  };
}

const go = (data: JsonObject = {}) => ({ name: "go", data });

describe("C7.8 limits on whole runs", () => {
  test("C7.8 a run that sleeps keeps its slot, and the next one starts when it ends", async () => {
    const rig = await sleeper(one);
    await rig.send(go(), go(), go());
    expect(rig.statuses()).toEqual(["running", "queued", "queued"]);
    await rig.advance(hour);
    expect(rig.statuses()).toEqual(["completed", "running", "queued"]);
    await rig.advance(hour);
    await rig.advance(hour);
    expect(rig.statuses()).toEqual(["completed", "completed", "completed"]);
    expect([...rig.rows.tables.limits.values()]).toEqual([]);
  });

  test("C7.8 each value of the key has slots of its own, and the runs without one share theirs", async () => {
    const rig = await sleeper(onePerUser);
    await rig.send(go({ u: "a" }), go({ u: "a" }), go({ u: "b" }), go(), go());
    expect(rig.statuses()).toEqual(["running", "queued", "running", "running", "queued"]);
  });

  test("C7.8 a run that fails or is cancelled gives its slot back; one that waits has none to give", async () => {
    const rig = await sleeper(one, {
      retries: 0,
      script: (call) => (call.has("s") ? thrown("no") : ops([op.sleep("s", "1h")])),
    });
    await rig.send(go(), go(), go(), go());
    await rig.advance(hour);
    expect(rig.statuses()).toEqual(["failed", "running", "queued", "queued"]);
    const [, second, third] = rig.runs();
    await rig.engine.cancelRun(asRunId(third?.id ?? ""));
    await rig.settle();
    expect(rig.statuses()).toEqual(["failed", "running", "cancelled", "queued"]);
    await rig.engine.cancelRun(asRunId(second?.id ?? ""));
    await rig.settle();
    expect(rig.statuses()).toEqual(["failed", "cancelled", "cancelled", "running"]);
  });

  test("C7.8 a waiting run of a higher priority is not in the way of the steps of those under way", async () => {
    const rig = await sleeper(one, { options: { priority: { run: "int(event.data.p)" } } });
    await rig.send(go({ p: 0 }));
    await rig.send(go({ p: 0 }), go({ p: 600 }));
    await rig.advance(hour);
    expect(rig.statuses()).toEqual(["completed", "queued", "running"]);
  });

  test("C7.8 a retry of the first call keeps the slot", async () => {
    const rig = await sleeper(one, {
      script: (call) => (call.ctx.attempt === 0 ? thrown("not yet") : returned(1)),
    });
    await rig.send(go(), go());
    expect(rig.statuses()).toEqual(["running", "queued"]);
    await rig.advance(46 * second);
    expect(rig.statuses()).toEqual(["completed", "running"]);
  });

  test("C7.8 it holds together with limits on steps, and with a throttle", async () => {
    const held = new HeldCalls();
    await held.rig.start({
      f: {
        triggers: [{ event: "go" }],
        options: {
          concurrency: { fn: [{ limit: 2 }], step: [{ limit: 1, key: "event.data.u" }] },
          throttle: { limit: 1, period: "10s" },
        },
        script: held.script((call) => (call.has("s") ? returned(1) : ops([op.sleep("s", "1h")]))),
      },
    });
    await held.send({ n: 1, u: "a" }, { n: 2, u: "a" }, { n: 3, u: "b" });
    await held.advance(10 * second);
    expect(held.open, "the second waits for the step's limit").toEqual([1, 3]);
    await held.finish(1);
    await held.finish(3);
    await held.advance(10 * second);
    expect(held.open, "the second waits for a whole run's end").toEqual([]);
    await held.advance(hour - 10 * second);
    await held.finish(1);
    expect(held.open).toContain(2);
    expect(held.rig.statuses()).toEqual(["completed", "running", "running"]);
  });

  test("C7.8 C5.1 waiting for a slot counts towards the start timeout", async () => {
    const rig = await sleeper(one, { options: { timeouts: { start: "10m" } } });
    await rig.send(go(), go());
    await rig.advance(hour);
    expect(rig.statuses()).toEqual(["completed", "cancelled"]);
  });

  test("C7.8 it outlives restarts: slots that are taken stay taken", async () => {
    const rig = await sleeper(one);
    await rig.send(go(), go());
    await rig.restart();
    expect(rig.statuses()).toEqual(["running", "queued"]);
    await rig.advance(hour / 2);
    await rig.restart();
    await rig.advance(hour / 2);
    expect(rig.statuses()).toEqual(["completed", "running"]);
  });

  test("C7.8 a first call whose process died is made again, though one that waits for its slot is looked at before it", async () => {
    const held = new HeldCalls(new Rig({ openCallsMax: 1 }));
    const options = {
      concurrency: { fn: [{ limit: 1 }], step: [{ limit: 1, key: "event.data.u" }] },
      priority: { run: "int(event.data.p)" },
    };
    await held.rig.start({ f: { triggers: [{ event: "go" }], options, script: held.script() } });
    await held.send({ n: 0, u: "z", p: 0 });
    await held.send({ n: 1, u: "a", p: 0 });
    await held.advance(second);
    await held.send({ n: 2, u: "b", p: 600 });
    await held.finish();
    for (let deaths = 0; deaths < 2; deaths += 1) {
      expect(held.open).toEqual([2]);
      await held.restart();
    }
    expect(held.open).toEqual([2]);
    await held.finish();
    expect(held.open).toEqual([1]);
  });

  test("C7.8 a rerun waits for a slot as well", async () => {
    const rig = await sleeper(one);
    await rig.send(go());
    await rig.advance(hour);
    await rig.send(go());
    const [first] = rig.runs();
    await rig.engine.rerun(asRunId(first?.id ?? ""), {});
    await rig.settle();
    expect(rig.statuses()).toEqual(["completed", "running", "queued"]);
  });

  test("C7.8 a sync that raises, adds or removes it takes effect on what waits", async () => {
    const rig = await sleeper(one);
    await rig.send(go(), go(), go(), go());
    await rig.sync({ f: spec({ fn: [{ limit: 2 }] }) });
    await rig.settle();
    expect(rig.statuses()).toEqual(["running", "running", "queued", "queued"]);
    await rig.sync({ f: spec({ step: [] }) });
    await rig.settle();
    expect(rig.statuses()).toEqual(["running", "running", "running", "running"]);
    await rig.sync({ f: spec({ fn: [{ limit: 3 }] }) });
    await rig.send(go(), go());
    expect(rig.statuses().slice(4), "only runs that took a slot count").toEqual(["running", "queued"]);
  });

  test("C7.8 an added limit holds runs that were queued before it", async () => {
    const held = await heldFunction({ concurrency: 1 });
    await held.send({ n: 1 }, { n: 2 }, { n: 3 });
    await held.rig.sync({
      f: {
        ...spec({ fn: [{ limit: 1 }], step: [{ limit: 1 }] }),
        script: held.script((call) => (call.has("s") ? returned(1) : ops([op.sleep("s", "1h")]))),
      },
    });
    await held.finish(1);
    await held.finish(2);
    expect(held.open).toEqual([]);
    expect(held.rig.statuses()).toEqual(["completed", "running", "queued"]);
  });

  test("C7.8 C7.3 runs keep to the key that they were queued with", async () => {
    const rig = await sleeper(onePerUser);
    await rig.send(go({ u: "a", v: 1 }), go({ u: "a", v: 2 }));
    await rig.sync({ f: spec({ fn: [{ limit: 1, key: "event.data.v" }] }) });
    await rig.send(go({ u: "a", v: 3 }));
    expect(rig.statuses()).toEqual(["running", "queued", "running"]);
    await rig.advance(hour);
    expect(rig.statuses()).toEqual(["completed", "running", "completed"]);
  });

  test("C7.8 an operator's number takes its place and gives it back", async () => {
    const rig = await sleeper(one);
    await rig.send(go(), go(), go());
    await rig.control("f", { kind: "override", override: { limit: "concurrency.fn", value: 2 } });
    expect(rig.statuses()).toEqual(["running", "running", "queued"]);
    await rig.control("f", { kind: "remove-override", limit: "concurrency.fn" });
    await rig.advance(hour);
    expect(rig.statuses()).toEqual(["completed", "completed", "running"]);
    const none = await sleeper(1);
    const outcome = await none.engine.controlFunction(functionIdOf("app-f"), {
      kind: "override",
      override: { limit: "concurrency.fn", value: 2 },
    });
    expect(outcome).toMatchObject({
      kind: "refused",
      reason: expect.stringContaining("has no limit on whole runs that could be overridden"),
    });
  });

  test("C7.8 a run that ends while others wait starts one of them, however many lanes they stand in", async () => {
    const rig = await sleeper({ fn: [{ limit: 1 }], step: [{ limit: 1, key: "event.data.u" }] });
    await rig.send(go({ u: "a" }), go({ u: "b" }), go({ u: "c" }));
    expect(rig.statuses()).toEqual(["running", "queued", "queued"]);
    await rig.advance(hour);
    expect(rig.statuses()).toEqual(["completed", "running", "queued"]);
    await rig.advance(hour);
    expect(rig.statuses()).toEqual(["completed", "completed", "running"]);
  });

  test("C7.8 the same form's limits on steps are taken", async () => {
    const held = await heldFunction({ concurrency: { step: [{ limit: 1, key: "event.data.u" }] } });
    await held.send({ u: 1, n: 1 }, { u: 1, n: 2 }, { u: 2, n: 3 });
    expect(held.open).toEqual([1, 3]);
  });
});
