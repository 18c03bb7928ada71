// What is SQLite's own: files, locks between processes, versions, failures, and threads that die.

import { existsSync } from "node:fs";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Worker } from "node:worker_threads";
import type { RowWrite } from "@stepwell/core";
import { asEventId } from "@stepwell/protocol";
import { sqlite, storeFile } from "@stepwell/store-sqlite";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { DatabaseThread } from "../src/database-thread.ts";
import { chooseDriver } from "../src/driver/choose.ts";

// The driver that the store uses: locks of two SQLite libraries within one process do not see each other.
const openDriver = chooseDriver(undefined);

let directory = "";
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "stepwell-sqlite-"));
});
afterEach(() => rm(directory, { recursive: true }));

function anEvent(sequence: number, more: object = {}): RowWrite {
  const id = asEventId(`e${sequence}`);
  const row = { id, sequence, receivedAt: 0, name: "a", externalId: id, ts: 0, text: "{}", ...more };
  return { kind: "put", table: "events", key: id, row };
}

describe("the database file", () => {
  test("nothing is opened before the first call", async () => {
    const path = storeFile(join(directory, "new"));
    const store = sqlite(path);
    expect(existsSync(join(directory, "new"))).toBe(false);
    await store.claim();
    expect(existsSync(path)).toBe(true);
    await store.close();
  });

  test("the APIs may read first, before an engine has claimed", async () => {
    const store = sqlite(join(directory, "a", "b", "stepwell.db"));
    expect(await store.reader.listRuns({ limit: 10 })).toEqual({ rows: [] });
    await store.close();
  });

  test("closing a store that was never used, or closing twice, is no error", async () => {
    const store = sqlite(storeFile(directory));
    await store.close();
    await store.close();
  });

  test("calls under way when the store is closed are answered", async () => {
    const store = sqlite(storeFile(directory));
    const { epoch } = await store.claim();
    const commit = store.commit({ epoch, commit: 1 }, [anEvent(1)]);
    await store.close();
    await commit;
    const again = sqlite(storeFile(directory));
    expect((await again.claim()).commit).toBe(1);
    await again.close();
  });

  test("a database of a newer version is refused with both versions", async () => {
    const driver = openDriver(storeFile(directory));
    driver.execute("PRAGMA user_version = 99");
    driver.close();
    const store = sqlite(storeFile(directory));
    await expect(store.claim()).rejects.toMatchObject({
      code: "STORE_UNAVAILABLE",
      message: expect.stringMatching(/has version 99 and this Stepwell knows versions up to 1/),
    });
    await store.close();
  });

  test("a file that is no database is refused and left as it is", async () => {
    await writeFile(storeFile(directory), "This is a text about wells. ".repeat(100));
    const store = sqlite(storeFile(directory));
    await expect(store.claim()).rejects.toMatchObject({ code: "STORE_UNAVAILABLE" });
    await store.close();
  });

  test("a path that cannot be opened now can be opened once it can", async () => {
    await mkdir(storeFile(directory));
    const store = sqlite(storeFile(directory));
    await expect(store.claim()).rejects.toMatchObject({ code: "STORE_UNAVAILABLE" });
    await rm(storeFile(directory), { recursive: true });
    expect((await store.claim()).epoch).toBe(1);
    await store.close();
  });
});

