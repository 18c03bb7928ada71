// The rows of the model store: what survives a crash of the store's handle. Plain frozen copies in maps, so that
// nobody shares a reference with the engine, and an undo list, so that a simulation can lose commits afterwards.

import type { RowPut, RowWrite, Table, Tables } from "@stepwell/core";
import type { EventId, RunId } from "@stepwell/protocol";
import { RowRefusedError } from "../ports/store.ts";

type ModelTables = { readonly [T in Table]: Map<string, Tables[T]> };

/** How to take one commit back. */
interface Undo {
  readonly commit: number;
  readonly sequence: number;
  /** Rows as they were before, in the order in which to put them back. */
  readonly rows: readonly { readonly table: Table; readonly key: string; readonly before: unknown }[];
}

/** Commits that can be taken back; older ones are settled. */
const undoMax = 100;

export class ModelRows {
  epoch = 0;
  /** Whether the last owner ended in order. */
  isInOrder = true;
  commit = 0;
  /** Highest receipt sequence ever stored; does not fall when events are removed. */
  sequence = 0;
  readonly tables: ModelTables = {
    apps: new Map(),
    functions: new Map(),
    events: new Map(),
    runs: new Map(),
    steps: new Map(),
    attempts: new Map(),
    jobs: new Map(),
    waits: new Map(),
    signals: new Map(),
    dedupes: new Map(),
    limits: new Map(),
    controls: new Map(),
    failureMarks: new Map(),
    syncs: new Map(),
    outcomes: new Map(),
    poisons: new Map(),
    bulks: new Map(),
  };
  /** Name of each run's first event as it was when the run was stored: the event may be removed before the run. */
  readonly firstEventNames = new Map<RunId, string>();
  readonly #undos: Undo[] = [];
  /** Which event got a receipt sequence last; it may be gone since. */
  readonly #eventOfSequence = new Map<number, EventId>();

  /** Writes all rows as the given commit. @throws RowRefusedError before anything is written. */
  write(commit: number, writes: readonly RowWrite[]): void {
    this.#assertSequencesAreFree(writes);
    const before: { table: Table; key: string; before: unknown }[] = [];
    this.#undos.push({ commit: this.commit, sequence: this.sequence, rows: before });
    if (this.#undos.length > undoMax) this.#undos.shift();
    for (const write of writes) {
      const { table, key } = write;
      before.unshift({ table, key, before: this.tables[table].get(key) });
      if (write.kind === "put") this.#put(write);
      else this.tables[table].delete(key);
    }
    this.commit = commit;
  }

  /** Takes the last commits back, as a failover to a replica does that had not got them yet. */
  loseCommits(count: number): void {
    for (let lost = 0; lost < count; lost += 1) {
      const undo = this.#undos.pop();
      if (undo === undefined) return;
      this.commit = undo.commit;
      this.sequence = undo.sequence;
      for (const row of undo.rows) {
        if (row.before === undefined) this.tables[row.table].delete(row.key);
        else this.#set(row.table, row.key, row.before);
      }
    }
  }

  /** From now on nothing before this moment can be lost; called before rows are removed outside of commits. */
  settle(): void {
    this.#undos.length = 0;
  }

  #put(write: RowPut): void {
    this.#set(write.table, write.key, frozenCopy(write.row));
    if (write.table === "events") {
      this.sequence = Math.max(this.sequence, write.row.sequence);
      this.#eventOfSequence.set(write.row.sequence, write.row.id);
    }
    if (write.table === "runs" && !this.firstEventNames.has(write.row.id)) {
      const first = write.row.eventIds[0];
      const name = first === undefined ? undefined : this.tables.events.get(first)?.name;
      if (name !== undefined) this.firstEventNames.set(write.row.id, name);
    }
  }

  #set(table: Table, key: string, row: unknown): void {
    const rows: Map<string, unknown> = this.tables[table];
    rows.set(key, row);
  }

  #storedWith(sequence: number): EventId | undefined {
    const id = this.#eventOfSequence.get(sequence);
    return id !== undefined && this.tables.events.get(id)?.sequence === sequence ? id : undefined;
  }

  #assertSequencesAreFree(writes: readonly RowWrite[]): void {
    const taken = new Map<number, EventId>();
    for (const write of writes) {
      if (write.kind !== "put" || write.table !== "events") continue;
      const { id, sequence } = write.row;
      const other = taken.get(sequence) ?? this.#storedWith(sequence);
      if (other !== undefined && other !== id) {
        throw new RowRefusedError(
          `Event ${id} has the receipt sequence ${sequence}, which event ${other} has already.`,
        );
      }
      taken.set(sequence, id);
    }
  }
}

/** A copy through JSON, as a database would give it back, that nobody can change. */
function frozenCopy(row: unknown): unknown {
  return freezeAll(JSON.parse(JSON.stringify(row)));
}

function freezeAll(value: unknown): unknown {
  if (typeof value !== "object" || value === null) return value;
  for (const inner of Object.values(value)) freezeAll(inner);
  return Object.freeze(value);
}
