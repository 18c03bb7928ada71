// node:sqlite as the driver, where the runtime has it without a flag (Node 22.13 and later).

import { type Driver, type Value, withSqliteErrors } from "./driver.ts";

interface NodeStatement {
  run(...values: readonly Value[]): { readonly changes: number | bigint };
  all(...values: readonly Value[]): readonly Readonly<Record<string, Value>>[];
}

interface NodeDatabase {
  exec(sql: string): void;
  prepare(sql: string): NodeStatement;
  close(): void;
}

/** The constructor of node:sqlite, or undefined where the runtime has no such module. */
export function nodeSqlite(): (new (path: string) => NodeDatabase) | undefined {
  // Asked for by name at run time, because an import of a module that older runtimes lack cannot be caught. Only the
  // lookup itself is silent where it is missing.
  const builtin: unknown = process.getBuiltinModule?.("node:sqlite");
  if (typeof builtin !== "object" || builtin === null || !("DatabaseSync" in builtin)) return undefined;
  return builtin.DatabaseSync as new (
    path: string,
  ) => NodeDatabase;
}

export function openNodeSqlite(path: string): Driver {
  const Database = nodeSqlite();
  if (Database === undefined) {
    throw new Error(
      `Node ${process.version} has no node:sqlite. Use the libsql driver, or Node 22.13 or later.`,
    );
  }
  const guarded = <T>(work: () => T): T => withSqliteErrors("errcode", work);
  const database = guarded(() => new Database(path));
  return {
    name: "node:sqlite",
    execute: (sql) => guarded(() => database.exec(sql)),
    prepare(sql) {
      const statement = guarded(() => database.prepare(sql));
      return {
        run: (values) => guarded(() => Number(statement.run(...values).changes)),
        // The rows are objects in the order of the columns, whose names differ in every statement of ours.
        all: (values) => guarded(() => statement.all(...values).map((row) => Object.values(row))),
      };
    },
    close: () => guarded(() => database.close()),
  };
}
