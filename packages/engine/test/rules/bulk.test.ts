// C6.12–13 and C15.4–7: bulk cancels and replays, on the real engine.

import { type Bulk, type BulkRequest, failureGroup, functionIdOf, type RunSelection } from "@stepwell/core";
import { createEngine } from "@stepwell/engine";
import { ModelRows, manualClock, modelStore, seededRandom } from "@stepwell/engine/testing";
import { asBulkId, asRunId } from "@stepwell/protocol";
import { describe, expect, test } from "vitest";
import { op, ops, Rig, returned, sequence, thrown } from "./rig.ts";

const go = { triggers: [{ event: "go" }] };
const minuteMs = 60_000;
const sleeping = { ...go, script: sequence([["nap", op.sleep("nap", "1h")]]) };
const of = (...ids: readonly string[]) => ids.map((id) => functionIdOf(`app-${id}`));
const failed: RunSelection = { statuses: ["failed"] };
const unfinished: RunSelection = { statuses: ["queued", "running"] };

/** Starts it and lets it come as far as it does within a second. */
async function start(rig: Rig, request: BulkRequest): Promise<Bulk> {
  const outcome = await rig.engine.startBulk(request);
  if (outcome.kind === "refused") throw new Error(outcome.reasons.join("\n"));
  await rig.advance(1000);
  return row(rig, outcome.bulk);
}

function row(rig: Rig, { id }: Pick<Bulk, "id">): Bulk {
  const bulk = rig.rows.tables.bulks.get(id);
  if (bulk === undefined) throw new Error(`There is no bulk operation ${id}.`);
  return bulk;
}

async function sendMany(rig: Rig, count: number, data: object = {}): Promise<void> {
  await rig.send(...Array.from({ length: count }, (_, n) => ({ name: "go", data: { n, ...data } })));
}

/** How many runs of a function are in each status. */
function counts(rig: Rig, functionId: string): Record<string, number> {
  const found: Record<string, number> = {};
  for (const status of rig.statuses(functionId)) found[status] = (found[status] ?? 0) + 1;
  return found;
}

/** One failing function and one that works, of which `many` runs each have ended. */
async function someFailed(many: number): Promise<{ readonly rig: Rig; readonly fix: () => void }> {
  let isFixed = false;
  const rig = await new Rig().start({
    bad: { ...go, retries: 0, script: (call) => (isFixed ? returned(call.event.data.n) : thrown("no")) },
    good: { ...go, script: () => returned("good") },
  });
  await sendMany(rig, many);
  await rig.advance(1000);
  return {
    rig,
    fix: () => {
      isFixed = true;
    },
  };
}

