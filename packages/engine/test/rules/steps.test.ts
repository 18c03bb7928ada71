// D1–D9 and D13: steps, as rules on the real engine.

import { stepKey } from "@stepwell/protocol";
import { describe, expect, test } from "vitest";
import { type Loose, never, op, ops, opsOf, Rig, returned, sequence, thrown } from "./rig.ts";

const secondMs = 1000;
const minuteMs = 60_000;
const dayMs = 24 * 60 * minuteMs;
const go = { triggers: [{ event: "go" }] };
const goEvent = { name: "go", data: { id: "x", n: 1 } };

describe("D1 execution model", () => {
  test("D1.1 the function is called again after each step, with what has ended", async () => {
    const rig = await new Rig().start({
      f: {
        ...go,
        script: sequence([
          ["a", op.ran("a", 1)],
          ["b", op.ran("b", 2)],
        ]),
      },
    });
    await rig.send(goEvent);
    expect(rig.calls.map((call) => Object.keys(call.steps))).toEqual([
      [],
      [stepKey("a")],
      [stepKey("a"), stepKey("b")],
    ]);
    expect(rig.calls.map((call) => call.ctx.stack)).toEqual([
      { current: 0, stack: [] },
      { current: 1, stack: [stepKey("a")] },
      { current: 2, stack: [stepKey("a"), stepKey("b")] },
    ]);
  });

  test("D1.6 a stored value is wrapped as data or error", async () => {
    const rig = await new Rig().start({
      f: {
        ...go,
        script: (call) =>
          call.has("b")
            ? returned(call.steps)
            : ops([call.has("a") ? op.failed("b") : op.ran("a", { v: 1 })]),
      },
    });
    await rig.send(goEvent);
    expect(rig.output("f")).toEqual({
      [stepKey("a")]: { data: { v: 1 } },
      [stepKey("b")]: { error: { name: "Error", message: "boom" } },
    });
  });

  test("D1.10 C4.5 a run of more than 1000 steps fails", async () => {
    const rig = await new Rig().start({
      f: { ...go, script: () => ops(Array.from({ length: 1001 }, (_, index) => op.planned(`s${index}`))) },
    });
    await rig.send(goEvent);
    expect([rig.run("f").status, rig.run("f").error?.name]).toEqual([
      "failed",
      "InngestErrFunctionOverflowed",
    ]);
  });

  test("D1.11 a step result over 4 MB is an error that is retried", async () => {
    const large = "x".repeat(4 * 1024 * 1024 + 1);
    const rig = await new Rig().start({
      f: {
        ...go,
        retries: 1,
        script: (call) => (call.has("a") ? returned(call.memo("a")) : ops([op.ran("a", large)])),
      },
    });
    await rig.send(goEvent);
    await rig.advance(minuteMs);
    expect([rig.callsOf("f").length, rig.output("f").error.name]).toEqual([3, "output_too_large"]);
  });
});

describe("A15 D7 sending from functions", () => {
  test("A15.1 D7 a sending step is memoised: the events are stored once however often the code runs", async () => {
    const rig = new Rig();
    await rig.start({
      f: {
        ...go,
        script: async (call) => {
          if (call.has("nap")) return returned(call.memo("send").data.ids.length);
          if (call.has("send")) return ops([op.sleep("nap", "1m")]);
          const outcome = await rig.engine.ingest([{ name: "told", data: {} }]);
          return ops([op.sent("send", outcome.kind === "accepted" ? outcome.ids : [])]);
        },
      },
    });
    await rig.send(goEvent);
    await rig.advance(minuteMs);
    expect([rig.output("f"), rig.events("told").length]).toEqual([1, 1]);
  });
});

describe("D3 step.run", () => {
  test("D3.2 the first recorded result wins", async () => {
    const rig = await new Rig().start({
      f: {
        ...go,
        script: (call) =>
          call.has("b")
            ? returned(call.memo("a").data)
            : ops([op.ran("a", call.has("a") ? 2 : 1), ...(call.has("a") ? [op.ran("b")] : [])]),
      },
    });
    await rig.send(goEvent);
    expect(rig.output("f")).toBe(1);
  });
});

