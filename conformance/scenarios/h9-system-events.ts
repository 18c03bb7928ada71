// H9: system events, and functions that watch others.

import { expect } from "vitest";
import type { Loose } from "../src/kit.ts";
import { oneAppOnly, scenario } from "../src/scenario.ts";

const minuteMs = 60_000;
const failed = "inngest/function.failed";
const finished = "inngest/function.finished";
const cancelled = "inngest/function.cancelled";

scenario("H9.1 B1 observers of the three names receive them", async (world, kit) => {
  const client = await world.app((fn) => [
    fn({ id: "good", triggers: [{ event: "good" }] }, () => 1),
    fn({ id: "bad", triggers: [{ event: "bad" }] }, () => {
      throw new kit.NonRetriableError("no");
    }),
    fn({ id: "long", triggers: [{ event: "long" }], cancelOn: [{ event: "stop" }] }, ({ step }) =>
      step.sleep("s", "1d"),
    ),
    fn({ id: "on-failed", triggers: [{ event: failed }] }, ({ event }) => event.name),
    fn({ id: "on-cancelled", triggers: [{ event: cancelled }] }, ({ event }) => event.name),
  ]);
  for (const name of ["good", "bad", "long", "stop"]) await world.send(client, { name, data: {} });
  expect([await world.output("on-failed"), await world.output("on-cancelled")]).toEqual([failed, cancelled]);
});

scenario(
  "H9.2 C2.8 failed is emitted once, after the last attempt, and not for handled errors",
  async (world) => {
    const client = await world.app((fn) => [
      fn({ id: "bad", retries: 2, triggers: [{ event: "bad" }] }, ({ step }) =>
        step.run("s", () => {
          throw new Error("boom");
        }),
      ),
      fn({ id: "handled", retries: 0, triggers: [{ event: "handled" }] }, async ({ step }) => {
        try {
          await step.run("s", () => {
            throw new Error("boom");
          });
          return "not thrown";
        } catch {
          return "caught";
        }
      }),
    ]);
    await world.send(client, { name: "handled", data: {} });
    await world.send(client, { name: "bad", data: {} });
    expect([await world.output("handled"), (await world.events(failed)).length]).toEqual(["caught", 0]);
    await world.advance(5 * minuteMs);
    expect([await world.statuses("bad"), (await world.events(failed)).length]).toEqual([["failed"], 1]);
  },
);

scenario(
  "H9.3 finished is emitted for completed and failed runs and tells them apart",
  async (world, kit) => {
    const client = await world.app((fn) => [
      fn({ id: "good", triggers: [{ event: "go" }] }, () => ({ ok: 1 })),
      fn({ id: "bad", triggers: [{ event: "go" }] }, () => {
        throw new kit.NonRetriableError("no");
      }),
    ]);
    await world.send(client, { name: "go", data: {} });
    const events = await world.events(finished);
    const of = (id: string) => events.find((event) => event.data.function_id === id).data;
    expect([of("app-good").result, of("app-good").error]).toEqual([{ ok: 1 }, undefined]);
    expect([of("app-bad").error.message, "result" in of("app-bad")]).toEqual(["no", false]);
  },
);

scenario("H9.4 cancelled is emitted for cancelOn and for the API, and no failed event", async (world) => {
  const client = await world.app((fn) => [
    fn(
      {
        id: "f",
        triggers: [{ event: "go" }],
        cancelOn: [{ event: "stop", if: "event.data.n == async.data.n" }],
      },
      ({ step }) => step.sleep("s", "1d"),
    ),
  ]);
  await world.send(client, { name: "go", data: { n: 1 } });
  await world.send(client, { name: "go", data: { n: 2 } });
  await world.send(client, { name: "stop", data: { n: 1 } });
  const [first, second] = await world.runs("f");
  expect([first?.status, second?.status]).toEqual(["cancelled", "running"]);
  const answer = await world.request(`/v1/runs/${second?.id}`, { method: "DELETE" });
  await world.settle();
  expect([answer.status, await world.statuses("f")]).toEqual([200, ["cancelled", "cancelled"]]);
  expect((await world.events(cancelled)).map((event) => event.id).sort()).toEqual(
    [first?.id, second?.id].sort(),
  );
  expect(await world.events(failed)).toHaveLength(0);
});