describe("C6.12 C6.13 bulk cancellation", () => {
  test("C6.13 it cancels unfinished runs of the function that were queued within the time, and no others", async () => {
    const rig = await new Rig().start({
      f: sleeping,
      other: sleeping,
      quick: { ...go, script: () => returned(1) },
    });
    await sendMany(rig, 1);
    await rig.advance(minuteMs);
    const from = rig.clock.now();
    await sendMany(rig, 3);
    await rig.advance(minuteMs);
    const until = rig.clock.now();
    await sendMany(rig, 1);
    const bulk = await start(rig, {
      kind: "cancel",
      selection: { ...unfinished, functionIds: of("f"), from, until },
    });
    expect(bulk).toMatchObject({
      status: "done",
      done: 3,
      skipped: {},
      total: 3,
      endedAt: expect.any(Number),
    });
    expect(rig.statuses("f")).toEqual(["running", "cancelled", "cancelled", "cancelled", "running"]);
    expect([counts(rig, "other"), counts(rig, "quick")]).toEqual([{ running: 5 }, { completed: 5 }]);
  });

  test("C6.13 runs that are queued after the request are not cancelled, even when it named no end", async () => {
    const rig = await new Rig().start({ f: sleeping });
    await sendMany(rig, 2);
    const outcome = await rig.engine.startBulk({ kind: "cancel", selection: unfinished });
    await rig.advance(5);
    await sendMany(rig, 2);
    await rig.advance(1000);
    expect([outcome.kind, counts(rig, "f")]).toEqual(["started", { cancelled: 2, running: 2 }]);
  });

  test("C6.12 a time a little ahead is waited for", async () => {
    const rig = await new Rig().start({ f: sleeping });
    await sendMany(rig, 1);
    const until = rig.clock.now() + 3000;
    await rig.engine.startBulk({ kind: "cancel", selection: { ...unfinished, until } });
    await rig.advance(2000);
    await sendMany(rig, 1);
    expect(counts(rig, "f")).toEqual({ running: 2 });
    await rig.advance(1000);
    expect(counts(rig, "f")).toEqual({ cancelled: 2 });
  });

  test("C6.12 E1 bulk cancellation if: an expression over the event tells which runs are meant; where it errs, none is", async () => {
    const rig = await new Rig().start({ f: sleeping });
    await rig.send(
      { name: "go", data: { plan: "free" } },
      { name: "go", data: { plan: "pro" } },
      { name: "go", data: {} },
    );
    await start(rig, {
      kind: "cancel",
      selection: { ...unfinished, expression: 'event.data.plan == "pro"' },
    });
    expect(rig.statuses("f")).toEqual(["running", "cancelled", "running"]);
  });

  test("H9.4 C6.5 each cancelled run says why, emits its events, and is never called again", async () => {
    const rig = await new Rig().start({ f: sleeping });
    await sendMany(rig, 3);
    await start(rig, { kind: "cancel", name: "wrong deploy", selection: unfinished });
    const calls = rig.calls.length;
    await rig.advance(2 * 3_600_000);
    expect(rig.calls.length).toBe(calls);
    expect(rig.runs("f")[0]?.error).toMatchObject({
      message: "function cancelled",
      cause: "It was cancelled in bulk: wrong deploy.",
    });
    expect(rig.events("inngest/function.cancelled").length).toBe(3);
    expect([rig.rows.tables.jobs.size, rig.rows.tables.waits.size]).toEqual([0, 0]);
  });

  test("C6.13 it goes through many pages, each a bounded commit", async () => {
    const rig = await new Rig({ openCallsMax: 1000 }).start({ f: sleeping });
    await sendMany(rig, 730);
    rig.written.length = 0;
    const bulk = await start(rig, { kind: "cancel", selection: unfinished });
    expect([bulk.status, bulk.done, counts(rig, "f")]).toEqual(["done", 730, { cancelled: 730 }]);
    expect(Math.max(...rig.written)).toBeLessThan(2000);
  });

  test("C6.11 runs given by id that have ended already count as skipped, and stay as they are", async () => {
    const rig = await new Rig().start({ f: sleeping, quick: { ...go, script: () => returned(1) } });
    await sendMany(rig, 2);
    const runIds = [...rig.runs("f"), ...rig.runs("quick")].map((run) => run.id);
    const bulk = await start(rig, {
      kind: "cancel",
      selection: { ...unfinished, runIds: [...runIds, asRunId("01ARZ3NDEKTSV4RRFFQ69G5FAV")] },
    });
    expect([bulk.done, bulk.skipped]).toEqual([2, { ended: 2 }]);
    expect([counts(rig, "f"), counts(rig, "quick")]).toEqual([{ cancelled: 2 }, { completed: 2 }]);
  });

  test("C6.6 H9.4 an invoker and its invoked run may be cancelled by one operation", async () => {
    const rig = await new Rig().start({
      parent: { ...go, script: sequence([["i", op.invoke("i", "app-child")]]) },
      child: { script: sequence([["nap", op.sleep("nap", "1h")]]) },
    });
    await sendMany(rig, 2);
    const bulk = await start(rig, { kind: "cancel", selection: unfinished });
    expect([bulk.done, counts(rig, "parent"), counts(rig, "child")]).toEqual([
      4,
      { cancelled: 2 },
      { cancelled: 2 },
    ]);
    expect(rig.rows.tables.jobs.size).toBe(0);
  });
});

