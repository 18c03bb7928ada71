// C9: priority moves a run among those of its function that wait.

import type { JsonObject } from "@stepwell/protocol";
import { describe, expect, test } from "vitest";
import { HeldCalls, heldFunction } from "./held-calls.ts";
import { op, ops, Rig, returned } from "./rig.ts";

const second = 1000;

/** A first run holds the only slot; the others wait, and are then let go one by one. */
async function orderOf(
  run: string,
  waiting: readonly JsonObject[],
  options: JsonObject = {},
): Promise<readonly unknown[]> {
  const held = await heldFunction({ concurrency: 1, priority: { run }, ...options });
  await held.send({ n: 0 });
  for (const data of waiting) {
    await held.send(data);
    await held.advance(second);
  }
  await held.finishAll();
  return held.order.slice(1);
}

describe("C9 priority", () => {
  test("C9.1 a run of factor p goes as if it had been queued p seconds earlier; a negative one later", async () => {
    const run = "int(event.data.p)";
    const waiting = [
      { n: 1, p: 0 },
      { n: 2, p: 120 },
      { n: 3, p: -120 },
      { n: 4, p: 0 },
      { n: 5, p: 2 },
    ];
    expect(await orderOf(run, waiting)).toEqual([2, 1, 5, 4, 3]);
  });

  test("C9.1 of equal factors the older run goes first", async () => {
    expect(await orderOf("60", [{ n: 1 }, { n: 2 }, { n: 3 }])).toEqual([1, 2, 3]);
  });

  test("C9.2 I9 a factor out of range is cut to 600 seconds", async () => {
    const held = await heldFunction({ concurrency: 1, priority: { run: "int(event.data.p)" } });
    await held.send({ n: 0, p: 0 });
    await held.send({ n: 1, p: 0 });
    await held.advance(601 * second);
    await held.send({ n: 2, p: 100_000 }, { n: 3, p: 600 }, { n: 4, p: 0 });
    await held.finishAll();
    expect(held.order).toEqual([0, 1, 2, 3, 4]);
  });

  test.each([
    ["a number of the event's JSON", "event.data.p"],
    ["a text", '"120"'],
    ["an expression that fails", "1 / int(event.data.zero)"],
    ["a missing field", "event.data.none"],
  ])("C9.2 %s counts as 0", async (_, run) => {
    expect(
      await orderOf(run, [
        { n: 1, p: 0, zero: 0 },
        { n: 2, p: 120, zero: 0 },
      ]),
    ).toEqual([1, 2]);
  });

  test("C9.3 it counts for the later steps of a run as well", async () => {
    const held = await heldFunction(
      { concurrency: 1, priority: { run: "event.data.pro ? 120 : 0" } },
      (call) => (call.has("a") ? returned(1) : ops([op.ran("a")])),
    );
    await held.send({ n: 1 });
    await held.send({ n: 2, pro: true });
    for (let count = 0; count < 4; count += 1) await held.finish();
    expect(held.order).toEqual([1, 2, 2, 1]);
  });

  test("C9.3 what is due later keeps its time: a delayed run takes its place once it is due", async () => {
    const held = await heldFunction({ concurrency: 1, priority: { run: "event.data.pro ? 120 : 0" } });
    await held.send({ n: 1 });
    await held.rig.engine.ingest([
      { name: "go", data: { n: 2, pro: true }, ts: held.rig.clock.now() + 10 * second },
      { name: "go", data: { n: 3 } },
      { name: "go", data: { n: 4 } },
    ]);
    await held.advance(second);
    await held.finish();
    expect(held.order).toEqual([1, 3]);
    await held.advance(10 * second);
    await held.finishAll();
    expect(held.order).toEqual([1, 3, 2, 4]);
  });

  test("C9.4 it does not interrupt what runs, and other functions take their turns as before", async () => {
    const held = new HeldCalls(new Rig({ openCallsMax: 1 }));
    const spec = (event: string, options: JsonObject = {}) => ({
      triggers: [{ event }],
      options,
      script: held.script(),
    });
    await held.rig.start({ a: spec("a", { priority: { run: "600" } }), b: spec("b") });
    await held.sendTo("b", { n: "b1" }, { n: "b2" });
    await held.sendTo("a", { n: "a1" }, { n: "a2" }, { n: "a3" });
    expect(held.open).toEqual(["b1"]);
    await held.finishAll();
    expect(held.order.indexOf("b2")).toBeLessThanOrEqual(2);
  });

  test("C9.4 it counts between the keys of one function that share its limit", async () => {
    const concurrency = [{ limit: 1 }, { limit: 1, key: "event.data.u" }];
    const waiting = [
      { n: 1, u: "a" },
      { n: 2, u: "b", pro: true },
      { n: 3, u: "c" },
    ];
    expect(await orderOf("event.data.pro ? 120 : 0", waiting, { concurrency })).toEqual([2, 1, 3]);
  });

  test("C9.6 with batches it is refused", async () => {
    await expect(
      heldFunction({ priority: { run: "1" }, batchEvents: { maxSize: 2, timeout: "10s" } }),
    ).rejects.toThrow("batchEvents with priority: this combination is not supported");
  });

  test("C1.1 an expression that cannot be compiled is refused", async () => {
    await expect(heldFunction({ priority: { run: "event.(" } })).rejects.toThrow(
      'Function app-f: priority.run "event.(" is invalid',
    );
  });
});
