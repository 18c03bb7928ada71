// node:sqlite as the driver, where the runtime has it without a flag (Node 22.13 and later).

import { type Driver, type Value, withSqliteErrors } from "./driver.ts";

type NodeRow = readonly Value[] | Readonly<Record<string, Value>>;

interface NodeStatement {
  run(...values: readonly Value[]): { readonly changes: number | bigint };
  all(...values: readonly Value[]): readonly NodeRow[];
  /** Rows as arrays; Node 22.16 and later. */
  setReturnArrays?(enabled: boolean): void;
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
  const builtin: unknown = withoutWarnings(() => process.getBuiltinModule?.("node:sqlite"));
  if (typeof builtin !== "object" || builtin === null || !("DatabaseSync" in builtin)) return undefined;
  return builtin.DatabaseSync as new (
    path: string,
  ) => NodeDatabase;
}

/** Node 22 calls node:sqlite an experiment when it is loaded, to people who have not chosen it themselves. */
function withoutWarnings<T>(work: () => T): T {
  const { emitWarning } = process;
  process.emitWarning = () => undefined;
  try {
    return work();
  } finally {
    process.emitWarning = emitWarning;
  }
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
      statement.setReturnArrays?.(true);
      return {
        run: (values) => guarded(() => Number(statement.run(...values).changes)),
        all: (values) => guarded(() => statement.all(...values).map(valuesOf)),
      };
    },
    close: () => guarded(() => database.close()),
  };
}

/**
 * A row's values in the order of the columns. An object has them so as long as the columns' names differ and none is
 * a number, which is why statements of ours name each expression.
 */
function valuesOf(row: NodeRow): readonly Value[] {
  return Array.isArray(row) ? row : Object.values(row);
}