describe("D4 sleep", () => {
  test("D4.1 D4.5 a sleep ends at its time and holds no concurrency", async () => {
    const rig = await new Rig().start({
      f: { ...go, options: { concurrency: 1 }, script: sequence([["s", op.sleep("s", "1h")]]) },
    });
    await rig.send(goEvent);
    await rig.send(goEvent);
    expect(rig.calls).toHaveLength(2);
    await rig.advance(60 * minuteMs - 1);
    expect(rig.statuses("f")).toEqual(["running", "running"]);
    await rig.advance(1);
    expect(rig.statuses("f")).toEqual(["completed", "completed"]);
  });

  test("D4.1 sleepUntil takes a date; D4.2 one in the past ends at once", async () => {
    const rig = new Rig();
    const until = (ms: number) => new Date(rig.clock.now() + ms).toISOString();
    await rig.start({
      later: { ...go, script: sequence([["s", op.sleep("s", until(5000))]]) },
      past: { ...go, script: sequence([["s", op.sleep("s", until(-5000))]]) },
      empty: { ...go, script: sequence([["s", op.sleep("s", "")]]) },
    });
    await rig.send(goEvent);
    expect([rig.statuses("later"), rig.statuses("past"), rig.statuses("empty")]).toEqual([
      ["running"],
      ["completed"],
      ["completed"],
    ]);
    await rig.advance(5000);
    expect(rig.statuses("later")).toEqual(["completed"]);
  });

  test("D4.3 a sleep of more than 366 days fails the run", async () => {
    const rig = await new Rig().start({ f: { ...go, script: sequence([["s", op.sleep("s", "367d")]]) } });
    await rig.send(goEvent);
    expect(rig.run("f").error?.name).toBe("InngestErrTimeoutTooLong");
  });

  test("D4.5 a sleep survives a restart; D4.6 a cancelled run never wakes", async () => {
    const rig = await new Rig().start({
      f: { ...go, script: sequence([["s", op.sleep("s", "1d")]]) },
      g: { ...go, script: sequence([["s", op.sleep("s", "1d")]]) },
    });
    await rig.send(goEvent);
    await rig.advance(dayMs / 2);
    await rig.engine.cancelRun(rig.run("g").id);
    await rig.restart();
    await rig.advance(dayMs / 2);
    expect([rig.statuses("f"), rig.statuses("g"), rig.callsOf("g").length]).toEqual([
      ["completed"],
      ["cancelled"],
      1,
    ]);
  });
});

