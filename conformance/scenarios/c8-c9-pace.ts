// C8, C9: how fast runs start and which goes first, in each SDK's spelling. The rate limit is exact, the throttle is GCRA.

import { expect } from "vitest";
import { scenario } from "../src/scenario.ts";
import type { World } from "../src/world.ts";

const second = 1000;
const minute = 60 * second;
const hour = 60 * minute;
const go = [{ event: "go" }];
const one = (n: number, data: object = {}) => ({ name: "go", data: { n, ...data } });
const numbers = (count: number, data: object = {}) => Array.from({ length: count }, (_, n) => one(n, data));

/** Notes each start: the event's number, and the seconds since the beginning. */
function startsOf(world: World): { readonly starts: number[][]; readonly note: (n: number) => void } {
  const begin = world.clock.now();
  const starts: number[][] = [];
  return { starts, note: (n) => void starts.push([n, (world.clock.now() - begin) / second]) };
}

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

scenario("C8.1 C8.2 a burst is admitted at once beside the first, then one per interval", async (world) => {
  const { starts, note } = startsOf(world);
  const client = await world.app((fn) => [
    fn({ id: "f", triggers: go, throttle: { limit: 10, period: "60s", burst: 2 } }, ({ event }) =>
      note(event.data.n),
    ),
  ]);
  await world.send(client, numbers(5));
  await world.advance(minute);
  expect(starts.map(([, at]) => at)).toEqual([0, 0, 0, 6, 12]);
});

scenario("C8.3 a throttle holds no step nor retry of a run that has started", async (world) => {
  const client = await world.app((fn) => [
    fn({ id: "f", triggers: go, throttle: { limit: 1, period: "24h" } }, async ({ attempt, step }) => {
      if (attempt === 0) throw new Error("not yet");
      await step.sleep("s", "1s");
      return await step.run("a", () => 1);
    }),
  ]);
  await world.send(client, numbers(2));
  await world.advance(hour);
  expect(await world.statuses("f")).toEqual(["completed", "queued"]);
});

scenario("C8.4 another version's throttle counts at once for the runs that wait", async (world) => {
  const { starts, note } = startsOf(world);
  const version = (throttle: object) =>
    world.app((fn) => [fn({ id: "f", triggers: go, throttle }, ({ event }) => note(event.data.n))]);
  const client = await version({ limit: 1, period: "1h" });
  await world.send(client, numbers(5));
  await world.advance(10 * second);
  await version({ limit: 1, period: "20s" });
  await world.advance(30 * second);
  await version({ limit: 1, period: "60s" });
  await world.advance(2 * minute);
  expect(starts).toEqual([
    [0, 0],
    [1, 20],
    [2, 40],
    [3, 60],
    [4, 120],
  ]);
});

scenario("C8.4 under another key the runs that wait are looked at again", async (world) => {
  const { starts, note } = startsOf(world);
  const version = (key: string) =>
    world.app((fn) => [
      fn({ id: "f", triggers: go, throttle: { limit: 1, period: "1h", key } }, ({ event }) =>
        note(event.data.n),
      ),
    ]);
  const client = await version("event.data.u");
  await world.send(
    client,
    [1, 2, 2, 3].map((w, n) => one(n, { u: "all", w })),
  );
  await version("event.data.w");
  await world.settle();
  expect(starts.map(([n]) => n)).toEqual([0, 1, 3]);
});

scenario("C8.5 events without the key share one throttle, and no rate limit", async (world) => {
  const paced = { limit: 1, period: "60s", key: "event.data.u" };
  const client = await world.app((fn) => [
    fn({ id: "throttled", triggers: go, throttle: paced }, ({ event }) => event.data.n),
    fn({ id: "limited", triggers: go, rateLimit: paced }, ({ event }) => event.data.n),
  ]);
  await world.send(client, [one(1), one(2), one(3, { u: 5 }), one(4, { u: "5" })]);
  expect(await world.statuses("throttled")).toEqual(["completed", "queued", "completed", "queued"]);
  expect((await world.runs("limited")).map(({ output }) => output)).toEqual(["1", "2", "3"]);
});

scenario(
  "C8.6 a rate limit's key that fails for an event starts no run, and the event is kept",
  async (world) => {
    const client = await world.app((fn) => [
      fn(
        { id: "f", triggers: go, rateLimit: { limit: 5, period: "60s", key: "1 / int(event.data.n)" } },
        ({ event }) => event.data.n,
      ),
    ]);
    await world.send(client, [one(0), one(1)]);
    expect([await world.output("f"), await world.events("go")]).toMatchObject([1, [one(0), one(1)]]);
  },
);

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

scenario("C8 an invocation waits for the throttle; over a rate limit it fails its invoker", async (world) => {
  const client = await world.app((fn) => {
    const throttled = fn({ id: "throttled", throttle: { limit: 1, period: "60s" } }, () => 7);
    const limited = fn({ id: "limited", rateLimit: { limit: 1, period: "60s" } }, () => 7);
    const caller = (id: string, callee: unknown) =>
      fn({ id, triggers: go, retries: 0 }, ({ step }) => step.invoke("i", { function: callee, data: {} }));
    return [throttled, limited, caller("waits", throttled), caller("fails", limited)];
  });
  for (const n of [1, 2]) await world.send(client, one(n));
  expect(await world.statuses("waits")).toEqual(["completed", "running"]);
  expect(await world.statuses("fails")).toEqual(["completed", "failed"]);
  expect((await world.runs("fails"))[1]?.error?.message).toMatch(/rate limited/);
  await world.advance(minute);
  expect(await world.statuses("waits")).toEqual(["completed", "completed"]);
});

