// The little that is needed of a synchronous SQLite driver, so that node:sqlite and libsql are alike.

/** What a column holds. Booleans are none of it: libsql ends the process when it is given one. */
export type Value = string | number | null;

export interface Statement {
  /** Runs a statement that gives no rows; returns how many rows it changed. */
  run(values: readonly Value[]): number;
  /** All rows, each as its columns' values in order. */
  all(values: readonly Value[]): readonly (readonly Value[])[];
}

export interface Driver {
  readonly name: string;
  execute(sql: string): void;
  prepare(sql: string): Statement;
  close(): void;
}

/** @throws SqliteError when the file cannot be opened. */
export type OpenDriver = (path: string) => Driver;

/** A failure that SQLite reports. */
export class SqliteError extends Error {
  override readonly name = "SqliteError";
  /** SQLite's extended result code. */
  readonly extendedCode: number;

  constructor(message: string, extendedCode: number, cause: unknown) {
    super(message, { cause });
    this.extendedCode = extendedCode;
  }

  /** SQLite's primary result code: https://sqlite.org/rescode.html */
  get resultCode(): number {
    return this.extendedCode & 0xff;
  }
}

/** Runs `work` and turns what the driver throws into a SqliteError with the code found under `codeField`. */
export function withSqliteErrors<T>(codeField: "errcode" | "rawCode", work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof Error) || error instanceof SqliteError) throw error;
    const code: unknown = Reflect.get(error, codeField);
    // A driver that gives no code has failed outside of SQLite, which is like an internal error (2).
    throw new SqliteError(error.message, typeof code === "number" ? code : 2, error);
  }
}
