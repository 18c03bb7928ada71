// Bulk cancellation, replay and rerun over REST: v1 as the reference has it, v2 with all that there is.

import { stepKey } from "@stepwell/protocol";
import {
  bulkPath,
  bulkPreviewPath,
  bulkSteerPath,
  bulksPath,
  rerunPath,
  runsPath,
} from "@stepwell/protocol/rest";
import { describe, expect, test } from "vitest";
import { answered, type Loose, op, type Rig, returned, rig } from "./rig.ts";

async function data(world: Rig, path: string): Promise<Loose> {
  const { status, body } = await world.request(path);
  expect([path, status]).toEqual([path, 200]);
  return body.data;
}

async function sendMany(world: Rig, count: number): Promise<void> {
  const events = Array.from({ length: count }, (_, n) => ({ name: "go", data: { n } }));
  await world.post("/e/k", events);
  await world.engine.whenIdle();
  await world.clock.advance(1000);
}

/** A function whose runs sleep. */
async function sleeping(count: number): Promise<Rig> {
  const world = await rig({}, () => answered(op.sleep("nap", "1h")));
  await world.register("app", { f: { triggers: [{ event: "go" }] }, g: { triggers: [{ event: "go" }] } });
  await sendMany(world, count);
  return world;
}

/** Functions of which one failed so many times and works from now on. */
async function failing(count: number): Promise<Rig> {
  let isFixed = false;
  const world = await rig({}, (call) => {
    if (call.functionSlug === "app-g" || isFixed) return returned(1);
    return { kind: "failed", error: { name: "Error", message: "no 1" }, retry: { kind: "never" } };
  });
  await world.register("app", { f: { triggers: [{ event: "go" }] }, g: { triggers: [{ event: "go" }] } });
  await sendMany(world, count);
  isFixed = true;
  return world;
}

const statusesOf = async (world: Rig, functionId: string): Promise<Loose> =>
  (await data(world, runsPath({ functionId: [functionId], limit: 200 }))).map((run: Loose) => run.status);

