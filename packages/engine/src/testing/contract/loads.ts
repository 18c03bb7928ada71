// What the shard loads: runs with all their rows, due jobs in order, and rows by key.

import type { Job, JobEntry, LimitState } from "@stepwell/core";
import type { JobCursor } from "../../ports/store.ts";
import {
  aCall,
  aDedupe,
  aLimit,
  anEvent,
  aRoute,
  aRun,
  aSignal,
  aSleep,
  aStep,
  aWait,
  bulkId,
  eventId,
  functionId,
  jobId,
  put,
  remove,
  runId,
  stepKey,
  t0,
} from "./rows.ts";
import type { ContractPart } from "./session.ts";

export function runLoadContract({ test, expect }: ContractPart): void {
  test("a run is loaded with its own steps, jobs, waits and events, and nobody else's", async (session) => {
    await session.commit(
      put("events", anEvent("1", 1)),
      put("events", anEvent("2", 2)),
      put("events", anEvent("3", 3)),
      put("runs", aRun("a", { eventIds: [eventId("2"), eventId("1")] })),
      put("runs", aRun("ab", { eventIds: [eventId("3")] })),
      put("steps", aStep("a", "x")),
      put("steps", aStep("ab", "x", { name: "other" })),
      put("jobs", aCall("a", "x")),
      put("jobs", aSleep("ab", "y", t0)),
      put("waits", aWait("a", "w")),
      put("waits", aWait("ab", "w")),
    );
    expect(await session.store.loadRuns([runId("a")])).toEqual([
      {
        run: aRun("a", { eventIds: [eventId("2"), eventId("1")] }),
        steps: [aStep("a", "x")],
        jobs: [aCall("a", "x")],
        waits: [aWait("a", "w")],
        events: [anEvent("2", 2), anEvent("1", 1)],
      },
    ]);
  });

  test("runs that do not exist are absent from the answer, and none is there twice", async (session) => {
    await session.commit(put("runs", aRun("a")), put("runs", aRun("b")));
    const loaded = await session.store.loadRuns([runId("b"), runId("none"), runId("a"), runId("b")]);
    expect(loaded.map((rows) => rows.run.id).sort()).toEqual([runId("a"), runId("b")]);
    expect(await session.store.loadRuns([])).toEqual([]);
  });

  test("finished runs are loaded too, with output, error and every other field", async (session) => {
    const completed = aRun("a", {
      status: "completed",
      startedAt: t0 + 1,
      endedAt: t0 + 2,
      output: '{"big":[1,2,3]}',
      invokedBy: { runId: runId("z"), stepKey: stepKey("i") },
      originalRunId: runId("y"),
    });
    const failed = aRun("b", {
      status: "failed",
      endedAt: t0 + 2,
      error: { name: "TypeError", message: "no\nreally", stack: "at x" },
    });
    await session.commit(put("runs", completed), put("runs", failed));
    const loaded = await session.store.loadRuns([runId("a"), runId("b")]);
    expect(loaded.map((rows) => rows.run)).toEqual([completed, failed]);
  });

  test("a load sees every commit sent before it, answered or not", async (session) => {
    const commits = [session.store.commit({ epoch: session.epoch, commit: 1 }, [put("runs", aRun("a"))])];
    commits.push(session.store.commit({ epoch: session.epoch, commit: 2 }, [put("steps", aStep("a", "s"))]));
    const loaded = await session.store.loadRuns([runId("a")]);
    await Promise.all(commits);
    expect(loaded[0]?.steps).toEqual([aStep("a", "s")]);
  });
}

