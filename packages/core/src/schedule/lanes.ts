// Lanes: due calls that stand in line, the oldest first. A lane that may not go on is parked where it will be woken:
// on the counter that is full, on the moment when its throttle opens, or on its function's pause. So blocked work is
// neither polled nor in anyone's way. Lanes that may go on stand in a ring and take turns.
//
//            add, slot freed, throttle opens, resumed
//   parked ─────────────────────────────────────────▶ in the ring ──next()──▶ handed out ──▶ opened
//      ▲                                                   │
//      └────────────── found blocked after all ────────────┘
//
// Memory is bounded: a lane holds its first calls only. The rest stays in the store, and the lane asks for more when
// it runs low (`takeWishes`).

import type { FunctionId, JobId } from "@stepwell/protocol";
import type { CallEntry } from "../model/job.ts";
import { Fifo } from "./fifo.ts";
import { type LaneRules, type Spacing, throttleOpensAt } from "./lane.ts";
import { figuresOf, type LaneFigures } from "./lane-figures.ts";
import { MinHeap } from "./min-heap.ts";
import {
  type Counter,
  isEarlier,
  isOlder,
  type Lane,
  parkOnCounter,
  type Standing,
  takeFirst,
} from "./parking.ts";
import { ThrottleGates } from "./throttle-gates.ts";

export interface LanePorts {
  /** A function's rules for a lane now; undefined for a function that does not exist. */
  rulesOf(functionId: FunctionId, lane: string | undefined): LaneRules | undefined;
  isPaused(functionId: FunctionId): boolean;
  /** How far a throttle's starts are spaced out; undefined when that is not in memory. */
  spacing(throttleKey: string): Spacing | undefined;
  /** How many runs are under way under a limit on whole runs; undefined when that is not in memory. */
  runsUnderWay(key: string): number | undefined;
  /** Whether a call that was read from the store stands in that lane still, and is not under way. */
  isWaiting(entry: CallEntry): boolean;
}

/** A lane's first calls, to be read from the store. */
export interface LaneWish {
  readonly functionId: FunctionId;
  readonly lane?: string;
  readonly count: number;
}

/** From so many calls in memory on, a lane keeps no more than may start soon; from so many on, hardly any. */
const crowdedAt = 20_000;
const veryCrowdedAt = 200_000;
const keptWhenVeryCrowded = 4;

export class Lanes {
  readonly #ports: LanePorts;
  readonly #kept: number;
  readonly #lanes = new Map<FunctionId, Map<string | undefined, Lane>>();
  readonly #counters = new Map<string, Counter>();
  readonly #standing = new Map<JobId, Lane>();
  readonly #throttles = new ThrottleGates((lane) => this.#opensAt(lane) ?? Number.NEGATIVE_INFINITY);
  readonly #wishes = new Set<Lane>();
  readonly #ring = new Fifo<Lane>();
  #arrivals = 0;
  /** Calls handed out and being decided: their slots are held. */
  reserved = 0;

  /** @param kept calls that a lane keeps when it holds twice as many. */
  constructor(ports: LanePorts, kept: number) {
    this.#ports = ports;
    this.#kept = kept;
  }

  /** How many calls stand in line in memory. */
  get size(): number {
    return this.#standing.size;
  }

  add(entry: CallEntry): void {
    const lane = this.#lane(entry.functionId, entry.lane);
    const before = this.#standing.get(entry.id);
    if (lane === undefined || before === lane) return;
    // A retry stands in another lane than the first call did, under the same name.
    if (before !== undefined) this.remove(entry.id);
    const standing = this.#standingOf(entry);
    // A later call is left to the store.
    if (lane.lastKept !== undefined && !isEarlier(standing, lane.lastKept)) return this.#wish(lane);
    const head = lane.entries.peek();
    this.#standing.set(entry.id, lane);
    lane.entries.push(standing);
    this.#keepFew(lane);
    // A new first call may be entitled to an earlier turn among the parked lanes.
    if (head !== undefined && lane.place !== "ring" && isEarlier(standing, head)) lane.place = "none";
    this.#settle(lane);
  }

