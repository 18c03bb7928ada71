// C11: events gather and start one run together.

import { asEventId, type Json, type JsonObject } from "@stepwell/protocol";
import { describe, expect, test } from "vitest";
import { type FunctionSpec, op, Rig, returned, sequence, thrown } from "./rig.ts";

const go = { triggers: [{ event: "go" }] };
const second = 1000;
const minute = 60 * second;

type Options = NonNullable<FunctionSpec["options"]>;

/** Gives what the handler sees: the events' numbers, and that of `event`. */
const gather = (options: Options): FunctionSpec => ({
  ...go,
  options,
  script: (call) => returned([call.events.map((event) => event.data.n), call.event.data.n]),
});

async function batched(batchEvents: Json, more: Options = {}): Promise<Rig> {
  return await new Rig().start({ f: gather({ batchEvents, ...more }) });
}

const send = (rig: Rig, ...data: readonly JsonObject[]) =>
  rig.send(...data.map((each) => ({ name: "go", data: each })));

const batches = (rig: Rig) =>
  rig.runs("f").map((run) => (run.output === undefined ? run.status : JSON.parse(run.output)[0]));

describe("C11.1 when a batch closes", () => {
  test("C11.1 C11.4 it closes when it is full, and is never larger than that", async () => {
    const rig = await batched({ maxSize: 3, timeout: "10s" });
    await send(rig, { n: 1 }, { n: 2 }, { n: 3 }, { n: 4 }, { n: 5 }, { n: 6 }, { n: 7 });
    expect(batches(rig)).toEqual([
      [1, 2, 3],
      [4, 5, 6],
    ]);
  });

  test("C11.1 it closes at its timeout, counted from its first event", async () => {
    const rig = await batched({ maxSize: 10, timeout: "10s" });
    await send(rig, { n: 1 });
    await rig.advance(9 * second);
    await send(rig, { n: 2 });
    expect(batches(rig)).toEqual([]);
    await rig.advance(second);
    expect(batches(rig)).toEqual([[1, 2]]);
  });

  test("C11.1 it closes when its events are as long as 10 MiB together", async () => {
    const rig = await batched({ maxSize: 100, timeout: "10s" });
    const filler = "x".repeat(2.6 * 1024 * 1024);
    for (const n of [1, 2, 3, 4, 5]) await send(rig, { n, filler });
    // The app fetches so many by itself: its call carries none.
    const sizes = () => rig.runs("f").map(({ eventIds }) => eventIds.length);
    expect(sizes()).toEqual([4]);
    await rig.advance(10 * second);
    expect(sizes()).toEqual([4, 1]);
  });

  test("C11.1 each value of the key has batches of its own; events without it share one", async () => {
    const rig = await batched({ maxSize: 2, timeout: "10s", key: "event.data.u" });
    await send(rig, { n: 1, u: "a" }, { n: 2, u: "b" }, { n: 3, u: "a" }, { n: 4 }, { n: 5 });
    expect(batches(rig)).toEqual([
      [1, 3],
      [4, 5],
    ]);
    await rig.advance(10 * second);
    expect(batches(rig)).toContainEqual([2]);
  });

  test("C11 an open batch survives restarts, and leaves nothing behind", async () => {
    const rig = await batched({ maxSize: 3, timeout: "10m" });
    await send(rig, { n: 1 });
    await rig.restart();
    await send(rig, { n: 2 });
    await rig.restart();
    await rig.advance(10 * minute);
    expect(batches(rig)).toEqual([[1, 2]]);
    expect([rig.rows.tables.limits.size, rig.rows.tables.jobs.size]).toEqual([0, 0]);
  });

  test("another size counts for the batch that is open", async () => {
    const rig = await batched({ maxSize: 10, timeout: "10m" });
    await send(rig, { n: 1 }, { n: 2 });
    await rig.sync({ f: gather({ batchEvents: { maxSize: 3, timeout: "10m" } }) });
    await send(rig, { n: 3 });
    expect(batches(rig)).toEqual([[1, 2, 3]]);
  });
});