describe("C6.12 C6.13 v1 cancellations", () => {
  test("C6.12 a window of one function's runs is cancelled, listed and removed", async () => {
    const world = await sleeping(2);
    const before = new Date(world.clock.now()).toISOString();
    await sendMany(world, 1);
    const { status, body } = await world.post("/v1/cancellations", {
      app_id: "app",
      function_id: "f",
      started_after: "2020-01-01T00:00:00Z",
      started_before: before,
      if: "event.data.n == 1",
    });
    expect([status, body]).toEqual([
      200,
      {
        metadata: { fetched_at: expect.any(String) },
        data: {
          id: expect.stringMatching(/^[0-9A-Z]{26}$/),
          created_at: expect.any(String),
          name: null,
          account_id: expect.any(String),
          environment_id: expect.any(String),
          app_id: expect.any(String),
          function_internal_id: expect.any(String),
          function_id: "app-f",
          started_after: "2020-01-01T00:00:00.000Z",
          started_before: before,
          if: "event.data.n == 1",
          kind: "bulk_run",
          cause: "API",
        },
      },
    ]);
    await world.clock.advance(1000);
    expect((await statusesOf(world, "app-f")).sort()).toEqual(["CANCELLED", "RUNNING", "RUNNING"]);
    expect(await statusesOf(world, "app-g")).toEqual(["RUNNING", "RUNNING", "RUNNING"]);
    expect((await world.request("/v1/cancellations")).body.data).toEqual([body.data]);
    const removed = await world.request(`/v1/cancellations/${body.data.id}`, { method: "DELETE" });
    expect([removed.status, removed.body.data]).toEqual([200, { ok: true }]);
    expect((await world.request("/v1/cancellations")).body.data).toEqual([]);
    const again = await world.request(`/v1/cancellations/${body.data.id}`, { method: "DELETE" });
    expect(again).toMatchObject({ status: 404, body: { status: 404, error: expect.any(String) } });
  });

  test("C6.12 the function may be named with its app, and the window need not begin", async () => {
    const world = await sleeping(1);
    const request = {
      app_id: "app",
      function_id: "app-f",
      started_before: new Date(world.clock.now()).toISOString(),
    };
    const { body } = await world.post("/v1/cancellations", request);
    expect(body.data).toMatchObject({ function_id: "app-f", started_after: null });
    expect(body.data).not.toHaveProperty("if");
    await world.clock.advance(1000);
    expect(await statusesOf(world, "app-f")).toEqual(["CANCELLED"]);
  });

  const past = "2025-12-31T00:00:00Z";
  const cases: readonly { what: string; body: unknown; status: number; error: string | RegExp }[] = [
    {
      what: "nothing at all, with a line for each field",
      body: {},
      status: 400,
      error: "app_id is required\nfunction_id is required\nstarted_before is required",
    },
    {
      what: "a window that ends in the future",
      body: { app_id: "app", function_id: "f", started_before: "2026-01-01T00:01:00Z" },
      status: 400,
      error: "started_before must be in the past",
    },
    {
      what: "a window that ends before it begins",
      body: { app_id: "app", function_id: "f", started_before: past, started_after: "2025-12-31T00:00:01Z" },
      status: 400,
      error: "started_after must be before started_before",
    },
    {
      what: "a time that is none",
      body: { app_id: "app", function_id: "f", started_before: "yesterday" },
      status: 400,
      error: /started_before must be a time/,
    },
    {
      what: "a function that does not exist",
      body: { app_id: "app", function_id: "z", started_before: past },
      status: 404,
      error: "function not found",
    },
    {
      what: "an app that does not exist",
      body: { app_id: "other", function_id: "f", started_before: past },
      status: 404,
      error: "function not found",
    },
    {
      what: "an expression that does not compile",
      body: { app_id: "app", function_id: "f", started_before: past, if: "event.data." },
      status: 400,
      error: /expression "event\.data\." is invalid/,
    },
    { what: "a list", body: [], status: 400, error: /must be a JSON object/ },
    { what: "no JSON", body: "{", status: 400, error: /not JSON/ },
  ];
  for (const { what, body, status, error } of cases) {
    test(`C6.12 ${what} is refused`, async () => {
      const world = await sleeping(1);
      const answer = await world.post("/v1/cancellations", body);
      expect(answer.status).toBe(status);
      if (typeof error === "string") expect(answer.body.error).toBe(error);
      else expect(answer.body.error).toMatch(error);
      expect(answer.body.status).toBe(status);
      expect(await statusesOf(world, "app-f")).toEqual(["RUNNING"]);
    });
  }

  test("C6.12 a window may end five seconds ahead, for clocks that differ", async () => {
    const world = await sleeping(1);
    const started_before = new Date(world.clock.now() + 4000).toISOString();
    expect(
      (await world.post("/v1/cancellations", { app_id: "app", function_id: "f", started_before })).status,
    ).toBe(200);
    await world.clock.advance(4000);
    expect(await statusesOf(world, "app-f")).toEqual(["CANCELLED"]);
  });
});

