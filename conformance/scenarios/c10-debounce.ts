// C10: of a series of events the newest starts one run, once none has come for a while; in each SDK's spelling.

import { functionIdOf } from "@stepwell/core";
import { expect } from "vitest";
import { scenario } from "../src/scenario.ts";
import type { World } from "../src/world.ts";

const second = 1000;
const minute = 60 * second;
const hour = 60 * minute;
const go = [{ event: "go" }];
const one = (n: number, data: object = {}) => ({ name: "go", data: { n, ...data } });

/** What the runs returned, or their statuses where they returned nothing. */
const outputs = async (world: World, functionId = "f") =>
  (await world.runs(functionId)).map(({ output, status }) =>
    output === undefined ? status : JSON.parse(output),
  );

scenario("C10.1 C10.2 H6.9 a debounced function sees the newest event by ts", async (world) => {
  const client = await world.app((fn) => [
    fn({ id: "f", triggers: go, debounce: { period: "10s" } }, ({ event }) => event.data.n),
  ]);
  const ts = world.clock.now() - minute;
  await world.send(client, { name: "go", data: { n: "later" }, ts });
  await world.send(client, { name: "go", data: { n: "earlier" }, ts: ts - second });
  expect(await world.runs("f")).toHaveLength(0);
  await world.restart();
  await world.advance(10 * second);
  expect(await world.output("f")).toBe("later");
});

scenario(
  "C10.1 each event puts the run off, and each value of the key has a run of its own",
  async (world) => {
    const client = await world.app((fn) => [
      fn(
        { id: "f", triggers: go, debounce: { period: "10s", key: "event.data.u" } },
        ({ event }) => event.data.n,
      ),
    ]);
    for (const n of [1, 2, 3]) {
      await world.send(client, one(n, { u: "a" }));
      await world.advance(9 * second);
    }
    await world.send(client, one(4, { u: "b" }));
    expect(await outputs(world)).toEqual([]);
    await world.advance(second);
    expect(await outputs(world)).toEqual([3]);
    await world.advance(9 * second);
    expect(await outputs(world)).toEqual([3, 4]);
  },
);

scenario(
  "C10.3 its timeout counts from the first event, be it longer or shorter than the period",
  async (world) => {
    const client = await world.app((fn) => [
      fn(
        { id: "long", triggers: go, debounce: { period: "10s", timeout: "15s" } },
        ({ event }) => event.data.n,
      ),
      fn(
        { id: "short", triggers: go, debounce: { period: "10s", timeout: "5s" } },
        ({ event }) => event.data.n,
      ),
    ]);
    await world.send(client, one(0));
    await world.advance(4 * second);
    await world.send(client, one(4));
    await world.advance(second);
    expect([await outputs(world, "long"), await outputs(world, "short")]).toEqual([[], [4]]);
    await world.advance(7 * second);
    await world.send(client, one(12));
    await world.advance(3 * second - 1);
    expect(await outputs(world, "long")).toEqual([]);
    await world.advance(1);
    expect(await outputs(world, "long")).toEqual([12]);
  },
);

scenario(
  "C10.4 C10.5 it fires when its period is over, and the next event opens another one",
  async (world) => {
    const client = await world.app((fn) => [
      fn({ id: "f", triggers: go, debounce: { period: "10s" } }, ({ event }) => event.data.n),
    ]);
    const begin = world.clock.now();
    await world.send(client, one(1));
    await world.advance(10 * second);
    await world.send(client, one(2));
    await world.advance(10 * second);
    expect(await outputs(world)).toEqual([1, 2]);
    const delays = (await world.runs("f")).map(({ queuedAt }) => (queuedAt - begin) / second);
    expect(delays).toEqual([10, 20]);
  },
);

scenario("C10.5 an event that comes while the fired run is at work opens another debounce", async (world) => {
  const client = await world.app((fn) => [
    fn({ id: "f", triggers: go, debounce: { period: "10s" } }, async ({ event, step }) => {
      if (event.data.n === 1) await step.run("send", () => world.engine.ingest([one(2)]));
      return event.data.n;
    }),
  ]);
  await world.send(client, one(1));
  await world.advance(10 * second);
  expect(await outputs(world)).toEqual([1]);
  await world.advance(10 * second);
  expect(await outputs(world)).toEqual([1, 2]);
});

scenario(
  "C10.6 events without the key share a debounce, and those whose key fails another one",
  async (world) => {
    const client = await world.app((fn) => [
      fn(
        { id: "missing", triggers: go, debounce: { period: "10s", key: "event.data.u" } },
        ({ event }) => event.data.n,
      ),
      fn(
        { id: "failing", triggers: go, debounce: { period: "10s", key: "10 / int(event.data.w)" } },
        ({ event }) => event.data.n,
      ),
    ]);
    for (const [n, w] of [
      [1, 0],
      [2, 0],
      [3, 5],
    ] as const)
      await world.send(client, one(n, { w }));
    await world.advance(10 * second);
    expect(await outputs(world, "missing")).toEqual([3]);
    expect((await outputs(world, "failing")).sort()).toEqual([2, 3]);
  },
);