describe("D5 waitForEvent", () => {
  const waiting = (expression?: string, timeout = "1h") => ({
    ...go,
    script: sequence([["w", op.wait("w", "reply", timeout, expression)]], (call) => call.memo("w")),
  });

  test("D5.1 the timeout gives null, an empty one at once", async () => {
    const rig = await new Rig().start({ f: waiting(), now: waiting(undefined, "") });
    await rig.send(goEvent);
    expect([rig.output("now"), rig.statuses("f")]).toEqual([null, ["running"]]);
    await rig.advance(60 * minuteMs);
    expect(rig.output("f")).toBeNull();
  });

  test("D5.1 a timeout of more than 366 days fails the run", async () => {
    const rig = await new Rig().start({ f: waiting(undefined, "400d") });
    await rig.send(goEvent);
    expect(rig.run("f").error?.name).toBe("InngestErrTimeoutTooLong");
  });

  test("D5.2 an event received before the wait is missed by a run that sent nothing", async () => {
    const rig = await new Rig().start({ f: waiting() });
    await rig.send({ name: "reply", data: {} });
    await rig.send(goEvent);
    expect(rig.statuses("f")).toEqual(["running"]);
  });

  test("D5.4 duplicates by id still resume", async () => {
    const rig = await new Rig().start({ f: waiting() });
    await rig.send({ name: "reply", id: "same", data: { first: true } });
    await rig.send(goEvent);
    await rig.send({ name: "reply", id: "same", data: { second: true } });
    expect(rig.output("f").data).toEqual({ second: true });
  });

  test("D5.5 the first match resumes, later ones change nothing", async () => {
    const rig = await new Rig().start({ f: waiting() });
    await rig.send(goEvent);
    await rig.send({ name: "reply", data: { n: 1 } }, { name: "reply", data: { n: 2 } });
    expect(rig.output("f").data).toEqual({ n: 1 });
  });

  test("D5.6 one event resumes several waits and starts functions", async () => {
    const rig = await new Rig().start({
      a: waiting(),
      b: waiting(),
      c: { triggers: [{ event: "reply" }], script: () => returned(1) },
    });
    await rig.send(goEvent);
    await rig.send({ name: "reply", data: {} });
    expect([rig.statuses("a"), rig.statuses("b"), rig.statuses("c")]).toEqual([
      ["completed"],
      ["completed"],
      ["completed"],
    ]);
  });

  test("D5.7 match on a path that both lack matches", async () => {
    const rig = await new Rig().start({ f: waiting("event.data.missing == async.data.missing") });
    await rig.send(goEvent);
    await rig.send({ name: "reply", data: { missing: 1 } });
    expect(rig.statuses("f")).toEqual(["running"]);
    await rig.send({ name: "reply", data: {} });
    expect(rig.statuses("f")).toEqual(["completed"]);
  });

  test("D5.9 an expression that does not compile fails the run", async () => {
    const rig = await new Rig().start({ f: waiting("async.data.id == unquoted") });
    await rig.send(goEvent);
    expect([rig.run("f").status, rig.run("f").error?.name]).toEqual(["failed", "InvalidExpression"]);
  });

  test("D5.11 the whole event is returned, unwrapped", async () => {
    const rig = await new Rig().start({ f: waiting("async.data.id == event.data.id") });
    await rig.send(goEvent);
    await rig.send({ name: "reply", id: "r1", v: "2", data: { id: "x" } });
    expect(rig.output("f")).toEqual({
      name: "reply",
      id: "r1",
      v: "2",
      user: {},
      ts: rig.clock.now(),
      data: { id: "x" },
    });
  });

  test("D5.12 a waiting run holds no concurrency", async () => {
    const rig = await new Rig().start({ f: { ...waiting(), options: { concurrency: 1 } } });
    await rig.send(goEvent);
    await rig.send(goEvent);
    expect(rig.callsOf("f")).toHaveLength(2);
  });

  test("D5.14 the triggering event never ends the run's own wait", async () => {
    const rig = await new Rig().start({
      f: {
        triggers: [{ event: "reply" }],
        script: sequence([["w", op.wait("w", "reply", "1h")]], (call) => call.memo("w").data),
      },
    });
    await rig.send({ name: "reply", data: { n: 1 } });
    expect(rig.statuses("f")).toEqual(["running"]);
  });

  test("A8.12 a wildcard in a wait matches nothing", async () => {
    const rig = await new Rig().start({
      f: { ...go, script: sequence([["w", op.wait("w", "reply/*", "1h")]]) },
    });
    await rig.send(goEvent);
    await rig.send({ name: "reply/x", data: {} });
    expect(rig.statuses("f")).toEqual(["running"]);
  });
});

describe("H8.9 waits that look back", () => {
  const sendsThenWaits = (sent: readonly string[], rig: Rig) => async (call: Loose) => {
    if (call.has("w")) return returned(call.memo("w")?.data ?? null);
    if (call.has("send")) return ops([op.wait("w", "reply", "5m")]);
    const outcome = await rig.engine.ingest(sent.map((name) => ({ name, data: { own: true } })));
    // A responder that is faster than the recording of the step.
    await rig.engine.ingest([{ name: "reply", data: { fast: true } }]);
    return ops([op.sent("send", outcome.kind === "accepted" ? outcome.ids : [])]);
  };

  test("a reply received between the sending and its recording is caught", async () => {
    const rig = new Rig();
    await rig.start({ f: { ...go, script: sendsThenWaits(["ask"], rig) } });
    await rig.send(goEvent);
    expect(rig.output("f")).toEqual({ fast: true });
  });

  test("events that the run itself sent are no replies", async () => {
    const rig = new Rig();
    await rig.start({
      f: {
        ...go,
        script: async (call) => {
          if (call.has("w")) return returned(call.memo("w")?.data ?? null);
          if (call.has("send")) return ops([op.wait("w", "reply", "5m")]);
          const outcome = await rig.engine.ingest([{ name: "reply", data: { own: true } }]);
          return ops([op.sent("send", outcome.kind === "accepted" ? outcome.ids : [])]);
        },
      },
    });
    await rig.send(goEvent);
    expect(rig.statuses("f")).toEqual(["running"]);
    await rig.advance(5 * minuteMs);
    expect(rig.output("f")).toBeNull();
  });

  test("an unreadable result looks back to the call that reported the step", async () => {
    const rig = new Rig();
    await rig.start({
      f: {
        ...go,
        script: async (call) => {
          if (call.has("w")) return returned(call.memo("w")?.data ?? null);
          if (call.has("send")) return ops([op.wait("w", "reply", "5m")]);
          await rig.engine.ingest([{ name: "reply", data: { fast: true } }]);
          return ops([op.ran("send", { __ENCRYPTED__: true }, { opts: { type: "step.sendEvent" } })]);
        },
      },
    });
    await rig.send(goEvent);
    expect(rig.output("f")).toEqual({ fast: true });
  });

  test("waitLookback none keeps the reference's rule", async () => {
    const rig = new Rig({ waitLookback: { kind: "none" } });
    await rig.start({ f: { ...go, script: sendsThenWaits(["ask"], rig) } });
    await rig.send(goEvent);
    expect(rig.statuses("f")).toEqual(["running"]);
  });

  test("waitLookback with a duration catches what came before the run sent anything", async () => {
    const script = sequence([["w", op.wait("w", "reply", "5m")]], (call) => call.memo("w")?.data ?? null);
    const rig = await new Rig().start({ f: { ...go, options: { waitLookback: "10m" }, script } });
    await rig.send({ name: "reply", data: { old: true } });
    await rig.advance(11 * minuteMs);
    await rig.send({ name: "reply", data: { recent: true } });
    await rig.advance(minuteMs);
    await rig.send(goEvent);
    expect(rig.output("f")).toEqual({ recent: true });
  });
});

