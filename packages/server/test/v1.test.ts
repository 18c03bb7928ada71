import { stepKey } from "@stepwell/protocol";
import { describe, expect, test } from "vitest";
import { answered, op, returned, rig } from "./rig.ts";

describe("protocol §7.1 REST v1", () => {
  test("events, newest first, by name, time and cursor", async () => {
    const world = await rig();
    const ids: string[] = [];
    for (let number = 0; number < 5; number += 1) {
      const sent = await world.post("/e/k", {
        name: number % 2 === 0 ? "even" : "odd",
        data: { number },
        id: `id-${number}`,
      });
      ids.push(sent.body.ids[0]);
      if (number === 2) await world.clock.advance(1000);
    }
    const all = await world.request("/v1/events");
    expect(all.body.metadata.fetched_at).toBe("2026-01-01T00:00:01.000Z");
    expect(all.body.data.map((event: { data: { number: number } }) => event.data.number)).toEqual([
      4, 3, 2, 1, 0,
    ]);
    expect(all.body.data[0]).toMatchObject({
      internal_id: ids[4],
      id: "id-4",
      name: "even",
      received_at: "2026-01-01T00:00:01.000Z",
      source_id: null,
      ts: expect.any(Number),
    });
    const numbers = async (query: string) =>
      (await world.request(`/v1/events?${query}`)).body.data.map(
        (event: { data: { number: number } }) => event.data.number,
      );
    expect(await numbers("name=odd")).toEqual([3, 1]);
    expect(await numbers("received_after=2026-01-01T00:00:00.500Z")).toEqual([4, 3]);
    expect(await numbers("received_before=2026-01-01T00:00:00.500Z")).toEqual([2, 1, 0]);
    expect(await numbers("limit=2")).toEqual([4, 3]);
    expect(await numbers(`limit=2&cursor=${ids[3]}`)).toEqual([2, 1]);
    expect(await numbers(`cursor=${ids[1]}`)).toEqual([0]);
    expect(await numbers("limit=0")).toEqual([4]);
  });

  test("A12.4 there is one account and one environment, whose ids are the same on every server", async () => {
    const idsOf = async () => {
      const world = await rig();
      await world.post("/e/key", { name: "a", data: {} });
      const { body } = await world.request("/v1/events");
      return [body.data[0].account_id, body.data[0].environment_id];
    };
    const [first, second] = [await idsOf(), await idsOf()];
    expect(first.every((id) => /^[0-9a-f-]{36}$/.test(id))).toBe(true);
    expect(second).toEqual(first);
  });

  test("an event and its runs, whose status is never an old one", async () => {
    const world = await rig({}, () => answered(op.sleep("nap", "1m")));
    await world.register("app", { f: { triggers: [{ event: "a" }] } });
    const { body: sent } = await world.post("/e/k", { name: "a", data: {} });
    const [id] = sent.ids;
    expect((await world.request(`/v1/events/${id}`)).body.data).toMatchObject({ internal_id: id, id });
    await world.engine.whenIdle();
    const runs = async () => (await world.request(`/v1/events/${id}/runs`)).body.data;
    const [running] = await runs();
    expect(running).toMatchObject({ status: "Running", ended_at: null, event_id: id, function_version: 1 });
    expect(running).not.toHaveProperty("output");
    await world.request(`/v1/runs/${running.run_id}`, { method: "DELETE" });
    expect((await runs())[0]).toMatchObject({ status: "Cancelled", ended_at: expect.any(String) });
  });

  test("a run with its output, a failed one with its error", async () => {
    let isBroken = false;
    const world = await rig({}, () =>
      isBroken
        ? { kind: "failed", error: { name: "Error", message: "boom" }, retry: { kind: "never" } }
        : returned({ ok: 1 }),
    );
    await world.register("app", {
      f: { triggers: [{ event: "a" }], steps: undefined, ...oneStep("app-f", 0) },
    });
    const runOf = async () => {
      const { body } = await world.post("/e/k", { name: "a", data: {} });
      await world.engine.whenIdle();
      return (await world.request(`/v1/events/${body.ids[0]}/runs`)).body.data[0];
    };
    const good = await runOf();
    expect((await world.request(`/v1/runs/${good.run_id}`)).body.data).toMatchObject({
      status: "Completed",
      output: { ok: 1 },
    });
    isBroken = true;
    expect(await runOf()).toMatchObject({ status: "Failed", output: { name: "Error", message: "boom" } });
  });

  test("jobs of a run, soonest first", async () => {
    const world = await rig({}, () => answered(op.sleep("long", "2h"), op.sleep("short", "1m")));
    await world.register("app", { f: { triggers: [{ event: "a" }] } });
    const { body } = await world.post("/e/k", { name: "a", data: {} });
    await world.engine.whenIdle();
    const [run] = (await world.request(`/v1/events/${body.ids[0]}/runs`)).body.data;
    const { body: jobs } = await world.request(`/v1/runs/${run.run_id}/jobs`);
    expect(jobs.data).toMatchObject([
      { kind: "sleep", position: 0, at: "2026-01-01T00:01:00.000Z", attempt: 0 },
      { kind: "sleep", position: 1, at: "2026-01-01T02:00:00.000Z" },
    ]);
  });

  test("cancelling: once, not twice", async () => {
    const world = await rig({}, () => answered(op.sleep("nap", "1m")));
    await world.register("app", { f: { triggers: [{ event: "a" }] } });
    const { body } = await world.post("/e/k", { name: "a", data: {} });
    await world.engine.whenIdle();
    const [run] = (await world.request(`/v1/events/${body.ids[0]}/runs`)).body.data;
    const first = await world.request(`/v1/runs/${run.run_id}`, { method: "DELETE" });
    expect(first).toMatchObject({ status: 200, text: "" });
    const second = await world.request(`/v1/runs/${run.run_id}`, { method: "DELETE" });
    expect(second).toMatchObject({
      status: 409,
      body: { error: expect.stringContaining("has ended already") },
    });
  });

  test("D6 a signal goes to the run that waits for it", async () => {
    const world = await rig({}, (call) =>
      call.steps.length === 0
        ? answered(op.signal("s", "approve", "1h"))
        : returned(call.steps[0]?.text ?? null),
    );
    await world.register("app", { f: { triggers: [{ event: "a" }] } });
    await world.post("/e/k", { name: "a", data: {} });
    await world.engine.whenIdle();
    const sent = await world.post("/v1/signals", { signal: "approve", data: { by: "me" } });
    expect(sent).toMatchObject({ status: 200, body: { data: { run_id: expect.any(String) } } });
    await world.engine.whenIdle();
    const { body } = await world.request(`/v1/runs/${sent.body.data.run_id}`);
    expect(JSON.parse(body.data.output)).toEqual({ data: { signal: "approve", data: { by: "me" } } });
    expect((await world.post("/v1/signals", { signal: "approve" })).status).toBe(404);
  });

  test("an app's functions are a bare array", async () => {
    const world = await rig();
    await world.register("my app", { f: { triggers: [{ event: "a" }], concurrency: 5 } });
    const { body } = await world.request("/v1/apps/my%20app/functions");
    expect(body).toMatchObject([
      {
        id: "my app-f",
        name: "f",
        archived_at: null,
        created_at: "2026-01-01T00:00:00.000Z",
        config: { options: { concurrency: 5 } },
      },
    ]);
    expect(body[0].internal_id).toMatch(/^[0-9a-f-]{36}$/);
  });
});

