// Brings stored jobs into memory before they are due, page by page. Up to the window's horizon every job is in
// memory; those beyond it rest in the store, so that a sleeping run costs no heap.

import { isRunJob, type Window } from "@stepwell/core";
import type { JobCursor, Store } from "../ports/store.ts";

/** How far ahead of now jobs are brought in, in ms. */
export const lookAheadMs = 60_000;
const pageSize = 1000;
/** With so many jobs in memory the rest waits. */
const inMemoryMax = 50_000;

export class DueJobs {
  readonly #store: Store;
  readonly #window: Window;
  #cursor: JobCursor = { dueAt: 0, id: "" };
  #isLoading = false;

  constructor(store: Store, window: Window) {
    this.#store = store;
    this.#window = window;
  }

  /** Whether a page should be read now. */
  isWanted(now: number): boolean {
    return this.nextAt <= now;
  }

  /** When the next page should be read, unix ms; never while one is being read, or while memory is full. */
  get nextAt(): number {
    const isFull = this.#window.timers.size >= inMemoryMax;
    return this.#isLoading || isFull ? Number.POSITIVE_INFINITY : this.#cursor.dueAt - lookAheadMs / 2;
  }

  /**
   * Reads everything that is due up to now; at start-up, before any other work. The jobs of the shard itself are put
   * and done in memory afterwards, so this is the only time when they are read.
   */
  async readAtStart(now: number): Promise<void> {
    this.#window.horizon = Math.max(this.#window.horizon, now);
    let isMore = true;
    while (isMore && this.#window.timers.size < inMemoryMax) isMore = await this.#readPage(now, true);
  }

  async read(now: number): Promise<void> {
    this.#isLoading = true;
    const until = now + lookAheadMs;
    // Set before the read: what is put meanwhile goes to memory at once, for the read may not see it.
    this.#window.horizon = Math.max(this.#window.horizon, until);
    try {
      await this.#readPage(until, false);
    } finally {
      this.#isLoading = false;
    }
  }

  async #readPage(until: number, isStart: boolean): Promise<boolean> {
    const entries = await this.#store.loadDueJobs(this.#cursor, until, pageSize);
    const ofShard = entries.filter((entry) => entry.runId === undefined);
    if (ofShard.length > 0) {
      for (const job of await this.#store.loadJobs(ofShard.map((entry) => entry.id))) {
        if (!isRunJob(job) && (isStart || job.kind === "bulk")) this.#window.loadShardJob(job);
      }
    }
    for (const entry of entries) {
      if (entry.runId === undefined && entry.kind !== "bulk" && !isStart) continue;
      if (this.#isCurrent(entry)) this.#window.timers.add(entry);
    }
    const last = entries.at(-1);
    const isFull = entries.length >= pageSize;
    this.#cursor =
      isFull && last !== undefined ? { dueAt: last.dueAt, id: last.id } : { dueAt: until, id: "" };
    return isFull;
  }

  /** Memory knows better than a read that began before its latest changes were stored. */
  #isCurrent(entry: { readonly id: string; readonly dueAt: number; readonly runId?: string }): boolean {
    const view = entry.runId === undefined ? undefined : this.#window.run(entry.runId as never);
    if (view === undefined || view === null) return true;
    return view.jobs.get(entry.id as never)?.dueAt === entry.dueAt;
  }
}
