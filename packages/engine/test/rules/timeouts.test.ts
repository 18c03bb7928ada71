// C5: how long a run may wait for its first call, and how long it may take.

import { describe, expect, test } from "vitest";
import { heldFunction } from "./held-calls.ts";
import { type FunctionSpec, op, ops, Rig, returned, sequence } from "./rig.ts";

const go = { triggers: [{ event: "go" }] };
const second = 1000;
const minute = 60 * second;

type Options = NonNullable<FunctionSpec["options"]>;

const withOptions = (options: Options, script: FunctionSpec["script"] = () => returned(1)) =>
  new Rig().start({ f: { ...go, options, script } });

describe("C5.1 start", () => {
  test("C5.1 A5.6 a future ts counts: a run that is not started in time is cancelled", async () => {
    const rig = await withOptions({ timeouts: { start: "10s" } });
    await rig.send({ name: "go", data: {}, ts: rig.clock.now() + minute });
    await rig.advance(10 * second - 1);
    expect(rig.statuses("f")).toEqual(["queued"]);
    await rig.advance(1);
    expect(rig.statuses("f")).toEqual(["cancelled"]);
    await rig.advance(minute);
    expect(rig.calls).toEqual([]);
  });

  test("C5.1 waiting for a throttle counts", async () => {
    const rig = await withOptions({ timeouts: { start: "10s" }, throttle: { limit: 1, period: "8s" } });
    await rig.send(...[1, 2, 3].map((n) => ({ name: "go", data: { n } })));
    await rig.advance(minute);
    expect(rig.statuses("f")).toEqual(["completed", "completed", "cancelled"]);
  });

  test("C5.1 waiting for a slot counts", async () => {
    const held = await heldFunction({ timeouts: { start: "10s" }, concurrency: 1 });
    await held.send({ n: 1 }, { n: 2 });
    await held.advance(10 * second);
    expect(held.rig.statuses("f")).toEqual(["running", "cancelled"]);
  });

  test("C5.1 a run that has started in time may take as long as it likes", async () => {
    const rig = await withOptions({ timeouts: { start: "10s" } }, sequence([["s", op.sleep("s", "1h")]]));
    await rig.send({ name: "go", data: {} });
    await rig.advance(60 * minute);
    expect(rig.statuses("f")).toEqual(["completed"]);
  });

  test("C5.6 a batch has no job that cancels it; it is looked at when its call is made", async () => {
    const rig = await withOptions({
      timeouts: { start: "10s" },
      batchEvents: { maxSize: 2, timeout: "5s" },
      throttle: { limit: 1, period: "30s" },
    });
    await rig.send(...[1, 2, 3, 4, 5, 6].map((n) => ({ name: "go", data: { n } })));
    await rig.advance(29 * second);
    expect(rig.statuses("f")).toEqual(["completed", "queued", "queued"]);
    await rig.advance(second);
    expect(rig.statuses("f")).toEqual(["completed", "cancelled", "cancelled"]);
    expect(rig.calls).toHaveLength(1);
  });
});

describe("C5.2 finish", () => {
  test("C5.2 the time counts from the first call; a sleeping run is cancelled at its end", async () => {
    const rig = await withOptions({ timeouts: { finish: "10s" } }, sequence([["s", op.sleep("s", "1h")]]));
    await rig.send({ name: "go", data: {}, ts: rig.clock.now() + minute });
    await rig.advance(minute + 10 * second - 1);
    expect(rig.statuses("f")).toEqual(["running"]);
    await rig.advance(1);
    expect(rig.statuses("f")).toEqual(["cancelled"]);
  });

  test("C5.3 a step under way is not interrupted: the run ends when it reports, and no later step starts", async () => {
    const held = await heldFunction({ timeouts: { finish: "10s" } }, (call) =>
      call.has("a") ? returned(1) : ops([op.ran("a")]),
    );
    await held.send({ n: 1 });
    await held.advance(minute);
    expect([held.rig.statuses("f"), held.open]).toEqual([["running"], [1]]);
    await held.finish();
    expect([held.rig.statuses("f"), held.open]).toEqual([["cancelled"], []]);
  });

  test("C5.3 a run whose last call ends after its time completes", async () => {
    const held = await heldFunction({ timeouts: { finish: "10s" } });
    await held.send({ n: 1 });
    await held.advance(minute);
    await held.finish();
    expect(held.rig.statuses("f")).toEqual(["completed"]);
  });

  test("C5.2 with the time over during a restart the run is cancelled after it", async () => {
    const rig = await withOptions({ timeouts: { finish: "10s" } }, sequence([["s", op.sleep("s", "1h")]]));
    await rig.send({ name: "go", data: {} });
    await rig.restart();
    await rig.advance(10 * second);
    expect(rig.statuses("f")).toEqual(["cancelled"]);
  });
});

describe("C5.4 C5.5 C5.7 both, the end, and what is no duration", () => {
  test("C5.4 both apply, one after the other", async () => {
    const rig = await withOptions(
      { timeouts: { start: "10s", finish: "20s" }, throttle: { limit: 1, period: "8s" } },
      sequence([["s", op.sleep("s", "1h")]]),
    );
    await rig.send(...[1, 2, 3].map((n) => ({ name: "go", data: { n } })));
    await rig.advance(27 * second);
    expect(rig.statuses("f")).toEqual(["cancelled", "running", "cancelled"]);
    await rig.advance(second);
    expect(rig.statuses("f")).toEqual(["cancelled", "cancelled", "cancelled"]);
  });

  test("C5.5 I7 it is a cancellation: the cancelled event with its reason, and no failure", async () => {
    const rig = await new Rig().start({
      f: { ...go, options: { timeouts: { start: "10s" } }, script: () => returned(1) },
      "f-failure": {
        triggers: [{ event: "inngest/function.failed" }],
        script: () => returned("failure"),
      },
    });
    await rig.send({ name: "go", data: {}, ts: rig.clock.now() + minute });
    await rig.advance(10 * second);
    expect(rig.run("f").error).toMatchObject({
      message: "function cancelled",
      cause: "It did not start within its start timeout of 10000 ms.",
    });
    expect(rig.events("inngest/function.cancelled")).toHaveLength(1);
    expect(rig.events("inngest/function.failed")).toHaveLength(0);
    expect(rig.runs("f-failure")).toHaveLength(0);
  });

  test.each(["10s", "45m", "18h30m", "7d", "2w"])("C5.7 %s is a duration", async (start) => {
    const rig = await withOptions({ timeouts: { start } });
    await rig.send({ name: "go", data: {}, ts: rig.clock.now() + 20 * 24 * 60 * minute });
    expect([...rig.rows.tables.jobs.values()].filter(({ kind }) => kind === "timeout")).toHaveLength(1);
  });

  test.each(["soon", "", "10", "-5s"])("C5.7 %j is none, and counts as absent", async (start) => {
    const rig = await withOptions({ timeouts: { start } });
    await rig.send({ name: "go", data: {}, ts: rig.clock.now() + minute });
    expect([...rig.rows.tables.jobs.values()].filter(({ kind }) => kind === "timeout")).toHaveLength(0);
  });
});
