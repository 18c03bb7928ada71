// Lanes: due calls that stand in line. One lane per function; a lane whose limit is full is parked until a slot
// frees, so that blocked work is neither polled nor in anyone's way. Free capacity goes round between the lanes.

import type { FunctionId, JobId } from "@stepwell/protocol";
import type { JobEntry } from "../model/job.ts";
import { MinHeap } from "./min-heap.ts";

interface Lane {
  readonly functionId: FunctionId;
  readonly entries: MinHeap<Standing>;
  /** Calls under way. */
  running: number;
  /** Whether it stands in the ring of lanes that may start a call. */
  isReady: boolean;
}

interface Standing {
  readonly entry: JobEntry;
  /** Breaks ties of equal order: first come, first served. */
  readonly arrival: number;
}

const earlier = (left: Standing, right: Standing): boolean => {
  const difference = (left.entry.order ?? 0) - (right.entry.order ?? 0);
  return difference === 0 ? left.arrival < right.arrival : difference < 0;
};

export class Lanes {
  readonly #lanes = new Map<FunctionId, Lane>();
  /** Lanes with work and a free slot, in turn. */
  #ring: Lane[] = [];
  readonly #standing = new Set<JobId>();
  #arrivals = 0;
  readonly #limitOf: (functionId: FunctionId) => number | undefined;

  /** @param limitOf the most calls of a function at once; undefined is no limit. */
  constructor(limitOf: (functionId: FunctionId) => number | undefined) {
    this.#limitOf = limitOf;
  }

  /** How many calls stand in line. */
  get size(): number {
    return this.#standing.size;
  }

  add(entry: JobEntry): void {
    if (entry.functionId === undefined || this.#standing.has(entry.id)) return;
    this.#standing.add(entry.id);
    this.#arrivals += 1;
    const lane = this.#lane(entry.functionId);
    lane.entries.push({ entry, arrival: this.#arrivals });
    this.#ready(lane);
  }

  /** Slots held for calls that were handed out and are being decided. */
  reserved = 0;

  /** The next call to start, or undefined when none may. Its slot is held until `unreserve`. */
  next(): JobEntry | undefined {
    for (let lane = this.#ring.shift(); lane !== undefined; lane = this.#ring.shift()) {
      lane.isReady = false;
      if (!this.#hasSlot(lane)) continue;
      const standing = lane.entries.pop();
      if (standing === undefined) continue;
      this.#standing.delete(standing.entry.id);
      lane.running += 1;
      this.reserved += 1;
      this.#ready(lane);
      return standing.entry;
    }
    return undefined;
  }

  /** The call that `next` handed out was decided: from now on `opened` counts it, or nothing does. */
  unreserve(functionId: FunctionId): void {
    this.reserved -= 1;
    this.closed(functionId);
  }

  opened(functionId: FunctionId): void {
    this.#lane(functionId).running += 1;
  }

  closed(functionId: FunctionId): void {
    const lane = this.#lane(functionId);
    lane.running -= 1;
    this.#ready(lane);
  }

  /** A function's limit may have changed. */
  limitChanged(functionId: FunctionId): void {
    const lane = this.#lanes.get(functionId);
    if (lane !== undefined) this.#ready(lane);
  }

  #lane(functionId: FunctionId): Lane {
    let lane = this.#lanes.get(functionId);
    if (lane === undefined) {
      lane = { functionId, entries: new MinHeap(earlier), running: 0, isReady: false };
      this.#lanes.set(functionId, lane);
    }
    return lane;
  }

  #hasSlot(lane: Lane): boolean {
    const limit = this.#limitOf(lane.functionId);
    return limit === undefined || lane.running < limit;
  }

  #ready(lane: Lane): void {
    if (lane.isReady || lane.entries.size === 0 || !this.#hasSlot(lane)) return;
    lane.isReady = true;
    this.#ring.push(lane);
  }
}
