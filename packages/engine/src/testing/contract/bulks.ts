// Bulk operations: their rows, their list, and the runs that a replay started.

import type { BulkFilter } from "../../ports/reader.ts";
import { aBulk, anEvent, aRun, bulkId, functionId, put, remove, runId, t0 } from "./rows.ts";
import type { ContractPart, Session } from "./session.ts";

async function commitFour(session: Session): Promise<void> {
  await session.commit(
    put("bulks", aBulk("a", { createdAt: t0, status: "done", endedAt: t0 + 9 })),
    put("bulks", aBulk("b", { createdAt: t0 + 1, kind: "cancel" })),
    put("bulks", aBulk("c", { createdAt: t0 + 1, status: "held" })),
    put("bulks", aBulk("d", { createdAt: t0 + 2 })),
  );
}

export function bulkContract({ test, expect }: ContractPart): void {
  test("an operation comes back with all its fields, is put again as a whole, and removed", async (session) => {
    const full = aBulk("a", {
      name: "after the fix",
      by: "ana",
      selection: {
        runIds: [runId("r")],
        functionIds: [functionId("a")],
        statuses: ["failed", "cancelled"],
        eventName: "shop/order.placed",
        from: t0 - 5,
        until: t0,
        expression: "event.data.n > 1",
        failureGroup: "g",
      },
      position: { page: "1:x", after: { queuedAt: t0, id: runId("r") } },
      total: 12,
      done: 3,
      skipped: { ended: 1 },
      perMinute: 60,
      holdAfter: 5,
    });
    const { store } = session;
    await session.commit(put("bulks", full));
    expect(await store.loadBulks([bulkId("none"), bulkId("a")])).toEqual([full]);
    expect(await store.reader.readBulk(bulkId("a"))).toEqual(full);
    await session.commit(put("bulks", aBulk("a")));
    expect(await store.loadBulks([bulkId("a")])).toEqual([aBulk("a")]);
    await session.commit(remove("bulks", bulkId("a")));
    expect(await store.loadBulks([bulkId("a")])).toEqual([]);
    expect(await store.reader.readBulk(bulkId("a"))).toBe(undefined);
  });

  const cases: readonly { what: string; filter: Omit<BulkFilter, "limit">; names: string }[] = [
    { what: "newest first", filter: {}, names: "dcba" },
    { what: "by kind", filter: { kinds: ["cancel"] }, names: "b" },
    { what: "by status", filter: { statuses: ["running", "held"] }, names: "dcb" },
    { what: "by kind and status", filter: { kinds: ["replay"], statuses: ["running"] }, names: "d" },
  ];
  for (const { what, filter, names } of cases) {
    test(`operations are listed ${what}, on one page or several`, async (session) => {
      await commitFour(session);
      const seen: string[] = [];
      let cursor: string | undefined;
      do {
        const page = await session.store.reader.listBulks({
          ...filter,
          limit: 1,
          ...(cursor === undefined ? {} : { cursor }),
        });
        seen.push(...page.rows.map((bulk) => bulk.id.slice("bulk-".length)));
        cursor = page.next;
      } while (cursor !== undefined);
      expect(seen.join("")).toBe(names);
      const whole = await session.store.reader.listBulks({ ...filter, limit: 100 });
      expect(whole.rows.length).toBe(names.length);
      expect(whole.next).toBe(undefined);
    });
  }

  test("the runs of a replay are listed and counted, by status too", async (session) => {
    await session.commit(
      put("events", anEvent("e", 1)),
      put("runs", aRun("a")),
      put("runs", aRun("b", { replayId: bulkId("x"), queuedAt: t0 + 1 })),
      put("runs", aRun("c", { replayId: bulkId("x"), queuedAt: t0 + 2, status: "failed", endedAt: t0 + 3 })),
      put("runs", aRun("d", { replayId: bulkId("y") })),
    );
    const { reader } = session.store;
    const page = await reader.listRuns({ replayId: bulkId("x"), limit: 10 });
    expect(page.rows.map((run) => run.id)).toEqual([runId("c"), runId("b")]);
    expect(await reader.countRuns({ replayId: bulkId("x"), limit: 1 })).toBe(2);
    expect(await reader.countRuns({ replayId: bulkId("x"), statuses: ["failed"], limit: 1 })).toBe(1);
    expect(await reader.countRuns({ replayId: bulkId("none"), limit: 1 })).toBe(0);
  });
}