describe("D6 signals", () => {
  const awaits = (conflict: string) => ({
    ...go,
    script: sequence([["w", op.signal("w", "s", "1h", conflict)]], (call) => call.memo("w")),
  });

  test("D6.1 D6.3 a signal resumes the run that waits, its timeout gives null", async () => {
    const rig = await new Rig().start({ f: awaits("fail") });
    await rig.send(goEvent);
    expect(await rig.engine.signal("s", '{"ok":1}')).toEqual({ runId: rig.run("f").id });
    await rig.settle();
    expect(rig.output("f")).toEqual({ data: { signal: "s", data: { ok: 1 } } });
    await rig.send(goEvent);
    await rig.advance(60 * minuteMs);
    expect(rig.runs("f").map((run) => run.output)).toEqual([expect.any(String), "null"]);
  });

  test("D6.2 a second wait for one name fails its run, or replaces the first", async () => {
    const rig = await new Rig().start({
      f: awaits("fail"),
      r: { ...awaits("replace"), triggers: [{ event: "replace" }] },
    });
    await rig.send(goEvent);
    await rig.send(goEvent);
    expect(rig.statuses("f")).toEqual(["running", "failed"]);
    await rig.send({ name: "replace", data: {} });
    expect(await rig.engine.signal("s", "1")).toEqual({ runId: rig.run("r").id });
    await rig.settle();
    expect([rig.statuses("r"), rig.statuses("f")]).toEqual([["completed"], ["running", "failed"]]);
  });

  test("D6.4 a signal that nobody waits for is lost; a finished run gives its name back", async () => {
    const rig = await new Rig().start({ f: awaits("fail") });
    expect(await rig.engine.signal("s", "1")).toBeNull();
    await rig.send(goEvent);
    await rig.engine.cancelRun(rig.run("f").id);
    await rig.settle();
    expect(await rig.engine.signal("s", "1")).toBeNull();
  });

  test("D6.5 an empty signal name fails the run", async () => {
    const rig = await new Rig().start({ f: { ...go, script: sequence([["w", op.signal("w", "", "1h")]]) } });
    await rig.send(goEvent);
    expect(rig.statuses("f")).toEqual(["failed"]);
  });
});

