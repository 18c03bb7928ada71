// H6: ts delays delivery and gives order.

import { expect } from "vitest";
import { scenario } from "../src/scenario.ts";

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;

scenario("H6.1 A5.1 a ts one hour ahead delivers in one hour, and is visible meanwhile", async (world) => {
  const client = await world.app((fn) => [fn({ id: "f", triggers: [{ event: "a" }] }, () => 1)]);
  const ts = world.clock.now() + hourMs;
  await world.send(client, { name: "a", data: {}, ts });
  expect(await world.statuses("f")).toEqual(["queued"]);
  expect(await world.events("a")).toHaveLength(1);
  await world.advance(hourMs - 1000);
  expect(await world.statuses("f")).toEqual(["queued"]);
  await world.advance(1000);
  const run = await world.onlyRun("f");
  expect([run.status, (run.startedAt ?? 0) - ts]).toEqual(["completed", 0]);
});

scenario("H6.2 A5.2 a ts in the past starts at once", async (world) => {
  const client = await world.app((fn) => [fn({ id: "f", triggers: [{ event: "a" }] }, () => 1)]);
  await world.send(client, { name: "a", data: {}, ts: world.clock.now() - 5 * minuteMs });
  expect(await world.statuses("f")).toEqual(["completed"]);
});

scenario("H6.3 the delay survives a restart", async (world) => {
  const client = await world.app((fn) => [fn({ id: "f", triggers: [{ event: "a" }] }, () => 1)]);
  await world.send(client, { name: "a", data: {}, ts: world.clock.now() + hourMs });
  await world.advance(hourMs / 2);
  await world.restart();
  await world.settle();
  expect(await world.statuses("f")).toEqual(["queued"]);
  await world.advance(hourMs / 2);
  expect(await world.statuses("f")).toEqual(["completed"]);
});

scenario("H6.4 a delayed run can be cancelled before it starts", async (world) => {
  let executions = 0;
  const client = await world.app((fn) => [
    fn({ id: "f", triggers: [{ event: "a" }], cancelOn: [{ event: "a/cancel" }] }, () => {
      executions += 1;
    }),
  ]);
  await world.send(client, { name: "a", data: {}, ts: world.clock.now() + hourMs });
  await world.send(client, { name: "a/cancel", data: {} });
  await world.advance(2 * hourMs);
  expect([await world.statuses("f"), executions]).toEqual([["cancelled"], 0]);
});

scenario("H6.5 the delay applies to every function that the event starts", async (world) => {
  const client = await world.app((fn) =>
    ["a", "b", "c"].map((id) => fn({ id, triggers: [{ event: "x" }] }, () => 1)),
  );
  const ts = world.clock.now() + hourMs;
  await world.send(client, { name: "x", data: {}, ts });
  await world.advance(hourMs);
  for (const id of ["a", "b", "c"]) expect((await world.onlyRun(id)).startedAt).toBe(ts);
});

scenario("H6.6 A5.4 ts does not delay a wait", async (world) => {
  const client = await world.app((fn) => [
    fn({ id: "f", triggers: [{ event: "go" }] }, async ({ step }) => {
      const reply = await step.waitForEvent("w", { event: "reply", timeout: "1h" });
      return reply?.data.n;
    }),
  ]);
  await world.send(client, { name: "go", data: {} });
  await world.send(client, { name: "reply", data: { n: 5 }, ts: world.clock.now() + 10 * hourMs });
  expect(await world.output("f")).toBe(5);
});

scenario(
  "H6.7 A5.10 with concurrency 1 one array runs by ts, equal ones in the array's order",
  async (world) => {
    const order: string[] = [];
    const client = await world.app((fn) => [
      fn({ id: "f", concurrency: 1, triggers: [{ event: "user/*" }] }, ({ event, step }) =>
        step.run("note", () => {
          order.push(event.data.what);
        }),
      ),
    ]);
    await world.send(client, [
      { name: "user/purchase.made", data: { what: "purchase" }, ts: 1_640_995_260_000 },
      { name: "user/login", data: { what: "login" }, ts: 1_640_995_200_000 },
      { name: "user/left", data: { what: "equal 1" }, ts: 1_640_995_300_000 },
      { name: "user/left", data: { what: "equal 2" }, ts: 1_640_995_300_000 },
    ]);
    expect(order).toEqual(["login", "purchase", "equal 1", "equal 2"]);
  },
);

scenario(
  "H6.7 A5.10 future events start in the order of ts, separate sends in that of receipt",
  async (world) => {
    const order: number[] = [];
    const client = await world.app((fn) => [
      fn({ id: "f", concurrency: 1, triggers: [{ event: "x" }] }, ({ event, step }) =>
        step.run("note", () => void order.push(event.data.n)),
      ),
    ]);
    const now = world.clock.now();
    await world.send(client, { name: "x", data: { n: 3 }, ts: now + 3 * minuteMs });
    await world.send(client, { name: "x", data: { n: 1 }, ts: now + minuteMs });
    await world.send(client, { name: "x", data: { n: 2 }, ts: now + 2 * minuteMs });
    await world.advance(5 * minuteMs);
    for (const n of [10, 11, 12]) await world.send(client, { name: "x", data: { n } });
    expect(order).toEqual([1, 2, 3, 10, 11, 12]);
  },
);

scenario("H6.8 times long past are legal and kept", async (world) => {
  const client = await world.app((fn) => [
    fn({ id: "f", triggers: [{ event: "a" }] }, ({ event }) => event.ts),
  ]);
  await world.send(client, { name: "a", data: {}, ts: 1_640_995_200_000 });
  expect(await world.output("f")).toBe(1_640_995_200_000);
});

scenario("H6.10 an array gives as many ids", async (world) => {
  const client = await world.app((fn) => [fn({ id: "f", triggers: [{ event: "a" }] }, () => 1)]);
  const ids = await world.send(client, [
    { name: "a", data: { n: 1 } },
    { name: "a", data: { n: 2 } },
  ]);
  expect([(await world.event(ids[0] ?? "")).data.n, (await world.event(ids[1] ?? "")).data.n]).toEqual([
    1, 2,
  ]);
});

scenario(
  "H6.9 C10.2 a debounced function gets the newest event by ts, in whatever order they come",
  async (world) => {
    const client = await world.app((fn) => [
      fn({ id: "f", triggers: [{ event: "a" }], debounce: { period: "10s" } }, ({ event }) => event.data.n),
    ]);
    const now = world.clock.now();
    await world.send(client, { name: "a", data: { n: "newest" }, ts: now - 1000 });
    await world.send(client, { name: "a", data: { n: "older" }, ts: now - 2000 });
    await world.advance(15_000);
    expect(await world.output("f")).toBe("newest");
  },
);
