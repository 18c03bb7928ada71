// C11: events gather and start one run together, in each SDK's spelling.

import { functionIdOf } from "@stepwell/core";
import { expect } from "vitest";
import type { FunctionOptions, Handler } from "../src/kit.ts";
import { scenario } from "../src/scenario.ts";
import type { World } from "../src/world.ts";

const second = 1000;
const minute = 60 * second;
const hour = 60 * minute;
const go = [{ event: "go" }];
const one = (n: number, data: object = {}) => ({ name: "go", data: { n, ...data } });
const numbers = (count: number) => Array.from({ length: count }, (_, n) => one(n));

const given: Handler = ({ events }) => events.map((each: { data: { n: number } }) => each.data.n);

/** An app of one function that gathers events, and returns their numbers unless it has another handler. */
const gathering = (
  world: World,
  batchEvents: object,
  more: Omit<FunctionOptions, "id"> = {},
  handler: Handler = given,
) => world.app((fn) => [fn({ id: "f", triggers: go, batchEvents, ...more }, handler)]);

/** What each run was given, or its status where it returned nothing. */
const batches = async (world: World) =>
  (await world.runs("f")).map(({ output, status }) => (output === undefined ? status : JSON.parse(output)));

scenario(
  "C11.1 C11.2 a batch gives its events in order, when it is full or its time is over",
  async (world) => {
    const client = await world.app((fn) => [
      fn({ id: "f", triggers: go, batchEvents: { maxSize: 3, timeout: "10s" } }, ({ event, events }) => [
        event.data.n,
        events.map((one: { data: { n: number } }) => one.data.n),
      ]),
    ]);
    await world.send(client, numbers(4));
    await world.advance(10 * second);
    expect((await world.runs("f")).map((run) => JSON.parse(run.output ?? "null"))).toEqual([
      [0, [0, 1, 2]],
      [3, [3]],
    ]);
  },
);

scenario(
  "C11.1 the timeout counts from the first event, and each value of the key has a batch",
  async (world) => {
    const client = await gathering(world, { maxSize: 10, timeout: "10s", key: "event.data.u" });
    await world.send(client, one(1, { u: "a" }));
    await world.advance(9 * second);
    await world.send(client, [one(2, { u: "b" }), one(3, { u: "a" })]);
    await world.advance(second);
    expect(await batches(world)).toEqual([[1, 3]]);
    await world.restart();
    await world.advance(9 * second);
    expect(await batches(world)).toEqual([[1, 3], [2]]);
  },
);

scenario("C11.1 a batch closes at 10 MiB of events, and its handler gets them all", async (world) => {
  const client = await gathering(world, { maxSize: 100, timeout: "10s" });
  const filler = "x".repeat(500_000);
  for (let n = 0; n < 22; n += 1) await world.send(client, one(n, { filler }));
  const first = Array.from({ length: 21 }, (_, n) => n);
  expect(await batches(world)).toEqual([first]);
  await world.advance(10 * second);
  expect(await batches(world)).toEqual([first, [21]]);
});

scenario("C11.3 an event for which `if` is false or fails runs at once and alone", async (world) => {
  const client = await gathering(world, { maxSize: 2, timeout: "10s", if: "event.data.amount < 10" });
  const amounts = [5, 50, "text", 1];
  await world.send(
    client,
    amounts.map((amount, n) => one(n, { amount })),
  );
  expect((await batches(world)).sort()).toEqual([[0, 3], [1], [2]]);
});

scenario("C11.4 a batch is never larger than its size, however many events come at once", async (world) => {
  const client = await gathering(world, { maxSize: 3, timeout: "10s" });
  await world.send(client, numbers(8));
  await world.advance(10 * second);
  const sizes = (await batches(world)).map((batch) => batch.length);
  expect([sizes, (await batches(world)).flat().sort()]).toEqual([
    [3, 3, 2],
    [0, 1, 2, 3, 4, 5, 6, 7],
  ]);
});

scenario(
  "C11.5 a request sent again adds its events once; an id of the sender's is not looked at",
  async (world) => {
    const client = await gathering(world, { maxSize: 10, timeout: "10s" });
    const seed = `${world.clock.now()},${btoa("0123456789")}`;
    for (let count = 0; count < 2; count += 1)
      await world.request("/e/test", {
        method: "POST",
        headers: { "content-type": "application/json", "x-inngest-event-id-seed": seed },
        body: JSON.stringify([one(1), one(2)]),
      });
    await world.settle();
    await world.send(client, [
      { ...one(3), id: "same" },
      { ...one(4), id: "same" },
    ]);
    await world.advance(10 * second);
    expect(await batches(world)).toEqual([[1, 2, 3, 4]]);
  },
);

