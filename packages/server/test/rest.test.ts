import type { CallAnswer } from "@stepwell/protocol";
import { stepKey } from "@stepwell/protocol";
import {
  eventOutcomesPath,
  eventPath,
  eventRunsPath,
  failureMarkPath,
  failuresPath,
  functionPath,
  functionsPath,
  healthPath,
  overviewPath,
  runFiguresPath,
  runPath,
  runsPath,
  syncsPath,
  tracePath,
} from "@stepwell/protocol/rest";
import { describe, expect, test } from "vitest";
import { answered, type Loose, op, type Rig, returned, rig } from "./rig.ts";

const never = {
  kind: "failed",
  error: { name: "Error", message: "boom 42", stack: "at x" },
  retry: { kind: "never" },
} as const satisfies CallAnswer;

async function data(world: Rig, path: string): Promise<Loose> {
  const { status, body } = await world.request(path);
  if (status !== 200) throw new Error(`${path} answered ${status}: ${JSON.stringify(body)}`);
  expect(body.metadata).toMatchObject({
    fetchedAt: expect.any(String),
    cachedUntil: null,
    tookMs: expect.any(Number),
  });
  return body.data;
}

async function send(world: Rig, name: string, fields: object = {}): Promise<string> {
  const { body } = await world.post("/e/k", { name, data: {}, ...fields });
  await world.engine.whenIdle();
  return body.ids[0];
}

const onlyRun = async (world: Rig): Promise<Loose> => (await data(world, runsPath()))[0];
const pass = (world: Rig, ms: number): Promise<void> =>
  world.clock.advance(ms, () => world.engine.whenIdle());