describe("C11.2 C11.3 what the handler sees", () => {
  test("C11.2 `events` in the order of arrival, and `event` is the first", async () => {
    const rig = await batched({ maxSize: 3, timeout: "10s" });
    for (const n of [3, 1, 2]) await send(rig, { n });
    expect(rig.output("f")).toEqual([[3, 1, 2], 3]);
  });

  test("C11.3 E1 an event for which `if` is false or fails runs at once, alone", async () => {
    const rig = await batched({ maxSize: 2, timeout: "10s", if: "event.data.amount < 10" });
    await send(rig, { n: 1, amount: 5 }, { n: 2, amount: 50 }, { n: 3, amount: "text" }, { n: 4, amount: 1 });
    expect(batches(rig).sort()).toEqual([[1, 4], [2], [3]]);
    expect(rig.runs("f").filter(({ batchId }) => batchId !== undefined)).toHaveLength(1);
  });

  test("C11.10 retries run the handler with the same events", async () => {
    let attempts = 0;
    const rig = await new Rig({ retryIntervalMs: second }).start({
      f: {
        ...go,
        options: { batchEvents: { maxSize: 2, timeout: "10s" } },
        script: (call) => {
          attempts += 1;
          const numbers = call.events.map((event) => event.data.n);
          return attempts === 1 ? thrown(`no ${numbers}`) : returned(numbers);
        },
      },
    });
    await send(rig, { n: 1 }, { n: 2 });
    await rig.advance(second);
    expect([attempts, rig.output("f")]).toEqual([2, [1, 2]]);
  });
});

describe("C11.5 C11.6 C11.7 C11.9 what goes with a batch", () => {
  test("C11.5 a request sent again adds its events once; an id of the sender's own is not looked at", async () => {
    const rig = await batched({ maxSize: 10, timeout: "10s" });
    const seed = { atMs: rig.clock.now(), entropy: new Uint8Array(10) };
    for (let count = 0; count < 2; count += 1) {
      await rig.engine.ingest([{ name: "go", data: { n: 1 } }], seed);
      await rig.settle();
    }
    await rig.send({ name: "go", id: "same", data: { n: 2 } }, { name: "go", id: "same", data: { n: 3 } });
    await rig.advance(10 * second);
    expect(batches(rig)).toEqual([[1, 2, 3]]);
  });

  test("C11.6 A5.3 a future ts does not delay a batch", async () => {
    const rig = await batched({ maxSize: 2, timeout: "10s" });
    const ts = rig.clock.now() + 60 * minute;
    await rig.send({ name: "go", data: { n: 1 }, ts }, { name: "go", data: { n: 2 }, ts });
    expect(batches(rig)).toEqual([[1, 2]]);
  });

  test("C11.6 a batch of a paused function is skipped as it closes, as one run with all its events", async () => {
    const rig = await batched({ maxSize: 2, timeout: "10s" });
    await rig.control("f", { kind: "pause" });
    const ids = await send(rig, { n: 1 }, { n: 2 });
    expect(rig.run("f")).toMatchObject({ status: "skipped", skip: { kind: "paused" }, eventIds: ids });
    expect(rig.reasons("f").map(({ kind }) => kind)).toEqual(["paused", "paused"]);
  });

  test("C11.6 a batch that closes after the pause is over runs", async () => {
    const rig = await batched({ maxSize: 5, timeout: "10s" });
    await rig.control("f", { kind: "pause" });
    await send(rig, { n: 1 });
    await rig.control("f", { kind: "resume" });
    await rig.advance(10 * second);
    expect(batches(rig)).toEqual([[1]]);
  });

  test("C11.11 C14.3 events of a draining function are not added; what has gathered is skipped as it closes", async () => {
    const rig = await batched({ maxSize: 5, timeout: "10s" });
    const [first] = await send(rig, { n: 1 });
    await rig.control("f", { kind: "drain", isOn: true });
    const [late] = await send(rig, { n: 2 });
    expect(rig.run("f")).toMatchObject({
      status: "skipped",
      skip: { kind: "draining" },
      eventIds: [late],
    });
    await rig.advance(10 * second);
    expect(rig.runs("f").map(({ eventIds }) => eventIds)).toEqual([[late], [first]]);
    expect(batches(rig)).toEqual(["skipped", "skipped"]);
  });

  test("C11.7 C11.8 a batch has an id, is run once, and names all its events", async () => {
    const rig = await batched({ maxSize: 2, timeout: "10s" });
    const ids = await send(rig, { n: 1 }, { n: 2 });
    const { batchId, eventIds } = rig.run("f");
    expect([typeof batchId, eventIds]).toEqual(["string", ids]);
    expect(rig.reasons("f")).toMatchObject([
      { kind: "batched", batchId, maxSize: 2 },
      { kind: "batched", batchId, maxSize: 2 },
    ]);
    for (const id of ids) expect((await rig.engine.reader.runsOfEvent(asEventId(id))).length).toBe(1);
  });

  test("C11.9 throttle keys are those of the first event", async () => {
    const rig = await batched(
      { maxSize: 2, timeout: "10s" },
      { throttle: { limit: 1, period: "60s", key: "event.data.u" } },
    );
    await send(
      rig,
      { n: 1, u: "a" },
      { n: 2, u: "b" },
      { n: 3, u: "b" },
      { n: 4, u: "a" },
      { n: 5, u: "a" },
      { n: 6 },
    );
    expect(batches(rig)).toEqual([[1, 2], [3, 4], "queued"]);
  });

  test("decisions row 4: each invoker of a batch gets the batch's result", async () => {
    const rig = await new Rig().start({
      f: {
        options: { batchEvents: { maxSize: 2, timeout: "10s" } },
        script: (call) => returned(call.events.length),
      },
      caller: {
        triggers: [{ event: "call" }],
        script: sequence([["i", op.invoke("i", "app-f")]], (call) => call.memo("i")),
      },
    });
    await rig.send({ name: "call", data: {} }, { name: "call", data: {} });
    expect(rig.runs("caller").map((run) => run.output)).toEqual(['{"data":2}', '{"data":2}']);
  });
});