describe("C15.4–7 replay", () => {
  test("C15.4 C15.7 it starts new runs of the function's failed runs, and of nothing else", async () => {
    const { rig, fix } = await someFailed(3);
    const originals = rig.runs("bad");
    const before = JSON.stringify(originals);
    fix();
    const bulk = await start(rig, { kind: "replay", selection: { ...failed, functionIds: of("bad") } });
    expect(bulk).toMatchObject({ status: "done", done: 3, total: 3, skipped: {} });
    expect([counts(rig, "bad"), counts(rig, "good")]).toEqual([
      { failed: 3, completed: 3 },
      { completed: 3 },
    ]);
    const ids = new Set(originals.map((run) => run.id));
    expect(JSON.stringify(rig.runs("bad").filter((run) => ids.has(run.id)))).toBe(before);
  });

  test("C15.5 C15.6 the new runs carry the replay's id, repeat one original each, and begin from the start, so that steps run twice", async () => {
    const executed: number[] = [];
    let isFixed = false;
    const rig = await new Rig().start({
      f: {
        ...go,
        retries: 0,
        script: (call) => {
          if (!call.has("a")) {
            executed.push(call.event.data.n);
            return sequence([["a", op.ran("a", call.event.data.n)]])(call);
          }
          return isFixed ? returned(call.memo("a").data) : thrown("no");
        },
      },
    });
    await sendMany(rig, 3);
    isFixed = true;
    const bulk = await start(rig, { kind: "replay", selection: failed });
    const fresh = rig.runs("f").filter((run) => run.replayId === bulk.id);
    const originals = rig.runs("f").filter((run) => run.replayId === undefined);
    expect(fresh.map((run) => run.originalRunId).sort()).toEqual(originals.map((run) => run.id).sort());
    expect(fresh.map((run) => run.output).sort()).toEqual(["0", "1", "2"]);
    expect(executed.sort()).toEqual([0, 0, 1, 1, 2, 2]);
  });

  test("C15.5 deduplication does not apply, and a chain names the first run", async () => {
    const rig = await new Rig().start({ f: { ...go, retries: 0, script: () => thrown("no") } });
    await rig.send({ name: "go", id: "once", data: {} });
    const [original] = rig.runs("f");
    await start(rig, { kind: "replay", selection: failed });
    await start(rig, { kind: "replay", selection: failed });
    expect(rig.runs("f").map((run) => run.originalRunId)).toEqual([
      undefined,
      ...Array(3).fill(original?.id),
    ]);
  });

  test("C15.4 a replay does not replay its own new runs, however often they fail", async () => {
    const { rig } = await someFailed(4);
    await start(rig, { kind: "replay", selection: failed, perMinute: 60 });
    await rig.advance(10 * minuteMs);
    expect(counts(rig, "bad")).toEqual({ failed: 8 });
  });

  test("C15.4 a replay ends with the runs that are there, whatever end it was given", async () => {
    const { rig } = await someFailed(2);
    const until = rig.clock.now() + 4000;
    const outcome = await rig.engine.startBulk({ kind: "replay", selection: { ...failed, until } });
    await rig.advance(2);
    await sendMany(rig, 2);
    await rig.advance(minuteMs);
    if (outcome.kind === "refused") throw new Error(outcome.reasons.join("\n"));
    expect(row(rig, outcome.bulk)).toMatchObject({ status: "done", done: 2 });
  });

  const statuses = ["completed", "failed", "cancelled"] as const;
  for (const status of statuses) {
    test(`C15.4 only runs that are ${status} are replayed when that is asked for`, async () => {
      const rig = await new Rig().start({
        completed: { ...go, script: () => returned(1) },
        failed: { ...go, retries: 0, script: () => thrown("no") },
        cancelled: sleeping,
      });
      await sendMany(rig, 1);
      await rig.engine.cancelRun(rig.run("cancelled").id);
      await start(rig, { kind: "replay", selection: { statuses: [status] } });
      expect(statuses.map((each) => rig.runs(each).length)).toEqual(
        statuses.map((each) => (each === status ? 2 : 1)),
      );
    });
  }

  test("C15.4 only runs queued within the time are replayed", async () => {
    const { rig } = await someFailed(1);
    const from = rig.clock.now();
    await sendMany(rig, 2);
    await rig.advance(minuteMs);
    const until = rig.clock.now();
    await sendMany(rig, 4);
    await rig.advance(1000);
    const bulk = await start(rig, { kind: "replay", selection: { ...failed, from, until } });
    expect(bulk.done).toBe(2);
  });

  test("C15.4 an expression reads the output, which is the error of a failed run", async () => {
    const rig = await new Rig().start({
      f: { ...go, retries: 0, script: (call) => thrown(call.event.data.n === 1 ? "card declined" : "other") },
      g: { ...go, script: (call) => returned({ total: call.event.data.n }) },
    });
    await sendMany(rig, 3);
    const first = await start(rig, {
      kind: "replay",
      selection: { ...failed, expression: 'output.message == "card declined"' },
    });
    const second = await start(rig, {
      kind: "replay",
      selection: { statuses: ["completed"], expression: "output.total >= 1" },
    });
    expect([first.done, second.done]).toEqual([1, 2]);
  });

  test("C15.4 a selection may say all that a list of runs can be filtered by", async () => {
    const rig = await new Rig().start({
      f: {
        ...go,
        retries: 0,
        script: (call) => thrown(call.event.data.n === 0 ? "Card declined" : "timed out"),
      },
      parent: {
        triggers: [{ event: "invoke" }],
        script: sequence([["i", op.invoke("i", "app-f", { n: 7 })]]),
      },
    });
    await sendMany(rig, 2);
    await rig.send({ name: "invoke", data: {} });
    const [first] = rig.runs("f");
    const [parent] = rig.runs("parent");
    if (first === undefined || parent === undefined) throw new Error("There is no run.");
    const replayed = await start(rig, { kind: "replay", selection: { ...failed, words: "CARD" } });
    const doneBy = async (more: Partial<RunSelection>) =>
      (await start(rig, { kind: "replay", selection: { ...failed, functionIds: of("f"), ...more } })).done;
    expect(replayed.done).toBe(1);
    expect(await doneBy({ words: first.id.toLowerCase() })).toBe(1);
    expect(await doneBy({ parentRunId: parent.id })).toBe(1);
    expect(await doneBy({ replayId: replayed.id })).toBe(1);
    expect(await doneBy({ originalRunId: first.id, words: "declined", until: replayed.createdAt + 1 })).toBe(
      0,
    );
    expect(await doneBy({ originalRunId: first.id, replayId: replayed.id })).toBe(1);
    expect(await doneBy({ tookFromMs: 1 })).toBe(0);
    expect(await doneBy({ tookUntilMs: 0, until: replayed.createdAt + 1 })).toBe(3);
  });

  test("C15.4 a failure group means its runs alone", async () => {
    const rig = await new Rig().start({
      f: {
        ...go,
        retries: 0,
        script: (call) => thrown(call.event.data.n < 2 ? `no customer 'c${call.event.data.n}'` : "timed out"),
      },
    });
    await sendMany(rig, 3);
    const [first] = rig.runs("f");
    if (first === undefined) throw new Error("There is no run.");
    const bulk = await start(rig, {
      kind: "replay",
      selection: { ...failed, failureGroup: failureGroup(first) },
    });
    expect(bulk.done).toBe(2);
  });

  test("C15.4 a list of run ids means those alone, each once", async () => {
    const { rig } = await someFailed(150);
    const all = rig.runs("bad").map((run) => run.id);
    const chosen = all.slice(0, 120);
    const bulk = await start(rig, {
      kind: "replay",
      selection: { ...failed, runIds: [...chosen, ...chosen] },
    });
    const originals = rig.runs("bad").flatMap((run) => run.originalRunId ?? []);
    expect([bulk.done, originals.sort()]).toEqual([120, [...chosen].sort()]);
  });

  test("C15.4 a list of run ids is filtered by all else that the selection says", async () => {
    const { rig } = await someFailed(2);
    const until = rig.clock.now();
    await sendMany(rig, 2);
    await rig.advance(1000);
    const runIds = [...rig.runs("bad"), ...rig.runs("good")].map((run) => run.id);
    const bulk = await start(rig, { kind: "replay", selection: { ...failed, runIds, until } });
    expect(bulk.done).toBe(2);
    const others = await start(rig, {
      kind: "replay",
      selection: { statuses: ["completed"], runIds, from: until, functionIds: of("good"), eventName: "go" },
    });
    const none = await start(rig, {
      kind: "replay",
      selection: { statuses: ["completed"], runIds, eventName: "other" },
    });
    expect([others.done, none.done]).toEqual([2, 0]);
  });

  test("C15.4 it is paced: no more than so many new runs in a minute, spread over it", async () => {
    const { rig } = await someFailed(30);
    const bulk = await start(rig, { kind: "replay", selection: failed, perMinute: 10 });
    const started: number[] = [];
    for (let minute = 0; minute < 4; minute += 1) {
      started.push(row(rig, bulk).done);
      await rig.advance(minuteMs);
    }
    expect(started).toEqual([1, 11, 21, 30]);
    expect(row(rig, bulk)).toMatchObject({ status: "done", done: 30 });
  });

  test("C15.4 a fast pace starts several runs at a time", async () => {
    const { rig } = await someFailed(250);
    const bulk = await start(rig, { kind: "replay", selection: failed, perMinute: 6000 });
    expect(row(rig, bulk).done).toBe(100);
    await rig.advance(2000);
    expect(row(rig, bulk)).toMatchObject({ status: "done", done: 250 });
  });

  test("C15.4 it goes through many pages, also those of one millisecond, and replays each run once", async () => {
    const { rig, fix } = await someFailed(350);
    fix();
    await start(rig, { kind: "replay", selection: failed });
    const outputs = rig.runs("bad").flatMap((run) => run.output ?? []);
    expect(outputs.map(Number).sort((a, b) => a - b)).toEqual(Array.from({ length: 350 }, (_, n) => n));
  });

  test("C15.4 runs whose events or function are gone are skipped, and told apart", async () => {
    const rig = await new Rig().start({
      f: { ...go, retries: 0, script: () => thrown("no") },
      old: { ...go, retries: 0, script: () => thrown("no") },
    });
    await sendMany(rig, 3);
    rig.rows.tables.events.delete(rig.runs("f")[0]?.eventIds[0] ?? "");
    await rig.restart();
    await rig.sync({ f: { ...go, retries: 0, script: () => returned(1) } });
    const bulk = await start(rig, { kind: "replay", selection: failed });
    expect([bulk.done, bulk.skipped]).toEqual([2, { "events-gone": 1, "function-gone": 3 }]);
  });
});

