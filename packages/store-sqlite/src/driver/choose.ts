// Which driver is used.

import type { OpenDriver } from "./driver.ts";
import { openLibsql } from "./libsql.ts";
import { nodeSqlite, openNodeSqlite } from "./node.ts";

export type DriverName = "node:sqlite" | "libsql";

/** The driver asked for, else node:sqlite where the runtime has it, else libsql. */
export function chooseDriver(name: DriverName | undefined): OpenDriver {
  switch (name) {
    case "node:sqlite":
      return openNodeSqlite;
    case "libsql":
      return openLibsql;
    case undefined:
      return nodeSqlite() === undefined ? openLibsql : openNodeSqlite;
  }
}
