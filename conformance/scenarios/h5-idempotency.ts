// H5: event ids deduplicate runs, per function, for 24 hours.

import { asEventId } from "@stepwell/protocol";
import { expect } from "vitest";
import { scenario } from "../src/scenario.ts";

const hourMs = 3_600_000;

scenario("H5.1 an event sent again executes the function's body once", async (world) => {
  let executions = 0;
  const client = await world.app((fn) => [
    fn({ id: "f", triggers: [{ event: "cart/checkout.completed" }] }, () => {
      executions += 1;
    }),
  ]);
  const event = { name: "cart/checkout.completed", id: "cart-checkout-completed-1", data: {} };
  await world.send(client, event);
  await world.send(client, event);
  expect(executions).toBe(1);
});

scenario(
  "H5.2 A4.3 an id counts per function: two names and one function collide, two functions do not",
  async (world) => {
    const client = await world.app((fn) => [
      fn({ id: "a", triggers: [{ event: "name/a" }] }, () => 1),
      fn({ id: "b", triggers: [{ event: "name/b" }] }, () => 1),
      fn({ id: "both", triggers: [{ event: "name/a" }, { event: "name/b" }] }, () => 1),
    ]);
    await world.send(client, { name: "name/a", id: "same", data: {} });
    await world.send(client, { name: "name/b", id: "same", data: {} });
    expect([
      (await world.runs("a")).length,
      (await world.runs("b")).length,
      (await world.runs("both")).length,
    ]).toEqual([1, 1, 1]);
  },
);

scenario("H5.3 any text is an id", async (world) => {
  const client = await world.app((fn) => [
    fn({ id: "f", triggers: [{ event: "a" }] }, ({ event }) => event.id),
  ]);
  const ids = ["invoice-paid-in_1", "user:signup:42", "a/b/c", "x".repeat(220)];
  for (const id of ids) await world.send(client, { name: "a", id, data: {} });
  expect((await world.runs("f")).map((run) => JSON.parse(run.output ?? ""))).toEqual(ids);
});

scenario("H5.4 a constant id lets only the first payload run", async (world) => {
  const client = await world.app((fn) => [
    fn({ id: "f", triggers: [{ event: "a" }] }, ({ event }) => event.data.n),
  ]);
  for (const n of [1, 2, 3]) await world.send(client, { name: "a", id: "constant", data: { n } });
  expect(await world.output("f")).toBe(1);
});

scenario("H5.5 the window counts from the first reception and is not extended", async (world) => {
  const client = await world.app((fn) => [fn({ id: "f", triggers: [{ event: "a" }] }, () => 1)]);
  const send = () => world.send(client, { name: "a", id: "same", data: {} });
  const begin = world.clock.now();
  for (const hour of [0, 12, 23, 25]) {
    await world.advance(begin + hour * hourMs - world.clock.now());
    await send();
  }
  const hours = (await world.runs("f")).map((run) => (run.queuedAt - begin) / hourMs);
  expect(hours).toEqual([0, 25]);
});

scenario("H5.6 deduplication survives a restart", async (world) => {
  const client = await world.app((fn) => [fn({ id: "f", triggers: [{ event: "a" }] }, () => 1)]);
  await world.send(client, { name: "a", id: "same", data: {} });
  await world.restart();
  await world.send(client, { name: "a", id: "same", data: {} });
  expect(await world.runs("f")).toHaveLength(1);
});

scenario(
  "H5.7 A4.5 it holds while the first run goes on, and after it completed, failed or was cancelled",
  async (world, kit) => {
    const client = await world.app((fn) => [
      fn({ id: "running", triggers: [{ event: "running" }] }, ({ step }) => step.sleep("s", "1h")),
      fn({ id: "completed", triggers: [{ event: "completed" }] }, () => 1),
      fn({ id: "failed", triggers: [{ event: "failed" }] }, () => {
        throw new kit.NonRetriableError("no");
      }),
      fn({ id: "cancelled", triggers: [{ event: "cancelled" }] }, ({ step }) => step.sleep("s", "1h")),
    ]);
    const names = ["running", "completed", "failed", "cancelled"];
    for (const name of names) await world.send(client, { name, id: "same", data: {} });
    await world.engine.cancelRun((await world.onlyRun("cancelled")).id);
    await world.settle();
    for (const name of names) await world.send(client, { name, id: "same", data: {} });
    for (const name of names) expect(await world.statuses(name)).toEqual([name]);
  },
);

