// libsql as the driver, for runtimes without node:sqlite. Its binaries come from npm, nothing is compiled.

import { createRequire } from "node:module";
import { type Driver, type Value, withSqliteErrors } from "./driver.ts";

interface LibsqlStatement {
  run(values: readonly Value[]): { readonly changes: number };
  raw(): LibsqlStatement;
  all(values: readonly Value[]): readonly (readonly Value[])[];
}

interface LibsqlDatabase {
  exec(sql: string): void;
  prepare(sql: string): LibsqlStatement;
  close(): void;
}

export function openLibsql(path: string): Driver {
  const Database = createRequire(import.meta.url)("libsql") as new (path: string) => LibsqlDatabase;
  const guarded = <T>(work: () => T): T => withSqliteErrors("rawCode", work);
  const database = guarded(() => new Database(path));
  return {
    name: "libsql",
    execute: (sql) => guarded(() => database.exec(sql)),
    prepare(sql) {
      const statement = guarded(() => database.prepare(sql));
      // Rows as arrays are asked for once, at the first reading: the call is refused by statements without rows.
      let reading: LibsqlStatement | undefined;
      return {
        run: (values) => guarded(() => statement.run(values).changes),
        all: (values) =>
          guarded(() => {
            reading ??= statement.raw();
            return reading.all(values);
          }),
      };
    },
    close: () => guarded(() => database.close()),
  };
}