export function jobLoadContract({ test, expect }: ContractPart): void {
  const start: JobCursor = { dueAt: 0, id: "" };

  test("due jobs come in the order of time and then id, page by page", async (session) => {
    const jobs = [
      aSleep("a", "d", t0 + 1),
      aSleep("a", "b", t0),
      aSleep("a", "c", t0),
      aSleep("a", "a", t0 + 1),
      aSleep("a", "e", t0 - 5),
    ];
    await session.commit(...jobs.map((job) => put("jobs", job)));
    const seen: string[] = [];
    let after = start;
    for (;;) {
      const page = await session.store.loadDueJobs(after, t0 + 1, 2);
      const last = page.at(-1);
      if (last === undefined) break;
      seen.push(...page.map((entry) => entry.id));
      after = { dueAt: last.dueAt, id: last.id };
    }
    expect(seen).toEqual([jobId("e"), jobId("b"), jobId("c"), jobId("a"), jobId("d")]);
  });

  test("a job is due at its time and not a millisecond before", async (session) => {
    await session.commit(put("jobs", aSleep("a", "s", t0)));
    expect(await session.store.loadDueJobs(start, t0 - 1, 10)).toEqual([]);
    expect((await session.store.loadDueJobs(start, t0, 10)).length).toBe(1);
  });

  test("a due job tells kind, run, function and place, and no more", async (session) => {
    const call = aCall("a", "1", { order: 7, functionId: functionId("f") });
    await session.commit(
      put("jobs", call),
      put("jobs", aRoute("e", t0 + 1)),
      put("jobs", aSleep("b", "s", t0 + 2)),
    );
    const expected: JobEntry[] = [
      {
        id: call.id,
        dueAt: t0,
        kind: "call",
        runId: runId("a"),
        functionId: functionId("f"),
        order: 7,
        sequence: 1,
      },
      { id: jobId("route-e"), dueAt: t0 + 1, kind: "route" },
      { id: jobId("s"), dueAt: t0 + 2, kind: "sleep", runId: runId("b") },
    ];
    expect(await session.store.loadDueJobs(start, t0 + 9, 10)).toEqual(expected);
  });

  test("a lane's calls come by order, then receipt, and only those that are due", async (session) => {
    const lane = '[[["fn","event.data.a","x",1]]]';
    const other = '[[["fn","event.data.a","y",1]]]';
    await session.commit(
      put("jobs", aCall("a", "1", { lane, order: 9, sequence: 1 })),
      put("jobs", aCall("b", "2", { lane, order: 7, sequence: 5 })),
      put("jobs", aCall("c", "3", { lane, order: 7, sequence: 2 })),
      put("jobs", aCall("d", "4", { lane, order: 1, dueAt: t0 + 5 })),
      put("jobs", aCall("e", "5", { lane: other, order: 1 })),
      put("jobs", aCall("f", "6", { order: 1 })),
      put("jobs", aCall("g", "7", { lane, order: 1, functionId: functionId("f") })),
      put("jobs", aSleep("h", "s", t0)),
    );
    const scan = async (more: object, count = 10) => {
      const first = { functionId: functionId("a"), dueBy: t0, count, ...more };
      const [calls] = await session.store.loadLaneCalls([first]);
      return calls?.map((call) => call.id);
    };
    expect(await scan({ lane })).toEqual([jobId("3"), jobId("2"), jobId("1")]);
    expect(await scan({ lane }, 2)).toEqual([jobId("3"), jobId("2")]);
    expect(await scan({ lane, dueBy: t0 + 5 }, 1)).toEqual([jobId("4")]);
    expect(await scan({})).toEqual([jobId("6")]);
    const ofLane = { functionId: functionId("a"), dueBy: t0, count: 1 };
    const lists = await session.store.loadLaneCalls([
      { ...ofLane, lane },
      { ...ofLane, lane: "nobody" },
      { ...ofLane, lane: other },
    ]);
    expect(lists.map((calls) => calls.map((call) => call.id))).toEqual([[jobId("3")], [], [jobId("5")]]);
    expect(lists[0]?.[0]).toEqual({
      id: jobId("3"),
      runId: runId("c"),
      functionId: functionId("a"),
      order: 7,
      sequence: 2,
      lane,
    });
  });

  test("a job that was removed or moved is due no more", async (session) => {
    await session.commit(put("jobs", aSleep("a", "s", t0)), put("jobs", aSleep("a", "t", t0)));
    await session.commit(remove("jobs", jobId("s")), put("jobs", aSleep("a", "t", t0 + 10)));
    expect(await session.store.loadDueJobs(start, t0 + 9, 10)).toEqual([]);
    expect((await session.store.loadDueJobs(start, t0 + 10, 10)).map((entry) => entry.id)).toEqual([
      jobId("t"),
    ]);
  });

  test("each kind of job comes back with all its fields", async (session) => {
    const head = { dueAt: t0, runId: runId("a") };
    const key = stepKey("s");
    const jobs: Job[] = [
      aRoute("e"),
      aCall("a", "call", { cause: key, attempt: 3 }),
      { ...head, id: jobId("sleep"), kind: "sleep", stepKey: key },
      { ...head, id: jobId("expire"), kind: "expire", stepKey: key },
      { ...head, id: jobId("look-back"), kind: "look-back", stepKey: key, afterSequence: 12 },
      { ...head, id: jobId("resume"), kind: "resume", stepKey: key, eventId: eventId("e") },
      { ...head, id: jobId("signal"), kind: "signal", stepKey: key, data: '{"a":1}' },
      {
        ...head,
        id: jobId("return"),
        kind: "return",
        stepKey: key,
        failed: true,
        result: '{"error":1}',
        invokedRunId: runId("i"),
      },
      { ...head, id: jobId("cancel"), kind: "cancel", reason: "by event", eventId: eventId("e") },
      { ...head, id: jobId("timeout"), kind: "timeout", phase: "start" },
      {
        id: jobId("cron"),
        kind: "cron",
        dueAt: t0 + 7,
        functionId: functionId("a"),
        cron: "* * * * *",
        jitterMs: 1000,
        scheduledAt: t0,
      },
      {
        id: jobId("debounce"),
        kind: "debounce",
        dueAt: t0,
        functionId: functionId("a"),
        limitKey: "k",
        eventId: eventId("e"),
      },
      {
        id: jobId("batch"),
        kind: "batch",
        dueAt: t0,
        functionId: functionId("a"),
        limitKey: "k",
        batchId: "b",
        count: 3,
      },
      { id: jobId("control"), kind: "control", dueAt: t0, functionId: functionId("a") },
      { id: jobId("bulk"), kind: "bulk", dueAt: t0, bulkId: bulkId("b") },
      {
        id: jobId("replay"),
        kind: "replay",
        dueAt: t0,
        bulkId: bulkId("b"),
        functionId: functionId("a"),
        originalRunId: runId("o"),
        eventIds: [eventId("e"), eventId("f")],
      },
    ];
    await session.commit(...jobs.map((job) => put("jobs", job)));
    const loaded = await session.store.loadJobs([...jobs.map((job) => job.id), jobId("none")]);
    expect([...loaded].sort((a, b) => (a.id < b.id ? -1 : 1))).toEqual(
      [...jobs].sort((a, b) => (a.id < b.id ? -1 : 1)),
    );
  });
}

