// C5: timeouts of a run's start and of its finish, in each SDK's spelling.

import { settleTurns } from "@stepwell/engine/testing";
import { expect } from "vitest";
import { scenario } from "../src/scenario.ts";

const second = 1000;
const minute = 60 * second;
const go = [{ event: "go" }];
const numbers = (count: number) => Array.from({ length: count }, (_, n) => ({ name: "go", data: { n } }));

scenario("C5.1 C5.2 C5.5 timeouts cancel what starts late and what takes too long", async (world) => {
  const client = await world.app((fn) => [
    fn({ id: "late", triggers: go, timeouts: { start: "10s" } }, () => 1),
    fn({ id: "long", triggers: go, timeouts: { finish: "30s" } }, ({ step }) => step.sleep("s", "1h")),
  ]);
  const ts = world.clock.now() + minute;
  await world.send(client, { name: "go", data: {}, ts });
  await world.advance(10 * second);
  expect(await world.statuses("late")).toEqual(["cancelled"]);
  await world.advance(2 * minute);
  expect(await world.statuses("long")).toEqual(["cancelled"]);
});

scenario("C5.3 a step under way ends whatever the time, and no later one starts", async (world) => {
  const ran: string[] = [];
  const slow = (name: string) => async () => {
    ran.push(name);
    await world.clock.advance(minute, settleTurns);
  };
  const client = await world.app((fn) => [
    fn({ id: "more", triggers: go, timeouts: { finish: "10s" } }, async ({ step }) => {
      await step.run("a", slow("a"));
      await step.run("b", slow("b"));
    }),
    fn({ id: "last", triggers: [{ event: "last" }], timeouts: { finish: "10s" } }, slow("last")),
  ]);
  await world.send(client, numbers(1));
  expect([await world.statuses("more"), ran]).toEqual([["cancelled"], ["a"]]);
  await world.send(client, { name: "last", data: {} });
  expect([await world.statuses("last"), ran]).toEqual([["completed"], ["a", "last"]]);
});

scenario("C5.4 both timeouts apply, one after the other", async (world) => {
  const client = await world.app((fn) => [
    fn(
      {
        id: "f",
        triggers: go,
        timeouts: { start: "10s", finish: "20s" },
        throttle: { limit: 1, period: "8s" },
      },
      ({ step }) => step.sleep("s", "1h"),
    ),
  ]);
  await world.send(client, numbers(3));
  await world.advance(27 * second);
  expect(await world.statuses("f")).toEqual(["cancelled", "running", "cancelled"]);
  await world.advance(second);
  expect(await world.statuses("f")).toEqual(["cancelled", "cancelled", "cancelled"]);
});

scenario("C5.6 a batch that starts too late is cancelled when its turn comes", async (world) => {
  let calls = 0;
  const client = await world.app((fn) => [
    fn(
      {
        id: "f",
        triggers: go,
        timeouts: { start: "10s" },
        batchEvents: { maxSize: 2, timeout: "5s" },
        throttle: { limit: 1, period: "30s" },
      },
      () => {
        calls += 1;
      },
    ),
  ]);
  await world.send(client, numbers(4));
  await world.advance(29 * second);
  expect(await world.statuses("f")).toEqual(["completed", "queued"]);
  await world.advance(second);
  expect([await world.statuses("f"), calls]).toEqual([["completed", "cancelled"], 1]);
});

scenario("C5.7 a duration may have several units", async (world) => {
  const client = await world.app((fn) => [
    fn({ id: "f", triggers: go, timeouts: { start: "1m30s" } }, () => 1),
  ]);
  await world.send(client, { name: "go", data: {}, ts: world.clock.now() + 2 * minute });
  await world.advance(90 * second - 1);
  expect(await world.statuses("f")).toEqual(["queued"]);
  await world.advance(1);
  expect(await world.statuses("f")).toEqual(["cancelled"]);
});
