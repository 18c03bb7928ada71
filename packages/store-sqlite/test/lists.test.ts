// Lists of many rows: SQLite and the model give the same for any filter, page by page.

import type { RowWrite, Run, RunStatus, StoredEvent } from "@stepwell/core";
import type { EventFilter, RunFilter, Store } from "@stepwell/engine";
import { modelStore } from "@stepwell/engine/testing";
import { asAppId, asEventId, asFunctionId, asRunId } from "@stepwell/protocol";
import { sqlite } from "@stepwell/store-sqlite";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

const t0 = 1_700_000_000_000;
const statuses: readonly RunStatus[] = ["queued", "running", "completed", "failed", "cancelled"];

/** A small generator of numbers, so that a failing filter is the same next time. */
function numbers(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) & 0x7fff_ffff;
    return (state >>> 8) % below;
  };
}

function manyRows(): readonly RowWrite[] {
  const pick = numbers(1);
  const writes: RowWrite[] = [];
  for (let index = 0; index < 70; index += 1) {
    const id = asFunctionId(`f${index}`);
    const row = {
      id,
      slug: `app-${id}`,
      name: id,
      appId: asAppId(`app${index % 3}`),
      appName: "app",
      url: "http://localhost",
      triggers: [],
      maxAttempts: 4,
      cancelOn: [],
      concurrency: [],
      configText: "{}",
      createdAt: t0,
    };
    writes.push({ kind: "put", table: "functions", key: id, row });
  }
  for (let index = 1; index <= 2500; index += 1) {
    const name = index % 10 === 0 ? "inngest/function.finished" : `area${index % 4}/name${pick(100)}`;
    const event: StoredEvent = {
      id: asEventId(`e${index}`),
      sequence: index,
      receivedAt: t0 + Math.floor(index / 3),
      name,
      externalId: `x${index}`,
      ts: t0,
      text: "{}",
    };
    writes.push({ kind: "put", table: "events", key: event.id, row: event });
    writes.push({ kind: "put", table: "runs", key: `r${index}`, row: aRun(index, pick) });
  }
  return writes;
}

function aRun(index: number, pick: (below: number) => number): Run {
  const status = pick(50) === 0 ? "failed" : (statuses[pick(3)] ?? "queued");
  const queuedAt = t0 + pick(800);
  return {
    id: asRunId(`r${index}`),
    functionId: asFunctionId(`f${pick(70)}`),
    status,
    queuedAt,
    ...(status === "queued" ? {} : { startedAt: queuedAt + pick(50) }),
    ...(status === "completed" || status === "failed" ? { endedAt: queuedAt + 50 + pick(50) } : {}),
    eventIds: [asEventId(`e${index}`)],
    sequence: index,
    requestVersion: 2,
    order: index,
    disableImmediateExecution: false,
    batch: 0,
  };
}

function aRunFilter(pick: (below: number) => number): RunFilter {
  const some = <T>(list: readonly T[]) => list.filter(() => pick(2) === 0);
  const functions = Array.from({ length: 70 }, (_, index) => asFunctionId(`f${index}`));
  const timeFields = ["queuedAt", "startedAt", "endedAt"] as const;
  return {
    limit: 40 + pick(400),
    ...(pick(2) === 0 ? { statuses: pick(3) === 0 ? ["failed"] : some(statuses) } : {}),
    ...(pick(3) === 0 ? { functionIds: pick(2) === 0 ? some(functions) : functions.slice(0, pick(4)) } : {}),
    ...(pick(4) === 0 ? { appIds: [asAppId(`app${pick(4)}`)] } : {}),
    ...(pick(5) === 0 ? { eventName: `area1/name${pick(100)}` } : {}),
    ...(pick(3) === 0 ? { timeField: timeFields[pick(3)] ?? "queuedAt" } : {}),
    ...(pick(3) === 0 ? { from: t0 + pick(800) } : {}),
    ...(pick(3) === 0 ? { until: t0 + pick(800) } : {}),
    ...(pick(2) === 0 ? { order: pick(2) === 0 ? "newest" : "oldest" } : {}),
  };
}