describe("protocol §6 state that is too large for a call", () => {
  test("batch gives the events, actions the memoised steps in the order in which they ended", async () => {
    const world = await rig({}, (call) => {
      if (call.stepId !== "step") return answered(op.ran("second", { two: 2 }));
      return call.steps.length === 0
        ? answered(op.ran("first", 1))
        : answered({ op: "Sleep", id: stepKey("nap"), name: "1h" });
    });
    await world.register("app", { f: { triggers: [{ event: "a" }] } });
    const { body } = await world.post("/e/k", { name: "a", data: { n: 1 }, id: "mine" });
    await world.engine.whenIdle();
    const [run] = (await world.request(`/v1/events/${body.ids[0]}/runs`)).body.data;
    const batch = await world.request(`/v0/runs/${run.run_id}/batch`);
    expect(batch.body).toMatchObject([
      { name: "a", data: { n: 1 }, id: "mine", user: {}, ts: expect.any(Number) },
    ]);
    const actions = await world.request(`/v0/runs/${run.run_id}/actions`);
    expect(actions.body).toEqual({ [stepKey("first")]: { data: 1 } });
    await world.clock.advance(3_600_000, () => world.engine.whenIdle());
    const later = await world.request(`/v0/runs/${run.run_id}/actions`);
    expect(later.body).toEqual({ [stepKey("first")]: { data: 1 }, [stepKey("nap")]: null });
  });
});

describe("protocol §9.1 checkpoints", () => {
  test("steps of the open call are recorded; async ones are refused; another call's and those after the end are stale", async () => {
    let finish: (() => void) | undefined;
    const world = await rig({}, async () => {
      await new Promise<void>((resolve) => {
        finish = resolve;
      });
      return returned("end");
    });
    await world.register("app", { f: { triggers: [{ event: "a" }] } });
    await world.post("/e/k", { name: "a", data: {} });
    for (let turn = 0; world.calls.length === 0 && turn < 200; turn += 1)
      await new Promise((resolve) => setImmediate(resolve));
    const [call] = world.calls;
    if (call === undefined) throw new Error("There was no call.");
    const send = (steps: readonly unknown[], parts: object = {}, path = "v1/checkpoint") =>
      world.post(`/${path}/${call.runId}/async`, {
        run_id: call.runId,
        fn_id: call.functionId,
        qi_id: call.queueItemId,
        generation_id: call.generation,
        steps,
        ts: 1,
        ...parts,
      });
    expect(await send([op.ran("a", 1, { rawArgs: ["a", null], promise: {} })])).toMatchObject({
      status: 200,
      text: "",
    });
    expect(await send([op.ran("a", 2)])).toMatchObject({ status: 200, text: "" });
    expect(await send([op.ran("b", 3)], {}, "v1/http/runs")).toMatchObject({ status: 200, text: "" });
    expect(await send([op.sleep("nap", "1m")])).toMatchObject({
      status: 400,
      body: { error: "cannot checkpoint async steps", data: { run_id: call.runId }, status: 400 },
    });
    expect((await send([op.ran("c", 4)], { qi_id: "0.9.9.other" })).status).toBe(409);
    expect((await world.request(`/v0/runs/${call.runId}/actions`)).body).toEqual({
      [stepKey("a")]: { data: 1 },
      [stepKey("b")]: { data: 3 },
    });
    finish?.();
    await world.engine.whenIdle();
    expect(await send([op.ran("d", 5)])).toMatchObject({
      status: 409,
      body: { status: 409, data: { run_id: call.runId } },
    });
  });
});

function oneStep(slug: string, attempts: number): object {
  const url = `http://localhost:3000/api/inngest?fnId=${slug}&stepId=step`;
  return {
    steps: { step: { id: "step", name: "step", runtime: { type: "http", url }, retries: { attempts } } },
  };
}