scenario("C8.7 a request sent again gets the same decision and takes no second place", async (world) => {
  const client = await world.app((fn) => [
    fn({ id: "f", triggers: go, rateLimit: { limit: 2, period: "60s" } }, ({ event }) => event.data.n),
  ]);
  const headers = { "x-inngest-event-id-seed": `${world.clock.now()},${btoa("0123456789")}` };
  for (let count = 0; count < 3; count += 1) {
    await world.request("/e/test", { method: "POST", headers, body: JSON.stringify(one(1)) });
    await world.settle();
  }
  for (const n of [2, 3]) await world.send(client, one(n));
  expect((await world.runs("f")).map(({ output }) => output)).toEqual(["1", "2"]);
});

scenario("C8 a rerun waits for the throttle and passes the rate limit by", async (world) => {
  const pace = { limit: 1, period: "60s" };
  const client = await world.app((fn) => [
    fn({ id: "throttled", triggers: go, throttle: pace }, () => 1),
    fn({ id: "limited", triggers: go, rateLimit: pace }, () => 1),
  ]);
  await world.send(client, one(1));
  for (const id of ["throttled", "limited"]) await world.engine.rerun((await world.onlyRun(id)).id);
  await world.settle();
  expect(await world.statuses("throttled")).toEqual(["completed", "queued"]);
  expect(await world.statuses("limited")).toEqual(["completed", "completed"]);
});

scenario("C8.8 C13.1 a start that waits for concurrency takes no place in the throttle", async (world) => {
  const { starts, note } = startsOf(world);
  const client = await world.app((fn) => [
    fn(
      {
        id: "f",
        triggers: go,
        throttle: { limit: 1, period: "10s" },
        concurrency: { fn: [{ limit: 1 }] },
      },
      async ({ event, step }) => {
        await step.run("note", () => note(event.data.n));
        if (event.data.n === 0) await step.sleep("s", "30s");
      },
    ),
  ]);
  await world.send(client, numbers(3));
  await world.advance(minute);
  expect(starts).toEqual([
    [0, 0],
    [1, 30],
    [2, 40],
  ]);
});

scenario("C9.1 a priority is taken, and a run of it stands before older ones", async (world) => {
  const client = await world.app((fn) => [
    fn({ id: "f", triggers: go, priority: { run: "event.data.pro ? 120 : 0" } }, () => 1),
  ]);
  await world.send(client, [...numbers(1), ...numbers(1, { pro: true })]);
  const ahead = (await world.runs("f")).map((run) => (run.queuedAt - run.order) / second);
  expect(ahead).toEqual([0, 120]);
});

scenario("C9.2 a priority out of range is cut, and what is no whole number counts as 0", async (world) => {
  const expressions = {
    high: "100000",
    low: "-100000",
    whole: "int(event.data.p)",
    json: "event.data.p",
    text: '"120"',
    missing: "event.data.none",
    failing: "1 / int(event.data.zero)",
  };
  const client = await world.app((fn) =>
    Object.entries(expressions).map(([id, run]) => fn({ id, triggers: go, priority: { run } }, () => 1)),
  );
  await world.send(client, one(1, { p: 120, zero: 0 }));
  const ahead: Record<string, number> = {};
  for (const id of Object.keys(expressions)) {
    const { queuedAt, order } = await world.onlyRun(id);
    ahead[id] = (queuedAt - order) / second;
  }
  expect(ahead).toEqual({ high: 600, low: -600, whole: 120, json: 0, text: 0, missing: 0, failing: 0 });
});

scenario(
  "C9.3 C9.5 a run's later steps keep its place: before younger runs, behind those of priority",
  async (world) => {
    const order: string[] = [];
    const client = await world.app((fn) => [
      fn(
        {
          id: "f",
          triggers: go,
          concurrency: 1,
          priority: { run: "event.data.pro ? 120 : 0" },
        },
        async ({ event, step }) => {
          // Parallel steps need a call of their own each, so that other runs may come between.
          const both = ["a", "b"].map((id) => step.run(id, () => order.push(`${event.data.n} ${id}`)));
          await Promise.all(both);
        },
      ),
    ]);
    await world.send(client, { name: "go", data: { n: 0 }, ts: world.clock.now() + second });
    await world.send(client, [
      { name: "go", data: { n: 1 }, ts: world.clock.now() + second },
      { name: "go", data: { n: 2, pro: true }, ts: world.clock.now() + second },
    ]);
    await world.advance(hour);
    expect(order).toEqual(["2 a", "2 b", "0 a", "0 b", "1 a", "1 b"]);
  },
);

scenario("C9.6 a priority with batches is refused", async (world) => {
  const app = world.app((fn) => [
    fn(
      { id: "f", triggers: go, priority: { run: "1" }, batchEvents: { maxSize: 2, timeout: "10s" } },
      () => 1,
    ),
  ]);
  await expect(app).rejects.toThrow(/batchEvents with priority/);
});