describe("runs", () => {
  test("a completed run: output, times, what started it", async () => {
    const world = await rig({}, () => returned({ answer: 42 }));
    await world.register("app", { f: { triggers: [{ event: "a" }], name: "Eff" } });
    const eventId = await send(world, "a");
    const run = await onlyRun(world);
    expect(run).toMatchObject({
      status: "COMPLETED",
      function: { slug: "app-f", name: "Eff", app: { name: "app" } },
      app: { name: "app" },
      queuedAt: "2026-01-01T00:00:00.000Z",
      durationMs: 0,
      trigger: { eventIds: [eventId], eventName: "a", isBatch: false },
      output: { answer: 42 },
      outputBytes: 13,
    });
    expect(run).not.toHaveProperty("activity");
    expect(await data(world, runPath(run.id))).toMatchObject({
      id: run.id,
      events: [{ id: eventId, name: "a", data: {} }],
      retries: 0,
      maxAttempts: 5,
      jobs: [],
    });
  });

  test("large outputs are left out of lists, not of the run itself, and all of them on request", async () => {
    const large = "x".repeat(5000);
    const world = await rig({}, () => returned(large));
    await world.register("app", { f: { triggers: [{ event: "a" }] } });
    await send(world, "a");
    const run = await onlyRun(world);
    expect(run).not.toHaveProperty("output");
    expect(run.outputBytes).toBe(5002);
    expect((await data(world, runPath(run.id))).output).toBe(large);
    const [bare] = await data(world, runsPath({ includeOutput: false }));
    expect(bare).not.toHaveProperty("output");
  });

  test("rows have the event that started them on request, as expressions see it, without data above 2 KB", async () => {
    const world = await rig({}, () => returned(1));
    await world.register("app", { f: { triggers: [{ event: "a" }] } });
    const ts = 1_700_000_000_000;
    await send(world, "a", { id: "mine", ts, user: { id: 7 }, v: "2", data: { plan: "pro" } });
    expect(await onlyRun(world)).not.toHaveProperty("event");
    const read = async () => (await data(world, runsPath({ includeEvent: true, limit: 1 })))[0].event;
    expect(await read()).toEqual({
      id: "mine",
      name: "a",
      ts,
      data: { plan: "pro" },
      dataBytes: 14,
      user: { id: 7 },
      v: "2",
    });
    await send(world, "a", { data: { text: "x".repeat(5000) } });
    const large = await read();
    expect(large).not.toHaveProperty("data");
    expect(large.dataBytes).toBe(5011);
  });

  test("a failed run: its error, the step whose error it is, its failed attempts as spans", async () => {
    const world = await rig({}, () => answered(op.error("pay", "no money")));
    await world.register("app", { f: { triggers: [{ event: "a" }], ...retries("app-f", 1) } });
    await send(world, "a");
    const retrying = await onlyRun(world);
    expect(retrying).toMatchObject({
      status: "RUNNING",
      activity: { kind: "retrying", attempt: 1, maxAttempts: 2, error: { message: "no money" } },
    });
    await pass(world, 60_000);
    const trace = await data(world, tracePath(retrying.id));
    const [span] = trace.rootSpan.children;
    expect(span).toMatchObject({
      id: stepKey("pay"),
      name: "pay",
      status: "FAILED",
      stepOp: "RUN",
      error: { message: "no money" },
      maxAttempts: 2,
    });
    expect(span.attempts).toMatchObject([
      { attempt: 0, status: "FAILED", error: { message: "no money" }, retryAt: expect.any(String) },
      { attempt: 1, status: "FAILED" },
    ]);
    expect(span.segments.map(({ kind }: Loose) => kind)).toEqual(["failed", "retrying", "failed"]);
  });

  test("what a run does right now: queued until later, sleeping, waiting, waiting for a function", async () => {
    const answers: Record<string, CallAnswer> = {
      "app-nap": answered(op.sleep("nap", "1h")),
      "app-wait": answered(op.wait("first", "x/y", "2h"), op.wait("second", "x/z", "1h")),
      "app-signal": answered(op.signal("sig", "go", "1h")),
      "app-invoke": answered(op.invoke("call", "app-nap")),
    };
    const world = await rig({}, (call) => answers[call.functionSlug] ?? returned());
    await world.register("app", {
      nap: { triggers: [{ event: "nap" }] },
      wait: { triggers: [{ event: "wait" }] },
      signal: { triggers: [{ event: "signal" }] },
      invoke: { triggers: [{ event: "invoke" }] },
      later: { triggers: [{ event: "later" }] },
    });
    for (const name of ["nap", "wait", "signal", "invoke"]) await send(world, name);
    await send(world, "later", { ts: world.clock.now() + 60_000 });
    const activityOf = async (slug: string): Promise<Loose> =>
      (await data(world, runsPath({ functionId: [slug] })))[0].activity;
    expect(await activityOf("app-nap")).toMatchObject({
      kind: "sleeping",
      stepName: "nap",
      until: "2026-01-01T01:00:00.000Z",
    });
    expect(await activityOf("app-wait")).toMatchObject({
      kind: "waiting",
      stepName: "first",
      target: "x/y",
      targetKind: "event",
      openWaits: 2,
      until: "2026-01-01T02:00:00.000Z",
    });
    expect(await activityOf("app-signal")).toMatchObject({
      kind: "waiting",
      target: "go",
      targetKind: "signal",
    });
    expect(await activityOf("app-invoke")).toMatchObject({
      kind: "waiting",
      target: "app-nap",
      targetKind: "function",
    });
    expect(await activityOf("app-later")).toEqual({ kind: "queued", startsAt: "2026-01-01T00:01:00.000Z" });
  });

  test("the trace of a run with steps, a sleep, a wait, an invoke and a parallel set", async () => {
    const world = await rig({}, (call) => {
      const has = (id: string): boolean => call.steps.some(({ key }) => key === stepKey(id));
      if (call.functionSlug === "app-child") return returned("from child");
      if (!has("load")) return answered(op.ran("load", { n: 1 }));
      if (!has("nap")) return answered(op.sleep("nap", "1m"), op.wait("reply", "x/reply", "1h"));
      if (!has("call")) return answered(op.invoke("call", "app-child"));
      return returned("done");
    });
    await world.register("app", { f: { triggers: [{ event: "a" }] }, child: { name: "Child" } });
    await send(world, "a");
    const run = (await data(world, runsPath({ eventName: "a" })))[0];
    await pass(world, 10_000);
    const replyId = await send(world, "x/reply");
    await pass(world, 60_000);
    const { rootSpan, runId } = await data(world, tracePath(run.id));
    expect(runId).toBe(run.id);
    expect(rootSpan).toMatchObject({ id: run.id, name: "f", status: "COMPLETED", output: "done" });
    const byName = Object.fromEntries(rootSpan.children.map((span: Loose) => [span.name, span]));
    expect(Object.keys(byName)).toEqual(["load", "reply", "nap", "call"]);
    expect(byName.load).toMatchObject({
      stepOp: "RUN",
      status: "COMPLETED",
      stepId: "load",
      stepIndex: 0,
      output: { n: 1 },
      attempts: [{ attempt: 0, status: "COMPLETED" }],
    });
    expect(byName.nap).toMatchObject({
      stepOp: "SLEEP",
      sleepUntil: "2026-01-01T00:01:00.000Z",
      parallelSet: 1,
      segments: [{ kind: "sleeping", until: "2026-01-01T00:01:00.000Z" }],
    });
    expect(byName.reply).toMatchObject({
      stepOp: "WAIT_FOR_EVENT",
      parallelSet: 1,
      wait: { kind: "event", name: "x/reply", outcome: "matched", matchedEventId: replyId },
      output: { name: "x/reply" },
    });
    const children = await data(world, runsPath({ functionId: ["app-child"] }));
    expect(byName.call).toMatchObject({
      stepOp: "INVOKE",
      output: "from child",
      invoke: {
        functionId: "app-child",
        functionName: "Child",
        runId: children[0].id,
        runStatus: "COMPLETED",
      },
    });
    // Planned alone, behind the set.
    expect(byName.call).not.toHaveProperty("parallelSet");
    expect(await data(world, runPath(children[0].id))).toMatchObject({
      trigger: { invokedBy: { runId: run.id, stepName: "call", functionName: "f" } },
    });
  });

  test("where its time went: parts that follow each other from the beginning to the end", async () => {
    const world = await rig({}, (call) =>
      call.steps.length === 0 ? answered(op.sleep("nap", "1m")) : returned(),
    );
    await world.register("app", { f: { triggers: [{ event: "a" }] } });
    await send(world, "a", { ts: world.clock.now() + 30_000 });
    await pass(world, 200_000);
    const run = await onlyRun(world);
    expect(run.time).toEqual([
      { kind: "queued", durationMs: 30_000 },
      { kind: "sleeping", durationMs: 60_000 },
    ]);
    expect(run.durationMs).toBe(90_000);
  });

  test("what it sent, with the runs that this started", async () => {
    const world: Rig = await rig({}, async (call) => {
      if (call.functionSlug !== "app-f" || call.steps.length > 0) return returned();
      const outcome = await world.engine.ingest([{ name: "b", data: {} }]);
      return answered(
        op.ran(
          "send",
          { ids: outcome.kind === "accepted" ? [...outcome.ids] : [] },
          { opts: { type: "step.sendEvent" } },
        ),
      );
    });
    await world.register("app", { f: { triggers: [{ event: "a" }] }, g: { triggers: [{ event: "b" }] } });
    await send(world, "a");
    const [run] = await data(world, runsPath({ functionId: ["app-f"] }));
    expect(await data(world, runPath(run.id))).toMatchObject({
      sent: [{ name: "b", stepName: "send", runs: [{ status: "COMPLETED", functionName: "g" }] }],
    });
    const { rootSpan } = await data(world, tracePath(run.id));
    expect(rootSpan.children[0]).toMatchObject({
      stepOp: "SEND_EVENT",
      stepType: "step.sendEvent",
      sentEventIds: [expect.any(String)],
    });
  });
});

