// Steering functions over REST: pause, drain, overrides, limits, and what an invocation is told by flow control.

import type { LimitView } from "@stepwell/protocol/rest";
import { describe, expect, test } from "vitest";
import { answered, op, type Rig, returned, rig } from "./rig.ts";

const path = (rest = ""): string => `/api/v2/functions/app-f${rest}`;

async function world(config: object, script = () => returned()): Promise<Rig> {
  const made = await rig({}, script);
  await made.register("app", { f: { triggers: [{ event: "a" }], ...config } });
  return made;
}

async function send(made: Rig, data: object = {}): Promise<string> {
  const { body } = await made.post("/e/k", { name: "a", data });
  await made.engine.whenIdle();
  return body.ids[0];
}

describe("C14 pause and drain", () => {
  test("a paused function says since when and by whom, skips triggers, and goes on when resumed", async () => {
    const made = await world({});
    const paused = await made.post(path("/pause"), { by: "ana" });
    expect(paused).toMatchObject({
      status: 200,
      body: { data: { isPaused: true, pausedAt: "2026-01-01T00:00:00.000Z", pausedBy: "ana" } },
    });
    const eventId = await send(made);
    const { body } = await made.request(`/api/v2/events/${eventId}/outcomes`);
    expect(body.data.functions[0].outcome.kind).toBe("paused");
    expect((await made.request(path())).body.data).toMatchObject({ isPaused: true, skippedTriggers: 1 });
    expect((await made.post(path("/resume"), "")).body.data).toMatchObject({ isPaused: false });
    await send(made);
    expect(made.calls).toHaveLength(1);
  });

  test("a pause cancels the runs in flight on request", async () => {
    const made = await world({}, () => answered(op.sleep("nap", "1h")));
    await send(made);
    await made.post(path("/pause"), { cancelRuns: true });
    await made.clock.advance(1000, () => made.engine.whenIdle());
    const { body } = await made.request("/api/v2/runs");
    expect(body.data.map(({ status }: { status: string }) => status)).toEqual(["CANCELLED"]);
  });

  test("a draining function starts nothing new until that is taken back", async () => {
    const made = await world({});
    expect((await made.post(path("/drain"), { on: true })).body.data).toHaveProperty("drainingAt");
    await send(made);
    expect(made.calls).toHaveLength(0);
    expect((await made.post(path("/drain"), { on: false })).body.data).not.toHaveProperty("drainingAt");
    expect((await made.post(path("/drain"), {})).body.errors[0].code).toBe("missing_field");
  });
});

