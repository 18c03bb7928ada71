// C4: what a run's status says, when it changes, and the limits that end a run.

import type { CallAnswer } from "@stepwell/protocol";
import { describe, expect, test } from "vitest";
import { never, op, ops, Rig, returned, sequence, thrown } from "./rig.ts";

const go = { triggers: [{ event: "go" }] };
const event = { name: "go", data: {} };

describe("C4 statuses", () => {
  test("C4 QUEUED: created, the first call not begun; RUNNING from then on, also asleep and waiting", async () => {
    const rig = await new Rig().start({
      f: {
        ...go,
        script: sequence([
          ["s", op.sleep("s", "1m")],
          ["w", op.wait("w", "reply", "1m")],
        ]),
      },
    });
    await rig.send({ ...event, ts: rig.clock.now() + 1000 });
    expect([rig.statuses("f"), rig.run("f").startedAt]).toEqual([["queued"], undefined]);
    await rig.advance(1000);
    expect(rig.statuses("f")).toEqual(["running"]);
    await rig.advance(60_000);
    expect([rig.statuses("f"), rig.rows.tables.waits.size]).toEqual([["running"], 1]);
    await rig.send({ name: "reply", data: {} });
    expect(rig.statuses("f")).toEqual(["completed"]);
  });

  const ends: readonly (readonly [string, string, Parameters<Rig["start"]>[0][string]])[] = [
    ["COMPLETED: the code has returned", "completed", { ...go, script: () => returned(1) }],
    ["FAILED: an error that nobody handled", "failed", { ...go, script: () => thrown("no", never) }],
    [
      "FAILED: a limit",
      "failed",
      { ...go, script: () => ops(Array.from({ length: 1001 }, (_, n) => op.planned(`s${n}`))) },
    ],
    [
      "CANCELLED: whatever cancelled it",
      "cancelled",
      { ...go, options: { cancel: [{ event: "stop" }] }, script: sequence([["s", op.sleep("s", "1d")]]) },
    ],
  ];
  test.each(ends)("C4 %s is terminal", async (_, status, spec) => {
    const rig = await new Rig().start({ f: spec });
    await rig.send(event);
    await rig.send({ name: "stop", data: {} });
    const run = rig.run("f");
    expect([run.status, run.endedAt]).toEqual([status, rig.clock.now()]);
    expect(await rig.engine.cancelRun(run.id)).toBe("already-finished");
    await rig.send({ name: "stop", data: {} });
    await rig.advance(24 * 3_600_000);
    expect(rig.run("f")).toEqual(run);
  });

  test("C4.1 a run is queued at the time in its id, started by its first call, ended when the end is decided", async () => {
    const rig = await new Rig().start({ f: { ...go, script: sequence([["s", op.sleep("s", "5s")]]) } });
    const queuedAt = rig.clock.now();
    await rig.send({ ...event, ts: queuedAt + 2000 });
    await rig.advance(7000);
    const run = rig.run("f");
    expect([run.queuedAt, run.startedAt, run.endedAt]).toEqual([queuedAt, queuedAt + 2000, queuedAt + 7000]);
  });

  const outputs: readonly (readonly [string, CallAnswer, unknown])[] = [
    ["an object", returned({ a: [1] }), { a: [1] }],
    ["nothing", returned(null), null],
    ["a RunComplete op", ops([op.complete({ b: 2 })]), { b: 2 }],
  ];
  test.each(outputs)("C4.3 the output is the JSON of what was returned: %s", async (_, answer, expected) => {
    const rig = await new Rig().start({ f: { ...go, script: () => answer } });
    await rig.send(event);
    expect(rig.output("f")).toEqual(expected);
  });
});

describe("C4.5 limits that fail a run at once, each with its name", () => {
  const many = (count: number) => Array.from({ length: count }, (_, n) => op.planned(`s${n}`));
  const limits: readonly (readonly [
    string,
    Parameters<Rig["start"]>[0][string]["script"],
    string,
    RegExp,
  ])[] = [
    [
      "more than 1000 steps in one answer",
      () => ops(many(1001)),
      "InngestErrFunctionOverflowed",
      /1000 steps/,
    ],
    [
      "more than 1000 steps one after the other",
      (call) => {
        const done = Object.keys(call.steps).length;
        return ops(Array.from({ length: 100 }, (_, n) => op.ran(`s${done + n}`)));
      },
      "InngestErrFunctionOverflowed",
      /1000 steps/,
    ],
    [
      "more than 32 MB of results",
      (call) => {
        const done = Object.keys(call.steps).length;
        return ops([op.ran(`s${done}`, "x".repeat(3_900_000))]);
      },
      "InngestErrStateOverflowed",
      /33554432 bytes/,
    ],
    [
      "a sleep of more than 366 days",
      () => ops([op.sleep("s", "367d")]),
      "InngestErrTimeoutTooLong",
      /366 days/,
    ],
    [
      "a wait of more than 366 days",
      () => ops([op.wait("w", "e", "9000h")]),
      "InngestErrTimeoutTooLong",
      /366 days/,
    ],
    [
      "a wait for a signal of more than 366 days",
      () => ops([op.signal("w", "s", "400d")]),
      "InngestErrTimeoutTooLong",
      /366 days/,
    ],
    [
      "an invoke of more than 366 days",
      () => ops([op.invoke("i", "app-f", {}, "400d")]),
      "InngestErrTimeoutTooLong",
      /366 days/,
    ],
    [
      "a condition that does not compile",
      () => ops([op.wait("w", "e", "1h", "async.data.id ==")]),
      "InvalidExpression",
      /condition|expression/i,
    ],
  ];
  test.each(limits)("C4.5 %s", async (_, script, name, message) => {
    const rig = await new Rig().start({ f: { ...go, retries: 3, script } });
    await rig.send(event);
    const { status, error } = rig.run("f");
    expect([status, error?.name, error?.message]).toEqual(["failed", name, expect.stringMatching(message)]);
    // Not retried, and nothing is left that could move it.
    expect([rig.rows.tables.jobs.size, rig.rows.tables.waits.size]).toEqual([0, 0]);
  });

  test("C4.5 D6.2 a signal that another run waits for", async () => {
    const rig = await new Rig().start({ f: { ...go, script: sequence([["w", op.signal("w", "s", "1h")]]) } });
    await rig.send(event);
    await rig.send(event);
    const [first, second] = rig.runs("f");
    expect([first?.status, second?.status, second?.error]).toEqual([
      "running",
      "failed",
      { name: "SignalConflict", message: expect.stringContaining("signal wait exists for another run") },
    ]);
  });

  test("C4.5 exactly the limit is allowed: 1000 steps, and a sleep of 366 days", async () => {
    const rig = await new Rig().start({
      f: {
        ...go,
        script: (call) =>
          call.has("s999")
            ? returned("done")
            : ops(many(1000).map((one, n) => ({ ...one, ...op.ran(`s${n}`) }))),
      },
      g: { ...go, script: sequence([["s", op.sleep("s", "366d")]]) },
    });
    await rig.send(event);
    expect([rig.output("f"), rig.statuses("g")]).toEqual(["done", ["running"]]);
  });

  test("A5.9 a delay by ts has no bound but the year 2100", async () => {
    const rig = await new Rig().start({ f: { ...go, script: () => returned(1) } });
    await rig.send({ ...event, ts: Date.UTC(2099, 11, 31) });
    await rig.advance(10 * 24 * 3_600_000);
    expect(rig.statuses("f")).toEqual(["queued"]);
    await expect(rig.send({ ...event, ts: Date.UTC(2100, 0, 2) })).rejects.toThrow("after Jan 1, 2100");
  });
});