describe("D8 invoke", () => {
  const parent = (slug: string, timeout?: string) => ({
    ...go,
    script: sequence([["i", op.invoke("i", slug, { q: 1 }, timeout)]], (call) => call.memo("i")),
  });

  test("D8.3 the child is a run of its own, its value the step's result", async () => {
    const rig = await new Rig().start({
      f: parent("app-c"),
      c: { script: (call) => returned([call.event.name, call.event.data.q]) },
    });
    await rig.send(goEvent);
    expect(rig.output("f")).toEqual({ data: ["inngest/function.invoked", 1] });
    expect(rig.run("c").invokedBy?.runId).toBe(rig.run("f").id);
  });

  test("D8.4 the timeout fails the step and the child goes on", async () => {
    const rig = await new Rig().start({
      f: parent("app-c", "10s"),
      c: { script: sequence([["s", op.sleep("s", "1m")]]) },
    });
    await rig.send(goEvent);
    await rig.advance(10 * secondMs);
    expect(rig.output("f").error.name).toBe("InngestInvokeTimeoutError");
    await rig.advance(minuteMs);
    expect(rig.statuses("c")).toEqual(["completed"]);
  });

  test("D8.5 the child's failure is the step's, and is not retried", async () => {
    const rig = await new Rig().start({
      f: parent("app-c"),
      c: { script: () => thrown("child broke", never, "TypeError") },
    });
    await rig.send(goEvent);
    expect(rig.output("f").error).toMatchObject({ name: "TypeError", message: "child broke" });
    expect(rig.runs("c")).toHaveLength(1);
  });

  test("D8.6 B6.3 invoking what does not exist fails the step at once", async () => {
    const rig = await new Rig().start({ f: parent("app-nothing") });
    await rig.send(goEvent);
    expect(rig.output("f").error.message).toContain("could not find function with ID: app-nothing");
  });

  test("D8.7 a cancelled child fails the step with a sentence", async () => {
    const rig = await new Rig().start({
      f: parent("app-c"),
      c: { script: sequence([["s", op.sleep("s", "1d")]]) },
    });
    await rig.send(goEvent);
    await rig.engine.cancelRun(rig.run("c").id);
    await rig.settle();
    expect(rig.output("f").error.message).toBe("function cancelled");
  });

  test("D8.9 cancelling the parent leaves the child alone", async () => {
    const rig = await new Rig().start({
      f: parent("app-c"),
      c: { script: sequence([["s", op.sleep("s", "1m")]]) },
    });
    await rig.send(goEvent);
    await rig.engine.cancelRun(rig.run("f").id);
    await rig.advance(minuteMs);
    expect([rig.statuses("f"), rig.statuses("c")]).toEqual([["cancelled"], ["completed"]]);
  });
});

describe("D9 parallel steps", () => {
  test("D9.1 D9.2 planned steps get calls of their own, and discovery comes once, after all of them", async () => {
    const rig = await new Rig().start({
      f: {
        ...go,
        script: (call) => {
          if (call.ctx.step_id !== "step")
            return ops([op.ran(call.ctx.step_id === stepKey("a") ? "a" : "b", 1)]);
          return call.has("a")
            ? returned(Object.keys(call.steps).length)
            : ops([op.planned("a"), op.planned("b")]);
        },
      },
    });
    await rig.send(goEvent);
    expect(rig.calls.map((call) => call.ctx.step_id)).toEqual(["step", stepKey("a"), stepKey("b"), "step"]);
    expect(rig.calls.map((call) => call.ctx.disable_immediate_execution)).toEqual([false, true, true, false]);
    expect(rig.output("f")).toBe(2);
  });

  test("D9.2 D9.5 version 1 is discovered after each sibling", async () => {
    const rig = await new Rig().start({
      f: {
        ...go,
        script: (call) => {
          const both = [op.sleep("a", "1s"), op.sleep("b", "2s")];
          return call.has("a") && call.has("b")
            ? { ...returned("done"), requestVersion: 1 }
            : ops(both, { kind: "backoff" }, 1);
        },
      },
    });
    await rig.send(goEvent);
    await rig.advance(secondMs);
    expect(rig.calls).toHaveLength(2);
    await rig.advance(secondMs);
    expect([rig.calls.length, rig.output("f")]).toEqual([3, "done"]);
  });

  test("D9.3 a step in race mode brings discovery by itself", async () => {
    const rig = await new Rig().start({
      f: {
        ...go,
        script: (call) =>
          call.has("fast")
            ? returned("fast won")
            : ops([
                op.sleep("fast", "1s", { parallelMode: "race" }),
                op.sleep("slow", "1h", { parallelMode: "race" }),
              ]),
      },
    });
    await rig.send(goEvent);
    await rig.advance(secondMs);
    expect(rig.output("f")).toBe("fast won");
  });

  test("D9.3 what follows a race is not held back by the losers that are reported again", async () => {
    const race = { parallelMode: "race" };
    const rig = await new Rig().start({
      f: {
        ...go,
        script: (call) => {
          if (call.ctx.step_id === stepKey("next")) return ops([op.ran("next")]);
          const losers = [op.sleep("slow", "1h", race), op.wait("never", "never", "1h")].map((one) => ({
            ...one,
            opts: { ...one.opts, ...race },
          }));
          if (call.has("next")) return returned("on");
          return call.has("fast")
            ? ops([...losers, op.planned("next")])
            : ops([op.sleep("fast", "1s", race), ...losers]);
        },
      },
    });
    await rig.send(goEvent);
    await rig.advance(secondMs);
    expect(rig.output("f")).toBe("on");
  });

  test("D9.4 losers end with the run", async () => {
    const rig = await new Rig().start({
      f: {
        ...go,
        script: (call) =>
          call.has("s")
            ? returned(1)
            : ops([op.wait("w", "never", "1d"), op.sleep("s", "1s", { parallelMode: "race" })]),
      },
    });
    await rig.send(goEvent);
    await rig.advance(secondMs);
    expect([rig.statuses("f"), rig.rows.tables.waits.size, rig.rows.tables.jobs.size]).toEqual([
      ["completed"],
      0,
      0,
    ]);
  });

  test("protocol 5.5.8 ops that are reported again keep what the first ones did", async () => {
    const rig = await new Rig().start({
      f: {
        ...go,
        script: (call) =>
          call.has("z")
            ? returned("done")
            : ops([op.sleep("z", "10s"), op.planned("p")], { kind: "backoff" }, 1),
      },
      p: { script: () => returned(1) },
    });
    await rig.send(goEvent);
    await rig.advance(10 * secondMs);
    expect(rig.run("f").endedAt).toBe(rig.run("f").queuedAt + 10 * secondMs);
  });
});

