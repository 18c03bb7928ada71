// B: the events that the engine emits itself, field by field.

import { isUlid, systemEvent } from "@stepwell/protocol";
import { describe, expect, test } from "vitest";
import { type Loose, never, op, ops, Rig, returned, sequence, thrown } from "./rig.ts";

const go = { triggers: [{ event: "go" }] };
const event = { name: "go", data: { n: 1 } };
const functions = {
  good: { ...go, script: () => returned({ done: true }) },
  bad: { ...go, script: () => thrown("it broke", never, "TypeError") },
  long: { ...go, script: sequence([["s", op.sleep("s", "1d")]]) },
  parent: { ...go, script: sequence([["i", op.invoke("i", "app-child")]]) },
  child: { script: () => returned("from the child") },
};

/** A run of each kind of end: completed, failed, cancelled, and one that was invoked. */
async function ended() {
  const rig = await new Rig().start(functions);
  await rig.send(event);
  await rig.engine.cancelRun(rig.run("long").id);
  await rig.settle();
  const of = (name: string, functionId: string): Loose =>
    rig.events(name).find((item) => item.data.function_id === `app-${functionId}`);
  return { rig, of };
}

describe("B1 B2 what is emitted when a run ends", () => {
  const emitted: readonly (readonly [string, string, string, boolean])[] = [
    ["inngest/function.finished", "a completed run", "good", true],
    ["inngest/function.failed", "a completed run", "good", false],
    ["inngest/function.cancelled", "a completed run", "good", false],
    ["inngest/function.finished", "a failed run", "bad", true],
    ["inngest/function.failed", "a failed run", "bad", true],
    ["inngest/function.cancelled", "a failed run", "bad", false],
    ["inngest/function.finished", "a cancelled run", "long", true],
    ["inngest/function.failed", "a cancelled run", "long", false],
    ["inngest/function.cancelled", "a cancelled run", "long", true],
  ];
  test.each(emitted)("B1 B2.1 %s of %s (%s): %s", async (name, _, functionId, isEmitted) => {
    const { of } = await ended();
    expect(of(name, functionId) !== undefined).toBe(isEmitted);
  });

  test("B1 B6.1 inngest/function.invoked is emitted for an invoke step and for an invocation by API", async () => {
    const { rig } = await ended();
    await rig.engine.invoke("app-child", { data: { by: "api" } });
    await rig.settle();
    expect(
      rig.events(systemEvent.invoked).map(({ data: { _inngest, ...data } }) => [data, _inngest.fn_id]),
    ).toEqual([
      [{}, "app-child"],
      [{ by: "api" }, "app-child"],
    ]);
  });

  const error = { name: "TypeError", message: "it broke", error: "TypeError: it broke" };
  const cancelled = { name: "Error", message: "function cancelled", error: "Error: function cancelled" };
  const { finished, failed } = systemEvent;
  const fields: readonly (readonly [string, string, string, string, unknown])[] = [
    ["function_id", "the slug", finished, "good", { function_id: "app-good" }],
    ["event and events", "what started it", finished, "good", { event, events: [event] }],
    ["result", "of a completed run", finished, "good", { result: { done: true } }],
    ["error", "of a failed run", failed, "bad", { error }],
    ["error", "of a failed run, in finished too", finished, "bad", { error }],
    ["error", "of a cancelled run", systemEvent.cancelled, "long", { error: cancelled }],
    ["_inngest.status", "completed", finished, "good", { _inngest: { status: "Completed" } }],
    ["_inngest.status", "failed", failed, "bad", { _inngest: { status: "Failed" } }],
    ["_inngest.status", "cancelled", finished, "long", { _inngest: { status: "Cancelled" } }],
  ];
  test.each(fields)("B2 %s: %s", async (_, __, name, functionId, expected) => {
    const { of } = await ended();
    expect(of(name, functionId).data).toMatchObject(expected as object);
  });

  test("B2 run_id: the ended run's; failed and cancelled events have it as their id, finished ones an id of their own", async () => {
    const { rig, of } = await ended();
    const ids = [of(failed, "bad"), of(systemEvent.cancelled, "long"), of(finished, "bad")].map(
      ({ id, data }) => [data.run_id, id],
    );
    const [bad, long] = [rig.run("bad").id, rig.run("long").id];
    expect(ids).toEqual([
      [bad, bad],
      [long, long],
      [bad, expect.not.stringContaining(bad)],
    ]);
    expect(isUlid(ids[2]?.[1])).toBe(true);
  });

  test("B2 D8.8 correlation_id: of a run that was invoked alone, the invoker and its step", async () => {
    const { rig, of } = await ended();
    expect(of(finished, "good").data).not.toHaveProperty("correlation_id");
    expect(of(finished, "child").data.correlation_id).toBe(
      `${rig.run("parent").id}.${op.invoke("i", "").id}`,
    );
  });

  test("B2.2 the end is emitted once, also when parallel branches fail together", async () => {
    const rig = await new Rig().start({
      f: {
        ...go,
        retries: 0,
        script: (call) =>
          call.ctx.step_id === "step" ? ops([op.planned("a"), op.planned("b")]) : thrown("boom", never),
      },
    });
    await rig.send(event);
    expect([rig.events(finished).length, rig.events(failed).length]).toEqual([1, 1]);
  });

  test("B2.5 an error without a name is an Error", async () => {
    const rig = await new Rig().start({
      f: { ...go, script: () => ops([op.failed("s", { message: "nameless" })]) },
    });
    await rig.send(event);
    const [step] = [...rig.rows.tables.steps.values()];
    expect(JSON.parse(step?.result ?? "")).toEqual({ error: { name: "Error", message: "nameless" } });
  });
});

