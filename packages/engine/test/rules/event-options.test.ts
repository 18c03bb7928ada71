// A4, A5, B2, C4 and E1 where they speak of flow control: what ids, times, system events, skipped runs and
// expressions mean together with debounce, batches, rate limits, singleton, pause and cron.

import { functionIdOf } from "@stepwell/core";
import { systemEvent } from "@stepwell/protocol";
import { describe, expect, test } from "vitest";
import { type FunctionSpec, op, Rig, returned, sequence } from "./rig.ts";

const second = 1000;
const minute = 60 * second;
const hour = 60 * minute;
const event = { name: "go", data: {} };
const same = { ...event, id: "same" };

function withOptions(
  options: NonNullable<FunctionSpec["options"]>,
  script?: FunctionSpec["script"],
): FunctionSpec {
  return { triggers: [{ event: "go" }], options, script: script ?? ((call) => returned(call.events.length)) };
}

const reasonsOf = (rig: Rig) => [...rig.rows.tables.outcomes.values()].map((outcome) => outcome.reason.kind);

describe("A4 ids and flow control", () => {
  test("A4.6 debounced functions ignore the id: the same one starts a run after each quiet period", async () => {
    const rig = await new Rig().start({ f: withOptions({ debounce: { period: "10s" } }) });
    await rig.send(same);
    await rig.advance(minute);
    await rig.send(same);
    await rig.advance(minute);
    expect(rig.statuses("f")).toEqual(["completed", "completed"]);
  });

  test("A4.6 batched functions ignore the id: both events are in the batch", async () => {
    const rig = await new Rig().start({ f: withOptions({ batchEvents: { maxSize: 2, timeout: "10s" } }) });
    await rig.send(same, same);
    expect(rig.output("f")).toBe(2);
  });

  test("A4.6 A4.9 what is skipped while the function is paused claims no id", async () => {
    const rig = await new Rig().start({ f: withOptions({}) });
    const id = functionIdOf("app-f");
    await rig.engine.controlFunction(id, { kind: "pause" });
    await rig.send(same, same);
    await rig.engine.controlFunction(id, { kind: "resume" });
    await rig.send(same);
    expect(rig.statuses("f")).toEqual(["skipped", "skipped", "completed"]);
  });

  test("A4.9 the rate limit is asked before the id: a limited duplicate is told as limited", async () => {
    const rig = await new Rig().start({ f: withOptions({ rateLimit: { limit: 1, period: "1h" } }) });
    await rig.send(same);
    await rig.send(same);
    expect([rig.runs("f").length, reasonsOf(rig)]).toEqual([1, ["rate-limited"]]);
    await rig.advance(hour);
    await rig.send(same);
    expect([rig.runs("f").length, reasonsOf(rig)]).toEqual([1, ["rate-limited", "deduplicated"]]);
  });

  test("A4.9 the singleton is asked before the id, and what it skips claims none", async () => {
    const rig = await new Rig().start({
      f: withOptions({ singleton: { mode: "skip" } }, sequence([["s", op.sleep("s", "1m")]])),
    });
    await rig.send(event);
    await rig.send(same);
    await rig.advance(minute);
    await rig.send(same);
    expect(rig.statuses("f")).toEqual(["completed", "skipped", "running"]);
  });

  test("A4.10 an idempotency key counts beside the id: each of the two suffices", async () => {
    const rig = await new Rig().start({ f: withOptions({ idempotency: "event.data.order" }) });
    const order = (n: number, id: string) => ({ name: "go", id, data: { order: n } });
    await rig.send(order(1, "a"), order(1, "b"), order(2, "a"), order(3, "c"));
    expect(rig.runs("f")).toHaveLength(2);
  });
});

