// C6.1–C6.11 and C6.14: runs that events and requests cancel. Bulk cancellation (C6.12–13) is in bulk.test.ts.

import { asRunId, type Json } from "@stepwell/protocol";
import { describe, expect, test } from "vitest";
import { HeldCalls, heldFunction } from "./held-calls.ts";
import { type FunctionSpec, op, ops, Rig, sequence } from "./rig.ts";

const go = { triggers: [{ event: "go" }] };
const second = 1000;
const minute = 60 * second;
const hour = 60 * minute;
const day = 24 * hour;

const sleeping = sequence([["s", op.sleep("s", "300d")]]);

/** A function that sleeps for long, with listeners in their wire form. */
const listening = (cancel: Json, more: Partial<FunctionSpec> = {}): FunctionSpec => ({
  ...go,
  options: { cancel },
  script: sleeping,
  ...more,
});

const sameUser = "event.data.u == async.data.u";

describe("C6.1 C6.2 C6.3 C6.4 which event cancels", () => {
  test("C6.1 A5.7 a run can be cancelled before it starts", async () => {
    const rig = await new Rig().start({ f: listening([{ event: "stop" }]) });
    await rig.send({ name: "go", data: {}, ts: rig.clock.now() + hour });
    await rig.send({ name: "stop", data: {} });
    await rig.advance(2 * hour);
    expect([rig.statuses("f"), rig.calls]).toEqual([["cancelled"], []]);
  });

  test("C6.1 a run that waits for its slot is cancelled and never called", async () => {
    const held = new HeldCalls();
    await held.rig.start({
      f: {
        ...go,
        options: { concurrency: 1, cancel: [{ event: "stop", if: "event.data.n == async.data.n" }] },
        script: held.script(),
      },
    });
    await held.send({ n: 1 }, { n: 2 }, { n: 3 });
    await held.sendTo("stop", { n: 2 });
    await held.finishAll();
    expect(held.order).toEqual([1, 3]);
    expect(held.rig.statuses("f")).toEqual(["completed", "cancelled", "completed"]);
  });

  test("C6.2 an event that came before does not cancel, nor does the run's own trigger", async () => {
    const rig = await new Rig().start({
      f: listening([{ event: "go" }, { event: "stop" }]),
    });
    await rig.send({ name: "stop", data: {} });
    await rig.send({ name: "go", data: {} });
    expect(rig.statuses("f")).toEqual(["running"]);
    await rig.send({ name: "go", data: {} });
    expect(rig.statuses("f")).toEqual(["cancelled", "running"]);
  });

  test("C6.2 receipt counts, not ts: an event dated back cancels", async () => {
    const rig = await new Rig().start({ f: listening([{ event: "stop" }]) });
    await rig.send({ name: "go", data: {} });
    await rig.send({ name: "stop", data: {}, ts: rig.clock.now() - day });
    expect(rig.statuses("f")).toEqual(["cancelled"]);
  });

  test("C6.3 without a condition any event of the name cancels, and no other name does", async () => {
    const rig = await new Rig().start({ f: listening([{ event: "stop" }]) });
    await rig.send({ name: "go", data: { u: 1 } });
    await rig.send({ name: "stop/now", data: {} }, { name: "STOP", data: {} });
    expect(rig.statuses("f")).toEqual(["running"]);
    await rig.send({ name: "stop", data: { u: 2 } });
    expect(rig.statuses("f")).toEqual(["cancelled"]);
  });

  test("C6.4 with a condition the events it is true for cancel; what depends on the trigger is fixed as it is queued", async () => {
    const rig = await new Rig().start({ f: listening([{ event: "stop", if: sameUser }]) });
    await rig.send({ name: "go", data: { u: 1 } }, { name: "go", data: { u: 2 } });
    await rig.send({ name: "stop", data: { u: 2 } });
    expect(rig.statuses("f")).toEqual(["running", "cancelled"]);
  });

  test("C6.4 no listener is installed for a condition that is false whatever comes", async () => {
    const rig = await new Rig().start({
      f: listening([{ event: "stop", if: "event.data.isMortal == true && async.data.u == 1" }]),
    });
    await rig.send({ name: "go", data: { isMortal: false } });
    expect(rig.rows.tables.waits.size).toBe(0);
    await rig.send({ name: "stop", data: { u: 1 } });
    expect(rig.statuses("f")).toEqual(["running"]);
  });

  test("C6 of several listeners each cancels", async () => {
    const rig = await new Rig().start({ f: listening([{ event: "a" }, { event: "b", if: sameUser }]) });
    await rig.send({ name: "go", data: { u: 1 } });
    await rig.send({ name: "b", data: { u: 1 } });
    await rig.send({ name: "go", data: { u: 1 } });
    await rig.send({ name: "a", data: {} });
    expect(rig.statuses("f")).toEqual(["cancelled", "cancelled"]);
  });

  test.each([
    ["a duration", "1h"],
    ["a moment", "2026-01-01T01:00:00.000Z"],
  ])("C6 a listener is valid for its timeout: %s", async (_, timeout) => {
    const statusAfter = async (ms: number) => {
      const rig = await new Rig().start({ f: listening([{ event: "stop", timeout }]) });
      await rig.send({ name: "go", data: {} });
      await rig.advance(ms);
      await rig.send({ name: "stop", data: {} });
      return rig.statuses("f");
    };
    expect(await statusAfter(hour - 1)).toEqual(["cancelled"]);
    expect(await statusAfter(hour + 1)).toEqual(["running"]);
  });

  test("C6 without a timeout a listener is valid for a year", async () => {
    const rig = await new Rig().start({ f: listening([{ event: "stop" }]) });
    await rig.send({ name: "go", data: {} });
    const [wait] = rig.rows.tables.waits.values();
    expect((wait?.expiresAt ?? 0) - rig.clock.now()).toBe(366 * day);
  });
});

