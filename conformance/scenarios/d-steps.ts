// D: steps in parallel, invoked runs that fail, and signals, as authors see them with every SDK.

import { expect } from "vitest";
import type { Loose } from "../src/kit.ts";
import { oneAppOnly, scenario } from "../src/scenario.ts";

const minuteMs = 60_000;
const noOptimisation = "this version brings the code on after each sibling, unless its client asks otherwise";
const noSignals = "this version cannot send signals from its client";

scenario(
  "D9.2 a race in plain code is decided once all siblings have ended, by the one that ended first",
  async (world) => {
    const client = await world.app((fn) => [
      fn({ id: "f", triggers: [{ event: "go" }] }, ({ step }) =>
        Promise.race([step.sleep("slow", "1m").then(() => "slow"), step.run("fast", () => "fast")]),
      ),
    ]);
    await world.send(client, { name: "go", data: {} });
    expect(await world.statuses("f")).toEqual(["running"]);
    await world.advance(minuteMs);
    expect(await world.output("f")).toBe("fast");
  },
  { without: { "inngest v3": noOptimisation } },
);

const reportsLosers =
  "this version reports the loser again instead of returning, so that its run ends with the loser";

scenario(
  "D9.3 D9.4 a race in group.parallel is decided by its first, and the loser ends with the run",
  async (world) => {
    const client = await world.app((fn) => [
      fn({ id: "f", triggers: [{ event: "go" }] }, ({ step, group }: Loose) =>
        group.parallel(() =>
          Promise.race([step.sleep("slow", "1h").then(() => "slow"), step.run("fast", () => "fast")]),
        ),
      ),
    ]);
    await world.send(client, { name: "go", data: {} });
    expect(await world.output("f")).toBe("fast");
  },
  { without: { "inngest v3": "this version has no group.parallel", "inngest v4": reportsLosers } },
);

scenario(
  "D9.3 what follows a race in group.parallel runs at once, and the winner stays the winner",
  async (world) => {
    let executed = 0;
    const client = await world.app((fn) => [
      fn({ id: "f", triggers: [{ event: "go" }] }, async ({ step, group }: Loose) => {
        const winner = await group.parallel(() =>
          Promise.race([step.sleep("slow", "1h").then(() => "slow"), step.run("fast", () => "fast")]),
        );
        await step.run("next", () => {
          executed += 1;
        });
        return winner;
      }),
    ]);
    await world.send(client, { name: "go", data: {} });
    expect(executed).toBe(1);
    await world.advance(60 * minuteMs);
    expect([await world.output("f"), executed]).toEqual(["fast", 1]);
  },
  { without: { "inngest v3": "this version has no group.parallel" } },
);

scenario("D9.5 without optimised parallelism each sibling brings the code on", async (world) => {
  let executed = 0;
  const client = await world.app((fn) => [
    fn({ id: "f", triggers: [{ event: "go" }], optimizeParallelism: false }, async ({ step }) => {
      const winner = await Promise.race([
        step.sleep("slow", "1h").then(() => "slow"),
        step.run("fast", () => "fast"),
      ]);
      await step.run("next", () => {
        executed += 1;
      });
      return winner;
    }),
  ]);
  await world.send(client, { name: "go", data: {} });
  expect(executed).toBe(1);
  await world.advance(60 * minuteMs);
  expect([await world.output("f"), executed]).toEqual(["fast", 1]);
});

scenario(
  "D9.6 a sibling that fails rejects its own promise: caught, the code goes on with the others",
  async (world, kit) => {
    const client = await world.app((fn) => [
      fn({ id: "caught", triggers: [{ event: "go" }] }, async ({ step }) => {
        const settled = await Promise.allSettled([
          step.run("good", () => "good"),
          step.run("bad", () => Promise.reject(new kit.NonRetriableError("bad"))),
        ]);
        return settled.map((one) => (one.status === "fulfilled" ? one.value : one.reason.message));
      }),
      fn({ id: "uncaught", triggers: [{ event: "go" }] }, ({ step }) =>
        Promise.all([
          step.run("good", () => "good"),
          step.run("bad", () => Promise.reject(new kit.NonRetriableError("bad"))),
        ]),
      ),
    ]);
    await world.send(client, { name: "go", data: {} });
    expect(await world.output("caught")).toEqual(["good", "bad"]);
    const run = await world.onlyRun("uncaught");
    expect([run.status, run.error?.message]).toEqual(["failed", "bad"]);
    expect(await world.events("inngest/function.failed")).toHaveLength(1);
  },
);

