// Brings stored jobs into memory before they are due, page by page. Up to the window's horizon every job is in
// memory; those beyond it rest in the store, so that a sleeping run costs no heap.

import type { JobEntry, Window } from "@stepwell/core";
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

  /** Reads everything that is due up to now; at start-up, before any other work. */
  async readAtStart(now: number): Promise<void> {
    this.#window.horizon = Math.max(this.#window.horizon, now);
    let isMore = true;
    while (isMore && this.#window.timers.size < inMemoryMax) isMore = await this.#readPage(now);
  }

  async read(now: number): Promise<void> {
    this.#isLoading = true;
    const until = now + lookAheadMs;
    // Set before the read: what is put meanwhile goes to memory at once, for the read may not see it.
    this.#window.horizon = Math.max(this.#window.horizon, until);
    try {
      await this.#readPage(until);
    } finally {
      this.#isLoading = false;
    }
  }

  async #readPage(until: number): Promise<boolean> {
    const entries = await this.#store.loadDueJobs(this.#cursor, until, pageSize);
    for (const entry of entries) if (this.#isCurrent(entry)) this.#window.timers.add(entry);
    const last = entries.at(-1);
    const isFull = entries.length >= pageSize;
    this.#cursor =
      isFull && last !== undefined ? { dueAt: last.dueAt, id: last.id } : { dueAt: until, id: "" };
    return isFull;
  }

  /** Memory knows better than a read that began before its latest changes were stored. */
  #isCurrent(entry: JobEntry): boolean {
    if (entry.runId === undefined) {
      const job = this.#window.shardJob(entry.id);
      return job === undefined || job?.dueAt === entry.dueAt;
    }
    const view = this.#window.run(entry.runId);
    if (view === undefined || view === null) return true;
    return view.jobs.get(entry.id)?.dueAt === entry.dueAt;
  }
}