describe("C15.4 C15.5 replay and flow control", () => {
  test("C14.2 C15.4 of skipped runs those are replayed whose function was paused, and only when asked for", async () => {
    const rig = await new Rig().start({
      f: { ...go, script: () => returned(1) },
      one: {
        ...go,
        options: { singleton: { mode: "skip" } },
        script: sequence([["nap", op.sleep("nap", "1h")]]),
      },
    });
    await rig.engine.controlFunction(functionIdOf("app-f"), { kind: "pause" });
    await sendMany(rig, 3);
    expect([counts(rig, "f"), counts(rig, "one")]).toEqual([{ skipped: 3 }, { running: 1, skipped: 2 }]);
    await rig.engine.controlFunction(functionIdOf("app-f"), { kind: "resume" });
    expect((await start(rig, { kind: "replay", selection: failed })).done).toBe(0);
    const preview = await rig.engine.previewBulk({ kind: "replay", selection: { statuses: ["skipped"] } });
    const bulk = await start(rig, { kind: "replay", selection: { statuses: ["skipped"] } });
    expect([preview, bulk.done]).toEqual([{ kind: "counted", count: 3, isComplete: true }, 3]);
    expect([counts(rig, "f"), counts(rig, "one")]).toEqual([
      { skipped: 3, completed: 3 },
      { running: 1, skipped: 2 },
    ]);
  });

  test("C15.1 C15.5 reruns and replays are not rate limited", async () => {
    const rig = await new Rig().start({
      f: { ...go, options: { rateLimit: { limit: 1, period: "1h" } }, script: () => returned(1) },
    });
    await sendMany(rig, 3);
    expect(counts(rig, "f")).toEqual({ completed: 1 });
    const [only] = rig.runs("f");
    await rig.engine.rerun(only?.id ?? asRunId(""));
    const bulk = await start(rig, { kind: "replay", selection: { statuses: ["completed"] } });
    expect([bulk.done, counts(rig, "f")]).toEqual([2, { completed: 4 }]);
  });

  test("C15.5 a replay of a singleton's runs obeys the singleton", async () => {
    let isFixed = false;
    const rig = await new Rig().start({
      f: {
        ...go,
        retries: 0,
        options: { singleton: { mode: "skip", key: "event.data.n" } },
        script: (call) => (isFixed ? sequence([["nap", op.sleep("nap", "1h")]])(call) : thrown("no")),
      },
    });
    await rig.send({ name: "go", data: { n: 1 } });
    await rig.send({ name: "go", data: { n: 1 } });
    isFixed = true;
    await start(rig, { kind: "replay", selection: failed });
    expect(counts(rig, "f")).toEqual({ failed: 2, running: 1, skipped: 1 });
  });

  test("C6.13 C12 cancelling a singleton's run and the one behind it leaves its place free", async () => {
    const rig = await new Rig().start({
      f: { ...go, options: { singleton: { mode: "cancel" } }, script: sleeping.script },
    });
    await sendMany(rig, 1);
    await start(rig, { kind: "cancel", selection: unfinished });
    await sendMany(rig, 1);
    expect(counts(rig, "f")).toEqual({ cancelled: 1, running: 1 });
  });
});