scenario("C10.7 until it fires there is no run, and the run is dated then", async (world) => {
  const client = await world.app((fn) => [
    fn({ id: "f", triggers: go, debounce: { period: "1h" } }, ({ runId }) => runId),
  ]);
  const [id = ""] = await world.send(client, one(1));
  expect([await world.runsOfEvent(id), await world.runs("f")]).toEqual([[], []]);
  await world.advance(hour);
  const run = await world.onlyRun("f");
  expect((await world.runsOfEvent(id)).map((each) => each.id)).toEqual([run.id]);
  expect([await world.output("f"), run.queuedAt]).toEqual([run.id, world.clock.now()]);
});

scenario(
  "C10.8 of debounced invocations the last gets the result, an earlier one fails at once",
  async (world) => {
    const client = await world.app((fn) => {
      const child = fn({ id: "f", debounce: { period: "10s" } }, ({ event }) => event.data.n);
      const caller = fn({ id: "caller", triggers: go, retries: 0 }, async ({ event, step }) => {
        try {
          return await step.invoke("i", { function: child, data: { n: event.data.n } });
        } catch (error) {
          return (error as Error).message;
        }
      });
      return [child, caller];
    });
    await world.send(client, one(1));
    await world.advance(second);
    await world.send(client, one(2));
    expect(await outputs(world, "caller")).toEqual([expect.stringMatching(/superseded/), "running"]);
    await world.advance(10 * second);
    expect(await outputs(world, "caller")).toEqual([expect.stringMatching(/superseded/), 2]);
  },
);

scenario(
  "C10.9 a rate limit counts the events that arrive, and is not asked when it fires",
  async (world) => {
    const client = await world.app((fn) => [
      fn(
        { id: "f", triggers: go, debounce: { period: "10s" }, rateLimit: { limit: 2, period: "60s" } },
        ({ event }) => event.data.n,
      ),
    ]);
    for (const n of [1, 2, 3]) await world.send(client, one(n));
    await world.advance(10 * second);
    await world.send(client, one(4));
    await world.advance(10 * second);
    expect(await outputs(world)).toEqual([2]);
    await world.advance(minute);
    await world.send(client, one(5));
    await world.advance(10 * second);
    expect(await outputs(world)).toEqual([2, 5]);
  },
);

scenario("C10.9 C10.10 what fires passes singleton and throttle, and no further debounce", async (world) => {
  const debounce = { period: "10s", key: "event.data.u" };
  const client = await world.app((fn) => [
    fn({ id: "single", triggers: go, debounce, singleton: { mode: "skip" } }, ({ step }) =>
      step.sleep("s", "1h"),
    ),
    fn({ id: "paced", triggers: go, debounce, throttle: { limit: 1, period: "60s" } }, () => 1),
  ]);
  await world.send(client, [one(1, { u: "a" }), one(2, { u: "b" })]);
  await world.advance(10 * second);
  expect(await world.statuses("single")).toEqual(["running", "skipped"]);
  expect(await world.statuses("paced")).toEqual(["completed", "queued"]);
});

scenario("C10.9 a debounce with batches is refused", async (world) => {
  const app = world.app((fn) => [
    fn(
      {
        id: "f",
        triggers: go,
        debounce: { period: "10s" },
        batchEvents: { maxSize: 2, timeout: "10s" },
      },
      () => 1,
    ),
  ]);
  await expect(app).rejects.toThrow(/batchEvents with debounce/);
});

scenario("C10.11 C13.1 what the trigger's condition leaves out puts nothing off", async (world) => {
  const client = await world.app((fn) => [
    fn(
      { id: "f", triggers: [{ event: "go", if: "event.data.n > 0" }], debounce: { period: "10s" } },
      ({ event }) => event.data.n,
    ),
  ]);
  await world.send(client, one(1));
  await world.advance(5 * second);
  await world.send(client, one(0));
  await world.advance(5 * second);
  expect(await outputs(world)).toEqual([1]);
});

scenario("C13.1 a debounce comes before the pause, which is asked when it fires", async (world) => {
  const client = await world.app((fn) => [
    fn({ id: "f", triggers: go, debounce: { period: "10s" } }, ({ event }) => event.data.n),
  ]);
  const control = (kind: "pause" | "resume") => world.engine.controlFunction(functionIdOf("app-f"), { kind });
  await control("pause");
  await world.send(client, one(1));
  await control("resume");
  await world.advance(10 * second);
  await world.send(client, one(2));
  await control("pause");
  expect(await outputs(world)).toEqual([1]);
  await world.advance(10 * second);
  expect(await outputs(world)).toEqual([1, "skipped"]);
});
