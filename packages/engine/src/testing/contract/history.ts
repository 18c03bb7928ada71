// Retention: what goes, what never goes, and that it goes in small parts (decisions row 10).

import {
  aBulk,
  aCall,
  aDedupe,
  aLimit,
  anAttempt,
  anEvent,
  anOutcome,
  aPoison,
  aRoute,
  aRun,
  aStep,
  aWait,
  bulkId,
  eventId,
  jobId,
  put,
  remove,
  runId,
  stepKey,
  t0,
} from "./rows.ts";
import type { ContractPart, Session } from "./session.ts";

const cut = t0 + 1000;

async function removeAll(session: Session, limit = 100): Promise<number> {
  let sum = 0;
  for (let rounds = 0; rounds < 1000; rounds += 1) {
    const removed = await session.store.removeHistory(cut, cut, limit);
    if (removed === 0) return sum;
    sum += removed;
  }
  throw new Error("removeHistory did not come to an end.");
}

export function historyContract({ test, expect }: ContractPart): void {
  test("a finished run goes with its steps and failed attempts once it ended before the time", async (session) => {
    await session.commit(
      put("runs", aRun("old", { status: "completed", endedAt: cut - 1 })),
      put("steps", aStep("old", "s")),
      put("attempts", anAttempt("old", 0)),
      put("runs", aRun("new", { status: "failed", endedAt: cut, queuedAt: t0 + 1 })),
      put("steps", aStep("new", "s")),
      put("attempts", anAttempt("new", 0)),
    );
    await removeAll(session);
    const { store } = session;
    expect(await store.reader.readRun(runId("old"))).toBe(undefined);
    expect(await store.reader.runsOfEvent(eventId("old"))).toEqual([]);
    const kept = await store.reader.readRun(runId("new"));
    expect(kept?.steps).toEqual([aStep("new", "s")]);
    expect(kept?.attempts).toEqual([anAttempt("new", 0)]);
    // The old run's id may come back, and must come back alone.
    await session.commit(put("runs", aRun("old")));
    const again = await store.reader.readRun(runId("old"));
    expect([...(again?.steps ?? []), ...(again?.attempts ?? [])]).toEqual([]);
  });

  test("an unfinished run and its events stay, however old", async (session) => {
    await session.commit(
      put("events", anEvent("1", 1)),
      put("events", anEvent("2", 2)),
      put("runs", aRun("a", { status: "running", eventIds: [eventId("1"), eventId("2")] })),
      put("steps", aStep("a", "s")),
      put("jobs", aCall("a", "j")),
      put("waits", aWait("a", "w")),
    );
    expect(await removeAll(session)).toBe(0);
    const [rows] = await session.store.loadRuns([runId("a")]);
    expect(rows?.events.length).toBe(2);
    expect([rows?.steps.length, rows?.jobs.length, rows?.waits.length]).toEqual([1, 1, 1]);
  });

  test("an event goes with its outcomes once it is old and no unfinished run needs it", async (session) => {
    await session.commit(
      put("events", anEvent("old", 1)),
      put("outcomes", anOutcome("old", "a")),
      put("events", anEvent("shared", 2)),
      put("outcomes", anOutcome("shared", "a")),
      put("events", anEvent("new", 3, { receivedAt: cut })),
      put("runs", aRun("done", { status: "completed", endedAt: cut, eventIds: [eventId("shared")] })),
      put("runs", aRun("live", { eventIds: [eventId("shared")] })),
    );
    await removeAll(session);
    const { reader } = session.store;
    const left = await reader.readEvents([eventId("old"), eventId("shared"), eventId("new")]);
    expect(left.map((event) => event.id)).toEqual([eventId("shared"), eventId("new")]);
    expect(await reader.outcomesOfEvent(eventId("old"))).toEqual([]);
    expect(await reader.outcomesOfEvent(eventId("shared"))).toEqual([anOutcome("shared", "a")]);
    await session.commit(put("runs", aRun("live", { status: "completed", endedAt: cut })));
    await removeAll(session);
    expect(await reader.readEvent(eventId("shared"))).toBe(undefined);
  });

  test("an event that a job still needs stays until the job is done", async (session) => {
    await session.commit(
      put("events", anEvent("routed", 1)),
      put("jobs", aRoute("routed", cut + 5)),
      put("events", anEvent("resuming", 2)),
      put("runs", aRun("a", { status: "running", eventIds: [] })),
      put("jobs", {
        id: jobId("resume"),
        dueAt: cut,
        runId: runId("a"),
        kind: "resume",
        stepKey: stepKey("w"),
        eventId: eventId("resuming"),
      }),
    );
    expect(await removeAll(session)).toBe(0);
    await session.commit(remove("jobs", jobId("route-routed")), remove("jobs", jobId("resume")));
    expect(await removeAll(session)).toBe(2);
  });

  test("a limit's state stays until it has expired, one without an end for good", async (session) => {
    const states = [
      aLimit("expired", { expiresAt: cut }),
      aLimit("valid", { expiresAt: cut + 1 }),
      aLimit("endless"),
    ];
    await session.commit(...states.map((state) => put("limits", state)));
    await session.store.removeHistory(0, cut, 10);
    const left = await session.store.loadLimits(states.map((state) => state.key));
    expect(left.map((state) => state.key)).toEqual([aLimit("valid").key, aLimit("endless").key]);
  });

  test("a dedupe key stays until it has expired", async (session) => {
    await session.commit(put("dedupes", aDedupe("expired", cut)), put("dedupes", aDedupe("valid", cut + 1)));
    await removeAll(session);
    const keys = [aDedupe("expired", 0).key, aDedupe("valid", 0).key];
    expect(await session.store.loadDedupes(keys)).toEqual([aDedupe("valid", cut + 1)]);
  });

  test("an old poison stays as long as its run is unfinished", async (session) => {
    await session.commit(
      put("runs", aRun("held")),
      put("poisons", aPoison("held", t0, { runId: runId("held") })),
      put("poisons", aPoison("old", t0)),
      put("poisons", aPoison("new", cut)),
    );
    await removeAll(session);
    expect((await session.store.reader.listPoisons(9)).map((poison) => poison.id)).toEqual(["new", "held"]);
  });

  test("a bulk operation goes once it ended before the time; one that goes on stays, however old", async (session) => {
    await session.commit(
      put("bulks", aBulk("old", { status: "done", endedAt: cut - 1 })),
      put("bulks", aBulk("new", { status: "stopped", endedAt: cut })),
      put("bulks", aBulk("held", { status: "held" })),
    );
    expect(await removeAll(session)).toBe(1);
    const left = await session.store.loadBulks([bulkId("old"), bulkId("new"), bulkId("held")]);
    expect(left.map((bulk) => bulk.id)).toEqual([bulkId("new"), bulkId("held")]);
  });

  test("never more than the limit goes at once, and going on removes the rest", async (session) => {
    const names = Array.from({ length: 25 }, (_, index) => `${index}`);
    await session.commit(
      ...names.map((name, index) => put("events", anEvent(name, index + 1))),
      ...names.map((name) => put("runs", aRun(name, { status: "completed", endedAt: t0 }))),
      ...names.map((name) => put("dedupes", aDedupe(name, t0))),
    );
    await session.store.removeHistory(cut, cut, 10);
    expect(await session.store.reader.countRuns({ limit: 1 })).toBe(15);
    expect((await session.store.reader.readEvents(names.map(eventId))).length).toBe(15);
    await removeAll(session, 10);
    expect(await session.store.reader.countRuns({ limit: 1 })).toBe(0);
    expect((await session.store.reader.readEvents(names.map(eventId))).length).toBe(0);
    expect((await session.store.loadDedupes(names.map((name) => aDedupe(name, 0).key))).length).toBe(0);
  });

  test("old events behind many that are needed still go", async (session) => {
    const needed = Array.from({ length: 50 }, (_, index) => `needed-${index}`);
    await session.commit(
      ...needed.map((name, index) => put("events", anEvent(name, index + 1))),
      ...needed.map((name) => put("runs", aRun(name))),
      put("events", anEvent("unneeded", 100)),
    );
    expect(await removeAll(session, 5)).toBe(1);
    expect(await session.store.reader.readEvent(eventId("unneeded"))).toBe(undefined);
  });

  test("receipts are not given out again after the newest event has gone", async (session) => {
    await session.commit(put("events", anEvent("a", 41)));
    await removeAll(session);
    expect((await session.reopen()).sequence).toBe(41);
  });

  test("commits go on between removals", async (session) => {
    await session.commit(put("runs", aRun("old", { status: "completed", endedAt: t0 })));
    const removal = session.store.removeHistory(cut, cut, 10);
    await session.commit(put("runs", aRun("new")));
    await removal;
    await session.commit(put("steps", aStep("new", "s")));
    expect((await session.claim()).commit).toBe(3);
  });
}
