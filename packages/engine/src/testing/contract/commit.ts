// Claims and commits: the fence, all or nothing, the last write of a row, and what is there after a restart.

import {
  aBulk,
  aCall,
  aControl,
  aDedupe,
  aFunction,
  aLimit,
  anApp,
  anAttempt,
  anEvent,
  anOutcome,
  aPoison,
  aRun,
  aSignal,
  aStep,
  aWait,
  bulkId,
  eventId,
  functionId,
  jobId,
  put,
  remove,
  runId,
  t0,
} from "./rows.ts";
import type { ContractPart } from "./session.ts";

export function fenceContract({ test, expect }: ContractPart): void {
  test("a new database is at commit 0 and its first claim gets epoch 1", async (session) => {
    expect(session.epoch).toBe(1);
    expect(await session.store.claim()).toEqual({
      epoch: 2,
      isInOrder: false,
      commit: 0,
      sequence: 0,
      apps: [],
      functions: [],
      controls: [],
    });
  });

  test("whether the owner before ended in order is told to the next one alone", async (session) => {
    expect(session.first.isInOrder).toBe(true);
    await session.commit(put("runs", aRun("a")));
    await session.store.release(session.epoch);
    expect((await session.reopen()).isInOrder).toBe(true);
    expect((await session.reopen()).isInOrder).toBe(false);
    // A former owner cannot speak for the present one.
    await session.store.release(session.epoch - 1);
    expect((await session.reopen()).isInOrder).toBe(false);
  });

  test("a commit moves the shard to its number", async (session) => {
    await session.commit(put("runs", aRun("a")));
    await session.commit(put("runs", aRun("b")));
    expect((await session.claim()).commit).toBe(2);
  });

  test("a commit without rows counts too", async (session) => {
    await session.commit();
    expect((await session.claim()).commit).toBe(1);
  });

  const wrong = [
    { what: "under an older epoch", epoch: -1, commit: 1 },
    { what: "under an epoch that was never claimed", epoch: 1, commit: 1 },
    { what: "with the last commit's number", epoch: 0, commit: 0 },
    { what: "that leaves a number out", epoch: 0, commit: 2 },
  ];
  for (const { what, epoch, commit } of wrong) {
    test(`a commit ${what} is refused and writes nothing`, async (session) => {
      await session.claim();
      await session.commit(put("runs", aRun("a")));
      const fence = { epoch: session.epoch + epoch, commit: session.lastCommit + commit };
      await expect(session.store.commit(fence, [put("runs", aRun("b"))])).rejects.toMatchObject({
        name: "EpochLostError",
        code: "EPOCH_LOST",
      });
      expect((await session.store.loadRuns([runId("b")])).length).toBe(0);
      await session.commit(put("runs", aRun("c")));
      expect((await session.store.loadRuns([runId("c")])).length).toBe(1);
    });
  }

  test("after a second claim the former owner's commits are refused and the new one's pass", async (session) => {
    const former = { epoch: session.epoch, commit: session.lastCommit + 1 };
    await session.claim();
    await expect(session.store.commit(former, [put("runs", aRun("former"))])).rejects.toMatchObject({
      code: "EPOCH_LOST",
    });
    await session.commit(put("runs", aRun("new")));
    const loaded = await session.store.loadRuns([runId("former"), runId("new")]);
    expect(loaded.map((rows) => rows.run.id)).toEqual([runId("new")]);
  });

  test("a claim sees every commit sent before it", async (session) => {
    const commit = session.commit(put("events", anEvent("a", 7)));
    const claim = await session.store.claim();
    await commit;
    expect(claim).toMatchObject({ commit: 1, sequence: 7 });
  });
}

