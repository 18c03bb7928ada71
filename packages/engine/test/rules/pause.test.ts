// C14: pausing and draining a function, kept by the server itself.

import { functionIdOf } from "@stepwell/core";
import { describe, expect, test } from "vitest";
import { HeldCalls, turns } from "./held-calls.ts";
import { type FunctionSpec, op, ops, Rig, returned, sequence } from "./rig.ts";

const go = { triggers: [{ event: "go" }] };
const second = 1000;
const hour = 3600 * second;
const day = 24 * hour;

const napping: FunctionSpec = { ...go, script: sequence([["s", op.sleep("s", "10s")]]) };
const send = (rig: Rig, more: object = {}) => rig.send({ name: "go", data: {}, ...more });

describe("C14.1 pause", () => {
  test("C14.1 triggers are skipped with the reason, and their events are stored", async () => {
    const rig = await new Rig().start({ f: napping, g: napping });
    await rig.control("f", { kind: "pause", by: "ann" });
    await send(rig);
    expect(rig.run("f")).toMatchObject({ status: "skipped", skip: { kind: "paused" } });
    expect(rig.reasons("f")).toMatchObject([{ kind: "paused", since: rig.clock.now() }]);
    expect(rig.controls("f")).toMatchObject({ pausedAt: rig.clock.now(), pausedBy: "ann" });
    expect([rig.events("go").length, rig.statuses("g")]).toEqual([1, ["running"]]);
  });

  test("C14.1 a step under way ends and is recorded; the next one is held until the function is resumed", async () => {
    const held = new HeldCalls();
    await held.rig.start({
      f: { ...go, script: held.script((call) => (call.has("a") ? returned(1) : ops([op.ran("a")]))) },
    });
    const f = functionIdOf("app-f");
    await held.send({ n: 1 });
    await held.rig.engine.controlFunction(f, { kind: "pause" });
    await held.finish();
    expect([held.open, held.rig.rows.tables.steps.size]).toEqual([[], 1]);
    await held.rig.engine.controlFunction(f, { kind: "resume" });
    await turns();
    await held.finish();
    expect([held.rig.statuses("f"), held.order]).toEqual([["completed"], [1, 1]]);
  });

  test("C14.1 runs that sleep, wait, retry or are delayed are held, and go on when the function is resumed", async () => {
    const rig = await new Rig({ retryIntervalMs: second }).start({
      f: {
        ...go,
        script: (call) => {
          const { kind } = call.event.data;
          if (kind === "sleep" && !call.has("s")) return ops([op.sleep("s", "10s")]);
          if (kind === "wait" && !call.has("w")) return ops([op.wait("w", "reply", "1h")]);
          if (kind === "retry" && call.ctx.attempt === 0) return ops([op.error("r")]);
          return returned(kind);
        },
      },
    });
    await rig.send(...["sleep", "wait", "retry"].map((kind) => ({ name: "go", data: { kind } })));
    await rig.send({ name: "go", data: { kind: "delayed" }, ts: rig.clock.now() + 5 * second });
    await rig.control("f", { kind: "pause" });
    const calls = rig.calls.length;
    await rig.send({ name: "reply", data: {} });
    await rig.advance(hour);
    await rig.restart();
    expect([rig.calls.length, rig.statuses("f")]).toEqual([
      calls,
      ["running", "running", "running", "queued"],
    ]);
    await rig.control("f", { kind: "resume" });
    expect(rig.runs("f").map(({ output }) => JSON.parse(output ?? "null"))).toEqual([
      "sleep",
      "wait",
      "retry",
      "delayed",
    ]);
  });

  test("C14.1 runs that are held for 7 days are cancelled, by an operation that can be followed", async () => {
    const rig = await new Rig().start({ f: napping, g: napping });
    await send(rig);
    await rig.control("f", { kind: "pause", by: "ann" });
    await rig.restart();
    await rig.advance(7 * day - 1);
    expect(rig.statuses("f")).toEqual(["running"]);
    await rig.advance(second);
    expect([rig.statuses("f"), rig.statuses("g")]).toEqual([["cancelled"], ["completed"]]);
    expect([...rig.rows.tables.bulks.values()]).toMatchObject([
      {
        kind: "cancel",
        status: "done",
        done: 1,
        by: "ann",
        name: "Runs of app-f that its pause has held for 7 days",
      },
    ]);
    await rig.control("f", {
      kind: "override",
      override: { limit: "concurrency.0", value: 1, until: rig.clock.now() + hour },
    });
    await rig.advance(7 * day);
    expect(rig.rows.tables.bulks.size).toBe(1);
  });

  test("C14.1 a pause that was taken back in time cancels nothing; another one counts its own 7 days", async () => {
    const rig = await new Rig().start({ f: { ...go, script: sequence([["s", op.sleep("s", "60d")]]) } });
    await send(rig);
    await rig.control("f", { kind: "pause" });
    await rig.advance(6 * day);
    await rig.control("f", { kind: "resume" });
    await rig.advance(2 * day);
    await rig.control("f", { kind: "pause" });
    await rig.advance(6 * day);
    expect(rig.statuses("f")).toEqual(["running"]);
    await rig.advance(day + second);
    expect(rig.statuses("f")).toEqual(["cancelled"]);
  });

  test("C14.1 with cancelRuns the runs in flight are cancelled at once", async () => {
    const rig = await new Rig().start({ f: napping, g: napping });
    await send(rig);
    await send(rig, { ts: rig.clock.now() + hour });
    await rig.control("f", { kind: "pause", cancelRuns: true, by: "ann" });
    await rig.advance(second);
    expect(rig.statuses("f")).toEqual(["cancelled", "cancelled"]);
    expect(rig.statuses("g")).toEqual(["running", "queued"]);
    expect([...rig.rows.tables.bulks.values()]).toMatchObject([
      { kind: "cancel", status: "done", done: 2, by: "ann", name: "Runs of app-f at its pause" },
    ]);
  });

  test("C14.1 a pause outlasts syncs and restarts; to pause again does not count anew", async () => {
    const rig = await new Rig().start({ f: napping });
    await rig.control("f", { kind: "pause" });
    const since = rig.clock.now();
    await rig.advance(hour);
    await rig.sync({ f: { ...napping, retries: 1 } });
    await rig.restart();
    await rig.control("f", { kind: "pause" });
    await send(rig);
    expect([rig.statuses("f"), rig.controls("f")?.pausedAt]).toEqual([["skipped"], since]);
  });

  test("C14.1 decisions row 4: an invocation of a paused function fails its invoker at once", async () => {
    const rig = await new Rig().start({
      f: napping,
      caller: {
        triggers: [{ event: "call" }],
        script: sequence([["i", op.invoke("i", "app-f")]], (call) => call.memo("i")),
      },
    });
    await rig.control("f", { kind: "pause" });
    await rig.send({ name: "call", data: {} });
    expect(rig.output("caller").error.message).toBe("The invocation was skipped: function app-f is paused.");
  });

  test("C14.2 A4.6 what was skipped is not made up on resuming, and its event id is free", async () => {
    const rig = await new Rig().start({ f: napping });
    await rig.control("f", { kind: "pause" });
    await send(rig, { id: "same" });
    await rig.control("f", { kind: "resume" });
    await rig.advance(hour);
    expect(rig.statuses("f")).toEqual(["skipped"]);
    await send(rig, { id: "same" });
    expect(rig.statuses("f")).toEqual(["skipped", "running"]);
  });

  test("C14.2 C15.4 what was skipped can be replayed", async () => {
    const rig = await new Rig().start({ f: napping });
    await rig.control("f", { kind: "pause" });
    await send(rig);
    await rig.control("f", { kind: "resume" });
    await rig.engine.startBulk({
      kind: "replay",
      selection: { statuses: ["skipped"], functionIds: [functionIdOf("app-f")] },
    });
    await rig.advance(hour);
    expect(rig.statuses("f")).toEqual(["skipped", "completed"]);
  });
});