describe("limits and overrides", () => {
  const concurrency = { concurrency: [{ limit: 2, key: "event.data.account" }] };

  test("limits tell the numbers in force, and per key what runs and what waits", async () => {
    let release = (): void => {};
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    const made = await rig({}, async () => {
      await held;
      return returned();
    });
    await made.register("app", { f: { triggers: [{ event: "a" }], ...concurrency } });
    for (let number = 0; number < 4; number += 1) {
      await made.post("/e/k", { name: "a", data: { account: "acme" } });
    }
    const callsOpen = async (): Promise<void> => {
      if (made.calls.length < 2) await new Promise((resolve) => setImmediate(resolve)).then(callsOpen);
    };
    await callsOpen();
    const limits = async (): Promise<readonly LimitView[]> => (await made.request(path("/limits"))).body.data;
    expect(await limits()).toMatchObject([
      {
        name: "concurrency.0",
        key: "event.data.account",
        limit: 2,
        registeredLimit: 2,
        keyCount: 1,
        keys: [{ value: "acme", running: 2, queued: 2 }],
      },
    ]);
    const queued = (await made.request("/api/v2/runs?status=QUEUED&order=oldest")).body.data;
    expect(queued[0].activity).toEqual({
      kind: "queued",
      heldBackBy: { limit: "concurrency", text: "2 of 2 running for acme" },
    });
    release();
    await made.engine.whenIdle();
  });

  test("C7.8 under a limit on whole runs, limits tell the runs under way, asleep ones too, and who waits", async () => {
    const whole = { concurrency: { fn: [{ limit: 1, key: "event.data.account" }] } };
    const made = await world(whole, () => answered(op.sleep("nap", "1h")));
    await send(made, { account: "acme" });
    await send(made, { account: "acme" });
    await send(made, { account: "other" });
    expect((await made.request(path("/limits"))).body.data).toMatchObject([
      {
        name: "concurrency.fn",
        key: "event.data.account",
        limit: 1,
        keyCount: 2,
        keys: [
          { value: "acme", running: 1, queued: 1 },
          { value: "other", running: 1, queued: 0 },
        ],
      },
    ]);
    const [run] = (await made.request("/api/v2/runs?status=QUEUED")).body.data;
    expect(run.activity.heldBackBy).toEqual({ limit: "concurrency", text: "1 of 1 runs under way for acme" });
    await made.post(path("/overrides"), { limit: "concurrency.fn", value: 2, by: "ana" });
    await made.engine.whenIdle();
    expect((await made.request(path("/limits"))).body.data).toMatchObject([
      { limit: 2, registeredLimit: 1, override: { by: "ana" }, keys: [{ value: "acme", running: 2 }, {}] },
    ]);
  });

  test("a queued run says which throttle holds it back, and when the next one may start", async () => {
    const made = await world({ throttle: { limit: 1, period: "1m" } });
    await send(made);
    await send(made);
    const [run] = (await made.request("/api/v2/runs?status=QUEUED")).body.data;
    expect(run.activity).toEqual({
      kind: "queued",
      heldBackBy: { limit: "throttle", text: "throttled to 1 per minute" },
      startsAt: "2026-01-01T00:01:00.000Z",
    });
    await made.post(path("/pause"), "");
    const paused = (await made.request(`/api/v2/runs/${run.id}`)).body.data;
    expect(paused.activity.heldBackBy).toEqual({ limit: "paused", text: "the function is paused" });
  });

  test("an override replaces the number until it is removed, and a sync does not touch it", async () => {
    const made = await world(concurrency);
    const set = await made.post(path("/overrides"), {
      limit: "concurrency.0",
      value: 10,
      reason: "sale",
      by: "ana",
    });
    expect(set).toMatchObject({
      status: 200,
      body: { data: { limit: "concurrency.0", value: 10, by: "ana" } },
    });
    const limit = async (): Promise<LimitView> => (await made.request(path("/limits"))).body.data[0];
    expect(await limit()).toMatchObject({ limit: 10, registeredLimit: 2, override: { reason: "sale" } });
    await made.register("app", { f: { triggers: [{ event: "a" }, { event: "b" }], ...concurrency } });
    expect(await limit()).toMatchObject({ limit: 10 });
    await made.request(path("/overrides/concurrency.0"), { method: "DELETE" });
    expect(await limit()).not.toHaveProperty("override");
    expect((await made.request(path("/overrides/speed"), { method: "DELETE" })).status).toBe(404);
  });

  test("an override that makes no sense is refused with the reason", async () => {
    const made = await world(concurrency);
    const refused = await made.post(path("/overrides"), { limit: "throttle", value: 1 });
    expect(refused).toMatchObject({ status: 400, body: { errors: [{ code: "validation_error" }] } });
    expect((await made.post(path("/overrides"), { limit: "speed", value: 1 })).body.errors[0].message).toBe(
      "limit must be one of: concurrency.0, concurrency.1, concurrency.fn, throttle, rateLimit.",
    );
  });
});

describe("G4 invoking", () => {
  test("the same idempotency key starts one run; the second is refused with the first one's run", async () => {
    const made = await world({});
    const first = await made.post(path("/invoke"), { data: {}, idempotencyKey: "k1" });
    expect(first.status).toBe(202);
    const second = await made.post(path("/invoke"), { data: {}, idempotencyKey: "k1" });
    expect(second).toMatchObject({ status: 409, body: { errors: [{ code: "idempotency_conflict" }] } });
    expect(second.body.errors[0].message).toContain(first.body.data.runId);
    await made.engine.whenIdle();
    expect(made.calls).toHaveLength(1);
  });

  test("what flow control rejects is told at once: rate limited, paused", async () => {
    const made = await world({ rateLimit: { limit: 1, period: "1h" } });
    expect((await made.post(path("/invoke"), {})).status).toBe(202);
    const limited = await made.post(path("/invoke"), {});
    expect(limited).toMatchObject({ status: 422, body: { errors: [{ code: "rate_limited" }] } });
    const skipped = await world({});
    await skipped.post(path("/pause"), "");
    expect(await skipped.post(path("/invoke"), {})).toMatchObject({
      status: 422,
      body: { errors: [{ code: "function_skipped", message: "Function app-f is paused. Resume it first." }] },
    });
  });

  test("a debounced invocation is accepted without a run, for that comes later", async () => {
    const made = await world({ debounce: { period: "1h" } });
    const answer = await made.post(path("/invoke"), {});
    expect(answer.status).toBe(202);
    expect(answer.body.data).not.toHaveProperty("runId");
  });
});
