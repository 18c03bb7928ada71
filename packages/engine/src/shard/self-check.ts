// Compares memory with the store: every run that the window holds is loaded again, and must be what applying changes
// made of it (design: loading must give what apply gave). For tests and the simulation.

import { type RunView, Window } from "@stepwell/core";
import { canonicalJson, type Json, type RunId } from "@stepwell/protocol";
import type { Store } from "../ports/store.ts";
import type { Term } from "./term.ts";

export type SelfCheck =
  /** Something was decided that is not stored yet: there is no moment at which both should agree. */
  | { readonly kind: "busy" }
  | { readonly kind: "compared"; readonly runs: number; readonly differences: readonly string[] };

/** Stores everything decided so far, then compares. */
export async function checkMemory(term: Term | undefined, store: Store): Promise<SelfCheck> {
  if (term === undefined) return { kind: "busy" };
  const { window, committer } = term;
  return await new Promise((resolve, reject) => {
    committer.afterEverything(() => {
      if (!committer.isQuiet) return resolve({ kind: "busy" });
      const held = [...window.heldRuns()].map(([id, view]) => ({ id, text: textOf(view) }));
      // The store answers in order: the load sees what is stored now and nothing that is decided later.
      const ids = held.map(({ id }) => id);
      store.loadRuns(ids).then((rows) => {
        const fresh = new Window(window.epoch, window.sequence, window.settings);
        const byId = new Map(rows.map((loaded) => [loaded.run.id, loaded]));
        for (const id of ids) fresh.loadRun(id, byId.get(id));
        const differences = held.flatMap(({ id, text }) => differenceOf(id, text, textOf(fresh.run(id))));
        resolve({ kind: "compared", runs: held.length, differences });
      }, reject);
    });
    committer.flush();
  });
}

function differenceOf(id: RunId, inMemory: string, loaded: string): readonly string[] {
  return inMemory === loaded ? [] : [`Run ${id} is ${inMemory} in memory, but loads as ${loaded}.`];
}

/** Everything of a run that a decision can see, whatever the order of its maps. */
function textOf(view: RunView | null | undefined): string {
  if (view === null || view === undefined) return "nothing";
  const { run, events, steps, stack, open, jobs, waits, stateSize } = view;
  const whole = {
    run,
    events,
    steps: Object.fromEntries(steps),
    stack,
    open: [...open].sort(),
    jobs: Object.fromEntries(jobs),
    waits: Object.fromEntries(waits),
    stateSize,
  };
  return canonicalJson(JSON.parse(JSON.stringify(whole)) as Json);
}