describe("/api/v2/bulks", () => {
  test("C15.4 C15.5 a replay is asked for, watched, and its new runs are counted by status", async () => {
    const world = await failing(3);
    const { status, body } = await world.post(bulksPath(), {
      kind: "replay",
      name: "after the fix",
      by: "ana",
      selection: { functionId: ["app-f"], status: ["FAILED"], from: "2020-01-01T00:00:00Z" },
    });
    expect([status, body.data]).toMatchObject([
      201,
      {
        id: expect.any(String),
        kind: "replay",
        status: "RUNNING",
        name: "after the fix",
        by: "ana",
        selection: { status: ["FAILED"], from: "2020-01-01T00:00:00.000Z", until: expect.any(String) },
        functions: [{ slug: "app-f" }],
        counts: { total: 3, matched: 0, done: 0, skipped: 0, skippedBecause: [], left: 3 },
        perMinute: 3000,
      },
    ]);
    await world.clock.advance(2000);
    const { id } = body.data;
    expect(await data(world, bulkPath(id))).toMatchObject({
      status: "DONE",
      endedAt: expect.any(String),
      counts: { total: 3, matched: 3, done: 3, skipped: 0, left: 0 },
      newRuns: { COMPLETED: 3 },
    });
    const fresh = await data(world, runsPath({ replayId: id }));
    expect(fresh.map((run: Loose) => [run.status, run.replayId, typeof run.originalRunId])).toEqual(
      Array(3).fill(["COMPLETED", id, "string"]),
    );
    expect(await statusesOf(world, "app-g")).toEqual(["COMPLETED", "COMPLETED", "COMPLETED"]);
  });

  test("C6.12 a cancellation by default means queued and running runs", async () => {
    const world = await sleeping(2);
    const { body } = await world.post(bulksPath(), { kind: "cancel", selection: { functionId: ["app-g"] } });
    await world.clock.advance(1000);
    expect(await data(world, bulkPath(body.data.id))).toMatchObject({
      status: "DONE",
      selection: { status: ["QUEUED", "RUNNING"] },
      counts: { done: 2 },
    });
    expect([await statusesOf(world, "app-f"), await statusesOf(world, "app-g")]).toEqual([
      ["RUNNING", "RUNNING"],
      ["CANCELLED", "CANCELLED"],
    ]);
  });

  test("the list is newest first, by kind and status, page by page", async () => {
    const world = await failing(1);
    for (const name of ["a", "b", "c"]) {
      const selection = { functionId: ["app-g"] };
      await world.post(bulksPath(), { kind: name === "b" ? "cancel" : "replay", name, selection });
      await world.clock.advance(1000);
    }
    const names = async (query: Parameters<typeof bulksPath>[0]) =>
      (await data(world, bulksPath(query))).map((bulk: Loose) => bulk.name);
    expect(await names({})).toEqual(["c", "b", "a"]);
    expect(await names({ kind: ["cancel"] })).toEqual(["b"]);
    expect(await names({ status: ["RUNNING", "HELD"] })).toEqual([]);
    const first = (await world.request(bulksPath({ limit: 2 }))).body;
    expect(first.page).toMatchObject({ hasMore: true, limit: 2, cursor: expect.any(String) });
    expect(await names({ limit: 2, cursor: first.page.cursor })).toEqual(["a"]);
  });

  test("holding, going on, stopping, removing", async () => {
    const world = await failing(20);
    const { body } = await world.post(bulksPath(), { kind: "replay", perMinute: 60, selection: {} });
    const { id } = body.data;
    const steer = async (way: "hold" | "resume" | "stop") =>
      (await world.post(bulkSteerPath(id, way), "")).body;
    expect((await steer("hold")).data.status).toBe("HELD");
    await world.clock.advance(60_000);
    expect((await data(world, bulkPath(id))).counts.done).toBe(0);
    expect((await steer("resume")).data.status).toBe("RUNNING");
    await world.clock.advance(4500);
    expect((await steer("stop")).data).toMatchObject({ status: "STOPPED", counts: { done: 5, left: 15 } });
    expect(await world.post(bulkSteerPath(id, "resume"), "")).toMatchObject({
      status: 409,
      body: { errors: [{ code: "idempotency_conflict", message: expect.stringMatching(/stopped/) }] },
    });
    expect((await world.request(bulkPath(id), { method: "DELETE" })).status).toBe(200);
    expect((await world.request(bulkPath(id))).status).toBe(404);
  });

  test("it holds by itself after the first runs", async () => {
    const world = await failing(8);
    const { body } = await world.post(bulksPath(), { kind: "replay", holdAfter: 5, selection: {} });
    await world.clock.advance(1000);
    expect(await data(world, bulkPath(body.data.id))).toMatchObject({
      status: "HELD",
      holdAfter: 5,
      counts: { done: 5, left: 3 },
    });
  });

  test("skipped runs are told with the reason", async () => {
    const world = await failing(2);
    const [first] = await data(world, runsPath({ functionId: ["app-f"] }));
    world.rows.tables.events.delete(first.trigger.eventIds[0]);
    const { body } = await world.post(bulksPath(), { kind: "replay", selection: { functionId: ["app-f"] } });
    await world.clock.advance(1000);
    expect((await data(world, bulkPath(body.data.id))).counts).toMatchObject({
      done: 1,
      skipped: 1,
      skippedBecause: [{ reason: "The events that started them are not stored any more", count: 1 }],
    });
  });

  test("a failure group of the list of failures may be replayed", async () => {
    const world = await failing(3);
    const [group] = await data(world, "/api/v2/failures");
    const selection = { failureGroup: group.id };
    expect((await world.post(bulkPreviewPath, { kind: "replay", selection })).body.data).toEqual({
      count: 3,
      isComplete: true,
    });
    const { body } = await world.post(bulksPath(), { kind: "replay", selection });
    await world.clock.advance(1000);
    expect((await data(world, bulkPath(body.data.id))).counts.done).toBe(3);
  });

  test("a selection takes over the filters of the list of runs, and shows them", async () => {
    const world = await failing(3);
    const [run] = await data(world, runsPath({ functionId: ["app-f"] }));
    const selection = { query: run.id, tookFromMs: 0, tookUntilMs: 60_000 };
    const { status, body } = await world.post(bulksPath(), { kind: "replay", selection });
    await world.clock.advance(1000);
    const bulk = await data(world, bulkPath(body.data.id));
    expect([status, bulk.counts.done, bulk.selection]).toMatchObject([201, 1, selection]);
    const again = { originalRunId: run.id, replayId: bulk.id, status: ["COMPLETED"] };
    const second = await world.post(bulkPreviewPath, { kind: "replay", selection: again });
    expect(second.body.data).toEqual({ count: 1, isComplete: true });
    const other = { parentRunId: run.id };
    const third = await world.post(bulkPreviewPath, { kind: "replay", selection: other });
    expect(third.body.data).toEqual({ count: 0, isComplete: true });
  });

  const previews: readonly { what: string; request: object; count: number }[] = [
    { what: "all failed runs", request: { kind: "replay", selection: {} }, count: 6 },
    { what: "a status", request: { kind: "replay", selection: { status: ["completed"] } }, count: 6 },
    {
      what: "an expression",
      request: { kind: "replay", selection: { expression: "event.data.n >= 4" } },
      count: 2,
    },
    { what: "what is unfinished", request: { kind: "cancel", selection: {} }, count: 0 },
  ];
  for (const { what, request, count } of previews) {
    test(`a preview counts ${what} and does nothing`, async () => {
      const world = await failing(6);
      const { status, body } = await world.post(bulkPreviewPath, request);
      expect([status, body.data]).toEqual([200, { count, isComplete: true }]);
      expect(await data(world, bulksPath())).toEqual([]);
    });
  }

  const wrong: readonly { what: string; body: unknown; reason: RegExp }[] = [
    { what: "no kind", body: { selection: {} }, reason: /kind must be one of: cancel, replay/ },
    {
      what: "a misspelt filter, which would mean more runs",
      body: { kind: "cancel", selection: { functionID: ["app-f"] } },
      reason: /no field "functionID"/,
    },
    {
      what: "a status that a kind cannot have",
      body: { kind: "cancel", selection: { status: ["FAILED"] } },
      reason: /have ended/,
    },
    { what: "an unknown status", body: { kind: "replay", selection: { status: ["BAD"] } }, reason: /"BAD"/ },
    { what: "no time", body: { kind: "replay", selection: { from: "noon" } }, reason: /selection\.from/ },
    { what: "no run id", body: { kind: "replay", selection: { runIds: ["x"] } }, reason: /"x" is no run id/ },
    { what: "a pace of none", body: { kind: "replay", perMinute: 0 }, reason: /perMinute must be/ },
    {
      what: "a wrong expression",
      body: { kind: "replay", selection: { expression: "nope" } },
      reason: /"nope" is not known/,
    },
    { what: "an empty body", body: "", reason: /Send a bulk operation/ },
  ];
  for (const { what, body, reason } of wrong) {
    test(`${what} is refused with a sentence, by preview and request`, async () => {
      const world = await rig();
      for (const path of [bulkPreviewPath, bulksPath()]) {
        const answer = await world.post(path, body);
        expect(answer.status).toBe(400);
        expect(answer.body.errors[0].message).toMatch(reason);
      }
    });
  }

  test("one that does not exist is not found", async () => {
    const world = await rig();
    for (const id of ["01ARZ3NDEKTSV4RRFFQ69G5FAV", "x"]) {
      expect((await world.request(bulkPath(id))).status).toBe(404);
      expect((await world.post(bulkSteerPath(id, "hold"), "")).status).toBe(404);
      expect((await world.request(bulkPath(id), { method: "DELETE" })).status).toBe(404);
    }
  });
});

