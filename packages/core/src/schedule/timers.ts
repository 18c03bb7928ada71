// Timers: jobs that are not due yet, as far as they are in memory. Beyond the horizon they rest in the store alone.

import type { JobId } from "@stepwell/protocol";
import type { JobEntry } from "../model/job.ts";
import { MinHeap } from "./min-heap.ts";

interface Timed {
  readonly entry: JobEntry;
  readonly arrival: number;
}

export class Timers {
  readonly #heap = new MinHeap<Timed>((left, right) => {
    const difference = left.entry.dueAt - right.entry.dueAt;
    return difference === 0 ? left.arrival < right.arrival : difference < 0;
  });
  /** The due time under which a job stands here; a job that is put again replaces its former time. */
  readonly #dueAt = new Map<JobId, number>();
  #arrivals = 0;

  get size(): number {
    return this.#dueAt.size;
  }

  add(entry: JobEntry): void {
    if (this.#dueAt.get(entry.id) === entry.dueAt) return;
    this.#dueAt.set(entry.id, entry.dueAt);
    this.#arrivals += 1;
    this.#heap.push({ entry, arrival: this.#arrivals });
  }

  remove(id: JobId): void {
    this.#dueAt.delete(id);
  }

  /** Unix ms of the next one, or undefined. */
  nextAt(): number | undefined {
    this.#dropStale();
    return this.#heap.peek()?.entry.dueAt;
  }

  /** Takes the next job that is due at `now`. */
  takeDue(now: number): JobEntry | undefined {
    this.#dropStale();
    const top = this.#heap.peek();
    if (top === undefined || top.entry.dueAt > now) return undefined;
    this.#heap.pop();
    this.#dueAt.delete(top.entry.id);
    return top.entry;
  }

  #dropStale(): void {
    for (let top = this.#heap.peek(); top !== undefined; top = this.#heap.peek()) {
      if (this.#dueAt.get(top.entry.id) === top.entry.dueAt) return;
      this.#heap.pop();
    }
  }
}
