// Lanes that run low get their next calls from the store.

import type { Window } from "@stepwell/core";
import type { Store } from "../ports/store.ts";
import type { Committer } from "./committer.ts";

/**
 * Fulfils the lanes' wishes, each once all that was left to the store is there.
 *
 * @param reading runs a read into the window; what changed meanwhile stays, and a failure is a reason to begin again.
 */
export function fillLanes(
  store: Store,
  { window, committer }: { readonly window: Window; readonly committer: Committer },
  now: number,
  reading: (read: () => Promise<void>) => void,
): void {
  const { lanes } = window;
  for (let wish = lanes.takeWish(); wish !== undefined; wish = lanes.takeWish()) {
    const taken = wish;
    committer.afterEverything(() =>
      reading(async () => lanes.fulfil(taken, await store.loadLaneCalls({ ...taken, dueBy: now }))),
    );
    committer.flush();
  }
}