describe("A5 times and flow control", () => {
  test("A5.3 a batch starts when it closes, whatever the ts of its events", async () => {
    const rig = await new Rig().start({ f: withOptions({ batchEvents: { maxSize: 5, timeout: "10s" } }) });
    await rig.send({ ...event, ts: rig.clock.now() + hour }, event);
    await rig.advance(10 * second);
    expect([rig.statuses("f"), rig.output("f")]).toEqual([["completed"], 2]);
  });

  test("A5.5 a debounce counts from receipt, keeps the newest by ts, and starts no earlier than that ts", async () => {
    const rig = await new Rig().start({
      f: withOptions({ debounce: { period: "10s" } }, (call) => returned(call.event.data)),
    });
    const now = rig.clock.now();
    await rig.send({ name: "go", data: { n: "newest" }, ts: now + minute });
    await rig.advance(5 * second);
    await rig.send({ name: "go", data: { n: "older" }, ts: now });
    await rig.advance(7 * second);
    expect(rig.statuses("f")).toEqual(["queued"]);
    await rig.advance(minute);
    expect([rig.output("f"), (rig.run("f").startedAt ?? 0) - now]).toEqual([{ n: "newest" }, minute]);
  });

  test("A5.6 the start timeout counts from receipt: a ts beyond it is cancelled before it starts", async () => {
    const rig = await new Rig().start({ f: withOptions({ timeouts: { start: "10s" } }) });
    await rig.send(
      { ...event, ts: rig.clock.now() + minute },
      { ...event, ts: rig.clock.now() + 5 * second },
    );
    await rig.advance(2 * minute);
    expect([rig.statuses("f"), rig.callsOf("f").length]).toEqual([["completed", "cancelled"], 1]);
  });
});

describe("B1 B2 system events and flow control", () => {
  test("B1 A8 inngest/scheduled.timer starts a function with a cron trigger, and its handler sees it", async () => {
    const rig = await new Rig().start({
      f: {
        triggers: [{ cron: "*/5 * * * *" }],
        script: (call) => returned([call.event.name, call.event.data.cron]),
      },
    });
    await rig.advance(5 * minute);
    expect(rig.output("f")).toEqual([systemEvent.scheduled, "*/5 * * * *"]);
  });

  test("B2.4 a batched run tells each of its invokers, and its end once more for its first event", async () => {
    const parent = (id: string) => ({
      triggers: [{ event: id }],
      script: sequence([["i", op.invoke("i", "app-batch")]], (call) => call.memo("i")),
    });
    const rig = await new Rig().start({
      p: parent("p"),
      q: parent("q"),
      batch: {
        options: { batchEvents: { maxSize: 2, timeout: "1m" } },
        script: (call) => returned(call.events.length),
      },
    });
    await rig.send({ name: "p", data: {} }, { name: "q", data: {} });
    expect([rig.output("p"), rig.output("q")]).toEqual([{ data: 2 }, { data: 2 }]);
    const told = rig.events(systemEvent.finished).filter((item) => item.data.function_id === "app-batch");
    expect(told.map((item) => item.data.correlation_id.split(".")[0])).toEqual([
      rig.run("p").id,
      rig.run("q").id,
    ]);
  });

  test("B2.1 a skipped run emits nothing", async () => {
    const rig = await new Rig().start({
      f: withOptions({ singleton: { mode: "skip" } }, sequence([["s", op.sleep("s", "1h")]])),
    });
    await rig.send(event);
    await rig.send(event);
    expect([rig.statuses("f"), rig.events(systemEvent.finished).length]).toEqual([["running", "skipped"], 0]);
  });
});

describe("C4 skipped runs", () => {
  const skips: readonly (readonly [string, FunctionSpec, (rig: Rig) => Promise<unknown>, string])[] = [
    [
      "singleton",
      withOptions({ singleton: { mode: "skip" } }, sequence([["s", op.sleep("s", "1h")]])),
      (rig) => rig.send(event),
      "singleton",
    ],
    [
      "paused",
      withOptions({}),
      (rig) => rig.engine.controlFunction(functionIdOf("app-f"), { kind: "pause" }),
      "paused",
    ],
    [
      "draining",
      withOptions({}),
      (rig) => rig.engine.controlFunction(functionIdOf("app-f"), { kind: "drain", isOn: true }),
      "draining",
    ],
  ];
  test.each(skips)(
    "C4.2 C4 SKIPPED: %s, recorded with its reason, never started",
    async (_, spec, before, kind) => {
      const rig = await new Rig().start({ f: spec });
      await before(rig);
      await rig.send(event);
      const skipped = rig.runs("f").at(-1);
      expect([skipped?.status, skipped?.skip?.kind, skipped?.startedAt]).toEqual([
        "skipped",
        kind,
        undefined,
      ]);
      expect(skipped?.endedAt).toBe(rig.clock.now());
    },
  );

  test("C4.2 what is rate limited, debounced away or deduplicated leaves no run, but a reason", async () => {
    const rig = await new Rig().start({
      limited: withOptions({ rateLimit: { limit: 1, period: "1h" } }),
      debounced: withOptions({ debounce: { period: "10s" } }),
      deduplicated: withOptions({}),
    });
    await rig.send(same, same);
    await rig.advance(minute);
    expect([
      rig.runs("limited").length,
      rig.runs("debounced").length,
      rig.runs("deduplicated").length,
    ]).toEqual([1, 1, 1]);
    expect(reasonsOf(rig)).toEqual(
      expect.arrayContaining(["rate-limited", "debounced", "superseded", "deduplicated"]),
    );
  });
});

