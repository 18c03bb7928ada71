// C13: in which order the options of a function decide about an event. Each test puts two neighbours of the order
// against each other, with an outcome that the other order could not have. What may not be combined at all (a batch
// with whatever speaks of single events) is in pairs.test.ts.

import { describe, expect, test } from "vitest";
import { heldFunction } from "./held-calls.ts";
import { type FunctionSpec, op, Rig, returned, sequence } from "./rig.ts";

const second = 1000;
const minute = 60 * second;
const hour = 60 * minute;

const asleep = sequence([["s", op.sleep("s", "1d")]]);
const event = (n: number, id?: string) => ({ name: "go", data: { n }, ...(id === undefined ? {} : { id }) });

/** A function on the event `go` that returns which events it was given, unless it has another script. */
function withOptions(options: FunctionSpec["options"], script?: FunctionSpec["script"]): FunctionSpec {
  return {
    triggers: [{ event: "go" }],
    options: options ?? {},
    script: script ?? ((call) => returned(call.events.map((each) => each.data.n))),
  };
}

const kindsOf = (rig: Rig, functionId = "f") => rig.reasons(functionId).map(({ kind }) => kind);

/** The status of each run, or why it was skipped. */
const fatesOf = (rig: Rig) => rig.runs("f").map((run) => run.skip?.kind ?? run.status);

describe("C13 the trigger's condition comes first", () => {
  const filtered = (options: FunctionSpec["options"]): FunctionSpec => ({
    ...withOptions(options),
    triggers: [{ event: "go", expression: "event.data.n > 1" }],
  });

  const rows: readonly [string, FunctionSpec["options"], readonly number[]][] = [
    ["is not in the batch", { batchEvents: { maxSize: 2, timeout: "1m" } }, [2, 3]],
    ["takes no place in the rate limit", { rateLimit: { limit: 1, period: "1h" } }, [2]],
    ["claims no idempotency key", { idempotency: '"one"' }, [2]],
    ["does not take the last place in the debounce", { debounce: { period: "10s" } }, [3]],
  ];
  test.each(rows)("C13.1 what it leaves out %s", async (_, options, given) => {
    const rig = await new Rig().start({ f: filtered(options) });
    await rig.send(event(1));
    expect([kindsOf(rig), rig.runs("f")]).toEqual([["filtered"], []]);
    await rig.send(event(2), event(3), event(0));
    await rig.advance(2 * minute);
    expect(rig.output("f")).toEqual(given);
  });

  test("C13.1 it comes before singleton and pause: what it leaves out is no skipped run", async () => {
    const triggers = [{ event: "go", expression: "event.data.n > 1" }];
    const rig = await new Rig().start({
      f: { ...withOptions({ singleton: { mode: "skip" } }, asleep), triggers },
    });
    await rig.send(event(2), event(1));
    await rig.control("f", { kind: "pause" });
    await rig.send(event(1));
    expect([fatesOf(rig), kindsOf(rig)]).toEqual([["running"], ["filtered", "filtered"]]);
  });
});

describe("C13 the batch comes next", () => {
  test("C13.1 the batch comes before the pause: what is gathered is asked when it closes, the rest at once", async () => {
    const batchEvents = { maxSize: 2, timeout: "1m", if: "event.data.n < 10" };
    const rig = await new Rig().start({ f: withOptions({ batchEvents }) });
    await rig.control("f", { kind: "pause" });
    await rig.send(event(1), event(10));
    expect(fatesOf(rig)).toEqual(["paused"]);
    await rig.control("f", { kind: "resume" });
    await rig.send(event(2));
    expect(fatesOf(rig)).toEqual(["paused", "completed"]);
    expect(rig.runs("f")[1]?.eventIds).toHaveLength(2);
  });
});

describe("C13 rate limit and idempotency come before what follows", () => {
  const debounce = { period: "10s" };
  test.each([
    ["rate limit", { rateLimit: { limit: 1, period: "1h" }, debounce }, "rate-limited"],
    ["idempotency key", { idempotency: '"one"', debounce }, "deduplicated"],
  ])(
    "C13.1 the %s comes before the debounce: what is limited neither joins nor extends it",
    async (_, options, told) => {
      const rig = await new Rig().start({ f: withOptions(options) });
      await rig.send(event(1));
      await rig.advance(5 * second);
      await rig.send(event(2));
      await rig.advance(5 * second);
      expect([rig.output("f"), kindsOf(rig).at(-1)]).toEqual([[1], told]);
    },
  );

  test("C13.1 the rate limit comes before the singleton, whose skipped events have taken a place in it", async () => {
    const rig = await new Rig().start({
      f: withOptions({ rateLimit: { limit: 2, period: "1h" }, singleton: { mode: "skip" } }, asleep),
    });
    await rig.send(event(1), event(2), event(3));
    expect(fatesOf(rig)).toEqual(["running", "singleton"]);
    expect(kindsOf(rig)).toEqual(["singleton-skipped", "rate-limited"]);
  });

  test.each([
    ["rate limit", { rateLimit: { limit: 1, period: "1h" } }, "rate-limited"],
    ["idempotency key", { idempotency: '"one"' }, "deduplicated"],
  ])("C13.1 the %s comes before the pause: what comes meanwhile is counted", async (_, options, told) => {
    const rig = await new Rig().start({ f: withOptions(options) });
    await rig.control("f", { kind: "pause" });
    await rig.send(event(1));
    await rig.control("f", { kind: "resume" });
    await rig.send(event(2));
    expect([fatesOf(rig), kindsOf(rig).at(-1)]).toEqual([["paused"], told]);
  });
});

