// What the APIs read: lists with filters, orders and cursors, details, counts and reasons.

import type { Run, RunStatus } from "@stepwell/core";
import type { EventFilter, RunFilter } from "../../ports/reader.ts";
import type { Store } from "../../ports/store.ts";
import {
  aCall,
  aFunction,
  anApp,
  anAttempt,
  anEvent,
  anOutcome,
  aPoison,
  appId,
  aRun,
  aStep,
  aWait,
  eventId,
  functionId,
  put,
  runId,
  stepKey,
  t0,
} from "./rows.ts";
import type { ContractPart, Session } from "./session.ts";

async function namesOf(store: Store, filter: Omit<RunFilter, "limit">): Promise<string[]> {
  const page = await store.reader.listRuns({ limit: 100, ...filter });
  return page.rows.map((run) => run.id.slice("run-".length));
}

/** Runs `a` to `f`, a second apart, of two functions in two apps, in every status. */
async function commitSixRuns(session: Session): Promise<void> {
  const plan: readonly (readonly [string, string, RunStatus, string])[] = [
    ["a", "one", "completed", "shop/order.placed"],
    ["b", "two", "failed", "shop/order.placed"],
    ["c", "one", "cancelled", "shop/order.paid"],
    ["d", "two", "running", "shop/order.placed"],
    ["e", "one", "queued", "shop/order.placed"],
    ["f", "two", "queued", "shop/order.paid"],
  ];
  await session.commit(
    put("apps", anApp("x")),
    put("apps", anApp("y")),
    put("functions", aFunction("one", "x")),
    put("functions", aFunction("two", "y")),
    ...plan.map(([name, , , event], index) => put("events", anEvent(name, index + 1, { name: event }))),
  );
  const runs = plan.map(([name, functionName, status], index): Run => {
    const queuedAt = t0 + index * 1000;
    return aRun(name, {
      functionId: functionId(functionName),
      status,
      queuedAt,
      ...(status === "queued" ? {} : { startedAt: queuedAt + 100 }),
      // The first to be queued is the last to end.
      ...(status === "queued" || status === "running" ? {} : { endedAt: t0 + 60_000 - index * 1000 }),
    });
  });
  await session.commit(...runs.map((run) => put("runs", run)));
}