describe("E1 where expressions stand", () => {
  const wrong = "event.data ==";
  const places: readonly (readonly [string, FunctionSpec["options"]])[] = [
    ["batchEvents.if", { batchEvents: { maxSize: 2, timeout: "1s", if: wrong } }],
    ["batchEvents.key", { batchEvents: { maxSize: 2, timeout: "1s", key: wrong } }],
    ["debounce.key", { debounce: { period: "1s", key: wrong } }],
    ["throttle.key", { throttle: { limit: 1, period: "1s", key: wrong } }],
    ["concurrency.key", { concurrency: { limit: 1, key: wrong } }],
    ["rateLimit.key", { rateLimit: { limit: 1, period: "1s", key: wrong } }],
    ["idempotency", { idempotency: wrong }],
    ["singleton.key", { singleton: { mode: "skip", key: wrong } }],
    ["priority.run", { priority: { run: wrong } }],
  ];
  test.each(places)("E1 %s must compile when it is registered", async (place, options = {}) => {
    const name = place.split(".")[0] ?? "";
    await expect(new Rig().start({ f: withOptions(options) })).rejects.toThrow(new RegExp(`app-f: ${name}`));
  });

  test("E1 batchEvents.if that is false, or fails, starts a run of the event alone at once", async () => {
    const rig = await new Rig().start({
      f: withOptions({ batchEvents: { maxSize: 9, timeout: "1m", if: "event.data.batch" } }),
    });
    await rig.send(
      { name: "go", data: { batch: false } },
      { name: "go", data: { batch: "no boolean" } },
      event,
    );
    expect(rig.runs("f").map((run) => run.output)).toEqual(["1", "1", "1"]);
    await rig.send({ name: "go", data: { batch: true } });
    expect(rig.statuses("f")).toHaveLength(3);
  });

  const nothing = { name: "go", data: {} };
  const given = { name: "go", data: { u: 1 } };
  const keyed: readonly (readonly [string, FunctionSpec["options"], number])[] = [
    [
      "keys of batch: one batch under false",
      { batchEvents: { maxSize: 2, timeout: "1s", key: "event.data.u" } },
      1,
    ],
    ["keys of debounce: one debounce under false", { debounce: { period: "1s", key: "event.data.u" } }, 1],
    ["rateLimit.key: not limited", { rateLimit: { limit: 1, period: "1h", key: "event.data.u" } }, 2],
    ["idempotency: not limited", { idempotency: "event.data.u" }, 2],
    ["singleton.key: no singleton", { singleton: { mode: "skip", key: "event.data.u" } }, 2],
  ];
  test.each(keyed)("E1 E4.1 a missing field in %s", async (_, options = {}, runs) => {
    const rig = await new Rig().start({ f: withOptions(options, sequence([["s", op.sleep("s", "1m")]])) });
    await rig.send(nothing, nothing);
    await rig.advance(10 * second);
    expect(rig.statuses("f")).toEqual(Array.from({ length: runs }, () => "running"));
    await rig.send(given);
    await rig.advance(10 * second);
    expect(rig.runs("f")).toHaveLength(runs + 1);
  });

  test.each(["concurrency", "throttle"])(
    "E1 E4.1 a missing field in the key of %s is one lane under false",
    async (name) => {
      const limit = { limit: 1, key: "event.data.u" };
      const options =
        name === "concurrency" ? { concurrency: limit } : { throttle: { ...limit, period: "1h" } };
      const open: (() => void)[] = [];
      const rig = await new Rig().start({
        f: withOptions(options, () => new Promise((resolve) => open.push(() => resolve(returned(1))))),
      });
      await rig.engine.ingest([nothing, nothing, given]);
      await rig.clock.advance(1, async () => {
        for (let turn = 0; turn < 50; turn += 1) await new Promise((resolve) => setImmediate(resolve));
      });
      expect(rig.callsOf("f").map((call) => call.event.data)).toEqual([{}, { u: 1 }]);
      for (const finish of open) finish();
    },
  );
});
