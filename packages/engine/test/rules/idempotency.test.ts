// C3: a function's idempotency key starts one run in 24 hours.

import type { JsonObject } from "@stepwell/protocol";
import { describe, expect, test } from "vitest";
import { type FunctionSpec, op, Rig, returned, sequence } from "./rig.ts";

const go = { triggers: [{ event: "go" }] };
const hour = 3_600_000;

type Options = NonNullable<FunctionSpec["options"]>;

const echo = (options: Options): FunctionSpec => ({
  ...go,
  options,
  script: (call) => returned(call.event.data.n ?? null),
});

const keyed = (expression: string, more: Options = {}) =>
  new Rig().start({ f: echo({ idempotency: expression, ...more }) });

const send = (rig: Rig, ...data: readonly JsonObject[]) =>
  rig.send(...data.map((each) => ({ name: "go", data: each })));

describe("C3 function idempotency", () => {
  test("C3.1 it takes the place of a rate limit", async () => {
    const rig = await keyed("event.data.order", { rateLimit: { limit: 1, period: "60s" } });
    await send(rig, { order: 1 }, { order: 2 }, { order: 3 }, { order: 3 });
    expect(rig.runs("f")).toHaveLength(3);
  });

  test("C3.2 the second event of a value starts nothing; it is stored, and told which event came first", async () => {
    const rig = await keyed("event.data.order");
    const [first] = await send(rig, { order: 7, n: 1 });
    await send(rig, { order: 7, n: 2 });
    expect(rig.output("f")).toBe(1);
    expect(rig.events("go")).toHaveLength(2);
    expect(rig.reasons("f")).toMatchObject([
      { kind: "deduplicated", byEventId: first, idempotencyKey: "7", until: rig.clock.now() + 24 * hour },
    ]);
  });

  test("C3.2 each function has keys of its own", async () => {
    const rig = await new Rig().start({
      f: echo({ idempotency: "event.data.order" }),
      g: echo({ idempotency: "event.data.order" }),
    });
    await send(rig, { order: 1 });
    expect([rig.runs("f").length, rig.runs("g").length]).toEqual([1, 1]);
  });

  test("C3.3 E4.1 a key that is false or missing limits nothing", async () => {
    const rig = await keyed("event.data.missing");
    await send(rig, {}, {}, { missing: false }, { missing: false });
    expect(rig.runs("f")).toHaveLength(4);
    expect(rig.controls("f")?.keys).toMatchObject([{ field: "idempotency", seen: "missing" }]);
  });

  test.each([
    ["texts", "a", "b"],
    ["numbers", 1, 2],
    ["maps", { a: 1 }, { a: 2 }],
    ["lists", [1], [1, 2]],
    ["long texts", "x".repeat(500), "x".repeat(501)],
  ])("C3.4 %s serve as keys", async (_, one, other) => {
    const rig = await keyed("event.data.key");
    await send(rig, { key: one }, { key: other }, { key: one }, { key: other });
    expect(rig.runs("f")).toHaveLength(2);
  });

  test("C3.4 E4.2 a key may join fields", async () => {
    const rig = await keyed('event.data.a + "-" + event.data.b');
    await send(rig, { a: "x", b: "y" }, { a: "x", b: "y" }, { a: "x" }, { a: "x" });
    expect(rig.runs("f")).toHaveLength(2);
  });

  test("C3.5 the next one is admitted 24 hours after the admitted one, whatever was turned away meanwhile", async () => {
    const rig = await keyed("event.data.order");
    const begin = rig.clock.now();
    for (const at of [0, 12, 23, 24, 40, 48]) {
      await rig.advance(begin + at * hour - rig.clock.now());
      await send(rig, { order: 1 });
    }
    expect(rig.runs("f").map(({ queuedAt }) => (queuedAt - begin) / hour)).toEqual([0, 24, 48]);
  });

  test("C3.5 it survives restarts", async () => {
    const rig = await keyed("event.data.order");
    await send(rig, { order: 1 });
    await rig.restart();
    await send(rig, { order: 1 });
    expect(rig.runs("f")).toHaveLength(1);
  });

  test("C3.6 an invocation with a value that was taken fails its invoker", async () => {
    const rig = await new Rig().start({
      f: echo({ idempotency: "event.data.order" }),
      caller: {
        triggers: [{ event: "call" }],
        script: sequence([["i", op.invoke("i", "app-f", { order: 1 })]], (call) => call.memo("i")),
      },
    });
    await send(rig, { order: 1 });
    await rig.send({ name: "call", data: {} });
    expect(rig.output("caller").error.message).toMatch(/^invoked function is rate limited/);
  });

  test("C3.7 a rerun passes it by", async () => {
    const rig = await keyed("event.data.order");
    await send(rig, { order: 1 });
    await rig.engine.rerun(rig.run("f").id);
    await rig.settle();
    expect(rig.statuses("f")).toEqual(["completed", "completed"]);
  });

  test.each([
    [5, "Function app-f: idempotency: must be an expression as text, not 5."],
    ["event.(", 'Function app-f: idempotency "event.(" is invalid'],
  ])(
    "C1.1 an idempotency of %j is refused with function, field, value and rule",
    async (idempotency, reason) => {
      await expect(new Rig().start({ f: echo({ idempotency }) })).rejects.toThrow(reason);
    },
  );
});