scenario(
  "H9.4 C5.5 C12.3 C6.13 cancelled is emitted for timeouts, singletons and bulk cancellation",
  async (world) => {
    const sleeping = ({ step }: Loose) => step.sleep("s", "1d");
    const client = await world.app((fn) => [
      fn({ id: "late", triggers: [{ event: "go" }], timeouts: { finish: "10s" } }, sleeping),
      fn({ id: "only", triggers: [{ event: "go" }], singleton: { mode: "cancel" } }, sleeping),
      fn({ id: "many", triggers: [{ event: "go" }] }, sleeping),
    ]);
    await world.send(client, { name: "go", data: {} });
    await world.send(client, { name: "go", data: {} });
    const asked = await world.request("/v1/cancellations", {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({
        app_id: "app",
        function_id: "many",
        started_before: new Date(world.clock.now() + 1000).toISOString(),
      }),
    });
    await world.advance(12_000);
    expect([
      asked.status,
      await world.statuses("late"),
      await world.statuses("only"),
      await world.statuses("many"),
    ]).toEqual([200, ["cancelled", "cancelled"], ["cancelled", "running"], ["cancelled", "cancelled"]]);
    const told = (await world.events(cancelled)).map((event) => event.data.function_id).sort();
    expect(told).toEqual(["app-late", "app-late", "app-many", "app-many", "app-only"]);
    expect(await world.events(failed)).toHaveLength(0);
  },
);

/** The example's monitor. */
const monitor = (fn: Loose) =>
  fn(
    { id: "handle-failed-functions", triggers: [{ event: failed }] },
    async ({ event, step, runId }: Loose) => {
      const { data } = event;
      await step.run("log-failure", () => data.error.message);
      if (data.function_id.includes("critical")) await step.run("send-alert", () => "alerted");
      if (data.error.code === "RATE_LIMIT_EXCEEDED") await step.run("schedule-retry", () => "later");
      return { data, runId };
    },
  );

scenario(
  "H9.5–H9.8 B3.1 B3.3 H9.10 H9.11 H9.15 a monitor sees what failed, and runs only the steps that apply",
  async (world) => {
    const client = await world.app((fn) => [
      monitor(fn),
      fn({ id: "critical-job", retries: 0, triggers: [{ event: "job" }] }, () => {
        throw new TypeError("it broke");
      }),
    ]);
    await world.send(client, { name: "job", data: { n: 1 } });
    const run = await world.onlyRun("critical-job");
    const { data } = await world.output("handle-failed-functions");
    expect([data.function_id, data.run_id]).toEqual(["app-critical-job", run.id]);
    expect([data.error.message, data.error.name]).toEqual(["it broke", "TypeError"]);
    expect(data.error.stack).toContain("TypeError");
    expect([data.event.name, data.event.data, data.events.length]).toEqual(["job", { n: 1 }, 1]);
    const answer = await world.request(`/v1/runs/${data.run_id}`);
    expect(answer.body.data.status).toBe("Failed");
    expect(await world.stepNames(await world.onlyRun("handle-failed-functions"))).toEqual([
      "log-failure",
      "send-alert",
    ]);
  },
);

scenario("H9.9 an error's code is kept", async (world) => {
  const client = await world.app((fn) => [
    monitor(fn),
    fn({ id: "job", retries: 0, triggers: [{ event: "job" }] }, ({ event }) => {
      throw event.data.code === undefined
        ? new Error("x")
        : Object.assign(new Error("x"), { code: event.data.code });
    }),
  ]);
  await world.send(client, { name: "job", data: { code: "RATE_LIMIT_EXCEEDED" } });
  await world.send(client, { name: "job", data: {} });
  const runs = await world.runs("handle-failed-functions");
  expect(runs.map((run) => JSON.parse(run.output ?? "").data.error.code)).toEqual([
    "RATE_LIMIT_EXCEEDED",
    undefined,
  ]);
  expect(await world.stepNames(runs[0] as Loose)).toEqual(["log-failure", "schedule-retry"]);
});