export function keyLoadContract({ test, expect }: ContractPart): void {
  test("events, dedupe keys and signals are loaded by key, those that exist", async (session) => {
    await session.commit(
      put("events", anEvent("a", 1)),
      put("dedupes", aDedupe("a", t0 - 1)),
      put("signals", aSignal("go", "a")),
    );
    const { store } = session;
    expect(await store.loadEvents([eventId("none"), eventId("a")])).toEqual([anEvent("a", 1)]);
    expect(await store.loadDedupes(["none", aDedupe("a", 0).key])).toEqual([aDedupe("a", t0 - 1)]);
    expect(await store.loadSignals(["none", "go"])).toEqual([aSignal("go", "a")]);
  });

  test("removed dedupe keys and signals are gone", async (session) => {
    await session.commit(put("dedupes", aDedupe("a", t0)), put("signals", aSignal("go", "a")));
    await session.commit(remove("dedupes", aDedupe("a", t0).key), remove("signals", "go"));
    expect(await session.store.loadDedupes([aDedupe("a", t0).key])).toEqual([]);
    expect(await session.store.loadSignals(["go"])).toEqual([]);
  });

  test("limits' states of each kind are loaded by key, and gone once removed", async (session) => {
    const kinds: LimitState[] = [
      aLimit("rate", { expiresAt: t0 - 1 }),
      { kind: "rate-start", key: "k1", at: t0, eventId: eventId("e"), expiresAt: t0 },
      { kind: "throttle", key: "k2", spacedUntil: t0 + 0.5, expiresAt: t0 + 1 },
      { kind: "debounce", key: "k3", eventId: eventId("e"), ts: 1, fireAt: t0 },
      {
        kind: "batch",
        key: "k4",
        batchId: "b",
        functionId: functionId("a"),
        count: 1,
        size: 2,
        closesAt: t0,
      },
      { kind: "batch-event", key: "k5", eventId: eventId("e") },
      { kind: "singleton", key: "k6", runId: runId("a") },
      { kind: "runs", key: "k7", count: 3 },
    ];
    await session.commit(...kinds.map((state) => put("limits", state)));
    const { store } = session;
    const keys = kinds.map((state) => state.key);
    expect(await store.loadLimits(["none", ...keys])).toEqual(kinds);
    await session.commit(...keys.map((key) => remove("limits", key)));
    expect(await store.loadLimits(keys)).toEqual([]);
  });

  test("a thousand keys at once are found", async (session) => {
    const names = Array.from({ length: 1000 }, (_, index) => `${index}`);
    await session.commit(...names.map((name, index) => put("events", anEvent(name, index + 1))));
    expect((await session.store.loadEvents(names.map(eventId))).length).toBe(1000);
  });

  test("a scan gives an event's name in order of receipt, after a receipt and from a time", async (session) => {
    await session.commit(
      put("events", anEvent("3", 3)),
      put("events", anEvent("1", 1)),
      put("events", anEvent("2", 2, { name: "shop/other" })),
      put("events", anEvent("5", 5)),
      put("events", anEvent("4", 4)),
    );
    const scan = async (afterSequence: number, receivedFrom: number, limit: number) => {
      const events = await session.store.scanEvents({
        name: "shop/order.placed",
        afterSequence,
        receivedFrom,
        limit,
      });
      return events.map((event) => event.sequence);
    };
    expect(await scan(0, 0, 10)).toEqual([1, 3, 4, 5]);
    expect(await scan(1, 0, 10)).toEqual([3, 4, 5]);
    expect(await scan(1, 0, 2)).toEqual([3, 4]);
    expect(await scan(0, t0 + 4, 10)).toEqual([4, 5]);
    expect(await scan(5, 0, 10)).toEqual([]);
  });
}
