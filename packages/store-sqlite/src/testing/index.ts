// For tests: the database on the caller's own thread, so that what it answers can be compared at one moment.

import type { Table, Tables } from "@stepwell/core";
import { Connection } from "../database/connection.ts";
import { type DatabaseCalls, databaseCalls } from "../database/database.ts";
import { layouts } from "../database/layouts.ts";
import { chooseDriver } from "../driver/choose.ts";

export interface InProcessDatabase {
  /** What a database thread can do, at once. @throws Failure */
  readonly calls: DatabaseCalls;
  rowsOf<T extends Table>(table: T): readonly Tables[T][];
  close(): void;
}

/** A new database in memory. */
export function inProcessDatabase(): InProcessDatabase {
  const open = chooseDriver(undefined);
  const connection = new Connection({ path: ":memory:", open, role: "owner", busyTimeoutMs: 0 });
  return {
    calls: databaseCalls(
      () => connection,
      () => connection,
    ),
    rowsOf<T extends Table>(table: T) {
      const codec = layouts[table];
      return connection.all(`SELECT ${codec.columns} FROM ${codec.table}`, []).map((row) => codec.read(row));
    },
    close: () => connection.close(),
  };
}