scenario(
  "H9.12 A15.2 inngest.send inside step.run schedules a retry event five minutes ahead",
  async (world, kit) => {
    const client = await world.app((fn, client) => [
      fn({ id: "monitor", triggers: [{ event: failed }] }, async ({ event, step }) => {
        await step.run("schedule-retry", async () => {
          const data = { originalRunId: event.data.run_id };
          await client.send({ name: "retry/function.requested", data, ts: world.clock.now() + 5 * minuteMs });
        });
      }),
      fn(
        { id: "retry", triggers: [{ event: "retry/function.requested" }] },
        ({ event }) => event.data.originalRunId,
      ),
      fn({ id: "bad", triggers: [{ event: "bad" }] }, () => {
        throw new kit.NonRetriableError("no");
      }),
    ]);
    await world.send(client, { name: "bad", data: {} });
    expect([(await world.events("retry/function.requested")).length, await world.statuses("retry")]).toEqual([
      1,
      ["queued"],
    ]);
    await world.advance(5 * minuteMs);
    expect(await world.output("retry")).toBe((await world.onlyRun("bad")).id);
  },
);

scenario(
  "H9.13 the monitor sees the failures of all apps",
  async (world, kit) => {
    const bad = (fn: Loose) =>
      fn({ id: "bad", triggers: [{ event: "go" }] }, () => {
        throw new kit.NonRetriableError("no");
      });
    const client = await world.app((fn) => [monitor(fn), bad(fn)], "one");
    await world.app((fn) => [bad(fn)], "two");
    await world.send(client, { name: "go", data: {} });
    const runs = await world.runs("handle-failed-functions", "one");
    expect(runs.map((run) => JSON.parse(run.output ?? "").data.function_id).sort()).toEqual([
      "one-bad",
      "two-bad",
    ]);
  },
  { without: oneAppOnly },
);

scenario("H9.14 the monitor's own failure does not recurse", async (world, kit) => {
  const client = await world.app((fn) => [
    fn({ id: "monitor", retries: 0, triggers: [{ event: failed }] }, () => {
      throw new kit.NonRetriableError("the monitor fails");
    }),
    fn({ id: "bad", triggers: [{ event: "bad" }] }, () => {
      throw new kit.NonRetriableError("no");
    }),
  ]);
  await world.send(client, { name: "bad", data: {} });
  expect([await world.statuses("monitor"), (await world.events(failed)).length]).toEqual([["failed"], 1]);
});

scenario("H9.16 A3.3 A3.4 B3.4 system names cannot be sent", async (world) => {
  const client = await world.app((fn) => [fn({ id: "f", triggers: [{ event: "a" }] }, () => 1)]);
  for (const name of [failed, "INNGEST/foo"]) {
    await expect(client.send({ name, data: {} })).rejects.toThrow(/reserved/i);
  }
  expect(await world.events(failed)).toHaveLength(0);
});

scenario("H9.17 B2.2 B5.2 D9.6 onFailure runs once for a failure of parallel branches", async (world) => {
  let calls = 0;
  const client = await world.app((fn) => [
    fn(
      {
        id: "f",
        retries: 0,
        triggers: [{ event: "go" }],
        onFailure: ({ error, event }: Loose) => {
          calls += 1;
          return [error.message, event.data.run_id];
        },
      },
      ({ step }) =>
        Promise.all(
          ["a", "b"].map((id) =>
            step.run(id, () => {
              throw new Error("boom");
            }),
          ),
        ),
    ),
  ]);
  await world.send(client, { name: "go", data: {} });
  expect(await world.statuses("f")).toEqual(["failed"]);
  expect(await world.output("f-failure")).toEqual(["boom", (await world.onlyRun("f")).id]);
  expect(calls).toBe(1);
});