describe("D13 checkpointing", () => {
  test("D13.1 steps reported while a call runs are recorded, and the call goes on", async () => {
    const rig = new Rig();
    await rig.start({
      f: {
        ...go,
        script: async (call) => {
          const outcome = await rig.engine.checkpoint({
            queueItemId: call.ctx.qi_id,
            ops: opsOf([op.ran("a", 1)]),
          });
          return ops([op.complete(outcome.kind)]);
        },
      },
    });
    await rig.send(goEvent);
    expect([rig.output("f"), rig.calls.length, rig.rows.tables.steps.size]).toEqual(["recorded", 1, 1]);
  });

  test("D13.4 after a restart the call is made again with what was recorded, and the former one may not report", async () => {
    const rig = new Rig();
    let formerId = "";
    await rig.start({
      f: {
        ...go,
        script: async (call) => {
          if (formerId !== "") return returned(call.memo("a"));
          formerId = call.ctx.qi_id;
          await rig.engine.checkpoint({ queueItemId: formerId, ops: opsOf([op.ran("a", 1)]) });
          return await new Promise(() => {});
        },
      },
    });
    const sent = rig.engine.ingest([goEvent]);
    await sent;
    await new Promise((resolve) => setTimeout(resolve, 50));
    await rig.restart();
    expect(rig.output("f")).toEqual({ data: 1 });
    expect(await rig.engine.checkpoint({ queueItemId: formerId, ops: opsOf([op.ran("b", 1)]) })).toEqual({
      kind: "stale",
    });
  });

  test("protocol 9.1 a checkpoint of a cancelled run is refused as stale", async () => {
    const rig = new Rig();
    let outcome: Loose;
    await rig.start({
      f: {
        ...go,
        script: async (call) => {
          await rig.engine.cancelRun(call.request.runId);
          outcome = await rig.engine.checkpoint({
            queueItemId: call.ctx.qi_id,
            ops: opsOf([op.ran("a", 1)]),
          });
          return thrown("superseded", never);
        },
      },
    });
    await rig.send(goEvent);
    expect([outcome, rig.statuses("f")]).toEqual([{ kind: "stale" }, ["cancelled"]]);
  });

  test("protocol 9.1 asynchronous ops cannot be checkpointed", async () => {
    const rig = new Rig();
    await rig.start({
      f: {
        ...go,
        script: async (call) =>
          returned(
            (await rig.engine.checkpoint({
              queueItemId: call.ctx.qi_id,
              ops: opsOf([op.sleep("s", "1s")]),
            })) as Loose,
          ),
      },
    });
    await rig.send(goEvent);
    expect(rig.output("f")).toEqual({ kind: "refused", reason: "cannot checkpoint async steps" });
  });
});
