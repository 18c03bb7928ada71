// What a database thread makes of SQLite's failures, at the worst moments: the driver is real, its failures are not.

import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { RowWrite } from "@stepwell/core";
import { asEventId } from "@stepwell/protocol";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { Database } from "../src/database/database.ts";
import { type OpenDriver, SqliteError } from "../src/driver/driver.ts";
import { openLibsql } from "../src/driver/libsql.ts";

/** SQLite's result codes: https://sqlite.org/rescode.html */
const ioError = 10;
const full = 13;
const ioErrorOnSync = 1034;

/** A driver that fails once with a code, before the SQL that starts with `failing` is run. */
function failingOnce(
  failing: string,
  code: number,
): { open: OpenDriver; arm: () => void; opened: () => number } {
  let isArmed = false;
  let opened = 0;
  const check = (sql: string) => {
    if (!isArmed || !sql.startsWith(failing)) return;
    isArmed = false;
    throw new SqliteError(`injected ${code}`, code, undefined);
  };
  const open: OpenDriver = (path) => {
    const driver = openLibsql(path);
    if (!path.endsWith(".lock")) opened += 1;
    return {
      ...driver,
      execute(sql) {
        check(sql);
        driver.execute(sql);
      },
      prepare(sql) {
        const statement = driver.prepare(sql);
        return {
          ...statement,
          run(values) {
            check(sql);
            return statement.run(values);
          },
        };
      },
    };
  };
  const arm = () => {
    isArmed = true;
  };
  return { open, arm, opened: () => opened };
}

let directory = "";
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "stepwell-failures-"));
});
afterEach(() => rm(directory, { recursive: true }));

function anEvent(sequence: number): RowWrite {
  const id = asEventId(`e${sequence}`);
  const row = { id, sequence, receivedAt: 0, name: "a", externalId: id, ts: 0, text: "{}" };
  return { kind: "put", table: "events", key: id, row };
}

describe("a failure of SQLite", () => {
  const cases = [
    {
      what: "the begin of a commit",
      failing: "BEGIN IMMEDIATE",
      code: ioError,
      becomes: "STORE_UNAVAILABLE",
    },
    { what: "a row's statement", failing: "INSERT INTO events", code: full, becomes: "STORE_UNAVAILABLE" },
    { what: "the end of a commit", failing: "COMMIT", code: ioErrorOnSync, becomes: "COMMIT_UNKNOWN" },
  ];
  for (const { what, failing, code, becomes } of cases) {
    test(`${code} at ${what} is ${becomes}, and the next call opens the database anew`, () => {
      const driver = failingOnce(failing, code);
      const database = new Database({
        path: join(directory, "a.db"),
        openDriver: driver.open,
        role: "owner",
        lockTimeoutMs: 0,
      });
      const { calls } = database;
      const { epoch } = database.run(() => calls.claim());
      driver.arm();
      const commit = () => database.run(() => calls.commit({ epoch, commit: 1 }, [anEvent(1)]));
      expect(commit).toThrow(expect.objectContaining({ code: becomes }));
      expect(driver.opened()).toBe(1);
      // The failure was injected before anything reached the disk, so that the same commit passes now.
      expect(database.run(() => calls.loadEvents(["e1"]))).toEqual([]);
      expect(driver.opened()).toBe(2);
      commit();
      expect(database.run(() => calls.loadEvents(["e1"])).length).toBe(1);
      database.close();
    });
  }
});