describe("POST /runs/{id}/rerun", () => {
  async function twoSteps(): Promise<{ readonly world: Rig; readonly id: string }> {
    const world = await rig({}, (call) => {
      const ended = new Map(call.steps.map((step) => [step.key as string, step.text]));
      const input = call.inputs.find((each) => each.key === stepKey("b"))?.text;
      if (!ended.has(stepKey("a"))) return answered(op.ran("a", "a"));
      if (!ended.has(stepKey("b"))) return answered(op.ran("b", input ?? "as written"));
      return returned(JSON.parse(ended.get(stepKey("b")) ?? "null").data);
    });
    await world.register("app", { f: { triggers: [{ event: "go" }] } });
    await sendMany(world, 1);
    const [run] = await data(world, runsPath());
    return { world, id: run.id };
  }

  test("C15.2 from a step, with other input: the new run tells what was restored", async () => {
    const { world, id } = await twoSteps();
    const { status, body } = await world.post(rerunPath(id), {
      fromStep: { stepId: "b", input: [{ n: 2 }] },
    });
    await world.engine.whenIdle();
    expect(status).toBe(200);
    const run = await data(world, `/api/v2/runs/${body.data.runId}`);
    expect(run).toMatchObject({ status: "COMPLETED", originalRunId: id, output: '{"input":[{"n":2}]}' });
    const trace = await data(world, `/api/v2/runs/${run.id}/trace`);
    expect(trace.rootSpan.children.map((span: Loose) => [span.name, span.restoredFrom])).toEqual([
      ["a", id],
      ["b", undefined],
    ]);
  });

  const cases: readonly { what: string; body: unknown; status: number; reason: RegExp }[] = [
    { what: "an unknown step", body: { fromStep: { stepId: "z" } }, status: 404, reason: /no step "z"/ },
    { what: "no step id", body: { fromStep: {} }, status: 400, reason: /fromStep\.stepId must be/ },
    {
      what: "input that is no array",
      body: { fromStep: { stepId: "b", input: { n: 1 } } },
      status: 400,
      reason: /fromStep\.input must be an array/,
    },
    { what: "a body that is a list", body: [], status: 400, reason: /must be an object/ },
  ];
  for (const { what, body, status, reason } of cases) {
    test(`C15.2 ${what} is refused`, async () => {
      const { world, id } = await twoSteps();
      const answer = await world.post(rerunPath(id), body);
      expect(answer.status).toBe(status);
      expect(answer.body.errors[0].message).toMatch(reason);
      expect(await data(world, runsPath())).toHaveLength(1);
    });
  }
});