  /** A call's job is gone. A lane that has no other is forgotten, wherever it was parked. */
  remove(id: JobId): void {
    const lane = this.#standing.get(id);
    this.#standing.delete(id);
    if (lane === undefined || this.#head(lane) !== undefined || lane.place === "ring") return;
    lane.place = "none";
    this.#wish(lane);
    this.#forget(lane);
  }

  /** How many runs are under way under a limit on whole runs has changed. */
  runsChanged(key: string, count: number): void {
    const counter = this.#counters.get(key);
    if (counter === undefined) return;
    counter.running = count;
    const lane = this.#wake(counter);
    if (lane !== undefined) this.#stand(lane);
  }

  /** The next call to start at `now`, or undefined when none may. Its slots are held until `unreserve`. */
  next(now: number): CallEntry | undefined {
    this.#openThrottles(now);
    for (let lane = this.#ring.shift(); lane !== undefined; lane = this.#ring.shift()) {
      lane.place = "none";
      if (this.#park(lane, now)) {
        // The slots that it was woken for are others' now.
        this.#wakeFor(lane);
        continue;
      }
      const entry = this.#pop(lane);
      if (entry === undefined) {
        // Its calls are gone since it was woken: others may have the slot.
        this.#wakeFor(lane);
        this.#forget(lane);
        continue;
      }
      lane.handedOut += 1;
      this.reserved += 1;
      this.#count(lane, 1);
      this.#settle(lane, now);
      return entry;
    }
    return undefined;
  }

  /**
   * Whether a call that was handed out still fits its limits, its own slot counted: while it waited for a load, a
   * function with a higher limit on the same shared key may have gone past its own.
   */
  fits(call: { readonly functionId: FunctionId; readonly lane?: string }): boolean {
    const lane = this.#lane(call.functionId, call.lane);
    return (
      lane === undefined ||
      lane.rules.limits.every(({ counter, max }) => this.#counter(counter).running <= max)
    );
  }

  /** The call that `next` handed out was decided: from now on `opened` counts it, or nothing does. */
  unreserve(call: { readonly functionId: FunctionId; readonly lane?: string }): void {
    this.reserved -= 1;
    const lane = this.#lane(call.functionId, call.lane);
    if (lane === undefined) return;
    lane.handedOut -= 1;
    this.#release(lane);
  }

  opened(call: { readonly functionId: FunctionId; readonly lane?: string }): void {
    const lane = this.#lane(call.functionId, call.lane);
    if (lane !== undefined) this.#count(lane, 1);
  }

  closed(call: { readonly functionId: FunctionId; readonly lane?: string }): void {
    const lane = this.#lane(call.functionId, call.lane);
    if (lane !== undefined) this.#release(lane);
  }

  /** A function's settings, or whether it is paused, may have changed. */
  functionChanged(functionId: FunctionId): void {
    for (const lane of this.#lanes.get(functionId)?.values() ?? []) {
      const rules = this.#ports.rulesOf(functionId, lane.text);
      if (rules === undefined) continue;
      lane.rules = rules;
      if (lane.place !== "ring") lane.place = "none";
      this.#settle(lane);
    }
  }

  /** When the first throttled lane may go on, unix ms. */
  nextAt(): number | undefined {
    return this.#throttles.nextAt();
  }

  /** What the lanes that run low and have more calls in the store ask for. */
  *takeWishes(): Iterable<LaneWish> {
    for (const lane of this.#wishes) {
      this.#wishes.delete(lane);
      if (lane.lastKept === undefined) continue;
      const { functionId, text, running } = lane;
      // From here on nothing is left to the store unless it comes after what the answer gives.
      lane.lastKept = undefined;
      const count = 2 * this.#keptIn(lane) + running + lane.entries.size;
      yield { functionId, ...(text === undefined ? {} : { lane: text }), count };
    }
  }

  /** The store's answer to a wish: the lane's first calls. A full answer means that there may be more. */
  fulfil(wish: LaneWish, entries: readonly CallEntry[]): void {
    for (const entry of entries) if (this.#ports.isWaiting(entry)) this.add(entry);
    const lane = this.#lanes.get(wish.functionId)?.get(wish.lane);
    const last = entries.at(-1);
    if (lane === undefined || last === undefined || entries.length < wish.count) return;
    const bound = this.#standingOf(last);
    if (lane.lastKept === undefined || isEarlier(bound, lane.lastKept)) lane.lastKept = bound;
    this.#wish(lane);
  }

  figures(functionId?: FunctionId): readonly LaneFigures[] {
    const groups = functionId === undefined ? [...this.#lanes.values()] : [this.#lanes.get(functionId)];
    return groups.flatMap((lanes) =>
      [...(lanes?.values() ?? [])].map((lane) => figuresOf(lane, this.#head(lane), this.#opensAt(lane))),
    );
  }

  #lane(functionId: FunctionId, text: string | undefined): Lane | undefined {
    const known = this.#lanes.get(functionId)?.get(text);
    if (known !== undefined) return known;
    const rules = this.#ports.rulesOf(functionId, text);
    if (rules === undefined) return undefined;
    const lane: Lane = {
      functionId,
      text,
      rules,
      counters: rules.counters.map((counter) => this.#counter(counter)),
      runs: rules.wholeRuns === undefined ? undefined : this.#counter(rules.wholeRuns.key),
      entries: new MinHeap(isEarlier),
      lastKept: undefined,
      running: 0,
      handedOut: 0,
      place: "none",
      parking: 0,
    };
    for (const counter of this.#countersOf(lane)) counter.lanes += 1;
    const siblings = this.#lanes.get(functionId);
    if (siblings === undefined) this.#lanes.set(functionId, new Map([[text, lane]]));
    else siblings.set(text, lane);
    return lane;
  }

  #counter(key: string): Counter {
    let counter = this.#counters.get(key);
    if (counter === undefined) {
      counter = { key, running: 0, lanes: 0, parked: undefined };
      this.#counters.set(key, counter);
    }
    return counter;
  }

  /** All that may hold its calls back. */
  #countersOf({ counters, runs }: Lane): readonly Counter[] {
    return runs === undefined ? counters : [...counters, runs];
  }

  #standingOf({ id, runId, order, sequence }: CallEntry): Standing {
    this.#arrivals += 1;
    return { id, runId, order, sequence, arrival: this.#arrivals };
  }

  /** A lane without calls is forgotten: keys come and go without end. */
  #forget(lane: Lane): void {
    if (lane.running > 0 || lane.entries.size > 0 || lane.lastKept !== undefined) return;
    const siblings = this.#lanes.get(lane.functionId);
    if (lane.place !== "none" || siblings?.get(lane.text) !== lane) return;
    siblings.delete(lane.text);
    if (siblings.size === 0) this.#lanes.delete(lane.functionId);
    for (const counter of this.#countersOf(lane)) {
      counter.lanes -= 1;
      if (counter.lanes === 0) this.#counters.delete(counter.key);
    }
  }

  #count(lane: Lane, difference: 1 | -1): void {
    lane.running += difference;
    for (const counter of lane.counters) counter.running += difference;
  }

  #release(lane: Lane): void {
    this.#count(lane, -1);
    this.#wakeFor(lane);
    this.#forget(lane);
  }

  /** Gives a lane that stands nowhere its place. */
  #settle(lane: Lane, now?: number): void {
    if (lane.place !== "none" || lane.entries.size === 0 || this.#park(lane, now)) return;
    this.#stand(lane);
  }

  /** Parks a lane that may not go on; tells whether it did. Without `now` a throttle counts as closed while it spaces. */
  #park(lane: Lane, now = Number.NEGATIVE_INFINITY): boolean {
    const head = this.#head(lane);
    if (head === undefined) return false;
    if (this.#ports.isPaused(lane.functionId)) {
      lane.place = "pause";
      return true;
    }
    const { limits } = lane.rules;
    for (const { counter: key, max } of limits) {
      const counter = this.#counter(key);
      if (counter.running < max) continue;
      parkOnCounter(lane, counter, max, head);
      return true;
    }
    return this.#parkStart(lane, head, now);
  }

  /** Parks a lane whose calls wait for what holds back first calls alone. */
  #parkStart(lane: Lane, head: Standing, now: number): boolean {
    const { throttle, wholeRuns } = lane.rules;
    if (throttle === undefined && wholeRuns?.max === undefined) return false;
    // One start at a time: what the next one finds follows from it.
    if (lane.handedOut > 0) return true;
    if (wholeRuns?.max !== undefined && lane.runs !== undefined) {
      lane.runs.running = this.#ports.runsUnderWay(wholeRuns.key) ?? lane.runs.running;
      if (lane.runs.running >= wholeRuns.max) {
        parkOnCounter(lane, lane.runs, wholeRuns.max, head);
        return true;
      }
    }
    const opensAt = this.#opensAt(lane);
    if (throttle === undefined || opensAt === undefined || opensAt <= now) return false;
    this.#throttles.park(lane, head, throttle.key, opensAt);
    return true;
  }