describe("steering", () => {
  test("C15.4 held it starts no run; going on it starts the rest, each once", async () => {
    const { rig, fix } = await someFailed(20);
    fix();
    const bulk = await start(rig, { kind: "replay", selection: failed, perMinute: 60 });
    await rig.advance(4000);
    const held = await rig.engine.steerBulk(bulk.id, "hold");
    const { done } = row(rig, bulk);
    await rig.advance(minuteMs);
    expect([held.kind, row(rig, bulk).status, row(rig, bulk).done]).toEqual(["steered", "held", done]);
    await rig.engine.steerBulk(bulk.id, "resume");
    await rig.advance(minuteMs);
    expect([done < 20, row(rig, bulk).status, counts(rig, "bad")]).toEqual([
      true,
      "done",
      { failed: 20, completed: 20 },
    ]);
  });

  test("C15.4 it holds by itself after the first runs, and goes on to the end", async () => {
    const { rig, fix } = await someFailed(20);
    fix();
    const bulk = await start(rig, { kind: "replay", selection: failed, holdAfter: 5 });
    expect(bulk).toMatchObject({ status: "held", done: 5 });
    expect(counts(rig, "bad")).toEqual({ failed: 20, completed: 5 });
    await rig.engine.steerBulk(bulk.id, "resume");
    await rig.advance(1000);
    expect([row(rig, bulk).status, counts(rig, "bad")]).toEqual(["done", { failed: 20, completed: 20 }]);
  });

  test("C15.4 a cancellation can hold after the first runs too", async () => {
    const rig = await new Rig().start({ f: sleeping });
    await sendMany(rig, 10);
    const bulk = await start(rig, { kind: "cancel", selection: unfinished, holdAfter: 3 });
    expect([bulk.status, counts(rig, "f")]).toEqual(["held", { cancelled: 3, running: 7 }]);
    await rig.engine.steerBulk(bulk.id, "resume");
    await rig.advance(1000);
    expect([row(rig, bulk).status, counts(rig, "f")]).toEqual(["done", { cancelled: 10 }]);
  });

  test("C15.4 stopped it starts no more, and cannot be steered again", async () => {
    const { rig } = await someFailed(20);
    const bulk = await start(rig, { kind: "replay", selection: failed, perMinute: 60 });
    await rig.engine.steerBulk(bulk.id, "stop");
    const { done } = row(rig, bulk);
    await rig.advance(minuteMs);
    expect(row(rig, bulk)).toMatchObject({ status: "stopped", done, endedAt: expect.any(Number) });
    expect(await rig.engine.steerBulk(bulk.id, "resume")).toMatchObject({
      kind: "refused",
      reason: expect.stringMatching(/stopped/),
    });
    expect(rig.rows.tables.jobs.size).toBe(0);
  });

  test("C6.12 removed it is gone, and goes on no more", async () => {
    const { rig } = await someFailed(20);
    const bulk = await start(rig, { kind: "replay", selection: failed, perMinute: 60 });
    expect((await rig.engine.steerBulk(bulk.id, "remove")).kind).toBe("steered");
    await rig.advance(minuteMs);
    expect([rig.rows.tables.bulks.size, rig.rows.tables.jobs.size]).toEqual([0, 0]);
    expect((await rig.engine.steerBulk(bulk.id, "resume")).kind).toBe("unknown-bulk");
  });

  test("steering twice the same way changes nothing, and one that does not exist is unknown", async () => {
    const { rig } = await someFailed(20);
    const bulk = await start(rig, { kind: "replay", selection: failed, perMinute: 60 });
    await rig.engine.steerBulk(bulk.id, "hold");
    expect((await rig.engine.steerBulk(bulk.id, "hold")).kind).toBe("steered");
    await rig.engine.steerBulk(bulk.id, "resume");
    expect((await rig.engine.steerBulk(bulk.id, "resume")).kind).toBe("steered");
    expect((await rig.engine.steerBulk(asBulkId("none"), "hold")).kind).toBe("unknown-bulk");
    await rig.advance(minuteMs);
    expect(row(rig, bulk)).toMatchObject({ status: "done", done: 20 });
  });
});