export function runListContract({ test, expect }: ContractPart): void {
  const cases: readonly { what: string; filter: Omit<RunFilter, "limit">; names: string }[] = [
    { what: "all, newest first", filter: {}, names: "fedcba" },
    { what: "oldest first", filter: { order: "oldest" }, names: "abcdef" },
    { what: "by status", filter: { statuses: ["queued"] }, names: "fe" },
    { what: "by several statuses", filter: { statuses: ["failed", "running", "queued"] }, names: "fedb" },
    { what: "by no status at all", filter: { statuses: [] }, names: "" },
    { what: "by function", filter: { functionIds: [functionId("one")] }, names: "eca" },
    {
      what: "by several functions",
      filter: { functionIds: [functionId("one"), functionId("two"), functionId("none")] },
      names: "fedcba",
    },
    {
      what: "by function and status",
      filter: { functionIds: [functionId("two")], statuses: ["queued", "failed"] },
      names: "fb",
    },
    { what: "by app", filter: { appIds: [appId("y")] }, names: "fdb" },
    {
      what: "by app and function",
      filter: { appIds: [appId("y")], functionIds: [functionId("one")] },
      names: "",
    },
    { what: "by an unknown app", filter: { appIds: [appId("none")] }, names: "" },
    { what: "by the first event's name", filter: { eventName: "shop/order.paid" }, names: "fc" },
    { what: "from a time, which counts", filter: { from: t0 + 3000 }, names: "fed" },
    { what: "until a time, which does not count", filter: { until: t0 + 3000 }, names: "cba" },
    {
      what: "between times",
      filter: { from: t0 + 1000, until: t0 + 4000, statuses: ["failed"] },
      names: "b",
    },
    { what: "by start, those that have started", filter: { timeField: "startedAt" }, names: "dcba" },
    {
      what: "by end, the last to end first",
      filter: { timeField: "endedAt", from: t0 + 59_000 },
      names: "ab",
    },
    {
      what: "by end and status",
      filter: { timeField: "endedAt", statuses: ["completed", "cancelled"], order: "oldest" },
      names: "ca",
    },
  ];
  for (const { what, filter, names } of cases) {
    test(`runs are listed and counted ${what}`, async (session) => {
      await commitSixRuns(session);
      expect((await namesOf(session.store, filter)).join("")).toBe(names);
      expect(await session.store.reader.countRuns({ ...filter, limit: 1 })).toBe(names.length);
    });

    test(`pages of runs ${what} hold each run once`, async (session) => {
      await commitSixRuns(session);
      const seen: string[] = [];
      let cursor: string | undefined;
      do {
        const page = await session.store.reader.listRuns({
          ...filter,
          limit: 2,
          ...(cursor === undefined ? {} : { cursor }),
        });
        seen.push(...page.rows.map((run) => run.id.slice("run-".length)));
        cursor = page.next;
      } while (cursor !== undefined);
      expect(seen.join("")).toBe(names);
    });
  }

  test("runs of one time are told apart by id, across pages too", async (session) => {
    await session.commit(...["b", "c", "a", "d"].map((name) => put("runs", aRun(name))));
    const first = await session.store.reader.listRuns({ limit: 2 });
    expect(first.rows.map((run) => run.id)).toEqual([runId("d"), runId("c")]);
    const second = await session.store.reader.listRuns({ limit: 2, cursor: first.next ?? "" });
    expect(second.rows.map((run) => run.id)).toEqual([runId("b"), runId("a")]);
    expect(second.next).toBe(undefined);
  });

  test("a run moves between lists when its status changes", async (session) => {
    await session.commit(put("runs", aRun("a")));
    await session.commit(put("runs", aRun("a", { status: "completed", endedAt: t0 + 1, output: "1" })));
    expect(await namesOf(session.store, { statuses: ["queued"] })).toEqual([]);
    expect(await namesOf(session.store, { statuses: ["completed"] })).toEqual(["a"]);
  });

  test("a cursor that no list gave out is refused", async (session) => {
    await expect(session.store.reader.listRuns({ limit: 2, cursor: "nonsense" })).rejects.toThrow();
    await expect(session.store.reader.listEvents({ limit: 2, cursor: "nonsense" })).rejects.toThrow();
  });

  test("figures count the unfinished runs of each function and tell the oldest queued one", async (session) => {
    await commitSixRuns(session);
    await session.commit(put("runs", aRun("g", { functionId: functionId("two"), queuedAt: t0 + 500 })));
    expect(await session.store.reader.functionFigures()).toEqual([
      { functionId: functionId("one"), queued: 1, running: 0, oldestQueuedAt: t0 + 4000 },
      { functionId: functionId("two"), queued: 2, running: 1, oldestQueuedAt: t0 + 500 },
    ]);
  });
}

export function queueContract({ test, expect }: ContractPart): void {
  test("the queue is what is due and not worked on, with the oldest of it", async (session) => {
    const { reader } = session.store;
    expect(await reader.queueFigures(t0, [], 10)).toEqual({ due: 0 });
    await session.commit(
      put("jobs", aCall("a", "working", { dueAt: t0 - 5000 })),
      put("jobs", aCall("b", "standing", { dueAt: t0 - 2000 })),
      put("jobs", aCall("c", "just", { dueAt: t0 })),
      put("jobs", aCall("d", "later", { dueAt: t0 + 1 })),
    );
    const working = aCall("a", "working").id;
    expect(await reader.queueFigures(t0, [working], 10)).toEqual({ due: 2, oldestDueAt: t0 - 2000 });
    expect(await reader.queueFigures(t0, [working], 1)).toEqual({ due: 1, oldestDueAt: t0 - 2000 });
  });
}