export function atomicityContract({ test, expect }: ContractPart): void {
  test("a refused row leaves nothing of its commit behind, and the number is free", async (session) => {
    await session.commit(put("events", anEvent("a", 1)));
    const commit = session.commit(
      put("runs", aRun("b")),
      put("events", anEvent("other", 1)),
      put("runs", aRun("c")),
    );
    await expect(commit).rejects.toMatchObject({ name: "RowRefusedError", code: "ROW_REFUSED" });
    expect((await session.store.loadRuns([runId("b"), runId("c")])).length).toBe(0);
    expect((await session.store.loadEvents([eventId("other")])).length).toBe(0);
    await session.commit(put("runs", aRun("b")));
    expect((await session.store.loadRuns([runId("b")])).length).toBe(1);
  });

  test("of several writes to one row the last one counts", async (session) => {
    await session.commit(
      put("runs", aRun("a", { status: "queued" })),
      put("jobs", aCall("a", "kept")),
      remove("jobs", jobId("gone")),
      put("jobs", aCall("a", "gone")),
      put("runs", aRun("a", { status: "running", startedAt: t0 + 1 })),
      remove("jobs", jobId("kept")),
      remove("jobs", jobId("gone")),
      put("jobs", aCall("a", "kept", { attempt: 1 })),
    );
    const [rows] = await session.store.loadRuns([runId("a")]);
    expect(rows?.run).toEqual(aRun("a", { status: "running", startedAt: t0 + 1 }));
    expect(rows?.jobs).toEqual([aCall("a", "kept", { attempt: 1 })]);
  });

  test("a row that is put again loses the fields that the new one lacks", async (session) => {
    const open = aStep("a", "s", { input: "[1]", dueAt: t0, target: "shop/order.paid" });
    const ended = aStep("a", "s", { status: "completed", result: '{"data":1}', position: 0 });
    await session.commit(
      put("runs", aRun("a", { error: { name: "Error", message: "no" } })),
      put("steps", open),
    );
    await session.commit(put("runs", aRun("a")), put("steps", ended));
    const [rows] = await session.store.loadRuns([runId("a")]);
    expect(rows?.run).toEqual(aRun("a"));
    expect(rows?.steps).toEqual([ended]);
  });

  test("removing a row that does not exist is no error", async (session) => {
    await session.commit(
      remove("jobs", "none"),
      remove("waits", "none"),
      remove("signals", "none"),
      remove("dedupes", "none"),
      remove("bulks", "none"),
    );
    expect(session.lastCommit).toBe(1);
  });

  test("a commit of ten thousand rows is one commit", async (session) => {
    const writes = Array.from({ length: 10_000 }, (_, index) => put("jobs", aCall("a", `${index}`)));
    await session.commit(...writes);
    const due = await session.store.loadDueJobs({ dueAt: 0, id: "" }, t0, 20_000);
    expect(due.length).toBe(10_000);
  });
}