function anEventFilter(pick: (below: number) => number): EventFilter {
  return {
    limit: 40 + pick(400),
    ...(pick(4) === 0 ? { name: `area1/name${pick(100)}` } : {}),
    ...(pick(2) === 0
      ? { namePrefix: ["area", "area1/", "area1/name1", "inngest/", "none"][pick(5)] ?? "" }
      : {}),
    ...(pick(3) === 0 ? { from: t0 + pick(800) } : {}),
    ...(pick(3) === 0 ? { until: t0 + pick(800) } : {}),
    ...(pick(2) === 0 ? { includeInternal: true } : {}),
  };
}

async function allRuns(store: Store, filter: RunFilter): Promise<readonly string[]> {
  const ids: string[] = [];
  let cursor: string | undefined;
  do {
    const page = await store.reader.listRuns({ ...filter, ...(cursor === undefined ? {} : { cursor }) });
    expect(page.rows.length).toBeLessThanOrEqual(filter.limit);
    ids.push(...page.rows.map((run) => run.id));
    cursor = page.next;
  } while (cursor !== undefined);
  return ids;
}

async function allEvents(store: Store, filter: EventFilter): Promise<readonly string[]> {
  const ids: string[] = [];
  let cursor: string | undefined;
  do {
    const page = await store.reader.listEvents({ ...filter, ...(cursor === undefined ? {} : { cursor }) });
    ids.push(...page.rows.map((event) => event.id));
    cursor = page.next;
  } while (cursor !== undefined);
  return ids;
}

describe("lists of many rows", () => {
  const stores = { sqlite: sqlite(":memory:"), model: modelStore() };

  beforeAll(async () => {
    const writes = manyRows();
    for (const store of [stores.sqlite, stores.model]) {
      const { epoch } = await store.claim();
      await store.commit({ epoch, commit: 1 }, writes);
    }
  });
  afterAll(() => stores.sqlite.close());

  test("runs are the model's for two hundred filters, listed and counted", async () => {
    const pick = numbers(7);
    for (let round = 0; round < 200; round += 1) {
      const filter = aRunFilter(pick);
      const expected = await allRuns(stores.model, filter);
      expect(await allRuns(stores.sqlite, filter), JSON.stringify(filter)).toEqual(expected);
      expect(await stores.sqlite.reader.countRuns(filter), JSON.stringify(filter)).toBe(expected.length);
    }
  });

  test("events are the model's for two hundred filters", async () => {
    const pick = numbers(11);
    for (let round = 0; round < 200; round += 1) {
      const filter = anEventFilter(pick);
      const expected = await allEvents(stores.model, filter);
      expect(await allEvents(stores.sqlite, filter), JSON.stringify(filter)).toEqual(expected);
    }
  });

  test("a walk over many unwanted runs ends a page early and goes on", async () => {
    const filter: RunFilter = { timeField: "startedAt", statuses: ["failed"], limit: 5 };
    const page = await stores.sqlite.reader.listRuns(filter);
    expect(page.rows.length).toBe(5);
    expect(await allRuns(stores.sqlite, filter)).toEqual(await allRuns(stores.model, filter));
  });

  test("a page of large rows ends early, and the next one goes on", async () => {
    const store = sqlite(":memory:");
    const { epoch } = await store.claim();
    const text = `{"data":"${"x".repeat(5_000_000)}"}`;
    const writes = [1, 2, 3].map((sequence): RowWrite => {
      const id = asEventId(`e${sequence}`);
      const row = { id, sequence, receivedAt: t0, name: "big", externalId: id, ts: t0, text };
      return { kind: "put", table: "events", key: id, row };
    });
    await store.commit({ epoch, commit: 1 }, writes);
    const first = await store.reader.listEvents({ limit: 100 });
    expect(first.rows.map((event) => event.sequence)).toEqual([3, 2]);
    const second = await store.reader.listEvents({ limit: 100, cursor: first.next ?? "" });
    expect(second.rows.map((event) => event.sequence)).toEqual([1]);
    expect(second.next).toBe(undefined);
    await store.close();
  });

  test("a count that takes too long is given up, and the reader goes on", async () => {
    const { reader } = stores.sqlite;
    const filter: RunFilter = { timeField: "startedAt", limit: 1 };
    await expect(reader.countRuns(filter, -1)).rejects.toThrow("too many runs");
    expect(await reader.countRuns(filter)).toBe(
      (await allRuns(stores.model, { ...filter, limit: 100 })).length,
    );
  });
});
