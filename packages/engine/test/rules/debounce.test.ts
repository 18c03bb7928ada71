// C10: of a series of events the newest starts one run, once none has come for a while.

import type { JsonObject } from "@stepwell/protocol";
import { describe, expect, test } from "vitest";
import { type FunctionSpec, op, Rig, returned, sequence } from "./rig.ts";

const go = { triggers: [{ event: "go" }] };
const second = 1000;
const minute = 60 * second;
const day = 24 * 60 * minute;

type Options = NonNullable<FunctionSpec["options"]>;

const echo = (options: Options): FunctionSpec => ({
  ...go,
  options,
  script: (call) => returned(call.event.data.n ?? null),
});

async function debounced(options: Options): Promise<Rig> {
  return await new Rig().start({ f: echo(options) });
}

const send = (rig: Rig, data: JsonObject, more: object = {}) => rig.send({ name: "go", data, ...more });

const outputs = (rig: Rig) =>
  rig.runs("f").map((run) => (run.output === undefined ? run.status : JSON.parse(run.output)));

describe("C10.1 C10.2 which event", () => {
  test("C10.1 each event puts the run off by the period, and the last one starts it", async () => {
    const rig = await debounced({ debounce: { period: "10s" } });
    for (const n of [1, 2, 3]) {
      await send(rig, { n });
      await rig.advance(9 * second);
    }
    expect(rig.runs("f")).toEqual([]);
    await rig.advance(second);
    expect(outputs(rig)).toEqual([3]);
  });

  test("C10.1 the first event of a new series opens another debounce", async () => {
    const rig = await debounced({ debounce: { period: "10s" } });
    await send(rig, { n: 1 });
    await rig.advance(10 * second);
    await send(rig, { n: 2 });
    await rig.advance(10 * second);
    expect(outputs(rig)).toEqual([1, 2]);
  });

  test("C10.2 A5.5 an event of an older ts is ignored and puts nothing off; of equal ones the later counts", async () => {
    const rig = await debounced({ debounce: { period: "10s" } });
    const ts = rig.clock.now();
    const [first] = await send(rig, { n: 1 }, { ts });
    await rig.advance(5 * second);
    await send(rig, { n: 2 }, { ts: ts - 1 });
    await rig.advance(5 * second);
    expect(outputs(rig)).toEqual([1]);
    expect(rig.reasons("f")).toMatchObject([{ kind: "debounced" }, { kind: "superseded", byEventId: first }]);
    await send(rig, { n: 3 }, { ts });
    await send(rig, { n: 4 }, { ts });
    await rig.advance(10 * second);
    expect(outputs(rig)).toEqual([1, 4]);
  });

  test("C10.1 each value of the key has a debounce of its own", async () => {
    const rig = await debounced({ debounce: { period: "10s", key: "event.data.u" } });
    await send(rig, { n: 1, u: "a" });
    await rig.advance(5 * second);
    await send(rig, { n: 2, u: "b" });
    await rig.advance(5 * second);
    expect(outputs(rig)).toEqual([1]);
    await rig.advance(5 * second);
    expect(outputs(rig)).toEqual([1, 2]);
  });

  test("C10.6 events without the key share one debounce, those whose key fails another one", async () => {
    const rig = await debounced({ debounce: { period: "10s", key: "10 / int(event.data.u)" } });
    await send(rig, { n: 1, u: 0 });
    await send(rig, { n: 2, u: 0 });
    await send(rig, { n: 3, u: 5 });
    await rig.advance(10 * second);
    expect(outputs(rig).sort()).toEqual([2, 3]);
    const keyed = await debounced({ debounce: { period: "10s", key: "event.data.u" } });
    await send(keyed, { n: 1 });
    await send(keyed, { n: 2 });
    await keyed.advance(10 * second);
    expect(outputs(keyed)).toEqual([2]);
  });

  test("C10.11 a trigger's expression filters first: what it leaves out puts nothing off", async () => {
    const rig = await new Rig().start({
      f: {
        ...echo({ debounce: { period: "10s" } }),
        triggers: [{ event: "go", expression: "event.data.n > 0" }],
      },
    });
    await send(rig, { n: 1 });
    await rig.advance(5 * second);
    await send(rig, { n: 0 });
    await rig.advance(5 * second);
    expect(outputs(rig)).toEqual([1]);
  });
});

describe("C10.3 C10.4 C10.5 when", () => {
  test.each([
    ["15s", [0, 6, 12], 15],
    ["5s", [0, 4], 5],
  ])(
    "C10.3 with a timeout of %s, counted from the first event, it fires then",
    async (timeout, at, firesAt) => {
      const rig = await debounced({ debounce: { period: "10s", timeout } });
      const begin = rig.clock.now();
      for (const seconds of at) {
        await rig.advance(begin + seconds * second - rig.clock.now());
        await send(rig, { n: seconds });
      }
      await rig.advance(begin + firesAt * second - 1 - rig.clock.now());
      expect(outputs(rig)).toEqual([]);
      await rig.advance(1);
      expect(outputs(rig)).toEqual([at.at(-1)]);
    },
  );

  test("C10.4 it fires when the period is over, without a margin", async () => {
    const rig = await debounced({ debounce: { period: "10s" } });
    const begin = rig.clock.now();
    await send(rig, { n: 1 });
    await rig.advance(10 * second);
    expect(rig.run("f").queuedAt - begin).toBe(10 * second);
  });

  test("C10.5 an event at the moment of firing opens a debounce of its own", async () => {
    const rig = await debounced({ debounce: { period: "10s" } });
    await send(rig, { n: 1 });
    await rig.advance(10 * second);
    await send(rig, { n: 2 });
    expect(outputs(rig)).toEqual([1]);
    await rig.advance(10 * second);
    expect(outputs(rig)).toEqual([1, 2]);
  });

  test("C10 a debounce of 7 days survives restarts", async () => {
    const rig = await debounced({ debounce: { period: "7d" } });
    await send(rig, { n: 1 });
    await rig.restart();
    await rig.advance(3 * day);
    await send(rig, { n: 2 });
    await rig.restart();
    await rig.advance(7 * day - 1);
    expect(outputs(rig)).toEqual([]);
    await rig.advance(1);
    expect(outputs(rig)).toEqual([2]);
    expect(rig.rows.tables.limits.size).toBe(0);
  });

  test("A5.5 the winner's future ts delays its run once more", async () => {
    const rig = await debounced({ debounce: { period: "10s" } });
    await send(rig, { n: 1 }, { ts: rig.clock.now() + minute });
    await rig.advance(10 * second);
    expect(outputs(rig)).toEqual(["queued"]);
    await rig.advance(50 * second);
    expect(outputs(rig)).toEqual([1]);
  });
});

