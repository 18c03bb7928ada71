// What the spans of a trace are made from.

import type { Run, Step, StoredEvent } from "@stepwell/core";
import type { RunDetail } from "@stepwell/engine";
import type { Segment } from "@stepwell/protocol/rest";
import type { Known } from "./directory.ts";
import type { Stretch } from "./stretches.ts";
import { timestamp } from "./time.ts";

/** What spans are made from, beside the run itself. */
export interface TraceFacts {
  readonly detail: RunDetail;
  readonly known: Known;
  readonly now: number;
  /** Runs that invoke steps started. */
  readonly children: readonly Run[];
  /** Events that ended waits, by id. */
  readonly matched: ReadonlyMap<string, StoredEvent>;
  /** The number of the set in which a step was planned beside others, by its key. */
  readonly parallelSets: ReadonlyMap<string, number>;
}

/** Sets of two and more, numbered from 1: the batch of a step goes on for those that are planned alone behind it. */
export function parallelSets(steps: readonly Step[]): ReadonlyMap<string, number> {
  const together = new Map<string, string[]>();
  for (const { key, batch, registeredAt } of steps) {
    if (batch <= 0) continue;
    const set = `${batch} ${registeredAt}`;
    together.set(set, [...(together.get(set) ?? []), key]);
  }
  const sets = [...together.values()].filter((keys) => keys.length > 1);
  return new Map(sets.flatMap((keys, index) => keys.map((key) => [key, index + 1] as const)));
}

export function segmentOf({ kind, from, until, attempt }: Stretch): Segment {
  return {
    kind,
    from: timestamp(from),
    ...(until === undefined ? {} : { until: timestamp(until) }),
    ...(attempt === undefined ? {} : { attempt }),
  };
}
