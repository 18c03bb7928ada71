// C14 and what several rules of flow control have in common, as they are seen from outside with each SDK.

import { functionIdOf } from "@stepwell/core";
import { expect } from "vitest";
import { scenario } from "../src/scenario.ts";

const second = 1000;
const minute = 60 * second;

const go = [{ event: "go" }];
const numbers = (count: number, data: object = {}) =>
  Array.from({ length: count }, (_, n) => ({ name: "go", data: { n, ...data } }));

scenario("C14.1 C14.2 a paused function holds its runs and skips new ones, over a restart", async (world) => {
  const client = await world.app((fn) => [
    fn({ id: "f", triggers: go }, ({ step }) => step.sleep("s", "10s")),
  ]);
  await world.send(client, numbers(1));
  await world.engine.controlFunction(functionIdOf("app-f"), { kind: "pause" });
  await world.send(client, numbers(1));
  await world.restart();
  await world.advance(minute);
  expect(await world.statuses("f")).toEqual(["running", "skipped"]);
  await world.engine.controlFunction(functionIdOf("app-f"), { kind: "resume" });
  await world.settle();
  expect(await world.statuses("f")).toEqual(["completed", "skipped"]);
});

scenario("C14.3 draining skips what is new and lets runs go on, until it is taken back", async (world) => {
  const client = await world.app((fn) => [
    fn({ id: "f", triggers: go }, ({ step }) => step.sleep("s", "10s")),
  ]);
  const drain = (isOn: boolean) =>
    world.engine.controlFunction(functionIdOf("app-f"), { kind: "drain", isOn });
  await world.send(client, numbers(1));
  await drain(true);
  await world.send(client, numbers(1));
  await world.restart();
  await world.advance(10 * second);
  await world.send(client, numbers(1));
  expect(await world.statuses("f")).toEqual(["completed", "skipped", "skipped"]);
  await drain(false);
  await world.send(client, numbers(1));
  expect(await world.statuses("f")).toEqual(["completed", "skipped", "skipped", "running"]);
});

scenario(
  "C14.3 of pause and drain the pause is the reason, and an invocation fails at once",
  async (world) => {
    const client = await world.app((fn) => {
      const f = fn({ id: "f", triggers: go }, () => 1);
      const caller = fn({ id: "caller", triggers: [{ event: "call" }] }, async ({ step }) => {
        try {
          return await step.invoke("i", { function: f, data: {} });
        } catch (error) {
          return (error as Error).message;
        }
      });
      return [f, caller];
    });
    const id = functionIdOf("app-f");
    await world.engine.controlFunction(id, { kind: "drain", isOn: true });
    await world.engine.controlFunction(id, { kind: "pause" });
    await world.send(client, numbers(1));
    await world.engine.controlFunction(id, { kind: "resume" });
    await world.send(client, numbers(1));
    await world.send(client, { name: "call", data: {} });
    const reasons = (await world.runs("f")).map(({ skip }) => skip?.kind);
    expect(reasons).toEqual(["paused", "draining", "draining"]);
    expect(await world.output("caller")).toMatch(/is draining/);
  },
);

scenario("C13.1 the throttle comes before priority, which chooses whom it lets through", async (world) => {
  const order: number[] = [];
  const client = await world.app((fn) => [
    fn(
      {
        id: "f",
        triggers: go,
        throttle: { limit: 1, period: "10s" },
        priority: { run: "event.data.pro ? 120 : 0" },
      },
      ({ event }) => void order.push(event.data.n),
    ),
  ]);
  for (const n of [0, 1, 2, 3]) await world.send(client, { name: "go", data: { n, pro: n === 3 } });
  await world.advance(10 * second);
  expect(order).toEqual([0, 3]);
  await world.advance(minute);
  expect(order).toEqual([0, 3, 1, 2]);
});

scenario("C13.1 an event's id comes before its ts, and ts before the throttle", async (world) => {
  const client = await world.app((fn) => [
    fn({ id: "f", triggers: go, throttle: { limit: 1, period: "24h" } }, ({ event }) => event.data.n),
  ]);
  const ts = world.clock.now() + minute;
  await world.send(client, { name: "go", id: "same", data: { n: 1 }, ts });
  await world.send(client, { name: "go", id: "same", data: { n: 2 } });
  await world.send(client, { name: "go", data: { n: 3 } });
  await world.advance(minute);
  const fates = (await world.runs("f")).map(({ output, status }) => output ?? status);
  expect(fates).toEqual(["queued", "3"]);
});

scenario("H5.12 A4.6 A4.7 debounces, batches and waits do not look at event ids", async (world) => {
  const client = await world.app((fn) => [
    fn({ id: "debounced", triggers: go, debounce: { period: "1s" } }, () => 1),
    fn(
      { id: "batched", triggers: go, batchEvents: { maxSize: 2, timeout: "10s" } },
      ({ events }) => events.length,
    ),
    fn({ id: "waiting", triggers: [{ event: "begin" }] }, async ({ step }) => {
      const reply = await step.waitForEvent("w", { event: "go", timeout: "1h" });
      return reply !== null;
    }),
  ]);
  await world.send(client, { name: "go", id: "same", data: {} });
  await world.advance(second);
  await world.send(client, { name: "begin", data: {} });
  await world.send(client, { name: "go", id: "same", data: {} });
  await world.advance(second);
  expect(await world.runs("debounced")).toHaveLength(2);
  expect([await world.output("batched"), await world.output("waiting")]).toEqual([2, true]);
});

scenario(
  "H9.4 C6.14 B1 cancelled is emitted for timeouts, singletons and bulk cancellation, and no failed event",
  async (world) => {
    const sleeping = ({ step }: { step: { sleep(id: string, time: string): unknown } }) =>
      step.sleep("s", "1h");
    const client = await world.app((fn) => [
      fn({ id: "timed", triggers: go, timeouts: { finish: "10s" } }, sleeping),
      fn({ id: "single", triggers: go, singleton: { mode: "cancel" } }, sleeping),
      fn({ id: "many", triggers: go }, sleeping),
    ]);
    await world.send(client, numbers(1));
    await world.send(client, numbers(1));
    await world.engine.startBulk({
      kind: "cancel",
      selection: { statuses: ["running"], functionIds: [functionIdOf("app-many")] },
    });
    await world.advance(20 * second);
    const cancelled = (await world.events("inngest/function.cancelled")).map(
      (event) => event.data.function_id,
    );
    expect(cancelled.sort()).toEqual(["app-many", "app-many", "app-single", "app-timed", "app-timed"]);
    expect(await world.events("inngest/function.failed")).toHaveLength(0);
  },
);
