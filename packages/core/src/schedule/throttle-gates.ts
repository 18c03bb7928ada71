// Lanes that wait for a throttle to open. However many wait for one throttle, it wakes the one with the oldest call
// alone; the next one follows when it is known what became of that start.

import { MinHeap } from "./min-heap.ts";
import { isCurrent, isEarlier, type Lane, type Parked, type Standing } from "./parking.ts";

interface Gate {
  readonly key: string;
  readonly parked: MinHeap<Parked>;
  /** When it wakes its first lane, unix ms; absent while that one is on its way. */
  opensAt: number | undefined;
}

interface Opening {
  readonly gate: Gate;
  readonly opensAt: number;
}

export class ThrottleGates {
  /** When a lane's throttle admits one more start, by what is known now. */
  readonly #opensAt: (lane: Lane) => number;
  readonly #gates = new Map<string, Gate>();
  readonly #openings = new MinHeap<Opening>((left, right) => left.opensAt < right.opensAt);

  constructor(opensAt: (lane: Lane) => number) {
    this.#opensAt = opensAt;
  }

  /** Parks a lane until the throttle opens, at `opensAt` or later. */
  park(lane: Lane, head: Standing, key: string, opensAt: number): void {
    lane.place = "time";
    lane.parking += 1;
    let gate = this.#gates.get(key);
    if (gate === undefined) {
      gate = {
        key,
        parked: new MinHeap((left, right) => isEarlier(left.head, right.head)),
        opensAt: undefined,
      };
      this.#gates.set(key, gate);
    }
    gate.parked.push({ lane, parking: lane.parking, head });
    if (gate.opensAt === undefined || opensAt < gate.opensAt) this.#open(gate, opensAt);
  }

  /** When the first throttle opens, unix ms. */
  nextAt(): number | undefined {
    return this.#firstOpening()?.opensAt;
  }

  /** The first lane of a throttle that is open at `now`; it stands nowhere then. */
  take(now: number): Lane | undefined {
    for (let first = this.#firstOpening(); first !== undefined; first = this.#firstOpening()) {
      if (first.opensAt > now) return undefined;
      this.#openings.pop();
      const { gate } = first;
      gate.opensAt = undefined;
      const lane = this.#firstLane(gate);
      if (lane === undefined) continue;
      const opensAt = this.#opensAt(lane);
      if (opensAt <= now) {
        gate.parked.pop();
        lane.place = "none";
        return lane;
      }
      this.#open(gate, opensAt);
    }
    return undefined;
  }

  /** The start of the lane that was woken last is decided, or did not come about: the next one may have its turn. */
  goOn(key: string): void {
    const gate = this.#gates.get(key);
    if (gate === undefined || gate.opensAt !== undefined) return;
    const lane = this.#firstLane(gate);
    if (lane !== undefined) this.#open(gate, this.#opensAt(lane));
  }

  #open(gate: Gate, opensAt: number): void {
    gate.opensAt = opensAt;
    this.#openings.push({ gate, opensAt });
  }

  /** Openings that were put off or brought forward are dropped on the way, and those of gates where nobody waits. */
  #firstOpening(): Opening | undefined {
    for (let first = this.#openings.peek(); first !== undefined; first = this.#openings.peek()) {
      const { gate, opensAt } = first;
      if (gate.opensAt === opensAt && this.#firstLane(gate) !== undefined) return first;
      this.#openings.pop();
    }
    return undefined;
  }

  #firstLane(gate: Gate): Lane | undefined {
    for (let first = gate.parked.peek(); first !== undefined; first = gate.parked.peek()) {
      if (isCurrent(first, "time")) return first.lane;
      gate.parked.pop();
    }
    this.#gates.delete(gate.key);
    return undefined;
  }
}
