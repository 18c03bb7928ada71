// Time and chance that tests and the simulator control: nothing happens by itself.

import { MinHeap } from "@stepwell/core";
import type { Clock, Random } from "../ports/clock.ts";

interface Planned {
  readonly at: number;
  readonly order: number;
  readonly task: () => void;
  isCancelled: boolean;
}

export interface ManualClock extends Clock {
  /**
   * Moves time forward by `ms`, running on the way each timer at its moment, and lets promises settle between them.
   *
   * @param settle lets everything that does not need time run to its end; the default waits some turns of the loop.
   */
  advance(ms: number, settle?: () => Promise<void>): Promise<void>;
  /** When the next timer is planned, unix ms. */
  nextAt(): number | undefined;
  /** Runs the next timer, moving time to it; false when there is none. */
  step(): boolean;
}

/** @param startAt unix ms; the default is a round moment in 2026. */
export function manualClock(startAt = Date.UTC(2026, 0, 1)): ManualClock {
  const planned = new MinHeap<Planned>((left, right) =>
    left.at === right.at ? left.order < right.order : left.at < right.at,
  );
  let now = startAt;
  let order = 0;

  const peek = (): Planned | undefined => {
    while (planned.peek()?.isCancelled) planned.pop();
    return planned.peek();
  };
  const step = (): boolean => {
    const next = peek();
    if (next === undefined) return false;
    planned.pop();
    now = Math.max(now, next.at);
    next.task();
    return true;
  };

  return {
    now: () => now,
    elapsed: () => now - startAt,
    setTimer(at, task) {
      order += 1;
      const timer: Planned = { at: Math.max(now, at), order, task, isCancelled: false };
      planned.push(timer);
      return {
        cancel() {
          timer.isCancelled = true;
        },
      };
    },
    soon(task) {
      setImmediate(task);
    },
    nextAt: () => peek()?.at,
    step,
    async advance(ms, settle = settleTurns) {
      const until = now + ms;
      await settle();
      for (let next = peek(); next !== undefined && next.at <= until; next = peek()) {
        step();
        await settle();
      }
      now = Math.max(now, until);
      await settle();
    },
  };
}

const turns = 20;

/** Lets work that needs no time go on: some turns of the event loop. */
export async function settleTurns(): Promise<void> {
  for (let turn = 0; turn < turns; turn += 1) await new Promise((resolve) => setImmediate(resolve));
}

/** A small generator of good enough chance from a 32-bit seed (mulberry32). */
export function seededNumbers(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** Bytes from a seed: the same seed gives the same ids. */
export function seededRandom(seed: number): Random {
  const next = seededNumbers(seed);
  return { bytes: (length) => Uint8Array.from({ length }, () => Math.floor(next() * 256)) };
}
