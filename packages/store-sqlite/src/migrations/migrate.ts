// Versions of the tables, told by PRAGMA user_version. A released migration is never changed; a new one is added.

import type { Driver } from "../driver/driver.ts";
import { initial } from "./initial.ts";

const migrations: readonly string[] = [initial];

/**
 * Brings a database to the newest version, all or nothing.
 *
 * @throws Error when the database is of a newer version than this code knows.
 */
export function migrate(driver: Driver, path: string): void {
  if (versionOf(driver) === migrations.length) return;
  driver.execute("BEGIN IMMEDIATE");
  try {
    // Read again under the lock: another process may have migrated in between.
    const version = versionOf(driver);
    if (version > migrations.length) {
      throw new Error(
        `The database ${path} has version ${version} and this Stepwell knows versions up to ${migrations.length}. Use the newer Stepwell that made it, or another file.`,
      );
    }
    for (const migration of migrations.slice(version)) driver.execute(migration);
    driver.execute(`PRAGMA user_version = ${migrations.length}`);
    driver.execute("COMMIT");
  } catch (error) {
    driver.execute("ROLLBACK");
    throw error;
  }
}

function versionOf(driver: Driver): number {
  return Number(driver.prepare("PRAGMA user_version").all([])[0]?.[0] ?? 0);
}
