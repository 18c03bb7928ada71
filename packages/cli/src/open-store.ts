// The store of `dev` and `start`: SQLite in the data directory, or in memory. It is chosen before the server is loaded,
// so that the database's thread starts beside that.

import { mkdirSync } from "node:fs";
import { resolve } from "node:path";
import type { Store } from "@stepwell/engine/store";
import { sqlite, storeFile } from "@stepwell/store-sqlite";
import type { Settings } from "./settings.ts";
import { UsageError } from "./usage-error.ts";

/** @throws UsageError when the data directory cannot be made. */
export function openStore(settings: Settings): Store {
  return sqlite(databaseFile(settings), { startsEarly: true });
}

function databaseFile({ dataDirectory }: Settings): string {
  if (dataDirectory === undefined) return ":memory:";
  const directory = resolve(dataDirectory);
  try {
    mkdirSync(directory, { recursive: true });
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new UsageError(
      `The folder ${directory} cannot be made: ${reason}. Choose another with --data-dir.`,
      { cause },
    );
  }
  return storeFile(directory);
}