describe("C10.7 C10.8 C10.9 C10.10 what goes with it", () => {
  test("C10.7 A4.6 there is no run until it fires, and event ids do not deduplicate", async () => {
    const rig = await debounced({ debounce: { period: "10s" } });
    await send(rig, { n: 1 }, { id: "same" });
    await rig.advance(10 * second);
    await send(rig, { n: 2 }, { id: "same" });
    expect(rig.runs("f")).toHaveLength(1);
    await rig.advance(10 * second);
    expect(outputs(rig)).toEqual([1, 2]);
  });

  test("C10.8 decisions row 4: a superseded invocation fails its invoker at once, the last one gets the result", async () => {
    const rig = await new Rig().start({
      f: { options: { debounce: { period: "10s" } }, script: (call) => returned(call.event.data.n) },
      caller: {
        triggers: [{ event: "call" }],
        script: (call) =>
          sequence([["i", op.invoke("i", "app-f", { n: call.event.data.n })]], () => call.memo("i"))(call),
      },
    });
    await rig.send({ name: "call", data: { n: 1 } });
    await rig.advance(second);
    await rig.send({ name: "call", data: { n: 2 } });
    const result = (index: number) => JSON.parse(rig.runs("caller")[index]?.output ?? "null");
    expect(result(0).error.message).toMatch(/superseded: function app-f is debounced/);
    expect(result(1)).toBeNull();
    await rig.advance(10 * second);
    expect(result(1)).toEqual({ data: 2 });
  });

  test("C10.9 a rate limit counts the events that arrive, and is not asked again on firing", async () => {
    const rig = await debounced({
      debounce: { period: "10s" },
      rateLimit: { limit: 2, period: "60s" },
    });
    for (const n of [1, 2, 3]) await send(rig, { n });
    await rig.advance(10 * second);
    expect(outputs(rig)).toEqual([2]);
    await send(rig, { n: 4 });
    await rig.advance(10 * second);
    expect(outputs(rig)).toEqual([2]);
  });

  test("C10.9 C10.10 on firing it passes the singleton, the throttle and concurrency", async () => {
    const rig = await new Rig().start({
      f: {
        ...go,
        options: { debounce: { period: "1s", key: "event.data.u" }, singleton: { mode: "skip" } },
        script: sequence([["s", op.sleep("s", "1h")]]),
      },
      t: echo({ debounce: { period: "1s", key: "event.data.u" }, throttle: { limit: 1, period: "60s" } }),
    });
    await send(rig, { u: "a" });
    await send(rig, { u: "b" });
    await rig.advance(second);
    expect(rig.statuses("f")).toEqual(["running", "skipped"]);
    expect(rig.statuses("t")).toEqual(["completed", "queued"]);
  });

  test("C10.9 with batches it is refused", async () => {
    await expect(
      debounced({ debounce: { period: "10s" }, batchEvents: { maxSize: 2, timeout: "10s" } }),
    ).rejects.toThrow("batchEvents with debounce: this combination is not supported");
  });

  test("another period counts from the next event on; a function that is gone starts nothing", async () => {
    const rig = await debounced({ debounce: { period: "10s" } });
    await send(rig, { n: 1 });
    await rig.sync({ f: echo({ debounce: { period: "60s" } }) });
    await rig.advance(5 * second);
    await send(rig, { n: 2 });
    await rig.advance(59 * second);
    expect(outputs(rig)).toEqual([]);
    await rig.advance(second);
    expect(outputs(rig)).toEqual([2]);
    await send(rig, { n: 3 });
    await rig.sync({ other: echo({}) });
    await rig.advance(minute);
    expect(outputs(rig)).toEqual([2]);
    expect(rig.rows.tables.jobs.size).toBe(0);
  });
});

describe("C1 registration", () => {
  test.each([
    [{}, 'Function app-f: debounce.period: must be a duration such as "30s" or "2h". It is missing.'],
    [{ period: "0s" }, "Function app-f: debounce.period: must be from 1s to 7d. It is 0s."],
    [{ period: "8d" }, "Function app-f: debounce.period: must be from 1s to 7d. It is 8d."],
    [{ period: "10s", key: "event.(" }, 'Function app-f: debounce.key "event.(" is invalid'],
    [
      { period: "10s", timeout: "500ms" },
      "Function app-f: debounce.timeout: must be 1s or more. It is 500ms.",
    ],
    [5, "Function app-f: debounce: must be an object, not 5."],
  ])("C1.1 a debounce of %j is refused with function, field, value and rule", async (debounce, reason) => {
    await expect(debounced({ debounce })).rejects.toThrow(reason);
  });
});
