// The inputs that wait for their turn: first in, first out; those of one run never overtake each other.

import type { Facts, Input, Need, Reply } from "@stepwell/core";
import { Fifo, runOf } from "@stepwell/core";
import type { RunId } from "@stepwell/protocol";

/** An input on its way, with whoever waits for the reply. */
export interface Pending {
  readonly input: Input;
  /** What was loaded for it so far. */
  facts: Facts;
  /** What it missed in the window so far. */
  missed?: readonly Need[];
  readonly resolve?: (reply: Reply) => void;
  readonly reject?: (error: Error) => void;
}

export class Inbox {
  readonly #queue = new Fifo<Pending>();
  /** Runs for which an input waits for a load, and the inputs that wait behind it. */
  readonly #held = new Map<RunId, Pending[]>();

  get size(): number {
    return this.#queue.size;
  }

  push(pending: Pending): void {
    this.#queue.push(pending);
  }

  shift(): Pending | undefined {
    return this.#queue.shift();
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
    this.#queue.unshift(held);
  }

  isHeld(runId: RunId): boolean {
    return this.#held.has(runId);
  }

  clear(): void {
    this.#queue.clear();
    this.#held.clear();
  }
}
