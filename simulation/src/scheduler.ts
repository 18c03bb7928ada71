// The order of things, from a seed: whatever waits for the outside world stands in one list, and chance picks who goes
// next. Time moves only when nothing else can.

import type { Clock } from "@stepwell/engine";
import { manualClock, seededNumbers } from "@stepwell/engine/testing";

export class Scheduler {
  readonly clock: Clock;
  readonly #manual = manualClock();
  readonly #next: () => number;
  #tasks: (() => void)[] = [];

  constructor(seed: number) {
    this.#next = seededNumbers(seed);
    this.clock = { ...this.#manual, soon: (task) => this.#tasks.push(task) };
  }

  /** A number from 0 up to but not including `below`. */
  integer(below: number): number {
    return Math.floor(this.#next() * below);
  }

  chance(probability: number): boolean {
    return this.#next() < probability;
  }

  pick<T>(items: readonly T[]): T {
    const item = items[this.integer(items.length)];
    if (item === undefined) throw new Error("There is nothing to pick from.");
    return item;
  }

  /** Resolves when chance lets it. */
  turn(): Promise<void> {
    return new Promise((resolve) => {
      this.#tasks.push(resolve);
    });
  }

  /** Resolves after a while of virtual time. */
  after(ms: number): Promise<void> {
    return new Promise((resolve) => {
      this.clock.setTimer(this.clock.now() + ms, resolve);
    });
  }

  /** Does one thing; false when nothing is left that could ever happen before `until` (unix ms). */
  async step(until: number): Promise<boolean> {
    await settled();
    if (this.#tasks.length > 0) {
      const index = this.integer(this.#tasks.length);
      const [task] = this.#tasks.splice(index, 1);
      task?.();
      return true;
    }
    const nextAt = this.#manual.nextAt();
    if (nextAt === undefined || nextAt > until) return false;
    return this.#manual.step();
  }
}

/** All promises that can go on have gone on. */
function settled(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
