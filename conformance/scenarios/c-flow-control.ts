// C3, C5–C14 and A9 as they are seen from outside: flow control with each SDK's own spelling of its options.

import { functionIdOf } from "@stepwell/core";
import { expect } from "vitest";
import { scenario } from "../src/scenario.ts";

const second = 1000;
const minute = 60 * second;
const hour = 60 * minute;

const go = [{ event: "go" }];
const numbers = (count: number, data: object = {}) =>
  Array.from({ length: count }, (_, n) => ({ name: "go", data: { n, ...data } }));

scenario("C8.1 C8.2 C8.3 a throttle spaces starts out, first in, first out", async (world) => {
  const starts: number[][] = [];
  const begin = world.clock.now();
  const client = await world.app((fn) => [
    fn({ id: "f", triggers: go, throttle: { limit: 10, period: "60s" } }, ({ event }) => {
      starts.push([event.data.n, (world.clock.now() - begin) / second]);
    }),
  ]);
  await world.send(client, numbers(3));
  await world.advance(minute);
  expect(starts).toEqual([
    [0, 0],
    [1, 6],
    [2, 12],
  ]);
});

scenario("C8 I13 a rate limit admits its number at once and drops the rest", async (world) => {
  const client = await world.app((fn) => [
    fn({ id: "f", triggers: go, rateLimit: { limit: 5, period: "60s" } }, () => 1),
  ]);
  await world.send(client, numbers(8));
  expect(await world.runs("f")).toHaveLength(5);
  await world.advance(minute);
  await world.send(client, numbers(1));
  expect(await world.runs("f")).toHaveLength(6);
});

scenario("C9.1 a priority is taken, and a run of it stands before older ones", async (world) => {
  const client = await world.app((fn) => [
    fn({ id: "f", triggers: go, priority: { run: "event.data.pro ? 120 : 0" } }, () => 1),
  ]);
  await world.send(client, [...numbers(1), ...numbers(1, { pro: true })]);
  const ahead = (await world.runs("f")).map((run) => (run.queuedAt - run.order) / second);
  expect(ahead).toEqual([0, 120]);
});

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

scenario("C12.2 C12.3 a singleton skips the new run, or cancels the old one", async (world) => {
  const client = await world.app((fn) => [
    fn({ id: "skip", triggers: go, singleton: { mode: "skip" } }, ({ step }) => step.sleep("s", "1h")),
    fn({ id: "cancel", triggers: go, singleton: { mode: "cancel" } }, ({ step }) => step.sleep("s", "1h")),
  ]);
  await world.send(client, numbers(1));
  await world.send(client, numbers(1));
  expect(await world.statuses("skip")).toEqual(["running", "skipped"]);
  expect(await world.statuses("cancel")).toEqual(["cancelled", "running"]);
});

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

scenario("A9.2 A9.4 A9.7 a schedule in a time zone fires each tick once, over a restart", async (world) => {
  await world.app((fn) => [
    fn({ id: "f", triggers: [{ cron: "TZ=Asia/Kolkata 0 9 * * *" }] }, ({ event }) => event.data.scheduledAt),
  ]);
  await world.advance(24 * hour);
  await world.restart();
  await world.advance(24 * hour);
  const times = (await world.runs("f")).map((run) => JSON.parse(run.output ?? "null"));
  expect(times).toHaveLength(2);
  for (const time of times) expect(time).toMatch(/T03:30:00Z$/);
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