describe("lists of runs", () => {
  async function manyRuns(): Promise<Rig> {
    const world = await rig({}, (call) => (call.events[0]?.includes('"fail":true') ? never : returned()));
    await world.register("app", { f: { triggers: [{ event: "a" }] }, g: { triggers: [{ event: "b" }] } });
    await world.register("other", { h: { triggers: [{ event: "c" }] } });
    for (const [name, fail] of [
      ["a", false],
      ["a", true],
      ["b", false],
      ["c", true],
      ["a", false],
    ] as const) {
      await send(world, name, { data: { fail } });
      await pass(world, 1000);
    }
    return world;
  }

  test("pages, newest first, with the number of all", async () => {
    const world = await manyRuns();
    const first = await world.request(runsPath({ limit: 2 }));
    expect(first.body.page).toMatchObject({ hasMore: true, limit: 2, total: 5, cursor: expect.any(String) });
    const second = await world.request(runsPath({ limit: 2, cursor: first.body.page.cursor }));
    const third = await world.request(runsPath({ limit: 2, cursor: second.body.page.cursor }));
    expect(third.body.page).toEqual({ hasMore: false, limit: 2, total: 5 });
    const ids = [first, second, third].flatMap(({ body }) => body.data.map((run: Loose) => run.id));
    expect(new Set(ids).size).toBe(5);
    expect(ids).toEqual(
      (await data(world, runsPath({ order: "oldest" }))).map((run: Loose) => run.id).reverse(),
    );
  });

  test("filters by status, function, app, event and time", async () => {
    const world = await manyRuns();
    const count = async (query: Parameters<typeof runsPath>[0]): Promise<number> =>
      (await data(world, runsPath(query))).length;
    expect(await count({ status: ["FAILED"] })).toBe(2);
    expect(await count({ status: ["FAILED", "COMPLETED"] })).toBe(5);
    expect(await count({ status: ["SKIPPED"] })).toBe(0);
    expect(await count({ functionId: ["app-f"] })).toBe(3);
    expect(await count({ functionId: ["app-g", "other-h"] })).toBe(2);
    expect(await count({ functionId: ["none"] })).toBe(0);
    expect(await count({ appId: ["other"] })).toBe(1);
    expect(await count({ eventName: "b" })).toBe(1);
    expect(await count({ from: Date.UTC(2026, 0, 1, 0, 0, 2) })).toBe(3);
    expect(await count({ until: Date.UTC(2026, 0, 1, 0, 0, 2) })).toBe(2);
  });

  test("a run's id, an event's id, and words of an error find runs", async () => {
    const world = await manyRuns();
    const [run] = await data(world, runsPath());
    expect((await data(world, runsPath({ query: run.id }))).map(({ id }: Loose) => id)).toEqual([run.id]);
    expect((await data(world, runsPath({ query: run.id.toLowerCase() }))).map(({ id }: Loose) => id)).toEqual(
      [run.id],
    );
    expect(
      (await data(world, runsPath({ query: run.trigger.eventIds[0] }))).map(({ id }: Loose) => id),
    ).toEqual([run.id]);
    expect(await data(world, runsPath({ query: "BOOM" }))).toHaveLength(2);
    expect(await data(world, runsPath({ query: "nothing like it" }))).toEqual([]);
  });

  test("figures: counts by status and over time", async () => {
    const world = await manyRuns();
    const from = Date.UTC(2026, 0, 1);
    const figures = await data(world, runFiguresPath({ from, until: from + 5000, buckets: 5 }));
    expect(figures.counts).toEqual({ COMPLETED: 3, FAILED: 2 });
    expect(figures.buckets.map(({ total }: Loose) => total)).toEqual([1, 1, 1, 1, 1]);
    expect(figures.buckets.map(({ failed }: Loose) => failed)).toEqual([0, 1, 0, 1, 0]);
    expect(figures.buckets[1].from).toBe("2026-01-01T00:00:01.000Z");
    expect((await data(world, runFiguresPath({ functionId: ["app-f"] }))).counts).toEqual({
      COMPLETED: 2,
      FAILED: 1,
    });
    expect((await data(world, runFiguresPath({ status: ["FAILED"] }))).counts).toEqual({ FAILED: 2 });
  });

  test("failures in groups of what is most likely one cause", async () => {
    const world = await manyRuns();
    const groups = await data(world, "/api/v2/failures");
    expect(groups).toHaveLength(2);
    expect(groups[0]).toMatchObject({
      count: 1,
      error: { name: "Error", message: "boom 42" },
      newestRunId: expect.any(String),
    });
    expect(groups.map((group: Loose) => group.function.slug).sort()).toEqual(["app-f", "other-h"]);
  });
});