scenario("C11.6 a future ts does not put a batch off", async (world) => {
  const client = await gathering(world, { maxSize: 2, timeout: "10s" });
  const ts = world.clock.now() + hour;
  await world.send(client, [
    { ...one(1), ts },
    { ...one(2), ts },
  ]);
  expect(await batches(world)).toEqual([[1, 2]]);
});

scenario("C11.6 C13.1 a batch comes before the pause, which is asked when it closes", async (world) => {
  const client = await gathering(world, { maxSize: 2, timeout: "10s" });
  const control = (kind: "pause" | "resume") => world.engine.controlFunction(functionIdOf("app-f"), { kind });
  await control("pause");
  await world.send(client, one(1));
  await control("resume");
  await world.send(client, one(2));
  await control("pause");
  const ids = await world.send(client, [one(3), one(4)]);
  await control("resume");
  await world.advance(minute);
  const [, skipped] = await world.runs("f");
  expect([await batches(world), skipped?.eventIds]).toEqual([[[1, 2], "skipped"], ids]);
});

scenario(
  "C11.6 rate limits, singletons, cancelling events and the like are refused beside batches",
  async (world) => {
    const others = {
      rateLimit: { limit: 1, period: "60s" },
      debounce: { period: "10s" },
      singleton: { mode: "skip" },
      idempotency: "event.data.n",
      cancelOn: [{ event: "stop" }],
    };
    for (const [name, value] of Object.entries(others))
      await expect(gathering(world, { maxSize: 2, timeout: "10s" }, { [name]: value })).rejects.toThrow(
        `batchEvents with ${name}: this combination is not supported`,
      );
  },
);

scenario(
  "C11.7 C11.8 a batch has an id and is run once, and each of its events names that run",
  async (world) => {
    const client = await gathering(world, { maxSize: 2, timeout: "10s" });
    const ids = await world.send(client, numbers(2));
    await world.restart();
    await world.advance(minute);
    const run = await world.onlyRun("f");
    expect([typeof run.batchId, run.eventIds]).toEqual(["string", ids]);
    for (const id of ids) {
      const { body } = await world.request(`/v1/events/${id}/runs`);
      expect(body.data.map((each: { run_id: string }) => each.run_id)).toEqual([run.id]);
    }
  },
);

scenario("C11.9 a throttle's key is that of the first event", async (world) => {
  const client = await gathering(
    world,
    { maxSize: 2, timeout: "10s" },
    { throttle: { limit: 1, period: "60s", key: "event.data.u" } },
  );
  const users = ["a", "b", "b", "a", "a", "c"];
  await world.send(
    client,
    users.map((u, n) => one(n, { u })),
  );
  expect(await batches(world)).toEqual([[0, 1], [2, 3], "queued"]);
});

scenario("C11.10 a retry gets the same events", async (world) => {
  const seen: unknown[] = [];
  const client = await gathering(world, { maxSize: 2, timeout: "10s" }, {}, (context) => {
    seen.push(given(context));
    if (context.attempt === 0) throw new Error("not yet");
    return given(context);
  });
  await world.send(client, numbers(2));
  await world.send(client, one(2));
  await world.advance(hour);
  expect(await batches(world)).toEqual([[0, 1], [2]]);
  expect(seen.filter((batch) => String(batch) === "0,1")).toHaveLength(2);
});

scenario(
  "C11.11 C14.3 a draining function's events join no batch; what has gathered is skipped",
  async (world) => {
    const client = await gathering(world, { maxSize: 5, timeout: "10s" });
    const [first] = await world.send(client, one(1));
    await world.engine.controlFunction(functionIdOf("app-f"), { kind: "drain", isOn: true });
    const [late] = await world.send(client, one(2));
    expect((await world.onlyRun("f")).eventIds).toEqual([late]);
    await world.advance(10 * second);
    expect((await world.runs("f")).flatMap(({ eventIds }) => eventIds).sort()).toEqual([first, late].sort());
    expect(await batches(world)).toEqual(["skipped", "skipped"]);
  },
);

scenario("C11 each invoker of a batch gets the batch's result", async (world) => {
  const client = await world.app((fn) => {
    const child = fn({ id: "f", batchEvents: { maxSize: 2, timeout: "10s" } }, given);
    const caller = fn({ id: "caller", triggers: go }, ({ event, step }) =>
      step.invoke("i", { function: child, data: { n: event.data.n } }),
    );
    return [child, caller];
  });
  await world.send(client, one(1));
  await world.send(client, one(2));
  expect((await world.runs("caller")).map(({ output }) => output)).toEqual(["[1,2]", "[1,2]"]);
});