describe("C14.3 drain", () => {
  test("C14.3 new triggers are skipped, runs in flight go on, and it lasts until it is taken back", async () => {
    const rig = await new Rig().start({ f: napping });
    await send(rig);
    await rig.control("f", { kind: "drain", isOn: true });
    await send(rig);
    await rig.restart();
    await rig.advance(10 * second);
    await send(rig);
    expect(rig.statuses("f")).toEqual(["completed", "skipped", "skipped"]);
    expect(rig.reasons("f").map(({ kind }) => kind)).toEqual(["draining", "draining"]);
    await rig.control("f", { kind: "drain", isOn: false });
    await send(rig);
    expect(rig.statuses("f")[3]).toBe("running");
  });

  test("C14.3 an invocation of a draining function fails its invoker, and its schedule's ticks are skipped", async () => {
    const rig = await new Rig().start({
      f: { triggers: [{ cron: "0 * * * *" }], script: () => returned(1) },
      caller: {
        triggers: [{ event: "call" }],
        script: sequence([["i", op.invoke("i", "app-f")]], (call) => call.memo("i")),
      },
    });
    await rig.control("f", { kind: "drain", isOn: true });
    await rig.advance(hour);
    await rig.send({ name: "call", data: {} });
    expect(rig.statuses("f")).toEqual(["skipped", "skipped"]);
    expect(rig.output("caller").error.message).toBe(
      "The invocation was skipped: function app-f is draining and starts nothing new.",
    );
  });

  test("C14.3 of both the pause is the reason that is told, and each is taken back by itself", async () => {
    const rig = await new Rig().start({ f: napping });
    await rig.control("f", { kind: "drain", isOn: true });
    await rig.control("f", { kind: "pause" });
    await send(rig);
    await rig.control("f", { kind: "resume" });
    await send(rig);
    expect(rig.reasons("f").map(({ kind }) => kind)).toEqual(["paused", "draining"]);
  });

  test("C14.4 a command for a function that does not exist says so", async () => {
    const rig = await new Rig().start({ f: napping });
    expect(await rig.engine.controlFunction(functionIdOf("app-none"), { kind: "pause" })).toEqual({
      kind: "unknown-function",
    });
  });
});