describe("changing runs", () => {
  test("cancelling, and cancelling what has ended", async () => {
    const world = await rig({}, () => answered(op.sleep("nap", "1h")));
    await world.register("app", { f: { triggers: [{ event: "a" }] } });
    await send(world, "a");
    const { id } = await onlyRun(world);
    expect(await world.post(`${runPath(id)}/cancel`, "")).toMatchObject({
      status: 200,
      body: { data: { runId: id } },
    });
    expect(await onlyRun(world)).toMatchObject({ status: "CANCELLED" });
    expect(await world.post(`${runPath(id)}/cancel`, "")).toMatchObject({
      status: 409,
      body: { errors: [{ code: "run_already_ended" }] },
    });
  });

  test("C15 running again makes a new run for the same events", async () => {
    const world = await rig();
    await world.register("app", { f: { triggers: [{ event: "a" }] } });
    await send(world, "a");
    const { id } = await onlyRun(world);
    const { body } = await world.post(`${runPath(id)}/rerun`, "");
    await world.engine.whenIdle();
    expect(body.data.runId).not.toBe(id);
    expect(await data(world, runPath(body.data.runId))).toMatchObject({
      status: "COMPLETED",
      originalRunId: id,
    });
  });
});

describe("events", () => {
  test("sent, listed with what they did, searched", async () => {
    const world = await rig();
    await world.register("app", {
      f: { triggers: [{ event: "shop/ordered", expression: "event.data.n > 5" }] },
    });
    const sent = await world.post("/api/v2/events", {
      name: "shop/ordered",
      data: { n: 9 },
      id: "order-9",
      user: { id: 1 },
      v: "2",
    });
    expect(sent).toMatchObject({ status: 200, body: { data: { eventId: expect.any(String) } } });
    await world.engine.whenIdle();
    await send(world, "shop/ordered", { data: { n: 1 } });
    await send(world, "other", { data: { x: "y".repeat(3000) } });
    const [other, small, large] = await data(world, "/api/v2/events");
    expect(other).toMatchObject({ name: "other", effects: { runs: 0, notStarted: 0 } });
    expect(other).not.toHaveProperty("data");
    expect(other.dataBytes).toBe(3008);
    expect(small).toMatchObject({ effects: { runs: 0, notStarted: 1 }, data: { n: 1 } });
    expect(large).toMatchObject({
      id: sent.body.data.eventId,
      externalId: "order-9",
      isSystem: false,
      effects: { runs: 1 },
      user: { id: 1 },
      v: "2",
      source: { kind: "api" },
    });
    const count = async (query: string): Promise<number> =>
      (await data(world, `/api/v2/events?${query}`)).length;
    expect(await count("name=shop/*")).toBe(2);
    expect(await count("name=other")).toBe(1);
    expect(await count("query=order-9")).toBe(1);
    expect(await count(`query=${large.id}`)).toBe(1);
    expect(await count("includeInternal=true")).toBe(4);
    expect(await count("name=inngest/function.finished")).toBe(1);
    expect((await data(world, eventPath(other.id))).data.x).toHaveLength(3000);
    expect(await data(world, eventRunsPath(large.id))).toMatchObject([{ status: "COMPLETED" }]);
  });

  test("decisions row 6: why each function ran or did not", async () => {
    const world = await rig();
    await world.register("app", {
      runs: { triggers: [{ event: "a" }] },
      filtered: { triggers: [{ event: "a", expression: "event.data.n > 5" }] },
      broken: { triggers: [{ event: "a", expression: "event.data.list.map(x, x.y)[3] > 1" }] },
    });
    await send(world, "a", { id: "same", data: { n: 1 } });
    const again = await send(world, "a", { id: "same", data: { n: 1 } });
    const { functions } = await data(world, eventOutcomesPath(again));
    const kinds = Object.fromEntries(functions.map((item: Loose) => [item.function.slug, item.outcome.kind]));
    expect(kinds["app-runs"]).toBe("deduplicated");
    expect(kinds["app-filtered"]).toBe("filtered");
    expect(functions.find((item: Loose) => item.function.slug === "app-filtered")).toMatchObject({
      expression: "event.data.n > 5",
    });
    const [first] = (await data(world, "/api/v2/events")).filter((event: Loose) => event.id !== again);
    const outcomes = await data(world, eventOutcomesPath(first.id));
    expect(outcomes.functions[0]).toMatchObject({
      function: { slug: "app-runs" },
      outcome: { kind: "run-created", runStatus: "COMPLETED" },
    });
  });

  test("an event that nothing listens to: the names that were perhaps meant", async () => {
    const world = await rig();
    await world.register("app", {
      f: { triggers: [{ event: "user/signup.completed" }] },
      g: { triggers: [{ event: "billing/paid" }] },
    });
    const id = await send(world, "user/signup.complete");
    expect(await data(world, eventOutcomesPath(id))).toEqual({
      functions: [],
      waits: [],
      closest: [{ name: "user/signup.completed", functions: 1 }],
    });
    const far = await send(world, "something/else.entirely");
    expect(await data(world, eventOutcomesPath(far))).toEqual({ functions: [], waits: [] });
  });

  test("system events say which run they come from", async () => {
    const world = await rig();
    await world.register("app", { f: { triggers: [{ event: "a" }] } });
    await send(world, "a");
    const run = await onlyRun(world);
    const [finished] = await data(world, "/api/v2/events?name=inngest/function.finished");
    expect(finished).toMatchObject({ isSystem: true, source: { kind: "engine", runId: run.id } });
  });
});

