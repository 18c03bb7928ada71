// Figures over runs: counts over time, delays, failures by cause and the marks on them.

import type { FailureMark, SyncLog } from "@stepwell/core";
import type { SyncQuery } from "../../ports/reader.ts";
import { anEvent, appId, aRun, functionId, put, remove, runId, t0 } from "./rows.ts";
import type { ContractPart, Session } from "./session.ts";

/** Twelve runs, ten seconds apart: every third failed, of two causes in turn; they start a second late. */
async function commitTwelveRuns(session: Session): Promise<void> {
  await session.commit(put("events", anEvent("e", 1)));
  const runs = Array.from({ length: 12 }, (_, index) => {
    const queuedAt = t0 + index * 10_000;
    const isFailed = index % 3 === 0;
    return aRun(String.fromCharCode(97 + index), {
      functionId: functionId(index % 2 === 0 ? "one" : "two"),
      status: isFailed ? "failed" : "completed",
      eventIds: [],
      queuedAt,
      startedAt: queuedAt + 1000 + index,
      endedAt: queuedAt + 5000,
      ...(index === 1 ? { dueAt: queuedAt + 1000 } : {}),
      ...(isFailed ? { failureGroup: index % 2 === 0 ? "even" : "odd" } : {}),
    });
  });
  await session.commit(...runs.map((run) => put("runs", run)));
}

const hour = { from: t0, until: t0 + 120_000, buckets: 2 };

export function figuresContract({ test, expect }: ContractPart): void {
  test("runs are counted by part of a time and status", async (session) => {
    await commitTwelveRuns(session);
    const { reader } = session.store;
    expect(await reader.countRunsOver({}, hour)).toEqual([
      { bucket: 0, status: "completed", count: 4 },
      { bucket: 0, status: "failed", count: 2 },
      { bucket: 1, status: "completed", count: 4 },
      { bucket: 1, status: "failed", count: 2 },
    ]);
    const later = await reader.countRunsOver({}, { ...hour, from: t0 + 60_000, buckets: 6 });
    expect(later.map(({ bucket }) => bucket)).toEqual([0, 1, 2, 3, 4, 5]);
  });

  const cases = [
    { what: "function", filter: { functionIds: [functionId("one")] }, counts: [2, 1, 2, 1] },
    { what: "status", filter: { statuses: ["failed"] as const }, counts: [2, 2] },
    { what: "end", filter: { timeField: "endedAt" as const }, counts: [4, 2, 4, 2] },
    {
      what: "end and function",
      filter: { timeField: "endedAt" as const, functionIds: [functionId("two")] },
      counts: [2, 1, 2, 1],
    },
    { what: "failure group", filter: { failureGroup: "odd" }, counts: [1, 1] },
    { what: "start", filter: { timeField: "startedAt" as const }, counts: [4, 2, 4, 2] },
    { what: "no function at all", filter: { functionIds: [] }, counts: [] },
  ];
  for (const { what, filter, counts } of cases) {
    test(`runs are counted over time by ${what}`, async (session) => {
      await commitTwelveRuns(session);
      const found = await session.store.reader.countRunsOver(filter, hour);
      expect(found.map(({ count }) => count)).toEqual(counts);
    });
  }

  test("delays are told from due to started, no more of a part than asked for", async (session) => {
    await commitTwelveRuns(session);
    const { reader } = session.store;
    expect(await reader.queueDelays({ from: t0, until: t0 + 30_000, buckets: 3 }, 10)).toEqual([
      { bucket: 0, delaysMs: [1000] },
      { bucket: 1, delaysMs: [1] },
      { bucket: 2, delaysMs: [1002] },
    ]);
    const [first] = await reader.queueDelays({ ...hour, buckets: 1 }, 4);
    expect(first?.delaysMs.length).toBe(4);
  });

  test("events are counted within a time, system events left out", async (session) => {
    await session.commit(
      put("events", anEvent("a", 1, { receivedAt: t0 })),
      put("events", anEvent("b", 2, { receivedAt: t0 + 10 })),
      put("events", anEvent("c", 3, { receivedAt: t0 + 20 })),
      put("events", anEvent("d", 4, { receivedAt: t0 + 10, name: "inngest/function.finished" })),
    );
    expect(await session.store.reader.countEvents({ from: t0, until: t0 + 20 })).toBe(2);
  });

  test("failed runs are told by their cause, the one that failed last first", async (session) => {
    await commitTwelveRuns(session);
    const { reader } = session.store;
    const all = await reader.failureFigures({ limit: 10 });
    expect(all).toEqual([
      { group: "odd", count: 2, firstAt: t0 + 35_000, lastAt: t0 + 95_000, newestRunId: runId("j") },
      { group: "even", count: 2, firstAt: t0 + 5000, lastAt: t0 + 65_000, newestRunId: runId("g") },
    ]);
    expect(await reader.failureFigures({ limit: 1 })).toEqual(all.slice(0, 1));
    expect(await reader.failureFigures({ limit: 10, from: t0 + 65_000, until: t0 + 95_000 })).toEqual([
      { group: "even", count: 1, firstAt: t0 + 65_000, lastAt: t0 + 65_000, newestRunId: runId("g") },
    ]);
  });

  test("runs are listed by their failure group", async (session) => {
    await commitTwelveRuns(session);
    const page = await session.store.reader.listRuns({ failureGroup: "even", limit: 10 });
    expect(page.rows.map(({ id }) => id)).toEqual([runId("g"), runId("a")]);
    expect(await session.store.reader.countRuns({ failureGroup: "odd", limit: 1 })).toBe(2);
  });

  test("syncs are told newest first, by app and time", async (session) => {
    const log = (name: string, app: string, at: number): SyncLog => ({
      id: `sync-${name}`,
      appId: appId(app),
      appName: app,
      at: t0 + at,
      changes: [{ change: "added", slug: `${app}-f`, name: "f" }],
      unchanged: 2,
    });
    const logs = [log("a", "x", 0), log("b", "y", 10), log("c", "x", 20)];
    await session.commit(...logs.map((each) => put("syncs", each)));
    await session.reopen();
    const { reader } = session.store;
    const namesOf = async (query: Omit<SyncQuery, "limit">): Promise<string> =>
      (await reader.listSyncs({ limit: 10, ...query })).map(({ id }) => id.slice("sync-".length)).join("");
    expect(await reader.listSyncs({ limit: 1 })).toEqual([logs[2]]);
    expect([await namesOf({}), await namesOf({ appId: appId("x") })]).toEqual(["cba", "ca"]);
    expect(await namesOf({ from: t0 + 10, until: t0 + 20 })).toBe("b");
    await session.store.removeHistory(t0 + 10, t0 + 10, 100);
    expect(await namesOf({})).toBe("cb");
  });

  test("marks on failure groups are kept until they are taken back", async (session) => {
    const mark: FailureMark = { key: "g/closed", group: "g", kind: "closed", at: t0, by: "ana" };
    await session.commit(put("failureMarks", mark));
    await session.reopen();
    expect(await session.store.reader.listFailureMarks()).toEqual([mark]);
    await session.commit(remove("failureMarks", mark.key));
    expect(await session.store.reader.listFailureMarks()).toEqual([]);
  });
}