describe("restarts", () => {
  test("C15.4 a replay goes on after each of many restarts and replays each run once", async () => {
    const { rig, fix } = await someFailed(40);
    fix();
    const bulk = await start(rig, { kind: "replay", selection: failed, perMinute: 120 });
    for (let count = 0; count < 25; count += 1) {
      await rig.advance(900);
      await rig.restart();
    }
    await rig.advance(minuteMs);
    expect(row(rig, bulk)).toMatchObject({ status: "done", done: 40 });
    const outputs = rig.runs("bad").flatMap((run) => run.output ?? []);
    expect(outputs.map(Number).sort((a, b) => a - b)).toEqual(Array.from({ length: 40 }, (_, n) => n));
  });

  test("C15.4 a slow pace outlives the memory of its job", async () => {
    const { rig, fix } = await someFailed(3);
    fix();
    const bulk = await start(rig, { kind: "replay", selection: failed, perMinute: 1 });
    await rig.restart();
    await rig.advance(3 * minuteMs);
    expect(row(rig, bulk)).toMatchObject({ status: "done", done: 3 });
  });

  test("C6.13 a cancellation goes on after a restart", async () => {
    const rig = await new Rig().start({ f: sleeping });
    await sendMany(rig, 5);
    const outcome = await rig.engine.startBulk({ kind: "cancel", selection: unfinished });
    await rig.restart();
    await rig.advance(1000);
    expect([outcome.kind, counts(rig, "f")]).toEqual(["started", { cancelled: 5 }]);
  });
});