describe("functions and apps", () => {
  test("a function with triggers, configuration, failure handler and figures", async () => {
    const world = await rig({}, (call) =>
      call.functionSlug === "app-f" ? answered(op.sleep("nap", "1h")) : returned(),
    );
    await world.register("app", {
      f: { triggers: [{ event: "a", expression: "event.data.n > 1" }, { event: "b/*" }], concurrency: 3 },
      "f-failure": { name: "On failure", triggers: [{ event: "inngest/function.failed" }] },
    });
    await send(world, "b/x");
    const [view] = (await data(world, functionsPath())).filter(({ slug }: Loose) => slug === "app-f");
    expect(view).toMatchObject({
      name: "f",
      isPaused: false,
      isArchived: false,
      maxAttempts: 5,
      triggers: [
        { type: "EVENT", value: "a", expression: "event.data.n > 1" },
        { type: "EVENT", value: "b/*" },
      ],
      failureHandler: { slug: "app-f-failure", name: "On failure" },
      configuration: { concurrency: 3 },
      figures: { queued: 0, running: 1 },
    });
    const alone = await data(world, functionPath("app-f"));
    expect(alone.figures).toMatchObject({ running: 1, lastDay: { completed: 0, failed: 0 } });
    expect(await data(world, functionPath(alone.id))).toMatchObject({ slug: "app-f" });
    expect(await data(world, functionsPath({ appId: "none" }))).toEqual([]);
  });

  test("A6.8 B6.1 invoking by hand answers with the run that it started", async () => {
    const world = await rig({}, (call) => returned(JSON.parse(call.events[0] ?? "null").data.x));
    await world.register("app", { f: {} });
    const { status, body } = await world.post("/api/v2/functions/app-f/invoke", { data: { x: 7 } });
    expect(status).toBe(202);
    expect(body.data).toMatchObject({
      eventId: expect.any(String),
      runId: expect.any(String),
      queuedAt: expect.any(String),
    });
    await world.engine.whenIdle();
    expect(await data(world, runPath(body.data.runId))).toMatchObject({ status: "COMPLETED", output: 7 });
    expect((await world.post("/invoke/app-f", { data: { x: 8 } })).body).toMatchObject({
      status: 200,
      id: expect.any(String),
    });
    expect((await world.post("/api/v2/functions/app-f/invoke", { data: 5 })).status).toBe(400);
  });

  test("an app: where it is, how its last sync went, its functions; and removing it", async () => {
    const world = await rig({ foundBy: () => "flag" });
    await world.register("app", { f: {}, g: {} });
    const [app] = await data(world, "/api/v2/apps");
    expect(app).toMatchObject({
      name: "app",
      method: "SERVE",
      url: "http://localhost:3000/api/inngest",
      functionCount: 2,
      isReachable: true,
      openRuns: 0,
      foundBy: "flag",
      latestSync: { status: "SUCCESS", sdkLanguage: "js", sdkVersion: "4.24.0", framework: "test" },
    });
    expect(await data(world, `/api/v2/apps/${app.id}/functions`)).toHaveLength(2);
    await world.engine.recordSyncFailure(
      "http://localhost:3000/api/inngest",
      "No app answers at http://localhost:3000: it is away.",
    );
    expect(await data(world, "/api/v2/apps/app")).toMatchObject({
      isReachable: false,
      latestSync: { status: "FAILED", error: "No app answers at http://localhost:3000: it is away." },
    });
    await world.engine.recordSyncFailure("http://localhost:3000/api/inngest", "Function f was refused.");
    expect(await data(world, "/api/v2/apps/app")).toMatchObject({ isReachable: true });
    const removed = await world.request(`/api/v2/apps/${app.id}`, { method: "DELETE" });
    expect(removed.body.data).toEqual({ appId: app.id });
    expect(await data(world, "/api/v2/apps")).toEqual([]);
    expect(await data(world, functionsPath())).toEqual([]);
  });

  test("adding and syncing an app answers with success or with the reason", async () => {
    let reason: string | undefined = "No app answers at http://localhost:3000: it is away.";
    const asked: string[] = [];
    const world: Rig = await rig({
      appSync: {
        async sync(url) {
          asked.push(url);
          if (reason !== undefined) {
            await world.engine.recordSyncFailure(url, reason);
            return { kind: "failed", code: "unreachable", reason };
          }
          await world.register("app", { f: {} });
          return { kind: "synced", modified: true };
        },
        check: async () => [],
      },
    });
    const url = "http://localhost:3000/api/inngest";
    const failed = await world.post("/api/v2/apps", { url });
    expect(failed).toMatchObject({
      status: 200,
      body: {
        data: {
          status: "FAILED",
          error: "No app answers at http://localhost:3000: it is away.",
          appId: expect.any(String),
        },
      },
    });
    expect(await data(world, "/api/v2/apps")).toMatchObject([{ name: "", url, isReachable: false }]);
    reason = undefined;
    const synced = await world.post("/api/v2/apps", { url });
    expect(synced.body.data).toMatchObject({ status: "SUCCESS", modified: true });
    await world.post(`/api/v2/apps/${synced.body.data.appId}/syncs`, "");
    await world.post("/api/v2/apps/app/syncs", { url: "http://localhost:4000/" });
    expect(asked.slice(2)).toEqual([url, "http://localhost:4000/"]);
  });

  test("the server about itself", async () => {
    const world = await rig({ version: "1.2.3", storeName: "SQLite" });
    expect(await data(world, healthPath())).toMatchObject({
      status: "ok",
      mode: "dev",
      version: "1.2.3",
      store: "SQLite",
      serverTime: "2026-01-01T00:00:00.000Z",
      discoveryPorts: expect.arrayContaining([3000]),
    });
    expect((await world.request("/v2/health")).status).toBe(200);
  });
});

