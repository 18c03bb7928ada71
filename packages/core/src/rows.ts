// What is stored of a change: whole rows put or removed, never increments, so that a group folds to the last change
// per row. Loading the rows must give what apply gave.

import type { DedupeKey, Outcome, Poison } from "./model/admission.ts";
import type { Bulk } from "./model/bulk.ts";
import type { FunctionControl } from "./model/control.ts";
import type { StoredEvent } from "./model/event.ts";
import type { FailureMark } from "./model/failure-group.ts";
import type { App, FunctionSettings } from "./model/function.ts";
import type { Job } from "./model/job.ts";
import type { LimitState } from "./model/limit-state.ts";
import type { FailedAttempt, Run, Step } from "./model/run.ts";
import type { SyncLog } from "./model/sync.ts";
import type { SignalClaim, Wait } from "./model/wait.ts";

/** Every table and its row. */
export interface Tables {
  readonly apps: App;
  readonly functions: FunctionSettings;
  readonly events: StoredEvent;
  readonly runs: Run;
  readonly steps: Step;
  readonly attempts: FailedAttempt;
  readonly jobs: Job;
  readonly waits: Wait;
  readonly signals: SignalClaim;
  readonly dedupes: DedupeKey;
  readonly limits: LimitState;
  readonly controls: FunctionControl;
  readonly failureMarks: FailureMark;
  readonly syncs: SyncLog;
  readonly outcomes: Outcome;
  readonly poisons: Poison;
  readonly bulks: Bulk;
}

export type Table = keyof Tables;

export type RowPut = {
  readonly [T in Table]: {
    readonly kind: "put";
    readonly table: T;
    readonly key: string;
    readonly row: Tables[T];
  };
}[Table];

/** Only what stops being due is removed by rules; old history is removed by retention. */
export interface RowRemoval {
  readonly kind: "remove";
  readonly table: "jobs" | "waits" | "signals" | "dedupes" | "limits" | "bulks" | "failureMarks";
  readonly key: string;
}

export type RowWrite = RowPut | RowRemoval;

/** Folds writes to the last one per row; the order of first mention is kept. */
export class RowGroup {
  readonly #writes = new Map<string, RowWrite>();
  /** Rows put in this group that the store has never seen: removing them again costs nothing. */
  readonly #fresh = new Set<string>();

  add(write: RowWrite, isNew: boolean): void {
    const key = `${write.table}/${write.key}`;
    if (write.kind === "put") {
      if (isNew && !this.#writes.has(key)) this.#fresh.add(key);
      this.#writes.set(key, write);
    } else if (this.#fresh.has(key)) {
      this.#fresh.delete(key);
      this.#writes.delete(key);
    } else {
      this.#writes.set(key, write);
    }
  }

  get size(): number {
    return this.#writes.size;
  }

  writes(): readonly RowWrite[] {
    return [...this.#writes.values()];
  }
}
