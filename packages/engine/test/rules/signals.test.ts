// D6 and D5.3: signals, and waits that are registered beside what they wait for.

import { asRunId, stepKey } from "@stepwell/protocol";
import { describe, expect, test } from "vitest";
import { op, ops, Rig, returned, type Script, sequence } from "./rig.ts";

const go = { triggers: [{ event: "go" }] };
const event = { name: "go", data: {} };
const awaits = (conflict?: string, timeout = "1h"): Script => {
  const { opts, ...rest } = op.signal("w", "s", timeout, conflict);
  const { conflict: _, ...without } = opts;
  const wait = conflict === undefined ? { ...rest, opts: without } : op.signal("w", "s", timeout, conflict);
  return sequence([["w", wait]], (call) => call.memo("w"));
};

describe("D6 signals", () => {
  test("D6.1 the step gives signal and data, whatever JSON that is", async () => {
    for (const data of ["null", "7", '"text"', "[1]", '{"a":{}}']) {
      const rig = await new Rig().start({ f: { ...go, script: awaits() } });
      await rig.send(event);
      await rig.engine.signal("s", data);
      await rig.settle();
      expect(rig.output("f")).toEqual({ data: { signal: "s", data: JSON.parse(data) } });
    }
  });

  test("D6.1 a timeout gives null, and one that is over gives it at once", async () => {
    const rig = await new Rig().start({
      f: { ...go, script: awaits() },
      g: { ...go, script: sequence([["w", op.signal("w", "other", "")]], (call) => call.memo("w")) },
    });
    await rig.send(event);
    expect([rig.statuses("f"), rig.output("g")]).toEqual([["running"], null]);
    await rig.advance(3_600_000);
    expect(rig.output("f")).toBeNull();
  });

  test("D6.2 without onConflict the second wait for a name fails its run", async () => {
    const rig = await new Rig().start({ f: { ...go, script: awaits() } });
    await rig.send(event);
    await rig.send(event);
    expect(rig.statuses("f")).toEqual(["running", "failed"]);
  });

  test("D6.2 replaced, the former wait stays until its timeout and then gives null", async () => {
    const rig = await new Rig().start({
      old: { ...go, script: awaits("fail", "1h") },
      fresh: { triggers: [{ event: "take over" }], script: awaits("replace", "10h") },
    });
    await rig.send(event);
    await rig.send({ name: "take over", data: {} });
    await rig.advance(3_600_000);
    expect([rig.output("old"), rig.statuses("fresh")]).toEqual([null, ["running"]]);
    expect(await rig.engine.signal("s", "1")).toEqual({ runId: rig.run("fresh").id });
  });

  test("D6.2 a name is free again once its wait has ended, by a signal, a timeout or the end of its run", async () => {
    const rig = await new Rig().start({ f: { ...go, script: awaits() } });
    await rig.send(event);
    await rig.engine.signal("s", "1");
    await rig.send(event);
    await rig.advance(3_600_000);
    await rig.send(event);
    await rig.engine.cancelRun(rig.runs("f").at(-1)?.id ?? asRunId("none"));
    await rig.send(event);
    expect(rig.statuses("f")).toEqual(["completed", "completed", "cancelled", "running"]);
  });

  test("D6.4 a signal is delivered once: the second one of two finds nobody", async () => {
    const rig = await new Rig().start({ f: { ...go, script: awaits() } });
    await rig.send(event);
    const answers = await Promise.all([rig.engine.signal("s", "1"), rig.engine.signal("s", "2")]);
    await rig.settle();
    expect(answers).toEqual([{ runId: rig.run("f").id }, null]);
    expect(rig.output("f").data.data).toBe(1);
  });

  test("D6.4 signals are not kept: one that came before the wait is lost, also over a restart", async () => {
    const rig = await new Rig().start({ f: { ...go, script: awaits() } });
    expect(await rig.engine.signal("s", "1")).toBeNull();
    await rig.send(event);
    await rig.restart();
    expect(rig.statuses("f")).toEqual(["running"]);
    expect(await rig.engine.signal("s", "2")).toEqual({ runId: rig.run("f").id });
  });

  test("D6.5 events of the signal's name do not resume its wait, and an empty name is refused", async () => {
    const rig = await new Rig().start({
      f: { ...go, script: awaits() },
      g: { ...go, script: () => ops([op.signal("w", "", "1h")]) },
    });
    await rig.send(event);
    await rig.send({ name: "s", data: {} });
    expect([rig.statuses("f"), rig.run("g").error?.name]).toEqual([["running"], "InvalidSignal"]);
  });
});

describe("D5.3 waits of one answer", () => {
  test("D5.3 are registered before the other ops of the answer, in whatever order they are reported", async () => {
    const rig: Rig = new Rig({ waitLookback: { kind: "none" } });
    await rig.start({
      f: {
        ...go,
        script: async (call) => {
          if (call.ctx.step_id === stepKey("send")) {
            await rig.engine.ingest([{ name: "reply", data: { at: "once" } }]);
            return ops([op.ran("send")]);
          }
          return call.has("w")
            ? returned(call.memo("w").data)
            : ops([op.planned("send"), op.invoke("i", "app-g"), op.wait("w", "reply", "1h")]);
        },
      },
      g: { script: () => returned(1) },
    });
    await rig.send(event);
    expect(rig.output("f")).toEqual({ at: "once" });
  });

  test("D5.4 a future ts does not delay a wait; D5.5 a match and the timeout at the same time give one outcome", async () => {
    const wait = sequence([["w", op.wait("w", "reply", "10s")]], (call) => call.memo("w")?.data ?? null);
    const rig = await new Rig().start({ f: { ...go, script: wait } });
    await rig.send(event);
    await rig.send({ name: "reply", data: { n: 1 }, ts: rig.clock.now() + 3_600_000 });
    expect(rig.output("f")).toEqual({ n: 1 });
    await rig.advance(20_000);
    expect([rig.callsOf("f").length, rig.events("inngest/function.finished").length]).toEqual([2, 1]);
  });

  test("D8.6 decisions 4: invoking what is skipped or limited fails the step at once, and says why", async () => {
    const invokes = sequence([["i", op.invoke("i", "app-c", { u: 1 }, "1h")]], (call) => call.memo("i"));
    const targets = [
      ["rateLimit", { rateLimit: { limit: 1, period: "1h" } }, /rate limit/i],
      ["singleton", { singleton: { mode: "skip" } }, /singleton/],
      ["debounce", { debounce: { period: "10s" } }, /debounce|superseded|newer/i],
    ] as const;
    for (const [, options, reason] of targets) {
      const rig = await new Rig().start({
        f: { ...go, script: invokes },
        c: { options, script: sequence([["s", op.sleep("s", "1d")]]) },
      });
      await rig.send(event);
      await rig.send(event);
      await rig.advance(20_000);
      const outputs = rig
        .runs("f")
        .flatMap((run) => (run.output === undefined ? [] : [JSON.parse(run.output)]));
      expect(outputs).toEqual([
        { error: expect.objectContaining({ message: expect.stringMatching(reason) }) },
      ]);
    }
  });
});