function retries(slug: string, attempts: number): object {
  const url = `http://localhost:3000/api/inngest?fnId=${slug}&stepId=step`;
  return {
    steps: { step: { id: "step", name: "step", runtime: { type: "http", url }, retries: { attempts } } },
  };
}

describe("relatives of a run", () => {
  test("C15 runs that repeat one are listed by its id, by status", async () => {
    const world = await rig();
    await world.register("app", { f: { triggers: [{ event: "a" }] } });
    await send(world, "a");
    const { id } = await onlyRun(world);
    const again = await world.post(`/api/v2/runs/${id}/rerun`, "");
    await world.engine.whenIdle();
    const repetitions = await data(world, runsPath({ originalRunId: id }));
    expect(repetitions.map((run: Loose) => run.id)).toEqual([again.body.data.runId]);
    expect((await data(world, runPath(id))).repeatedBy).toEqual([again.body.data.runId]);
    expect(await data(world, runsPath({ originalRunId: id, status: ["FAILED"] }))).toEqual([]);
    expect(await data(world, runsPath({ originalRunId: "nobody" }))).toEqual([]);
  });
});

describe("syncs", () => {
  test("each sync tells what it added, changed and removed, and the runs that failed since", async () => {
    const world = await rig({}, () => never);
    await world.register("app", { f: { triggers: [{ event: "a" }] }, g: { triggers: [{ event: "b" }] } });
    await send(world, "a");
    await pass(world, 1000);
    await world.register("app", { f: { triggers: [{ event: "c" }] }, h: { triggers: [{ event: "d" }] } });
    await pass(world, 1000);
    // An equal registration changes nothing, and a refused one is told with its reason.
    await world.register("app", { f: { triggers: [{ event: "c" }] }, h: { triggers: [{ event: "d" }] } });
    await world.register("app", { f: { triggers: [{ event: "c", expression: "event.data." }] } });
    const syncs = await data(world, syncsPath({ appId: "app" }));
    expect(syncs).toMatchObject([
      { status: "FAILED", error: expect.stringContaining("app-f") },
      {
        status: "SUCCESS",
        changes: [
          { change: "changed", slug: "app-f" },
          { change: "added", slug: "app-h" },
          { change: "removed", slug: "app-g" },
        ],
        unchanged: 0,
        failedSince: 0,
      },
      {
        status: "SUCCESS",
        changes: [
          { change: "added", slug: "app-f" },
          { change: "added", slug: "app-g" },
        ],
        failedSince: 1,
      },
    ]);
    expect(await data(world, syncsPath({ appId: "other" }))).toEqual([]);
    expect((await data(world, overviewPath())).syncs).toHaveLength(2);
  });
});