describe("B3 B5 functions that listen to system events", () => {
  test("B3.1 a wait and a cancellation may be for a system event, too", async () => {
    const rig = await new Rig().start({
      waits: {
        triggers: [{ event: "begin" }],
        script: sequence(
          [["w", op.wait("w", systemEvent.failed, "1h", "async.data.function_id == 'app-bad'")]],
          (call) => call.memo("w").data.error.message,
        ),
      },
      ends: {
        triggers: [{ event: "begin" }],
        options: { cancel: [{ event: systemEvent.finished, if: "async.data.function_id == 'app-bad'" }] },
        script: sequence([["s", op.sleep("s", "1d")]]),
      },
      bad: functions.bad,
    });
    await rig.send({ name: "begin", data: {} });
    await rig.send(event);
    expect([rig.output("waits"), rig.statuses("ends")]).toEqual(["it broke", ["cancelled"]]);
  });

  test("B5.4 a failure handler has steps, retries and a run of its own", async () => {
    const rig = await new Rig({ retryIntervalMs: 1000 }).start({
      bad: functions.bad,
      "bad-failure": {
        triggers: [{ event: systemEvent.failed, expression: "event.data.function_id == 'app-bad'" }],
        retries: 1,
        script: (call) => {
          if (call.has("tell")) return returned([call.memo("tell").data, call.event.data.run_id]);
          return call.ctx.attempt === 0 ? ops([op.error("tell")]) : ops([op.ran("tell", "told")]);
        },
      },
    });
    await rig.send(event);
    await rig.advance(1000);
    expect(rig.output("bad-failure")).toEqual(["told", rig.run("bad").id]);
    expect(rig.run("bad-failure").id).not.toBe(rig.run("bad").id);
  });

  test("B5.3 B5.5 a failure handler never runs for cancelled runs, nor for runs that heal by a retry", async () => {
    const rig = await new Rig({ retryIntervalMs: 1000 }).start({
      long: functions.long,
      heals: { ...go, script: (call) => (call.ctx.attempt === 0 ? thrown("once") : returned(1)) },
      handler: { triggers: [{ event: systemEvent.failed }], script: () => returned(1) },
    });
    await rig.send(event);
    await rig.engine.cancelRun(rig.run("long").id);
    await rig.advance(1000);
    expect([rig.statuses("long"), rig.statuses("heals"), rig.statuses("handler")]).toEqual([
      ["cancelled"],
      ["completed"],
      [],
    ]);
  });
});
