// C7: how much runs at once, in each SDK's spelling.

import { expect } from "vitest";
import { scenario } from "../src/scenario.ts";

const second = 1000;
const hour = 3600 * second;
const go = [{ event: "go" }];
const numbers = (count: number, data: object = {}) =>
  Array.from({ length: count }, (_, n) => ({ name: "go", data: { n, ...data } }));

/** Counts who is at work under each name; each stays for some turns, so that two who may meet do. */
class Workshop {
  readonly most = new Map<string, number>();
  readonly #open = new Map<string, number>();

  async work(name: string): Promise<void> {
    const open = (this.#open.get(name) ?? 0) + 1;
    this.#open.set(name, open);
    this.most.set(name, Math.max(this.most.get(name) ?? 0, open));
    for (let turn = 0; turn < 20; turn += 1) await new Promise((resolve) => setImmediate(resolve));
    this.#open.set(name, (this.#open.get(name) ?? 0) - 1);
  }
}

scenario(
  "C7.1 C7.7 a run that sleeps or waits holds no slot, and takes its turn when it wakes",
  async (world) => {
    const workshop = new Workshop();
    const client = await world.app((fn) => [
      fn({ id: "f", triggers: go, concurrency: 1 }, async ({ step }) => {
        await step.sleep("s", "1h");
        await step.run("a", () => workshop.work("f"));
        return await step.waitForEvent("w", { event: "reply", timeout: "1h" });
      }),
    ]);
    await world.send(client, numbers(3));
    expect(await world.statuses("f")).toEqual(["running", "running", "running"]);
    await world.advance(hour);
    await world.send(client, { name: "reply", data: {} });
    expect(await world.statuses("f")).toEqual(["completed", "completed", "completed"]);
    expect(workshop.most.get("f")).toBe(1);
  },
);

scenario("C7.2 C7.3 C7.5 as many calls run at once as the limit of their key, and no more", async (world) => {
  const workshop = new Workshop();
  const client = await world.app((fn) => [
    fn(
      { id: "f", triggers: go, concurrency: [{ limit: 3 }, { limit: 1, key: "event.data.u" }] },
      ({ event }) => Promise.all([workshop.work("all"), workshop.work(event.data.u ?? "none")]),
    ),
  ]);
  await world.send(client, [
    ...numbers(4, { u: "a" }),
    ...numbers(4, { u: "b" }),
    ...numbers(4, { u: "c" }),
    ...numbers(4, { u: "d" }),
    ...numbers(4),
  ]);
  expect(new Set(await world.statuses("f"))).toEqual(new Set(["completed"]));
  expect(["a", "b", "c", "d", "none"].map((key) => workshop.most.get(key))).toEqual([1, 1, 1, 1, 1]);
  expect(workshop.most.get("all")).toBeLessThanOrEqual(3);
});

scenario(
  "C7.4 functions share a limit of the environment where its key has the same value",
  async (world) => {
    const workshop = new Workshop();
    const shared = { concurrency: { limit: 1, scope: "env", key: "event.data.u" }, triggers: go };
    const client = await world.app((fn) => [
      fn({ id: "f", ...shared }, ({ event }) => workshop.work(event.data.u)),
      fn({ id: "g", ...shared }, ({ event }) => workshop.work(event.data.u)),
    ]);
    await world.send(client, [...numbers(4, { u: "a" }), ...numbers(4, { u: "b" })]);
    expect([workshop.most.get("a"), workshop.most.get("b")]).toEqual([1, 1]);
    for (const id of ["f", "g"]) expect(new Set(await world.statuses(id))).toEqual(new Set(["completed"]));
  },
);

scenario("C7.6 older runs go first, also with their later steps", async (world) => {
  const order: string[] = [];
  const client = await world.app((fn) => [
    fn({ id: "f", triggers: go, concurrency: 1 }, async ({ event, step }) => {
      const { n } = event.data;
      await step.run("a", () => order.push(`${n} a`));
      // A call of its own for each of the two: parallel steps are not run where they are found.
      await Promise.all([
        step.run("b", () => order.push(`${n} b`)),
        step.run("c", () => order.push(`${n} c`)),
      ]);
    }),
  ]);
  await world.send(client, numbers(3));
  expect(order).toEqual([0, 1, 2].flatMap((n) => [`${n} a`, `${n} b`, `${n} c`]));
});

scenario("C7.8 a limit on whole runs lets the next one begin when one ends", async (world) => {
  const client = await world.app((fn) => [
    // The form of the wire; the official SDKs pass it on without a type of their own for it.
    fn({ id: "f", triggers: go, concurrency: { fn: [{ limit: 1 }] } }, ({ step }) => step.sleep("s", "1h")),
  ]);
  await world.send(client, numbers(2));
  expect(await world.statuses("f")).toEqual(["running", "queued"]);
  await world.advance(hour);
  expect(await world.statuses("f")).toEqual(["completed", "running"]);
});

scenario("C7.10 a batch counts under the key of its first event", async (world) => {
  const workshop = new Workshop();
  const client = await world.app((fn) => [
    fn(
      {
        id: "f",
        triggers: go,
        batchEvents: { maxSize: 2, timeout: "10s" },
        concurrency: { limit: 1, key: "event.data.u" },
      },
      ({ event }) => workshop.work(event.data.u),
    ),
  ]);
  const mixed = ["a", "b", "a", "c", "a", "d"].map((u) => ({ name: "go", data: { u } }));
  await world.send(client, mixed);
  expect([await world.statuses("f"), [...workshop.most]]).toEqual([
    ["completed", "completed", "completed"],
    [["a", 1]],
  ]);
});

scenario("C7.11 parallel steps of one run take a slot each", async (world) => {
  const workshop = new Workshop();
  const client = await world.app((fn) => [
    fn({ id: "f", triggers: go, concurrency: 1 }, ({ step }) =>
      Promise.all(["a", "b", "c"].map((id) => step.run(id, () => workshop.work("f")))),
    ),
  ]);
  await world.send(client, numbers(1));
  expect([await world.statuses("f"), workshop.most.get("f")]).toEqual([["completed"], 1]);
});
