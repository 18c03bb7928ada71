// Who may commit: a lock between processes for as long as an engine runs, and the epoch that fences former owners.

import type { App, FunctionControl, FunctionSettings } from "@stepwell/core";
import type { Claim, Fence } from "@stepwell/engine";
import { type Driver, type OpenDriver, SqliteError } from "../driver/driver.ts";
import { Failure } from "../failure.ts";
import type { Connection } from "./connection.ts";
import { layouts } from "./layouts.ts";

/** The lock of one database file, held until `release` or the end of the process, however it ends. */
export class OwnerLock {
  #driver: Driver | undefined;

  /**
   * Takes the lock: an exclusive transaction on an empty file beside the database, which the operating system ends
   * with the process. Taking it again does nothing.
   *
   * @throws Failure STORE_UNAVAILABLE when another process has it for longer than `waitMs`.
   */
  take(path: string, open: OpenDriver, waitMs: number): void {
    if (this.#driver !== undefined || path === ":memory:") return;
    const driver = open(`${path}.lock`);
    try {
      driver.prepare(`PRAGMA busy_timeout = ${waitMs}`).all([]);
      driver.execute("BEGIN EXCLUSIVE");
    } catch (error) {
      driver.close();
      if (error instanceof SqliteError && error.resultCode === 5) {
        throw new Failure(
          "STORE_UNAVAILABLE",
          `The database ${path} is in use by another engine. Only one may run on a SQLite file: end the other one, or give this one a file of its own.`,
          error,
        );
      }
      throw error;
    }
    this.#driver = driver;
  }

  release(): void {
    this.#driver?.close();
    this.#driver = undefined;
  }
}

/** Raises the epoch; see Store.claim. */
export function claimShard(connection: Connection): Claim {
  return connection.writing(() => {
    const [epoch, commit, sequence, isInOrder] =
      connection.first("SELECT epoch + 1, commit_number, sequence, is_in_order FROM shard", []) ?? [];
    connection.run("UPDATE shard SET epoch = epoch + 1, is_in_order = 0", []);
    const { apps, functions, controls } = layouts;
    return {
      epoch: Number(epoch),
      isInOrder: isInOrder === 1,
      commit: Number(commit),
      sequence: Number(sequence),
      apps: connection.all(`SELECT ${apps.columns} FROM apps`, []).map((row): App => apps.read(row)),
      functions: connection
        .all(`SELECT ${functions.columns} FROM functions`, [])
        .map((row): FunctionSettings => functions.read(row)),
      controls: connection
        .all(`SELECT ${controls.columns} FROM controls`, [])
        .map((row): FunctionControl => controls.read(row)),
    };
  });
}

/** See Store.release. */
export function releaseShard(connection: Connection, epoch: number): void {
  connection.writing(() => connection.run("UPDATE shard SET is_in_order = 1 WHERE epoch = ?", [epoch]));
}

const advance = `UPDATE shard SET commit_number = ?, sequence = max(sequence, ?)
  WHERE epoch = ? AND commit_number = ?`;

/**
 * Moves the shard to the fence's commit, within the commit's own transaction.
 *
 * @throws Failure EPOCH_LOST when the shard is elsewhere.
 */
export function advanceShard(connection: Connection, fence: Fence, sequence: number): void {
  const { epoch, commit } = fence;
  if (connection.run(advance, [commit, sequence, epoch, commit - 1]) === 1) return;
  const [atEpoch, atCommit] = connection.first("SELECT epoch, commit_number FROM shard", []) ?? [];
  throw new Failure(
    "EPOCH_LOST",
    `Commit ${commit} under epoch ${epoch} was refused: the shard is at commit ${atCommit} of epoch ${atEpoch}. Either another engine has taken the database over, or a former commit of this one is there already.`,
  );
}