export function runDetailContract({ test, expect }: ContractPart): void {
  test("a run's detail holds everything about it", async (session) => {
    await session.commit(
      put("events", anEvent("a", 1)),
      put("runs", aRun("a")),
      put("steps", aStep("a", "s")),
      put("attempts", anAttempt("a", 1)),
      put("attempts", anAttempt("a", 0, { retryAt: t0 + 9 })),
      put("attempts", anAttempt("b", 0)),
      put("jobs", aCall("a", "j")),
      put("waits", aWait("a", "w")),
    );
    expect(await session.store.reader.readRun(runId("a"))).toEqual({
      run: aRun("a"),
      steps: [aStep("a", "s")],
      attempts: [anAttempt("a", 0, { retryAt: t0 + 9 }), anAttempt("a", 1)],
      jobs: [aCall("a", "j")],
      waits: [aWait("a", "w")],
      events: [anEvent("a", 1)],
    });
    expect(await session.store.reader.readRun(runId("none"))).toBe(undefined);
  });

  test("the runs of an event are those it triggered, oldest first, batched ones included", async (session) => {
    await session.commit(
      put("runs", aRun("late", { eventIds: [eventId("1")], queuedAt: t0 + 5 })),
      put("runs", aRun("early", { eventIds: [eventId("0"), eventId("1")], queuedAt: t0 })),
      put("runs", aRun("other", { eventIds: [eventId("0")] })),
    );
    const names = async (id: string) =>
      (await session.store.reader.runsOfEvent(eventId(id))).map((run) => run.id);
    expect(await names("1")).toEqual([runId("early"), runId("late")]);
    expect(await names("none")).toEqual([]);
  });

  test("the runs that a run invoked are told", async (session) => {
    const invokedBy = { runId: runId("a"), stepKey: stepKey("i") };
    await session.commit(
      put("runs", aRun("a")),
      put("runs", aRun("b", { invokedBy })),
      put("runs", aRun("c")),
    );
    const invoked = await session.store.reader.runsInvokedBy(runId("a"));
    expect(invoked).toEqual([aRun("b", { invokedBy })]);
  });

  test("limits are listed by how their keys begin, in the order of the keys", async (session) => {
    const keys = ["a/runs/x/2", "a/runs/x/3", "a/runs/x/1", "a/runs/y/1", "a/runs", "b/runs/x/1"];
    await session.commit(...keys.map((key) => put("limits", { kind: "runs", key, count: 1 })));
    const listed = async (prefix: string, limit: number) =>
      (await session.store.reader.listLimits(prefix, limit)).map(({ key }) => key);
    expect(await listed("a/runs/x/", 2)).toEqual(["a/runs/x/1", "a/runs/x/2"]);
    expect(await listed("a/runs/y", 9)).toEqual(["a/runs/y/1"]);
    expect(await listed("c", 9)).toEqual([]);
  });

  test("apps, functions, outcomes and poisons are listed", async (session) => {
    await session.commit(
      put("apps", anApp("x", { archivedAt: t0 })),
      put("functions", aFunction("a", "x", { archivedAt: t0, waitLookback: { kind: "causal" } })),
      put("outcomes", anOutcome("e", "a")),
      put("outcomes", anOutcome("e", "b")),
      put("outcomes", anOutcome("other", "a")),
      put("poisons", aPoison("1", t0)),
      put("poisons", aPoison("2", t0 + 2)),
      put("poisons", aPoison("3", t0 + 1)),
    );
    const { reader } = session.store;
    expect(await reader.listApps()).toEqual([anApp("x", { archivedAt: t0 })]);
    expect(await reader.listFunctions()).toEqual([
      aFunction("a", "x", { archivedAt: t0, waitLookback: { kind: "causal" } }),
    ]);
    const outcomes = await reader.outcomesOfEvent(eventId("e"));
    expect(outcomes.map((outcome) => outcome.functionId).sort()).toEqual([functionId("a"), functionId("b")]);
    expect((await reader.listPoisons(2)).map((poison) => poison.id)).toEqual(["2", "3"]);
  });

  test("what an event ended is told: waits that it resumed, runs that it cancelled", async (session) => {
    await session.commit(
      put("runs", aRun("a")),
      put("runs", aRun("b", { status: "cancelled", endedAt: t0 + 9, cancelledByEventId: eventId("e") })),
      put("steps", aStep("a", "w", { kind: "wait-for-event", status: "completed", eventId: eventId("e") })),
      put("steps", aStep("a", "v", { kind: "wait-for-event", status: "open" })),
      put("steps", aStep("a", "i", { kind: "invoke", status: "open", eventId: eventId("e") })),
    );
    const { reader } = session.store;
    expect((await reader.stepsResumedBy(eventId("e"))).map((step) => step.key)).toEqual([stepKey("w")]);
    expect(await reader.stepsResumedBy(eventId("other"))).toEqual([]);
    expect((await reader.runsCancelledBy(eventId("e"))).map((run) => run.id)).toEqual([runId("b")]);
    expect(await reader.runsCancelledBy(eventId("other"))).toEqual([]);
  });

  test("what events did is counted for many at once", async (session) => {
    const e = [eventId("e")];
    const deduplicated = { kind: "deduplicated", byEventId: eventId("first"), until: t0 } as const;
    const started = { kind: "started", runId: runId("a") } as const;
    await session.commit(
      put("runs", aRun("a", { functionId: functionId("f"), eventIds: e })),
      put("runs", aRun("again", { functionId: functionId("f"), eventIds: e, originalRunId: runId("a") })),
      put("runs", aRun("no", { functionId: functionId("s"), eventIds: e, status: "skipped", endedAt: t0 })),
      put("runs", aRun("gone", { status: "cancelled", endedAt: t0 + 9, cancelledByEventId: eventId("e") })),
      put("steps", aStep("a", "w", { kind: "wait-for-event", status: "completed", eventId: eventId("e") })),
      // A reason beside a run of the same function tells more of it, and is no second effect.
      put("outcomes", { ...anOutcome("e", "f"), reason: started }),
      put("outcomes", { ...anOutcome("e", "d"), reason: deduplicated }),
      put("outcomes", anOutcome("e", "s")),
    );
    expect(await session.store.reader.effectsOfEvents([eventId("other"), eventId("e")])).toEqual([
      { eventId: eventId("other"), runs: 0, notStarted: 0, resumed: 0, cancelled: 0 },
      {
        eventId: eventId("e"),
        runs: 1,
        notStarted: 2,
        resumed: 1,
        cancelled: 1,
        duplicateOf: eventId("first"),
      },
    ]);
  });

  test("a read after an acknowledged commit sees it", async (session) => {
    for (let count = 1; count <= 20; count += 1) {
      await session.commit(put("runs", aRun(`${count}`)));
      expect(await session.store.reader.countRuns({ limit: 1 })).toBe(count);
    }
  });
}