describe("failures", () => {
  async function failing(): Promise<Rig> {
    const script = (call: { readonly runId: string }): CallAnswer => ({
      ...never,
      error: {
        name: "CardError",
        message: `Order ${call.runId} refused`,
        stack:
          "CardError: x\n    at lib (/app/node_modules/x/y.js:1:2)\n    at charge (/app/src/pay.ts:10:3)",
      },
    });
    const world = await rig({}, script);
    await world.register("app", { f: { triggers: [{ event: "a" }] }, g: { triggers: [{ event: "b" }] } });
    for (const name of ["a", "a", "b"]) await send(world, name);
    return world;
  }

  test("failed runs stand in groups by function and cause, with the first own frame and the hours", async () => {
    const world = await failing();
    const groups = await data(world, failuresPath());
    expect(groups.map(({ function: { slug }, count }: Loose) => [slug, count]).sort()).toEqual([
      ["app-f", 2],
      ["app-g", 1],
    ]);
    expect(groups[0]).toMatchObject({
      error: { name: "CardError" },
      frame: "at charge (/app/src/pay.ts",
      state: "open",
    });
    expect(groups[0].hours).toHaveLength(24);
    expect(groups[0].hours.at(-1)).toBe(groups[0].count);
  });

  test("the runs of a group are listed by its id, and only those", async () => {
    const world = await failing();
    const groups = await data(world, failuresPath());
    for (const { id, count } of groups) {
      expect(await data(world, runsPath({ failureGroup: id }))).toHaveLength(count);
    }
  });

  test("a closed group reopens by itself when it fails again, a muted one does not", async () => {
    const world = await failing();
    const [{ id }] = (await data(world, failuresPath())).filter(
      ({ function: { slug } }: Loose) => slug === "app-f",
    );
    const closed = await world.post(failureMarkPath(id, "close"), { by: "ana" });
    expect(closed.body.data).toMatchObject({ state: "closed", closedBy: "ana", count: 2 });
    await pass(world, 1000);
    await send(world, "a");
    const state = async (): Promise<string> =>
      (await data(world, failuresPath())).find((group: Loose) => group.id === id).state;
    expect(await state()).toBe("reopened");
    await world.post(failureMarkPath(id, "mute"), "");
    expect(await state()).toBe("muted");
    await world.post(failureMarkPath(id, "unmute"), "");
    await world.post(failureMarkPath(id, "reopen"), "");
    expect(await state()).toBe("open");
    expect((await world.post(failureMarkPath("none", "close"), "")).status).toBe(404);
  });
});

