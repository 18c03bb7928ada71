// A4: what an event's id deduplicates, and what it does not.

import { isUlid } from "@stepwell/protocol";
import { describe, expect, test } from "vitest";
import { never, op, Rig, returned, sequence, thrown } from "./rig.ts";

const hourMs = 3_600_000;
const minuteMs = 60_000;
const go = { triggers: [{ event: "go" }] };
const same = { name: "go", id: "same", data: {} };
const once = { ...go, script: () => returned(1) };

describe("A4 deduplication", () => {
  test("A4 runs are deduplicated, not events; the duplicate's row is stored", async () => {
    const rig = await new Rig().start({ f: once });
    await rig.send(same, { ...same, data: { second: true } });
    expect(rig.events("go").map((event) => event.data)).toEqual([{}, { second: true }]);
    expect(rig.runs("f")).toHaveLength(1);
  });

  test("A4 the answer to a duplicate is 200 with a fresh id of its own", async () => {
    const rig = await new Rig().start({ f: once });
    const [first = "", second = ""] = [...(await rig.send(same)), ...(await rig.send(same))];
    expect([isUlid(first), isUlid(second), first === second]).toEqual([true, true, false]);
  });

  test("A4.3 A4 the key is function and id: other names and payloads change nothing", async () => {
    const rig = await new Rig().start({
      both: { triggers: [{ event: "go" }, { event: "went" }], script: () => returned(1) },
      first: once,
      second: { triggers: [{ event: "went" }], script: () => returned(1) },
    });
    await rig.send(same);
    await rig.send({ name: "went", id: "same", data: { other: true } });
    expect([rig.runs("both").length, rig.runs("first").length, rig.runs("second").length]).toEqual([1, 1, 1]);
  });

  test("A4.5 A4 the window is 24 hours from the first run, and duplicates do not extend it", async () => {
    const rig = await new Rig().start({ f: once });
    await rig.send(same);
    await rig.advance(23 * hourMs + 59 * minuteMs);
    await rig.send(same);
    expect(rig.runs("f")).toHaveLength(1);
    await rig.advance(2 * minuteMs);
    await rig.send(same);
    expect(rig.runs("f")).toHaveLength(2);
  });

  const ends = {
    running: { ...go, script: sequence([["s", op.sleep("s", "48h")]]) },
    completed: once,
    failed: { ...go, script: () => thrown("no", never) },
  };
  test.each(["running", "completed", "failed", "cancelled"] as const)(
    "A4.5 the key holds while the first run is %s",
    async (status) => {
      const rig = await new Rig().start({ f: ends[status === "cancelled" ? "running" : status] });
      await rig.send(same);
      if (status === "cancelled") await rig.engine.cancelRun(rig.run("f").id);
      await rig.settle();
      await rig.send(same);
      expect(rig.statuses("f")).toEqual([status]);
      const told = [...rig.rows.tables.outcomes.values()].map((outcome) => outcome.reason);
      const until = rig.run("f").queuedAt + 24 * hourMs;
      expect(told).toEqual([
        { kind: "deduplicated", byEventId: rig.run("f").eventIds[0], runId: rig.run("f").id, until },
      ]);
    },
  );

  test("A4.5 the key outlives a restart", async () => {
    const rig = await new Rig().start({ f: once });
    await rig.send(same);
    await rig.restart();
    await rig.send(same);
    expect(rig.runs("f")).toHaveLength(1);
  });

  test("A4.7 a duplicate still resumes a wait", async () => {
    const rig = await new Rig().start({
      f: {
        triggers: [{ event: "begin" }],
        script: sequence([["w", op.wait("w", "go", "1h")]], (call) => call.memo("w").data),
      },
      g: once,
    });
    await rig.send(same);
    await rig.send({ name: "begin", data: {} });
    await rig.send({ ...same, data: { again: true } });
    expect([rig.output("f"), rig.runs("g").length]).toEqual([{ again: true }, 1]);
  });
});
