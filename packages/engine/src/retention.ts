// Retention: finished runs and old events are removed in the background, in small deletes (decisions row 10).

import type { Clock, Timer } from "./ports/clock.ts";
import type { Observer } from "./ports/observer.ts";
import type { Store } from "./ports/store.ts";

const everyMs = 10 * 60_000;
const betweenPagesMs = 100;
const pageSize = 500;

export interface Retention {
  stop(): void;
}

/** @param retentionMs how long finished runs and events are kept. */
export function startRetention(
  store: Store,
  clock: Clock,
  retentionMs: number,
  observer: Observer,
): Retention {
  let timer: Timer | undefined;
  let isStopped = false;
  const plan = (delayMs: number) => {
    if (!isStopped) timer = clock.setTimer(clock.now() + delayMs, remove);
  };
  const remove = () => {
    const now = clock.now();
    store.removeHistory(now - retentionMs, now, pageSize).then(
      (removed) => plan(removed > 0 ? betweenPagesMs : everyMs),
      (error: unknown) => {
        observer.warn?.("Old history could not be removed; it will be tried again.", {
          reason: String(error),
        });
        plan(everyMs);
      },
    );
  };
  plan(everyMs);
  return {
    stop() {
      isStopped = true;
      timer?.cancel();
    },
  };
}
