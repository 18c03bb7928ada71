// C12: at most one unfinished run per key, in each SDK's spelling.

import { expect } from "vitest";
import { scenario } from "../src/scenario.ts";

const second = 1000;
const minute = 60 * second;
const hour = 60 * minute;
const go = [{ event: "go" }];
const one = (n: number, data: object = {}) => ({ name: "go", data: { n, ...data } });
const numbers = (count: number) => Array.from({ length: count }, (_, n) => one(n));
const asleep = ({ step }: { step: { sleep(id: string, time: string): unknown } }) => step.sleep("s", "1h");

scenario("C12.1 a run holds its key while it is delayed, sleeps, waits and retries", async (world) => {
  const client = await world.app((fn) => [
    fn({ id: "f", triggers: go, singleton: { mode: "skip" } }, async ({ attempt, event, step }) => {
      await step.sleep("s", "1h");
      await step.waitForEvent("w", { event: "never", timeout: "1h" });
      if (attempt === 0) throw new Error("not yet");
      return event.data.n;
    }),
  ]);
  await world.send(client, { ...one(0), ts: world.clock.now() + hour });
  // Delayed, asleep, waiting, and a second before its retry can come.
  for (const wait of [hour, hour, hour - second, second]) {
    await world.send(client, one(1));
    await world.advance(wait);
  }
  await world.send(client, one(1));
  await world.advance(hour);
  await world.send(client, one(2));
  expect(await world.statuses("f")).toEqual(["completed", ...Array(5).fill("skipped"), "running"]);
});

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

scenario("C12.2 what was skipped says by which run, and never runs later", async (world) => {
  const seen: number[] = [];
  const client = await world.app((fn) => [
    fn({ id: "f", triggers: go, singleton: { mode: "skip" } }, async ({ event, step }) => {
      seen.push(event.data.n);
      await step.sleep("s", "1h");
    }),
  ]);
  for (const n of [0, 1]) await world.send(client, one(n));
  await world.advance(2 * hour);
  const [held, skipped] = await world.runs("f");
  expect([held?.status, skipped?.status]).toEqual(["completed", "skipped"]);
  expect(skipped?.skip).toEqual({ kind: "singleton", byRunId: held?.id });
  expect(new Set(seen)).toEqual(new Set([0]));
});

scenario("C12.3 of a burst exactly one run completes, the last one", async (world) => {
  const client = await world.app((fn) => [
    fn({ id: "f", triggers: go, singleton: { mode: "cancel" } }, async ({ event, step }) => {
      await step.sleep("s", "1h");
      return event.data.n;
    }),
  ]);
  await world.send(client, numbers(20));
  await world.advance(hour);
  const completed = (await world.runs("f")).filter(({ status }) => status === "completed");
  expect(completed.map(({ output }) => output)).toEqual(["19"]);
});

scenario(
  "C12.4 without a key there is one run of the function; a key without value sets none",
  async (world) => {
    const single = (key?: string) => ({ mode: "skip", ...(key === undefined ? {} : { key }) });
    const client = await world.app((fn) => [
      fn({ id: "whole", triggers: go, singleton: single() }, asleep),
      fn({ id: "keyed", triggers: go, singleton: single("event.data.u") }, asleep),
      fn({ id: "failing", triggers: go, singleton: single("1 / int(event.data.zero)") }, asleep),
    ]);
    for (const data of [{}, {}, { u: false }, { u: false }])
      await world.send(client, one(1, { zero: 0, ...data }));
    expect(await world.statuses("whole")).toEqual(["running", "skipped", "skipped", "skipped"]);
    expect(await world.statuses("keyed")).toEqual(Array(4).fill("running"));
    expect(await world.statuses("failing")).toEqual(Array(4).fill("running"));
  },
);

scenario("C12.5 other keys, and other functions with the same key, run by themselves", async (world) => {
  const singleton = (mode: string) => ({ mode, key: "event.data.u" });
  const client = await world.app((fn) => [
    fn({ id: "f", triggers: go, singleton: singleton("skip") }, asleep),
    fn({ id: "g", triggers: go, singleton: singleton("cancel") }, asleep),
  ]);
  for (const u of ["a", "b", "a"]) await world.send(client, one(1, { u }));
  expect(await world.statuses("f")).toEqual(["running", "running", "skipped"]);
  expect(await world.statuses("g")).toEqual(["cancelled", "running", "running"]);
});

scenario(
  "C12.6 the key is free again after completion, failure, cancellation and a timeout",
  async (world) => {
    const client = await world.app((fn) => [
      fn(
        {
          id: "f",
          triggers: go,
          retries: 0,
          singleton: { mode: "skip" },
          timeouts: { finish: "2h" },
          cancelOn: [{ event: "stop" }],
        },
        async ({ step }) => {
          const end = await step.waitForEvent("w", { event: "end", timeout: "4h" });
          if (end.data.isBad) throw new Error("failed");
        },
      ),
    ]);
    const endings = [
      () => world.send(client, { name: "end", data: {} }),
      () => world.send(client, { name: "end", data: { isBad: true } }),
      () => world.send(client, { name: "stop", data: {} }),
      () => world.advance(2 * hour),
    ];
    for (const end of endings) {
      await world.send(client, one(1));
      await end();
    }
    await world.send(client, one(1));
    expect(await world.statuses("f")).toEqual(["completed", "failed", "cancelled", "cancelled", "running"]);
  },
);

scenario("C12.6 it may be debounced, with batches it is refused", async (world) => {
  const singleton = { mode: "skip" };
  const refused = world.app((fn) => [
    fn({ id: "f", triggers: go, singleton, batchEvents: { maxSize: 2, timeout: "10s" } }, asleep),
  ]);
  await expect(refused).rejects.toThrow(/batchEvents with singleton/);
  const client = await world.app((fn) => [
    fn({ id: "f", triggers: go, singleton, debounce: { period: "1s" } }, asleep),
  ]);
  await world.send(client, numbers(2));
  await world.advance(second);
  await world.send(client, one(2));
  await world.advance(second);
  expect(await world.statuses("f")).toEqual(["running", "skipped"]);
});

scenario("C12.7 a skipped invocation fails its invoker at once, and says why", async (world) => {
  const client = await world.app((fn) => {
    const single = fn({ id: "f", triggers: go, singleton: { mode: "skip" } }, asleep);
    const caller = fn({ id: "caller", triggers: [{ event: "call" }] }, async ({ step }) => {
      try {
        return await step.invoke("i", { function: single, data: {}, timeout: "1h" });
      } catch (error) {
        return (error as Error).message;
      }
    });
    return [single, caller];
  });
  await world.send(client, one(1));
  await world.send(client, { name: "call", data: {} });
  expect(await world.output("caller")).toMatch(/is a singleton, and run .* is not finished/);
});

scenario(
  "C13.1 a rate limit comes before the singleton: what that skips has taken a place",
  async (world) => {
    const client = await world.app((fn) => [
      fn(
        { id: "f", triggers: go, singleton: { mode: "skip" }, rateLimit: { limit: 2, period: "1h" } },
        asleep,
      ),
    ]);
    await world.send(client, numbers(3));
    expect(await world.statuses("f")).toEqual(["running", "skipped"]);
  },
);