describe("C1 registration", () => {
  test.each([
    [
      { maxSize: 1, timeout: "10s" },
      "Function app-f: batchEvents.maxSize: must be a whole number, from 2 to 100. It is 1.",
    ],
    [
      { maxSize: 101, timeout: "10s" },
      "Function app-f: batchEvents.maxSize: must be a whole number, from 2 to 100. It is 101.",
    ],
    [
      { timeout: "10s" },
      "Function app-f: batchEvents.maxSize: must be a whole number, from 2 to 100. It is missing.",
    ],
    [
      { maxSize: 2 },
      'Function app-f: batchEvents.timeout: must be a duration such as "30s" or "2h". It is missing.',
    ],
    [
      { maxSize: 2, timeout: "500ms" },
      "Function app-f: batchEvents.timeout: must be from 1s to 10m. It is 500ms.",
    ],
    [
      { maxSize: 2, timeout: "11m" },
      "Function app-f: batchEvents.timeout: must be from 1s to 10m. It is 11m.",
    ],
    [{ maxSize: 2, timeout: "10s", key: "event.(" }, 'Function app-f: batchEvents.key "event.(" is invalid'],
    [
      { maxSize: 2, timeout: "10s", if: 5 },
      "Function app-f: batchEvents.if: must be an expression as text, not 5.",
    ],
  ])("C1.1 C1.3 batchEvents %j is refused with function, field, value and rule", async (batch, reason) => {
    await expect(batched(batch)).rejects.toThrow(reason);
  });

  test("C1 I14 the server's option lifts the largest size", async () => {
    const rig = await new Rig({ batchSizeMax: 1000 }).start({
      f: gather({ batchEvents: { maxSize: 1000, timeout: "10s" } }),
    });
    await send(rig, ...Array.from({ length: 1000 }, (_, n) => ({ n })));
    expect(batches(rig).map((batch) => batch.length)).toEqual([1000]);
  });
});
