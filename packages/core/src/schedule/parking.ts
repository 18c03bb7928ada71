// A lane and what it may be parked on. The state machine stands in lanes.ts.

import type { FunctionId } from "@stepwell/protocol";
import type { CallEntry } from "../model/job.ts";
import type { LaneRules } from "./lane.ts";
import { MinHeap } from "./min-heap.ts";

/** A call in its lane, which knows its function and key values. */
export interface Standing extends Pick<CallEntry, "id" | "runId" | "order" | "sequence"> {
  /** Breaks ties of equal order and receipt: first come, first served. */
  readonly arrival: number;
}

export function isEarlier(left: Standing, right: Standing): boolean {
  const difference = left.order - right.order || left.sequence - right.sequence;
  return difference === 0 ? left.arrival < right.arrival : difference < 0;
}

export interface Lane {
  readonly functionId: FunctionId;
  readonly text: string | undefined;
  rules: LaneRules;
  /** What its open calls count in. */
  readonly counters: readonly Counter[];
  /** What counts the runs under way, where a limit on whole runs holds back its calls. */
  readonly runs: Counter | undefined;
  entries: MinHeap<Standing>;
  /** The latest call that was kept when later ones were left to the store; they come after this one. */
  lastKept: Standing | undefined;
  /** Calls of this lane that are open or handed out. */
  running: number;
  /** Calls handed out whose start is being decided. */
  handedOut: number;
  place: "none" | "ring" | "counter" | "time" | "pause";
  /** Tells an old entry of a heap of parked lanes from the present one. */
  parking: number;
}

/** Open calls, or runs under way, under one key value, and the lanes that wait for a slot. */
export interface Counter {
  readonly key: string;
  running: number;
  lanes: number;
  /** The lanes apart by the limit that holds them back; absent where none waits, which is so for most of very many. */
  parked: Map<number, MinHeap<Parked>> | undefined;
}

export interface Parked {
  readonly lane: Lane;
  readonly parking: number;
  readonly head: Standing;
}

export function isOlder(left: Standing | undefined, right: Standing | undefined): boolean {
  return left !== undefined && (right === undefined || isEarlier(left, right));
}

export function isCurrent(parked: Parked, place: Lane["place"]): boolean {
  return parked.lane.place === place && parked.lane.parking === parked.parking;
}

/** The first lane that the counter's free slots would let go on. */
export function takeFirst(counter: Counter): Parked | undefined {
  const { parked } = counter;
  if (parked === undefined) return undefined;
  let best: MinHeap<Parked> | undefined;
  for (const [max, heap] of parked) {
    while (heap.size > 0 && !isCurrent(heap.peek() as Parked, "counter")) heap.pop();
    if (heap.size === 0) {
      parked.delete(max);
      continue;
    }
    if (counter.running >= max) continue;
    const first = best?.peek();
    const own = heap.peek();
    if (own !== undefined && (first === undefined || isEarlier(own.head, first.head))) best = heap;
  }
  if (parked.size === 0) counter.parked = undefined;
  return best?.pop();
}

/** Parks a lane on a counter until one of its slots is free. */
export function parkOnCounter(lane: Lane, counter: Counter, max: number, head: Standing): void {
  lane.place = "counter";
  lane.parking += 1;
  counter.parked ??= new Map();
  let heap = counter.parked.get(max);
  if (heap === undefined) {
    heap = new MinHeap<Parked>((left, right) => isEarlier(left.head, right.head));
    counter.parked.set(max, heap);
  }
  heap.push({ lane, parking: lane.parking, head });
}
