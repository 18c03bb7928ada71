// Lanes that run low get their next calls from the store.

import type { Store } from "../ports/store.ts";
import type { Term } from "./term.ts";

/** Fulfils the lanes' wishes with one read, once all that was left to the store is there. */
export function fillLanes(store: Store, { window, committer, loads }: Term, now: number): void {
  const { lanes } = window;
  const wishes = [...lanes.takeWishes()];
  if (wishes.length === 0) return;
  const read = async (): Promise<void> => {
    const calls = await store.loadLaneCalls(wishes.map((wish) => ({ ...wish, dueBy: now })));
    for (const [index, wish] of wishes.entries()) lanes.fulfil(wish, calls[index] ?? []);
  };
  committer.afterEverything(() => loads.read(read));
  committer.flush();
}