  /** When the lane's throttle admits one more start; undefined without one, or when memory does not know. */
  #opensAt({ rules: { throttle } }: Lane): number | undefined {
    const spacing = throttle === undefined ? undefined : this.#ports.spacing(throttle.key);
    return throttle === undefined || spacing === undefined ? undefined : throttleOpensAt(throttle, spacing);
  }

  #openThrottles(now: number): void {
    for (let lane = this.#throttles.take(now); lane !== undefined; lane = this.#throttles.take(now))
      if (this.#park(lane, now)) this.#wakeFor(lane);
      else this.#stand(lane);
  }

  /** What held the lane back may be free: of the lanes that this lets go on, the one with the oldest call first. */
  #wakeFor(lane: Lane): void {
    if (lane.rules.throttle !== undefined) this.#throttles.goOn(lane.rules.throttle.key);
    const woken = this.#countersOf(lane).flatMap((counter) => this.#wake(counter) ?? []);
    if (lane.place === "none" && !woken.includes(lane) && lane.entries.size > 0 && !this.#park(lane))
      woken.push(lane);
    const byAge = woken
      .map((one) => ({ one, head: this.#head(one) }))
      .sort((left, right) => (isOlder(left.head, right.head) ? -1 : 1));
    for (const { one } of byAge) this.#stand(one);
  }

  /** The first of the lanes that wait for the counter and may go on; it stands nowhere then. */
  #wake(counter: Counter): Lane | undefined {
    for (let parked = takeFirst(counter); parked !== undefined; parked = takeFirst(counter)) {
      parked.lane.place = "none";
      if (!this.#park(parked.lane)) return parked.lane;
    }
    return undefined;
  }

  #stand(lane: Lane): void {
    if (lane.place === "ring") return;
    lane.place = "ring";
    this.#ring.push(lane);
  }

  /**
   * The first call that still stands; those whose jobs are gone are dropped on the way. That may empty the lane, where
   * the store gave calls under way which have ended since: the rest is in the store then.
   */
  #head(lane: Lane): Standing | undefined {
    for (let head = lane.entries.peek(); head !== undefined; head = lane.entries.peek()) {
      if (this.#standing.has(head.id)) return head;
      lane.entries.pop();
      this.#wish(lane);
    }
    return undefined;
  }

  #pop(lane: Lane): CallEntry | undefined {
    if (this.#head(lane) === undefined) return undefined;
    const standing = lane.entries.pop();
    this.#wish(lane);
    if (standing === undefined) return undefined;
    this.#standing.delete(standing.id);
    const { id, runId, order, sequence } = standing;
    const { functionId, text } = lane;
    return { id, runId, functionId, order, sequence, ...(text === undefined ? {} : { lane: text }) };
  }

  /** Calls that the lane keeps when it holds twice as many: in a crowd as many as may start while more are read. */
  #keptIn({ rules }: Lane): number {
    if (this.#standing.size <= crowdedAt) return this.#kept;
    const { limits, throttle, wholeRuns } = rules;
    const atOnce = Math.min(
      ...limits.map(({ max }) => max),
      throttle === undefined ? this.#kept : throttle.burst + 1,
      wholeRuns?.max ?? this.#kept,
    );
    return Math.min(this.#kept, atOnce, this.#standing.size > veryCrowdedAt ? keptWhenVeryCrowded : atOnce);
  }

  /** Leaves the later half of a long lane to the store. */
  #keepFew(lane: Lane): void {
    const kept = this.#keptIn(lane);
    if (lane.entries.size <= 2 * kept) return;
    const entries = new MinHeap<Standing>(isEarlier);
    let last: Standing | undefined;
    while (entries.size < kept) {
      const standing = lane.entries.pop();
      if (standing === undefined) break;
      entries.push(standing);
      last = standing;
    }
    for (let left = lane.entries.pop(); left !== undefined; left = lane.entries.pop())
      this.#standing.delete(left.id);
    lane.entries = entries;
    lane.lastKept = last;
  }

  #wish(lane: Lane): void {
    if (lane.lastKept !== undefined && lane.entries.size * 2 <= this.#keptIn(lane)) this.#wishes.add(lane);
  }
}
