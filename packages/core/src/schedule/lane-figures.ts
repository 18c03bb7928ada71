// What a lane looks like from outside, for people to look at.

import type { FunctionId } from "@stepwell/protocol";
import type { Lane, Standing } from "./parking.ts";

export interface LaneFigures {
  readonly functionId: FunctionId;
  readonly lane?: string;
  readonly running: number;
  readonly queued: number;
  /** Whether more calls than these stand in the store. */
  readonly hasMore: boolean;
  /** The first call's place in unix ms: when its run was queued, less its priority. */
  readonly oldestOrder?: number;
  /** Open calls under each of the lane's counters, and the runs under way where whole runs are limited. */
  readonly counters: readonly { readonly counter: string; readonly running: number; readonly max?: number }[];
  /** When the throttle admits the next start; absent when nothing throttles. */
  readonly throttleOpensAt?: number;
}

/** @param opensAt when the lane's throttle admits the next start; undefined without one, or where memory does not know. */
export function figuresOf(lane: Lane, head: Standing | undefined, opensAt: number | undefined): LaneFigures {
  const { functionId, text, running, rules } = lane;
  const maxOf = (counter: string): number | undefined =>
    counter === rules.wholeRuns?.key
      ? rules.wholeRuns.max
      : rules.limits.find((limit) => limit.counter === counter)?.max;
  return {
    functionId,
    ...(text === undefined ? {} : { lane: text }),
    running,
    queued: lane.entries.size,
    hasMore: lane.lastKept !== undefined,
    ...(head === undefined ? {} : { oldestOrder: head.order }),
    counters: [...lane.counters, ...(lane.runs === undefined ? [] : [lane.runs])].map((counter) => {
      const max = maxOf(counter.key);
      return { counter: counter.key, running: counter.running, ...(max === undefined ? {} : { max }) };
    }),
    ...(opensAt === undefined ? {} : { throttleOpensAt: opensAt }),
  };
}
