// C6: cancellation by event and by request, in each SDK's spelling.

import { settleTurns } from "@stepwell/engine/testing";
import { expect } from "vitest";
import { scenario } from "../src/scenario.ts";

const second = 1000;
const minute = 60 * second;
const hour = 60 * minute;
const go = [{ event: "go" }];
const numbers = (count: number) => Array.from({ length: count }, (_, n) => ({ name: "go", data: { n } }));
const stop = { name: "stop", data: {} };
const asleep = ({ step }: { step: { sleep(id: string, time: string): unknown } }) => step.sleep("s", "1h");

scenario(
  "C6.1 C6.2 a run is cancelled before it starts; by no earlier event, nor by its own",
  async (world) => {
    let calls = 0;
    const client = await world.app((fn) => [
      fn({ id: "later", triggers: go, cancelOn: [{ event: "stop" }] }, () => {
        calls += 1;
      }),
      fn({ id: "own", triggers: go, cancelOn: [{ event: "go" }] }, asleep),
    ]);
    await world.send(client, stop);
    await world.send(client, { name: "go", data: {}, ts: world.clock.now() + hour });
    expect([await world.statuses("later"), await world.statuses("own")]).toEqual([["queued"], ["queued"]]);
    await world.send(client, stop);
    expect(await world.statuses("later")).toEqual(["cancelled"]);
    await world.advance(2 * hour);
    expect([calls, await world.statuses("own")]).toEqual([0, ["completed"]]);
  },
);

scenario("C6.3 C6.4 a cancelling event ends the runs that it matches", async (world) => {
  const client = await world.app((fn) => [
    fn({ id: "f", triggers: go, cancelOn: [{ event: "stop", match: "data.n" }] }, asleep),
  ]);
  await world.send(client, numbers(2));
  await world.send(client, { name: "stop", data: { n: 1 } });
  expect(await world.statuses("f")).toEqual(["running", "cancelled"]);
});

scenario("C6.4 a condition compares the trigger with the event that cancels", async (world) => {
  const client = await world.app((fn) => [
    fn(
      { id: "f", triggers: go, cancelOn: [{ event: "stop", if: "async.data.above < event.data.n" }] },
      asleep,
    ),
  ]);
  await world.send(client, numbers(4));
  await world.send(client, { name: "stop", data: { above: 1 } });
  expect(await world.statuses("f")).toEqual(["running", "running", "cancelled", "cancelled"]);
});

scenario("C6.5 a step under way ends, and no later one starts", async (world) => {
  const ran: string[] = [];
  const client = await world.app((fn) => [
    fn({ id: "f", triggers: go, cancelOn: [{ event: "stop" }] }, async ({ step }) => {
      await step.run("a", async () => {
        ran.push("a begins");
        await world.engine.ingest([stop]);
        while ((await world.statuses("f"))[0] !== "cancelled") await settleTurns();
        ran.push("a ends");
      });
      await step.run("b", () => ran.push("b"));
    }),
  ]);
  await world.send(client, numbers(1));
  expect([await world.statuses("f"), ran]).toEqual([["cancelled"], ["a begins", "a ends"]]);
});

scenario("C6.6 C6.10 one event cancels runs of several functions, and ends their waits", async (world) => {
  const client = await world.app((fn) => [
    fn({ id: "f", triggers: go, cancelOn: [{ event: "stop" }] }, asleep),
    fn({ id: "g", triggers: go, cancelOn: [{ event: "stop" }] }, ({ step }) =>
      step.waitForEvent("w", { event: "reply", timeout: "1h" }),
    ),
  ]);
  await world.send(client, numbers(2));
  await world.send(client, stop);
  await world.send(client, { name: "reply", data: {} });
  await world.advance(2 * hour);
  for (const id of ["f", "g"]) expect(await world.statuses(id)).toEqual(["cancelled", "cancelled"]);
});

scenario("C6.7 a condition of anything but logic, comparison and conversion is refused", async (world) => {
  const app = world.app((fn) => [
    fn(
      { id: "f", triggers: go, cancelOn: [{ event: "stop", if: "event.data.list.exists(x, x == 1)" }] },
      asleep,
    ),
  ]);
  await expect(app).rejects.toThrow(/cancel/);
});

scenario(
  "C6.8 C6.9 D8 a cancelled child fails its invoker's step; a cancelled parent leaves its child",
  async (world) => {
    const client = await world.app((fn) => [
      fn({ id: "child", triggers: [{ event: "child" }], cancelOn: [{ event: "stop/child" }] }, asleep),
      fn({ id: "parent", triggers: go, cancelOn: [{ event: "stop/parent" }] }, async ({ step }) => {
        try {
          return await step.invoke("i", {
            function: world.kit.referenceFunction({ functionId: "child", appId: "app" }),
            data: {},
          });
        } catch (error) {
          return (error as Error).message;
        }
      }),
    ]);
    await world.send(client, numbers(1));
    await world.send(client, { name: "stop/child", data: {} });
    expect([await world.statuses("child"), await world.output("parent")]).toEqual([
      ["cancelled"],
      expect.stringContaining("function cancelled"),
    ]);
    await world.send(client, numbers(1));
    await world.send(client, { name: "stop/parent", data: {} });
    await world.advance(hour);
    expect([await world.statuses("child"), await world.statuses("parent")]).toEqual([
      ["cancelled", "completed"],
      ["completed", "cancelled"],
    ]);
  },
);

scenario("C6.11 one run is cancelled by request, and once only", async (world) => {
  const client = await world.app((fn) => [fn({ id: "f", triggers: go }, asleep)]);
  await world.send(client, numbers(1));
  const { id } = await world.onlyRun("f");
  const cancel = async () => (await world.request(`/v1/runs/${id}`, { method: "DELETE" })).status;
  expect(await cancel()).toBe(200);
  await world.settle();
  expect(await world.statuses("f")).toEqual(["cancelled"]);
  expect(await cancel()).toBeGreaterThanOrEqual(400);
});
