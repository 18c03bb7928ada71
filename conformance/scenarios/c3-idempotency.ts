// C3: a function's idempotency key, in each SDK's spelling.

import { expect } from "vitest";
import { scenario } from "../src/scenario.ts";

const second = 1000;
const hour = 3600 * second;
const go = [{ event: "go" }];
const numbers = (count: number, data: object = {}) =>
  Array.from({ length: count }, (_, n) => ({ name: "go", data: { n, ...data } }));
const orders = (...values: readonly unknown[]) => values.map((order) => ({ name: "go", data: { order } }));

scenario("C3.1 C3.4 an idempotency key of any type takes the place of a rate limit", async (world) => {
  const client = await world.app((fn) => [
    fn(
      {
        id: "f",
        triggers: go,
        idempotency: "event.data.order",
        rateLimit: { limit: 1, period: "60s" },
      },
      ({ event }) => event.data.order,
    ),
  ]);
  await world.send(client, orders("a", 7, { id: 7 }, [7], "a", 7, { id: 7 }, [7]));
  const outputs = (await world.runs("f")).map((run) => JSON.parse(run.output ?? "null"));
  expect(outputs).toEqual(["a", 7, { id: 7 }, [7]]);
});

scenario(
  "C3.2 C3.3 H5.11 H12.1 an idempotency key starts one run a day; a missing one does not limit",
  async (world) => {
    const client = await world.app((fn) => [
      fn({ id: "f", triggers: go, idempotency: "event.data.order" }, ({ event }) => event.data.n),
    ]);
    await world.send(client, numbers(3, { order: "o-1" }));
    expect(await world.output("f")).toBe(0);
    await world.send(client, numbers(2));
    expect(await world.runs("f")).toHaveLength(3);
    await world.restart();
    await world.advance(24 * hour);
    await world.send(client, numbers(1, { order: "o-1" }));
    expect(await world.runs("f")).toHaveLength(4);
  },
);

scenario("C3.5 a day counts from the event that was admitted, whatever came in between", async (world) => {
  const client = await world.app((fn) => [
    fn({ id: "f", triggers: go, idempotency: "event.data.order" }, () => 1),
  ]);
  const begin = world.clock.now();
  for (const at of [0, 12, 23, 24, 40, 48]) {
    await world.advance(begin + at * hour - world.clock.now());
    await world.send(client, orders("o-1"));
  }
  const starts = (await world.runs("f")).map(({ queuedAt }) => (queuedAt - begin) / hour);
  expect(starts).toEqual([0, 24, 48]);
});

scenario("C3.6 an invocation whose key is taken fails the step that invokes", async (world) => {
  const client = await world.app((fn) => [
    fn({ id: "f", triggers: go, idempotency: "event.data.order" }, () => 1),
    fn({ id: "caller", triggers: [{ event: "call" }] }, async ({ step }) => {
      try {
        return await step.invoke("i", {
          function: world.kit.referenceFunction({ functionId: "f", appId: "app" }),
          data: { order: "o-1" },
        });
      } catch (error) {
        return (error as Error).message;
      }
    }),
  ]);
  await world.send(client, orders("o-1"));
  await world.send(client, { name: "call", data: {} });
  expect(await world.output("caller")).toMatch(/rate limited/);
  expect(await world.runs("f")).toHaveLength(1);
});

scenario("C3.7 a rerun passes the key by", async (world) => {
  const client = await world.app((fn) => [
    fn({ id: "f", triggers: go, idempotency: "event.data.order" }, () => 1),
  ]);
  await world.send(client, orders("o-1"));
  const [first] = await world.runs("f");
  if (first === undefined) throw new Error("Nothing ran.");
  await world.engine.rerun(first.id);
  await world.settle();
  expect(await world.statuses("f")).toEqual(["completed", "completed"]);
});
