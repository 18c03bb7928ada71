// The machine's clock and chance: the only file of the engine that knows them.

import { randomFillSync } from "node:crypto";
import type { Clock, Random } from "../ports/clock.ts";

/** The longest delay that a timer of the runtime takes, in ms. */
const timerMaxMs = 2 ** 31 - 1;

/** The system's clock; it does not go back even when the machine's does. */
export function systemClock(): Clock {
  let last = 0;
  return {
    now() {
      last = Math.max(last, Date.now());
      return last;
    },
    elapsed: () => performance.now(),
    setTimer(at, task) {
      const delayMs = Math.min(timerMaxMs, Math.max(0, at - Date.now()));
      const timer = setTimeout(task, delayMs);
      return { cancel: () => clearTimeout(timer) };
    },
    soon(task) {
      setImmediate(task);
    },
  };
}

export function systemRandom(): Random {
  // Filled in bulk: asking the system for ten bytes per event would cost more than the event.
  const pool = new Uint8Array(4096);
  let used = pool.length;
  return {
    bytes(length) {
      if (used + length > pool.length) {
        randomFillSync(pool);
        used = 0;
      }
      used += length;
      return pool.slice(used - length, used);
    },
  };
}