describe("figures", () => {
  test("the overview counts what ended, before and now, and how long runs stood in line", async () => {
    let isBroken = false;
    const world = await rig({}, () => (isBroken ? never : returned(1)));
    await world.register("app", { f: { triggers: [{ event: "a" }] } });
    await send(world, "a");
    await pass(world, 86_400_000);
    await send(world, "a");
    isBroken = true;
    await send(world, "a");
    const figures = await data(world, overviewPath({ buckets: 24 }));
    expect(figures).toMatchObject({
      events: 2,
      completed: 1,
      failed: 1,
      cancelled: 0,
      before: { completed: 1, failed: 0 },
      queued: 0,
      running: 0,
      parked: 0,
      queueDelay: { p50Ms: 0, p95Ms: 0 },
    });
    expect(figures.buckets).toHaveLength(24);
    expect(figures.buckets.at(-1)).toMatchObject({ completed: 1, failed: 1, delayP50Ms: 0 });
  });

  test("counts under an expression are those of the runs that it means", async () => {
    const world = await rig({}, () => returned({ total: 5 }));
    await world.register("app", { f: { triggers: [{ event: "a" }] } });
    for (const plan of ["pro", "free", "pro"]) await send(world, "a", { data: { plan } });
    const expression = 'event.data.plan == "pro" && output.total == 5';
    expect((await data(world, runFiguresPath({ expression }))).counts).toEqual({ COMPLETED: 2 });
    expect(await data(world, runsPath({ expression, limit: 1 }))).toHaveLength(1);
    const first = await world.request(runsPath({ expression, limit: 1 }));
    const { cursor } = first.body.page;
    const second = await data(world, runsPath({ expression, limit: 1, cursor }));
    expect(second).toHaveLength(1);
    expect(second[0].id).not.toBe(first.body.data[0].id);
    const refused = await world.request(runsPath({ expression: "event.data." }));
    expect(refused).toMatchObject({ status: 400, body: { errors: [{ code: "validation_error" }] } });
  });
});
