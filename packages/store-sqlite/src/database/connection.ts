// One connection to the database: opened with our settings, statements prepared once, and transactions.

import { type Driver, type OpenDriver, SqliteError, type Statement, type Value } from "../driver/driver.ts";
import { Failure } from "../failure.ts";
import { migrate } from "../migrations/migrate.ts";

export interface ConnectionSettings {
  readonly path: string;
  readonly open: OpenDriver;
  /** `owner` may write and brings the tables up to date; `reader` only reads. */
  readonly role: "owner" | "reader";
  /** How long to wait for another process that writes, in ms. */
  readonly busyTimeoutMs: number;
}

export class Connection {
  readonly #driver: Driver;
  readonly #statements = new Map<string, Statement>();

  constructor(settings: ConnectionSettings) {
    const { path, role, busyTimeoutMs } = settings;
    this.#driver = settings.open(path);
    try {
      this.#driver.prepare(`PRAGMA busy_timeout = ${busyTimeoutMs}`).all([]);
      if (role === "owner") {
        this.#driver.prepare("PRAGMA journal_mode = WAL").all([]);
        migrate(this.#driver, path);
        // A checkpoint of 4 MB takes some milliseconds of a commit and keeps the WAL as small; after a time when
        // readers held it up, the file shrinks again.
        this.#driver.prepare("PRAGMA wal_autocheckpoint = 1000").all([]);
        this.#driver.prepare("PRAGMA journal_size_limit = 67108864").all([]);
      }
      this.#driver.execute("PRAGMA synchronous = FULL");
      this.#driver.execute("PRAGMA foreign_keys = OFF");
      this.#driver.execute("PRAGMA temp_store = MEMORY");
      this.#driver.execute(`PRAGMA cache_size = -${role === "owner" ? 32_000 : 8_000}`);
      if (role === "reader") this.#driver.execute("PRAGMA query_only = ON");
    } catch (error) {
      this.#driver.close();
      throw error;
    }
  }

  /** How many rows the statement changed. */
  run(sql: string, values: readonly Value[]): number {
    return this.#statement(sql).run(values);
  }

  all(sql: string, values: readonly Value[]): readonly (readonly Value[])[] {
    return this.#statement(sql).all(values);
  }

  /** The first row, or undefined. Read to the end: a statement left half-way would hold its snapshot. */
  first(sql: string, values: readonly Value[]): readonly Value[] | undefined {
    return this.all(sql, values)[0];
  }

  /** Reads that belong together see one state of the database. */
  reading<T>(work: () => T): T {
    this.#driver.execute("BEGIN");
    try {
      return work();
    } finally {
      this.#driver.execute("COMMIT");
    }
  }

  /**
   * Writes all or nothing.
   *
   * @throws Failure COMMIT_UNKNOWN when the last act fails; whatever `work` throws, with nothing written.
   */
  writing<T>(work: () => T): T {
    this.#driver.execute("BEGIN IMMEDIATE");
    let result: T;
    try {
      result = work();
    } catch (error) {
      this.#rollBack();
      throw error;
    }
    try {
      this.#driver.execute("COMMIT");
    } catch (error) {
      this.#rollBack();
      throw new Failure("COMMIT_UNKNOWN", `SQLite failed while it committed: ${String(error)}`, error);
    }
    return result;
  }

  close(): void {
    this.#statements.clear();
    this.#driver.close();
  }

  #rollBack(): void {
    try {
      this.#driver.execute("ROLLBACK");
    } catch (error) {
      // After some failures, such as a full disk, SQLite has rolled back by itself.
      if (!(error instanceof SqliteError && error.resultCode === 1)) throw error;
    }
  }

  #statement(sql: string): Statement {
    const known = this.#statements.get(sql);
    if (known !== undefined) return known;
    const statement = this.#driver.prepare(sql);
    this.#statements.set(sql, statement);
    return statement;
  }
}