describe("what goes wrong", () => {
  test("a run that cannot be looked at holds the operation, and its row says why", async () => {
    const rig = await new Rig().start({ f: { ...go, script: () => returned(1) } });
    await sendMany(rig, 2);
    const { runs } = rig.rows.tables;
    const [first] = rig.runs("f");
    if (first === undefined) throw new Error("There is no run.");
    runs.set(first.id, { ...first, output: "no JSON" });
    const bulk = await start(rig, {
      kind: "replay",
      selection: { statuses: ["completed"], expression: "output == 1" },
    });
    expect(bulk).toMatchObject({ status: "held", problem: expect.stringMatching(/JSON/), done: 0 });
    expect(rig.rows.tables.poisons.size).toBe(1);
    runs.set(first.id, first);
    await rig.engine.steerBulk(bulk.id, "resume");
    await rig.advance(1000);
    expect(row(rig, bulk)).toMatchObject({ status: "done", done: 2 });
    expect(row(rig, bulk)).not.toHaveProperty("problem");
  });

  test("C6.13 a run whose row is not stored yet when the operation begins is cancelled all the same", async () => {
    const rows = new ModelRows();
    const clock = manualClock();
    let open: () => void = () => {};
    let gate: Promise<void> | undefined;
    const engine = createEngine({
      store: modelStore(rows, {
        beforeEach: async (method) => (method === "commit" ? await gate : undefined),
      }),
      clock,
      random: seededRandom(1),
      transport: { call: async () => ops([op.sleep("nap", "1h")]) },
    });
    await engine.start();
    const functions = [{ id: "app-f", name: "f", url: "http://app", options: {}, ...go }];
    await engine.sync({ appName: "app", url: "http://app", sdk: "rig", functions });
    gate = new Promise((resolve) => {
      open = resolve;
    });
    const sent = engine.ingest([{ name: "go", data: {} }]);
    await clock.advance(10);
    const asked = engine.startBulk({ kind: "cancel", selection: unfinished });
    await clock.advance(10);
    open();
    await Promise.all([sent, asked]);
    await clock.advance(1000);
    expect([...rows.tables.runs.values()].map(({ status }) => status)).toEqual(["cancelled"]);
    await engine.stop(0);
  });
});

