// How a failure travels from a database thread to the caller.

import { SqliteError } from "./driver/driver.ts";

export type FailureCode =
  | "EPOCH_LOST"
  | "ROW_REFUSED"
  | "COMMIT_UNKNOWN"
  | "STORE_UNAVAILABLE"
  /** A read was given up; the connection is as good as before. */
  | "TOO_SLOW"
  | "BAD_CURSOR";

/** Thrown within a database thread. */
export class Failure extends Error {
  override readonly name = "Failure";
  readonly code: FailureCode;

  constructor(code: FailureCode, message: string, cause?: unknown) {
    super(message, { cause });
    this.code = code;
  }
}

/** SQLite's result codes for rows that it will never take: too big, constraint, mismatch, range. */
const refusals: ReadonlySet<number> = new Set([18, 19, 20, 25]);

/** What a failure of any kind means to the caller. */
export function failureOf(error: unknown, path: string): Failure {
  if (error instanceof Failure) return error;
  const message = error instanceof Error ? error.message : String(error);
  if (error instanceof SqliteError && refusals.has(error.resultCode)) {
    return new Failure("ROW_REFUSED", `The database ${path} refuses a row: ${message}.`, error);
  }
  return new Failure("STORE_UNAVAILABLE", `The database ${path} cannot be used: ${message}.`, error);
}