describe("two engines on one file", () => {
  test("the second one's claim is refused with a reason, and passes once the first has closed", async () => {
    const first = sqlite(storeFile(directory));
    const { epoch } = await first.claim();
    const second = sqlite(storeFile(directory), { lockTimeoutMs: 20 });
    await expect(second.claim()).rejects.toMatchObject({
      code: "STORE_UNAVAILABLE",
      message: expect.stringMatching(/is in use by another engine/),
    });
    await first.commit({ epoch, commit: 1 }, [anEvent(1)]);
    await first.close();
    expect(await second.claim()).toMatchObject({ epoch: epoch + 1, commit: 1 });
    await second.close();
  });

  test("an epoch that was raised by other means fences the engine out", async () => {
    const store = sqlite(storeFile(directory));
    const { epoch } = await store.claim();
    const other = openDriver(storeFile(directory));
    other.execute("UPDATE shard SET epoch = epoch + 1");
    other.close();
    await expect(store.commit({ epoch, commit: 1 }, [anEvent(1)])).rejects.toMatchObject({
      code: "EPOCH_LOST",
    });
    await store.close();
  });

  test("while another process writes, a commit waits and then says that the store is unavailable", async () => {
    const store = sqlite(storeFile(directory), { lockTimeoutMs: 20 });
    const { epoch } = await store.claim();
    const other = openDriver(storeFile(directory));
    other.execute("BEGIN IMMEDIATE");
    const fence = { epoch, commit: 1 };
    await expect(store.commit(fence, [anEvent(1)])).rejects.toMatchObject({ code: "STORE_UNAVAILABLE" });
    other.execute("ROLLBACK");
    other.close();
    await store.commit(fence, [anEvent(1)]);
    expect((await store.loadEvents([asEventId("e1")])).length).toBe(1);
    await store.close();
  });
});

describe("rows that SQLite refuses", () => {
  const cases: readonly { what: string; row: object }[] = [
    { what: "a field that must be there is missing", row: { name: undefined } },
    { what: "a field has another type", row: { receivedAt: true } },
    { what: "a field cannot be sent at all", row: { text: () => "text" } },
  ];
  for (const { what, row } of cases) {
    test(`a commit is refused when ${what}`, async () => {
      const store = sqlite(":memory:");
      const { epoch } = await store.claim();
      await expect(store.commit({ epoch, commit: 1 }, [anEvent(1), anEvent(2, row)])).rejects.toMatchObject({
        code: "ROW_REFUSED",
      });
      expect((await store.loadEvents([asEventId("e1")])).length).toBe(0);
      await store.commit({ epoch, commit: 1 }, [anEvent(1)]);
      await store.close();
    });
  }
});

describe("a thread that dies", () => {
  const settings = { path: "x.db", role: "owner", driver: undefined, lockTimeoutMs: 10 } as const;
  /** Answers nothing and ends at the first message. */
  const dying = () =>
    new Worker("require('node:worker_threads').parentPort.on('message', () => process.exit(3))", {
      eval: true,
    });
  /** Answers every call with its name. */
  const echoing = () =>
    new Worker(
      `const { parentPort: port } = require('node:worker_threads');
       port.on('message', (m) => m.kind === 'close' ? port.close() : port.postMessage({ id: m.id, kind: 'done', value: m.name }))`,
      { eval: true },
    );

  test("the outcome of a commit under way is unknown, a load may be made again", async () => {
    const thread = new DatabaseThread(settings, dying);
    const commit = thread.call("commit", { epoch: 1, commit: 1 }, []);
    const load = thread.call("loadRuns", []);
    await expect(commit).rejects.toMatchObject({ code: "COMMIT_UNKNOWN" });
    await expect(load).rejects.toMatchObject({ code: "STORE_UNAVAILABLE" });
    await thread.close();
  });

  test("the next call gets a new thread", async () => {
    const starts = [dying, echoing];
    const thread = new DatabaseThread(settings, () => (starts.shift() ?? echoing)());
    await expect(thread.call("loadRuns", [])).rejects.toMatchObject({ code: "STORE_UNAVAILABLE" });
    expect(await thread.call("loadRuns", [])).toBe("loadRuns");
    await thread.close();
  });

  test("a database in memory is lost with its thread, and says so", async () => {
    const starts = [dying, echoing];
    const thread = new DatabaseThread({ ...settings, path: ":memory:" }, () => (starts.shift() ?? echoing)());
    await expect(thread.call("loadRuns", [])).rejects.toMatchObject({ code: "STORE_UNAVAILABLE" });
    await expect(thread.call("loadRuns", [])).rejects.toThrow(/was lost with its thread/);
    await thread.close();
  });
});