scenario(
  "D8.5 D8.7 a child that fails or is cancelled rejects the step, and its parent may catch that",
  async (world, kit) => {
    const client = await world.app((fn) => {
      const failing = fn({ id: "failing" }, () => {
        throw new kit.NonRetriableError("child broke");
      });
      const sleeping = fn({ id: "sleeping" }, ({ step }) => step.sleep("s", "1d"));
      const parent = (id: string, child: Loose) =>
        fn({ id, triggers: [{ event: "go" }] }, async ({ step }) => {
          try {
            return await step.invoke("i", { function: child });
          } catch (error) {
            return (error as Error).message;
          }
        });
      return [failing, sleeping, parent("of-failing", failing), parent("of-sleeping", sleeping)];
    });
    await world.send(client, { name: "go", data: {} });
    expect(await world.output("of-failing")).toBe("child broke");
    const child = await world.onlyRun("sleeping");
    await world.request(`/v1/runs/${child.id}`, { method: "DELETE" });
    await world.settle();
    expect(await world.output("of-sleeping")).toBe("function cancelled");
  },
);

scenario("D8.4 an invoke's timeout rejects the step, and the child goes on", async (world) => {
  const client = await world.app((fn) => {
    const child = fn({ id: "child" }, ({ step }) => step.sleep("s", "1m"));
    const parent = fn({ id: "parent", triggers: [{ event: "go" }] }, async ({ step }) => {
      try {
        return await step.invoke("i", { function: child, timeout: "10s" });
      } catch (error) {
        return (error as Error).name;
      }
    });
    return [child, parent];
  });
  await world.send(client, { name: "go", data: {} });
  await world.advance(10_000);
  expect([await world.output("parent"), await world.statuses("child")]).toEqual([
    "InngestInvokeTimeoutError",
    ["running"],
  ]);
  await world.advance(minuteMs);
  expect(await world.statuses("child")).toEqual(["completed"]);
});

scenario(
  "D8.11 D8.2 a function of another app is invoked by reference",
  async (world) => {
    const other = await world.app(
      (fn) => [fn({ id: "charge" }, ({ event }) => event.data.amount * 2)],
      "billing",
    );
    const client = await world.app((fn) => [
      fn({ id: "f", triggers: [{ event: "go" }] }, ({ step }) =>
        step.invoke("i", {
          function: world.kit.referenceFunction({ appId: "billing", functionId: "charge" }),
          data: { amount: 21 },
        }),
      ),
    ]);
    await world.send(client, { name: "go", data: {} });
    expect([other.id, await world.output("f")]).toEqual(["billing", 42]);
  },
  { without: oneAppOnly },
);

scenario(
  "D6.3 a signal is sent by the client, by a step and over HTTP; with nobody waiting there is no run",
  async (world) => {
    const client = await world.app((fn) => [
      fn({ id: "f", triggers: [{ event: "go" }] }, async ({ step, event }: Loose) =>
        step.waitForSignal("w", { signal: event.data.signal, timeout: "1h", onConflict: "fail" }),
      ),
      fn({ id: "sender", triggers: [{ event: "send" }] }, ({ step }: Loose) =>
        step.sendSignal("s", { signal: "by-step", data: { n: 2 } }),
      ),
    ]);
    for (const signal of ["by-client", "by-step", "by-http"])
      await world.send(client, { name: "go", data: { signal } });
    const byClient = await client.sendSignal({ signal: "by-client", data: { n: 1 } });
    await world.send(client, { name: "send", data: {} });
    const byHttp = await world.request("/v1/signals", {
      method: "POST",
      body: JSON.stringify({ signal: "by-http", data: { n: 3 } }),
    });
    await world.settle();
    const runs = await world.runs("f");
    expect(runs.map((run) => JSON.parse(run.output ?? "null"))).toEqual([
      { signal: "by-client", data: { n: 1 } },
      { signal: "by-step", data: { n: 2 } },
      { signal: "by-http", data: { n: 3 } },
    ]);
    expect([byClient.runId, (await world.output("sender")).runId, byHttp.body.data.run_id]).toEqual(
      runs.map((run) => run.id),
    );
    expect((await client.sendSignal({ signal: "nobody", data: 1 })).runId).toBeUndefined();
    expect((await world.request("/v1/signals", { method: "POST", body: '{"signal":"nobody"}' })).status).toBe(
      404,
    );
  },
  { without: { "inngest v3": noSignals } },
);