describe("C13 the debounce comes before what is asked when it fires", () => {
  test("C13.1 the debounce comes before the singleton", async () => {
    const rig = await new Rig().start({
      f: withOptions({ debounce: { period: "10s" }, singleton: { mode: "skip" } }, asleep),
    });
    await rig.send(event(1));
    await rig.advance(12 * second);
    await rig.send(event(2));
    expect(fatesOf(rig)).toEqual(["running"]);
    await rig.advance(12 * second);
    expect(fatesOf(rig)).toEqual(["running", "singleton"]);
  });

  test.each([
    ["pause", { kind: "pause" }, { kind: "resume" }, "paused"],
    ["drain", { kind: "drain", isOn: true }, { kind: "drain", isOn: false }, "draining"],
  ] as const)("C13.1 the debounce comes before the %s", async (_, halt, goOn, skipped) => {
    const rig = await new Rig().start({ f: withOptions({ debounce: { period: "10s" } }) });
    await rig.control("f", halt);
    await rig.send(event(1));
    await rig.control("f", goOn);
    await rig.advance(10 * second);
    expect(fatesOf(rig)).toEqual(["completed"]);
    await rig.send(event(2));
    await rig.control("f", halt);
    expect(fatesOf(rig)).toEqual(["completed"]);
    await rig.advance(10 * second);
    expect(fatesOf(rig)).toEqual(["completed", skipped]);
  });
});

describe("C13 singleton, pause and drain, the event's id", () => {
  test.each([
    ["pause", { kind: "pause" }, { kind: "resume" }, "paused"],
    ["drain", { kind: "drain", isOn: true }, { kind: "drain", isOn: false }, "draining"],
  ] as const)(
    "C13.1 the singleton comes before the %s, which comes before the event's id",
    async (_, halt, goOn, skipped) => {
      const rig = await new Rig().start({ f: withOptions({ singleton: { mode: "skip" } }, asleep) });
      await rig.send(event(1, "same"));
      await rig.control("f", halt);
      await rig.send(event(2, "same"));
      const [first] = rig.runs("f");
      if (first === undefined) throw new Error("The first event started no run.");
      await rig.engine.cancelRun(first.id);
      await rig.settle();
      await rig.send(event(3, "same"));
      await rig.control("f", goOn);
      await rig.send(event(4, "same"));
      expect(fatesOf(rig)).toEqual(["cancelled", "singleton", skipped]);
      expect(kindsOf(rig)).toEqual(["singleton-skipped", skipped, "deduplicated"]);
    },
  );

  test("C13.1 the event's id comes before ts: a run that is not due yet already deduplicates", async () => {
    const rig = await new Rig().start({ f: withOptions({}) });
    await rig.send({ ...event(1, "same"), ts: rig.clock.now() + hour });
    await rig.send(event(2, "same"));
    expect([fatesOf(rig), kindsOf(rig)]).toEqual([["queued"], ["deduplicated"]]);
    await rig.advance(hour);
    expect(rig.output("f")).toEqual([1]);
  });
});

describe("C13 ts, throttle, concurrency, priority", () => {
  test("C13.1 ts comes before throttle and concurrency: a run that is not due takes no place in them", async () => {
    const rig = await new Rig().start({
      f: withOptions({ throttle: { limit: 1, period: "1h" }, concurrency: 1 }),
    });
    await rig.send({ ...event(1), ts: rig.clock.now() + minute });
    await rig.send(event(2));
    expect(fatesOf(rig)).toEqual(["queued", "completed"]);
    await rig.advance(minute);
    expect(fatesOf(rig)).toEqual(["queued", "completed"]);
    await rig.advance(hour);
    expect(fatesOf(rig)).toEqual(["completed", "completed"]);
  });

  test("C8.8 C13.1 the throttle comes before concurrency, and a start without a slot takes no place in the pace", async () => {
    const held = await heldFunction({ concurrency: 1, throttle: { limit: 1, period: "10s" } });
    await held.send({ n: 1 }, { n: 2 }, { n: 3 });
    await held.advance(30 * second);
    expect(held.order).toEqual([1]);
    await held.finish();
    expect(held.order).toEqual([1, 2]);
    await held.finish();
    expect(held.order).toEqual([1, 2]);
    await held.advance(10 * second);
    expect(held.order).toEqual([1, 2, 3]);
  });

  const priority = { run: "int(event.data.p)" };

  test("C13.1 the throttle comes before priority, which chooses whom it lets through, the older one of equals", async () => {
    const held = await heldFunction({ throttle: { limit: 1, period: "10s" }, priority });
    await held.send({ n: 1, p: 0 });
    await held.send({ n: 2, p: 0 }, { n: 3, p: 0 }, { n: 4, p: 600 });
    expect(held.open).toEqual([1]);
    await held.advance(10 * second);
    expect(held.open).toEqual([1, 4]);
    await held.advance(20 * second);
    expect(held.open).toEqual([1, 4, 2, 3]);
  });

  test("C13.1 concurrency comes before priority, which chooses who takes a free slot, the older one of equals", async () => {
    const held = await heldFunction({ concurrency: { limit: 1, key: "event.data.u" }, priority });
    await held.send({ n: 1, u: "a", p: 0 }, { n: 2, u: "a", p: 0 }, { n: 3, u: "a", p: 0 });
    await held.send({ n: 4, u: "a", p: 600 }, { n: 5, u: "b", p: -600 });
    expect(held.open).toEqual([1, 5]);
    await held.finish(5);
    expect(held.open).toEqual([1]);
    await held.finishAll();
    expect(held.order).toEqual([1, 5, 4, 2, 3]);
  });
});