describe("C6.5 C6.6 C6.9 C6.10 what a cancellation does", () => {
  test("C6.5 a step under way ends, its result leads to nothing, and no later step starts", async () => {
    const held = new HeldCalls();
    await held.rig.start({
      f: { ...go, options: { cancel: [{ event: "stop" }] }, script: held.script(() => ops([op.ran("a")])) },
    });
    await held.send({ n: 1 });
    await held.sendTo("stop", {});
    expect([held.rig.statuses("f"), held.open]).toEqual([["cancelled"], [1]]);
    await held.finish();
    expect([held.rig.statuses("f"), held.order]).toEqual([["cancelled"], [1]]);
    expect(held.rig.rows.tables.steps.size).toBe(0);
  });

  test("C6.5 D13 a checkpoint of a cancelled run is refused", async () => {
    const held = new HeldCalls();
    let queueItemId = "";
    await held.rig.start({
      f: {
        ...go,
        options: { cancel: [{ event: "stop" }] },
        script: (call) => {
          queueItemId = call.request.queueItemId;
          return held.script()(call);
        },
      },
    });
    await held.send({ n: 1 });
    await held.sendTo("stop", {});
    const steps = ops([op.ran("a")]);
    const reported = steps.kind === "ops" ? steps.ops : [];
    expect(await held.rig.engine.checkpoint({ queueItemId, ops: reported })).toEqual({ kind: "stale" });
    await held.finish();
  });

  test("C6.6 one event may cancel many runs, of several functions", async () => {
    const rig = await new Rig().start({
      f: listening([{ event: "stop", if: sameUser }]),
      g: listening([{ event: "stop" }]),
    });
    await rig.send(...Array.from({ length: 40 }, (_, n) => ({ name: "go", data: { u: n % 2 } })));
    await rig.send({ name: "stop", data: { u: 1 } });
    const cancelled = (id: string) => rig.statuses(id).filter((status) => status === "cancelled").length;
    expect([cancelled("f"), cancelled("g")]).toEqual([20, 40]);
  });

  test("C6.6 with batches it is refused", async () => {
    await expect(
      new Rig().start({
        f: listening([], {
          options: { cancel: [{ event: "stop" }], batchEvents: { maxSize: 2, timeout: "10s" } },
        }),
      }),
    ).rejects.toThrow("batchEvents with cancelOn: this combination is not supported");
  });

  test("C6.8 D8 cancelling an invoked run rejects its invoker's step", async () => {
    const rig = await new Rig().start({
      child: listening([{ event: "stop" }], { triggers: [] }),
      f: { ...go, script: sequence([["i", op.invoke("i", "app-child")]], (call) => call.memo("i")) },
    });
    await rig.send({ name: "go", data: {} });
    await rig.send({ name: "stop", data: {} });
    expect(rig.statuses("child")).toEqual(["cancelled"]);
    expect(rig.output("f").error.message).toBe("function cancelled");
  });

  test("C6.9 cancelling a run does not cancel what it invoked or triggered", async () => {
    const rig = await new Rig().start({
      child: { script: sequence([["s", op.sleep("s", "1h")]]) },
      other: { triggers: [{ event: "inngest/function.invoked" }, { event: "more" }], script: sleeping },
      f: listening([{ event: "stop" }], {
        script: sequence([["i", op.invoke("i", "app-child")]]),
      }),
    });
    await rig.send({ name: "go", data: {} }, { name: "more", data: {} });
    await rig.send({ name: "stop", data: {} });
    expect(rig.statuses("f")).toEqual(["cancelled"]);
    expect([rig.statuses("child"), rig.statuses("other")]).toEqual([["running"], ["running"]]);
    await rig.advance(hour);
    expect(rig.statuses("child")).toEqual(["completed"]);
  });

  test("C6.10 its waits, jobs and listeners are gone, and a reply moves nothing", async () => {
    const rig = await new Rig().start({
      f: listening([{ event: "stop" }], { script: sequence([["w", op.wait("w", "reply", "1h")]]) }),
    });
    await rig.send({ name: "go", data: {} });
    expect(rig.rows.tables.waits.size).toBe(2);
    await rig.send({ name: "stop", data: {} });
    expect([rig.rows.tables.waits.size, rig.rows.tables.jobs.size]).toEqual([0, 0]);
    await rig.send({ name: "reply", data: {} });
    expect([rig.statuses("f"), rig.calls.length]).toEqual([["cancelled"], 1]);
  });

  test("C6 listeners survive a restart", async () => {
    const rig = await new Rig().start({ f: listening([{ event: "stop", if: sameUser }]) });
    await rig.send({ name: "go", data: { u: 1 } });
    await rig.restart();
    await rig.send({ name: "stop", data: { u: 1 } });
    expect(rig.statuses("f")).toEqual(["cancelled"]);
  });
});