export function durabilityContract({ test, expect }: ContractPart): void {
  test("every table's row is there again after the database was opened anew", async (session) => {
    const run = aRun("a", { status: "running", startedAt: t0 + 1, lookbackFrom: 1 });
    await session.commit(
      put("apps", anApp("shop")),
      put("functions", aFunction("a", "shop")),
      put("events", anEvent("a", 5, { sourceRunId: runId("z") })),
      put("runs", run),
      put("steps", aStep("a", "s", { status: "completed", result: '{"data":{"x":1}}' })),
      put("attempts", anAttempt("a", 0)),
      put("jobs", aCall("a", "j")),
      put("waits", aWait("a", "w")),
      put("signals", aSignal("go", "a")),
      put("dedupes", aDedupe("a", t0 + 10)),
      put("limits", aLimit("a", { expiresAt: t0 + 10 })),
      put("controls", aControl("a", { pausedAt: t0 })),
      put("outcomes", anOutcome("a", "b")),
      put("poisons", aPoison("p", t0, { runId: runId("a") })),
      put("bulks", aBulk("b")),
    );
    const claim = await session.reopen();
    expect(claim).toEqual({
      epoch: 2,
      isInOrder: false,
      commit: 1,
      sequence: 5,
      apps: [anApp("shop")],
      functions: [aFunction("a", "shop")],
      controls: [aControl("a", { pausedAt: t0 })],
    });
    const { store } = session;
    expect(await store.loadRuns([runId("a")])).toEqual([
      {
        run,
        steps: [aStep("a", "s", { status: "completed", result: '{"data":{"x":1}}' })],
        jobs: [aCall("a", "j")],
        waits: [aWait("a", "w")],
        events: [anEvent("a", 5, { sourceRunId: runId("z") })],
      },
    ]);
    expect((await store.reader.readRun(runId("a")))?.attempts).toEqual([anAttempt("a", 0)]);
    expect(await store.loadSignals(["go"])).toEqual([aSignal("go", "a")]);
    expect(await store.loadDedupes([aDedupe("a", 0).key])).toEqual([aDedupe("a", t0 + 10)]);
    expect(await store.loadLimits([aLimit("a").key])).toEqual([aLimit("a", { expiresAt: t0 + 10 })]);
    expect(await store.reader.listControls()).toEqual([aControl("a", { pausedAt: t0 })]);
    expect(await store.reader.outcomesOfEvent(eventId("a"))).toEqual([anOutcome("a", "b")]);
    expect(await store.reader.listPoisons(10)).toEqual([aPoison("p", t0, { runId: runId("a") })]);
    expect(await store.loadBulks([bulkId("b")])).toEqual([aBulk("b")]);
  });

  test("a handle of before the reopening can commit no more once the new one has claimed", async (session) => {
    const former = { epoch: session.epoch, commit: session.lastCommit + 1 };
    await session.reopen();
    await expect(session.store.commit(former, [put("runs", aRun("former"))])).rejects.toMatchObject({
      code: "EPOCH_LOST",
    });
    expect((await session.store.loadRuns([runId("former")])).length).toBe(0);
  });

  const texts = [
    { what: "quotes, backslashes and line ends", text: "\"'`\\\n\r\t" },
    { what: "letters outside ASCII", text: "żółć 漢字 🚀" },
    { what: "a NUL character", text: "before\u0000after" },
    { what: "half of a surrogate pair", text: "before\ud83dafter" },
    { what: "control characters", text: "\u0001\u001a\u001a0\u007f\u2028" },
    { what: "nothing", text: "" },
  ];
  for (const { what, text } of texts) {
    test(`text with ${what} comes back as it was`, async (session) => {
      const event = anEvent("a", 1, {
        name: `n${text}`,
        externalId: text,
        text: JSON.stringify({ data: text }),
      });
      const dedupe = { ...aDedupe("a", t0), key: `key/${text}` };
      const step = aStep("a", "s", { name: text, result: JSON.stringify(text) });
      const wait = aWait("a", "w", { event: `n${text}`, keys: [{ shape: `s${text}`, values: `v${text}` }] });
      await session.commit(
        put("events", event),
        put("dedupes", dedupe),
        put("runs", aRun("a")),
        put("steps", step),
        put("waits", wait),
        put("signals", aSignal(`signal${text}`, "a")),
      );
      const { store } = session;
      expect(await store.loadEvents([event.id])).toEqual([event]);
      expect(await store.loadDedupes([dedupe.key, "key/before"])).toEqual([dedupe]);
      expect((await store.loadRuns([runId("a")]))[0]?.steps).toEqual([step]);
      expect(await store.loadWaitShapes(event.name)).toEqual([`s${text}`]);
      expect(await store.loadWaits(event.name, wait.keys, { after: "", limit: 10 })).toEqual([wait]);
      expect(await store.loadSignals([`signal${text}`])).toEqual([aSignal(`signal${text}`, "a")]);
      const scan = { name: event.name, afterSequence: 0, receivedFrom: 0, limit: 1 };
      expect(await store.scanEvents(scan)).toEqual([event]);
    });
  }

  test("a result of a million characters comes back as it was", async (session) => {
    const result = JSON.stringify("ä".repeat(1_000_000));
    await session.commit(put("runs", aRun("a")), put("steps", aStep("a", "s", { result })));
    const [rows] = await session.store.loadRuns([runId("a")]);
    expect(rows?.steps[0]?.result === result).toBe(true);
  });

  test("what is read cannot be changed from outside", async (session) => {
    const eventIds = [eventId("a")];
    await session.commit(put("runs", aRun("a", { eventIds, functionId: functionId("a") })));
    eventIds.push(eventId("b"));
    const [rows] = await session.store.loadRuns([runId("a")]);
    expect(rows?.run.eventIds).toEqual([eventId("a")]);
  });

  test("calls after close are refused", async (session) => {
    await session.store.close();
    await expect(session.commit(put("runs", aRun("a")))).rejects.toThrow();
    await expect(session.store.loadRuns([runId("a")])).rejects.toThrow();
    await expect(session.store.reader.readRun(runId("a"))).rejects.toThrow();
  });
}
