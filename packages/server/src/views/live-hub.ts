// Live changes for all readers at once: gathered once, written as text once, and handed to each. A burst costs a
// server and a page no more than a trickle: what is too much is told as one greeting, after which readers read again
// what they show, and then the hub rests for a second.
//
//   idle ──a change──▶ gathering (100 ms) ──told one by one──▶ idle
//                          └─────────too much: a greeting─────▶ resting (1 s) ──more came──▶ told, as after gathering

import type { Change } from "@stepwell/core";
import type { Engine } from "@stepwell/engine";
import type { LiveChange, Timestamp } from "@stepwell/protocol/rest";
import { LiveChanges } from "./live-changes.ts";

const gatherMs = 100;
const restMs = 1000;

export interface LiveReader {
  /** Takes a text of whole messages; false when it cannot take any now, and wants to be greeted later. */
  write(messages: string): boolean;
}

export class LiveHub {
  readonly #engine: Engine;
  readonly #now: () => Timestamp;
  readonly #waiting = new LiveChanges();
  /** Those that missed something are told nothing more until they were greeted. */
  readonly #readers = new Map<LiveReader, { hasMissed: boolean }>();
  #stopListening: (() => void) | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #behindTimer: ReturnType<typeof setTimeout> | undefined;
  #isResting = false;
  #lastId = 0;

  constructor(engine: Engine, now: () => Timestamp) {
    this.#engine = engine;
    this.#now = now;
  }

  /** Greets a reader and writes to it from now on; returns how to end that. */
  join(reader: LiveReader): () => void {
    this.#readers.set(reader, { hasMissed: false });
    this.#stopListening ??= this.#engine.onCommitted((changes) => this.#add(changes));
    reader.write(this.#text([this.#greeting()]));
    return () => this.#leave(reader);
  }

  #leave(reader: LiveReader): void {
    this.#readers.delete(reader);
    if (this.#readers.size > 0) return;
    this.#stopListening?.();
    this.#stopListening = undefined;
    clearTimeout(this.#timer);
    clearTimeout(this.#behindTimer);
    this.#timer = undefined;
    this.#behindTimer = undefined;
    this.#isResting = false;
    this.#waiting.take(this.#now());
  }

  #add(changes: readonly Change[]): void {
    if (this.#waiting.add(changes) && !this.#isResting)
      this.#timer ??= setTimeout(() => this.#tell(), gatherMs);
  }

  #tell(): void {
    this.#timer = undefined;
    this.#isResting = false;
    const changes = this.#waiting.take(this.#now());
    if (changes.length === 0) return;
    this.#write(this.#text(changes));
    if (!changes.some(({ kind }) => kind === "hello")) return;
    this.#isResting = true;
    this.#timer = setTimeout(() => this.#tell(), restMs);
  }

  #write(text: string): void {
    for (const [reader, state] of this.#readers) {
      if (!state.hasMissed) state.hasMissed = !reader.write(text);
    }
    this.#lookAfterThoseBehind();
  }

  /** A reader that has missed something is greeted as soon as it reads again; the others do not wait for it. */
  #lookAfterThoseBehind(): void {
    const isBehind = [...this.#readers.values()].some(({ hasMissed }) => hasMissed);
    if (isBehind) this.#behindTimer ??= setTimeout(() => this.#greetThoseBehind(), restMs);
  }

  #greetThoseBehind(): void {
    this.#behindTimer = undefined;
    const greeting = this.#text([this.#greeting()]);
    for (const [reader, state] of this.#readers) {
      if (state.hasMissed) state.hasMissed = !reader.write(greeting);
    }
    this.#lookAfterThoseBehind();
  }

  #greeting(): LiveChange {
    return { kind: "hello", serverTime: this.#now() };
  }

  #text(changes: readonly LiveChange[]): string {
    return changes
      .map((change) => {
        this.#lastId += 1;
        return `id: ${this.#lastId}\ndata: ${JSON.stringify(change)}\n\n`;
      })
      .join("");
  }
}
