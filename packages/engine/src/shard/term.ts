// One ownership of the shard, from the claim of the store to its loss.

import type { Window } from "@stepwell/core";
import type { Committer } from "./committer.ts";
import type { DueJobs } from "./due-jobs.ts";

/** What belongs to one ownership of the shard: gone as a whole on recovery. */
export interface Term {
  readonly window: Window;
  readonly committer: Committer;
  readonly dueJobs: DueJobs;
  /** For each load under way, the last commit that it has seen. */
  readonly loads: Set<{ readonly seen: number }>;
  stored: number;
}

/**
 * When something is due without anybody's doing, unix ms; infinite when nothing is.
 *
 * @param mayCall whether a call may be made at all; until one may, a throttle that opens changes nothing.
 */
export function nextAt({ window, dueJobs }: Term, mayCall: boolean): number {
  const { timers, lanes } = window;
  const never = Number.POSITIVE_INFINITY;
  return Math.min(timers.nextAt() ?? never, (mayCall ? lanes.nextAt() : undefined) ?? never, dueJobs.nextAt);
}