scenario("H5.8 it holds within one array", async (world) => {
  const client = await world.app((fn) => [fn({ id: "f", triggers: [{ event: "a" }] }, () => 1)]);
  const event = { name: "a", id: "same", data: {} };
  const ids = await world.send(client, [event, event]);
  expect([ids.length, (await world.runs("f")).length]).toEqual([2, 1]);
});

scenario("H5.9 duplicates stay visible, and say by which event they were deduplicated", async (world) => {
  const client = await world.app((fn) => [fn({ id: "f", triggers: [{ event: "a" }] }, () => 1)]);
  const [first = ""] = await world.send(client, { name: "a", id: "same", data: {} });
  const [second = ""] = await world.send(client, { name: "a", id: "same", data: {} });
  expect(await world.events("a")).toHaveLength(2);
  expect(await world.runsOfEvent(second)).toHaveLength(0);
  const [outcome] = await world.engine.reader.outcomesOfEvent(asEventId(second));
  expect(outcome?.reason).toMatchObject({ kind: "deduplicated", byEventId: first });
});

scenario("H5.10 fifty sends of one id at once give one run", async (world) => {
  const client = await world.app((fn) => [fn({ id: "f", triggers: [{ event: "a" }] }, () => 1)]);
  await Promise.all(Array.from({ length: 50 }, () => client.send({ name: "a", id: "same", data: {} })));
  await world.settle();
  expect(await world.runs("f")).toHaveLength(1);
});

scenario(
  "H5.11 H12.1 C3.2 an idempotency key lets the first event of its value run, within a day",
  async (world) => {
    const client = await world.app((fn) => [
      fn(
        { id: "f", triggers: [{ event: "a" }], idempotency: "event.data.cartId" },
        ({ event }) => event.data.n,
      ),
    ]);
    const send = (cartId: string | undefined, n: number) =>
      world.send(client, { name: "a", data: cartId === undefined ? { n } : { cartId, n } });
    await send("x", 1);
    await send("x", 2);
    await send("y", 3);
    // A missing field limits nothing (C3.3).
    await send(undefined, 4);
    await send(undefined, 5);
    await world.advance(24 * hourMs);
    await send("x", 6);
    const outputs = (await world.runs("f")).map((run) => JSON.parse(run.output ?? ""));
    expect(outputs).toEqual([1, 3, 4, 5, 6]);
  },
);

scenario("H5.12 A4.6 A4.7 debounces, batches and waits take every event, whatever its id", async (world) => {
  const client = await world.app((fn) => [
    fn(
      { id: "debounced", triggers: [{ event: "a" }], debounce: { period: "1s" } },
      ({ event }) => event.data.n,
    ),
    fn(
      { id: "batched", triggers: [{ event: "a" }], batchEvents: { maxSize: 2, timeout: "10s" } },
      ({ events }) => events.length,
    ),
    fn({ id: "waiting", triggers: [{ event: "begin" }] }, async ({ step }) => {
      const { data } = await step.waitForEvent("w", { event: "a", timeout: "1h" });
      return data.n;
    }),
  ]);
  await world.send(client, { name: "a", id: "same", data: { n: 1 } });
  await world.send(client, { name: "begin", data: {} });
  await world.send(client, { name: "a", id: "same", data: { n: 2 } });
  await world.advance(3000);
  expect([
    await world.output("debounced"),
    await world.output("batched"),
    await world.output("waiting"),
  ]).toEqual([2, 2, 2]);
});