test("C6 a run that has ended is not touched by a late event", async () => {
  const held = await heldFunction({ cancel: [{ event: "stop" }] });
  await held.send({ n: 1 });
  await held.finish();
  await held.rig.send({ name: "stop", data: {} });
  expect(held.rig.statuses("f")).toEqual(["completed"]);
});

describe("C6.11 C6.14 by request and by rules", () => {
  test("C6.11 one run is cancelled by request; one that has ended, or is unknown, is said to be so", async () => {
    const rig = await new Rig().start({ f: listening([]) });
    await rig.send({ name: "go", data: {} });
    const { id } = rig.run("f");
    expect(await rig.engine.cancelRun(id)).toBe("cancelled");
    expect(await rig.engine.cancelRun(id)).toBe("already-finished");
    expect(await rig.engine.cancelRun(asRunId("01ARZ3NDEKTSV4RRFFQ69G5FAV"))).toBe("unknown-run");
    expect(rig.statuses("f")).toEqual(["cancelled"]);
  });

  test("C6.14 B1 whatever cancels, the cancelled event is sent once, the finished event too, and no failed one", async () => {
    const rig = await new Rig().start({
      byEvent: listening([{ event: "stop" }]),
      byRequest: listening([]),
      byTimeout: { ...go, options: { timeouts: { finish: "10s" } }, script: sleeping },
      bySingleton: { ...go, options: { singleton: { mode: "cancel" } }, script: sleeping },
      byPause: listening([]),
    });
    await rig.send({ name: "go", data: {} });
    await rig.send({ name: "stop", data: {} });
    await rig.engine.cancelRun(rig.run("byRequest").id);
    await rig.control("byPause", { kind: "pause", cancelRuns: true });
    await rig.advance(10 * second);
    const first = rig.runs("bySingleton")[0]?.id;
    await rig.engine.invoke("app-bySingleton", { data: {} });
    await rig.settle();
    const ended = ["byEvent", "byRequest", "byTimeout", "byPause"].map((id) => rig.run(id).id);
    const expected = [...ended, first].sort();
    const runIds = (name: string) =>
      rig
        .events(name)
        .map((event) => event.data.run_id)
        .sort();
    expect(runIds("inngest/function.cancelled")).toEqual(expected);
    expect(runIds("inngest/function.finished")).toEqual(expected);
    expect(runIds("inngest/function.failed")).toEqual([]);
  });
});

describe("C1 C6.7 registration", () => {
  test.each([
    [[{}], "Function app-f: cancelOn[0] names no event."],
    [
      [{ event: "stop", timeout: "soon" }],
      'Function app-f: cancelOn[0].timeout "soon" is no duration such as 30m or 2h, and no date.',
    ],
    [[{ event: "stop", if: "event.(" }], 'Function app-f: cancelOn[0].if "event.(" is invalid'],
    [
      Array.from({ length: 6 }, (_, n) => ({ event: `stop${n}` })),
      "Function app-f: cancelOn: there are 6, at most 5 are allowed.",
    ],
  ])("C1.1 cancelOn %j is refused with function, field, value and rule", async (cancel, reason) => {
    await expect(new Rig().start({ f: listening(cancel) })).rejects.toThrow(reason);
  });

  test.each(["async.data.list.exists(x, x == 1)", "lowercase(async.data.u) == 'a'"])(
    "C6.7 E5 the condition %s is refused: logic, comparison and access are what a listener may use",
    async (condition) => {
      await expect(new Rig().start({ f: listening([{ event: "stop", if: condition }]) })).rejects.toThrow(
        "cancelOn[0].if",
      );
    },
  );

  test("C6.7 comparison, logic, index, ternary and numeric conversion are allowed", async () => {
    const condition = "async.data.list[0] > 1 && (event.data.pro ? int(async.data.n) == 1 : true)";
    const rig = await new Rig().start({ f: listening([{ event: "stop", if: condition }]) });
    await rig.send({ name: "go", data: { pro: true } });
    await rig.send({ name: "stop", data: { list: [2], n: 1 } });
    expect(rig.statuses("f")).toEqual(["cancelled"]);
  });
});
