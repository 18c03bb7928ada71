// The inputs that wait for their turn: first in, first out; those of one run never overtake each other.

import type { Facts, Input, Reply } from "@stepwell/core";
import { runOf } from "@stepwell/core";
import type { RunId } from "@stepwell/protocol";

/** An input on its way, with whoever waits for the reply. */
export interface Pending {
  readonly input: Input;
  /** What was loaded for it so far. */
  facts: Facts;
  readonly resolve?: (reply: Reply) => void;
  readonly reject?: (error: Error) => void;
}

export class Inbox {
  #queue: Pending[] = [];
  #head = 0;
  /** Runs for which an input waits for a load, and the inputs that wait behind it. */
  readonly #held = new Map<RunId, Pending[]>();

  get size(): number {
    return this.#queue.length - this.#head;
  }

  push(pending: Pending): void {
    this.#queue.push(pending);
  }

  shift(): Pending | undefined {
    const pending = this.#queue[this.#head];
    if (pending === undefined) return undefined;
    this.#head += 1;
    if (this.#head > 1000 && this.#head * 2 > this.#queue.length) {
      this.#queue = this.#queue.slice(this.#head);
      this.#head = 0;
    }
    return pending;
  }

  /** From now on inputs of this one's run wait until `release`. */
  hold(pending: Pending): void {
    const runId = runOf(pending.input);
    if (runId !== undefined && !this.#held.has(runId)) this.#held.set(runId, []);
  }

  /** Puts an input behind the one that its run waits for; false when the run is not held. */
  queueBehind(pending: Pending): boolean {
    const runId = runOf(pending.input);
    const held = runId === undefined ? undefined : this.#held.get(runId);
    held?.push(pending);
    return held !== undefined;
  }

  /** The run's inputs may go on, before all others. */
  release(pending: Pending): void {
    const runId = runOf(pending.input);
    const held = runId === undefined ? undefined : this.#held.get(runId);
    if (runId === undefined || held === undefined) return;
    this.#held.delete(runId);
    if (held.length > 0) {
      this.#queue = [...held, ...this.#queue.slice(this.#head)];
      this.#head = 0;
    }
  }

  isHeld(runId: RunId): boolean {
    return this.#held.has(runId);
  }

  clear(): void {
    this.#queue = [];
    this.#head = 0;
    this.#held.clear();
  }
}