export function eventListContract({ test, expect }: ContractPart): void {
  const names = ["shop/placed", "shop/paid", "inngest/function.finished", "shopping/placed", "shop/paid"];
  const commitFive = (session: Session) =>
    session.commit(...names.map((name, index) => put("events", anEvent(`${index}`, index + 1, { name }))));

  const cases: readonly { what: string; filter: Omit<EventFilter, "limit">; sequences: string }[] = [
    { what: "newest first, without the system's", filter: {}, sequences: "5421" },
    { what: "with the system's when asked for", filter: { includeInternal: true }, sequences: "54321" },
    { what: "by name", filter: { name: "shop/paid" }, sequences: "52" },
    { what: "by a name's beginning", filter: { namePrefix: "shop/" }, sequences: "521" },
    { what: "by a beginning that no name has", filter: { namePrefix: "shop/%" }, sequences: "" },
    {
      what: "by a system event's name",
      filter: { name: "inngest/function.finished", includeInternal: true },
      sequences: "3",
    },
    { what: "from a time, which counts", filter: { from: t0 + 2 }, sequences: "542" },
    { what: "until a time, which does not count", filter: { until: t0 + 4 }, sequences: "21" },
    {
      what: "by name between times",
      filter: { name: "shop/paid", from: t0 + 1, until: t0 + 5 },
      sequences: "2",
    },
  ];
  for (const { what, filter, sequences } of cases) {
    test(`events are listed ${what}, on one page or several`, async (session) => {
      await commitFive(session);
      const all = await session.store.reader.listEvents({ ...filter, limit: 100 });
      expect(all.rows.map((event) => event.sequence).join("")).toBe(sequences);
      expect(all.next).toBe(undefined);
      const seen: number[] = [];
      let cursor: string | undefined;
      do {
        const page = await session.store.reader.listEvents({
          ...filter,
          limit: 1,
          ...(cursor === undefined ? {} : { cursor }),
        });
        seen.push(...page.rows.map((event) => event.sequence));
        cursor = page.next;
      } while (cursor !== undefined);
      expect(seen.join("")).toBe(sequences);
    });
  }

  test("events of one time are listed by receipt, across pages too", async (session) => {
    const sequences = [9, 10, 11, 12];
    await session.commit(
      ...sequences.map((sequence) => put("events", anEvent(`${sequence}`, sequence, { receivedAt: t0 }))),
    );
    const first = await session.store.reader.listEvents({ limit: 2 });
    const second = await session.store.reader.listEvents({ limit: 2, cursor: first.next ?? "" });
    expect([...first.rows, ...second.rows].map((event) => event.sequence)).toEqual([12, 11, 10, 9]);
  });

  test("events are read by id, in the order asked for", async (session) => {
    await commitFive(session);
    const { reader } = session.store;
    const read = await reader.readEvents([eventId("3"), eventId("none"), eventId("0")]);
    expect(read.map((event) => event.sequence)).toEqual([4, 1]);
    expect((await reader.readEvent(eventId("1")))?.sequence).toBe(2);
    expect(await reader.readEvent(eventId("none"))).toBe(undefined);
  });
}
