// The reads into the window that are under way. What the inputs of one turn miss is read together: the store is asked
// once for a hundred runs, not a hundred times for one.

import type { Need, Window } from "@stepwell/core";
import type { Store } from "../ports/store.ts";
import type { Committer } from "./committer.ts";
import type { Pending } from "./inbox.ts";
import { load } from "./loader.ts";

export interface LoadsEvents {
  /** What the input missed is in the window or among its facts: it can be decided again. */
  ready(pending: Pending): void;
  /** A read is over. */
  done(): void;
  /** A read failed: memory must be dropped. */
  failed(error: unknown): void;
}

/** Needs whose answers come back to the input that has them, and do not enter the window. */
const givesFacts: ReadonlySet<Need["kind"]> = new Set(["waits", "scan", "selection"]);

interface Gathered {
  readonly pending: Pending;
  readonly needs: readonly Need[];
}

export class Loads {
  readonly #store: Store;
  readonly #window: Window;
  readonly #committer: Committer;
  readonly #events: LoadsEvents;
  /** For each read under way, the last commit that it has seen. */
  readonly #underWay = new Set<{ readonly seen: number }>();
  #gathered: Gathered[] = [];

  constructor(store: Store, window: Window, committer: Committer, events: LoadsEvents) {
    this.#store = store;
    this.#window = window;
    this.#committer = committer;
    this.#events = events;
  }

  get isQuiet(): boolean {
    return this.#underWay.size === 0 && this.#gathered.length === 0;
  }

  /** The last commit, of those up to `stored`, that every read under way has seen. */
  seenByAll(stored: number): number {
    return Math.min(stored, ...[...this.#underWay].map((read) => read.seen));
  }

  /**
   * Takes in what an input misses; it is read with the next `send`. What it missed before is read again with it: the
   * window may have let go of that meanwhile, and would do so in turns for ever where it is smaller than the needs.
   */
  gather(pending: Pending, missing: readonly Need[]): void {
    const needs = [...(pending.missed ?? []), ...missing];
    pending.missed = needs.filter(({ kind }) => !givesFacts.has(kind));
    // What comes back as facts belongs to one input alone.
    if (needs.some(({ kind }) => kind === "waits")) this.#load([{ pending, needs }]);
    else if (needs.some(({ kind }) => givesFacts.has(kind))) this.#loadAfterEverything({ pending, needs });
    else this.#gathered.push({ pending, needs });
  }

  /** Begins to read what was gathered. */
  send(): void {
    if (this.#gathered.length === 0) return;
    const gathered = this.#gathered;
    this.#gathered = [];
    this.#load(gathered);
  }

  /** Reads into the window beside what inputs miss; what changed meanwhile stays. */
  read(read: () => Promise<void>): void {
    const mark = { seen: this.#committer.group - 1 };
    this.#underWay.add(mark);
    read()
      .finally(() => this.#underWay.delete(mark))
      .then(
        () => this.#events.done(),
        (error: unknown) => this.#events.failed(error),
      );
  }

  /**
   * A scan must see everything that was received before the wait was registered (semantics H8.9), and a bulk operation
   * every run that was queued before it.
   */
  #loadAfterEverything(gathered: Gathered): void {
    this.#committer.afterEverything(() => this.#load([gathered]));
    this.#committer.flush();
  }

  #load(gathered: readonly Gathered[]): void {
    this.read(async () => {
      const needs = gathered.flatMap((one) => one.needs);
      const facts = await load(this.#store, this.#window, needs);
      for (const { pending } of gathered) {
        pending.facts = { ...pending.facts, ...facts };
        this.#events.ready(pending);
      }
    });
  }
}