describe("what cannot be asked for is refused with a sentence", () => {
  const cases: readonly { what: string; request: BulkRequest; reason: RegExp }[] = [
    {
      what: "cancelling runs that have ended",
      request: { kind: "cancel", selection: failed },
      reason: /failed have ended/,
    },
    {
      what: "replaying runs that have not",
      request: { kind: "replay", selection: unfinished },
      reason: /queued or running have not ended/,
    },
    { what: "no status", request: { kind: "replay", selection: { statuses: [] } }, reason: /no status/ },
    {
      what: "a time that ends before it begins",
      request: { kind: "replay", selection: { ...failed, from: 2, until: 1 } },
      reason: /from must be before/,
    },
    {
      what: "an invalid expression",
      request: { kind: "replay", selection: { ...failed, expression: "event.data.(" } },
      reason: /expression "event\.data\.\(" is invalid/,
    },
    {
      what: "a name that is not known in it",
      request: { kind: "cancel", selection: { ...unfinished, expression: "async.data.x == 1" } },
      reason: /"async" is not known/,
    },
    {
      what: "a pace of nothing",
      request: { kind: "replay", selection: failed, perMinute: 0 },
      reason: /perMinute must be a whole number/,
    },
    {
      what: "too many ids",
      request: { kind: "replay", selection: { ...failed, runIds: Array(1001).fill(asRunId("a")) } },
      reason: /at most 1000/,
    },
  ];
  for (const { what, request, reason } of cases) {
    test(`C6.12 C15.4 ${what}`, async () => {
      const rig = await new Rig().start({});
      const outcome = await rig.engine.startBulk(request);
      expect(outcome).toMatchObject({ kind: "refused", reasons: [expect.stringMatching(reason)] });
      expect(rig.rows.tables.bulks.size).toBe(0);
    });
  }
});
