// One ownership of the shard, from the claim of the store to its loss.

import { type Caution, type EngineSettings, Window } from "@stepwell/core";
import type { Claim } from "../ports/store.ts";
import type { Committer } from "./committer.ts";
import type { DueJobs } from "./due-jobs.ts";
import type { Loads } from "./loads.ts";

/** What belongs to one ownership of the shard: gone as a whole on recovery. */
export interface Term {
  readonly window: Window;
  readonly committer: Committer;
  readonly dueJobs: DueJobs;
  readonly loads: Loads;
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

/** For so long after an end out of order calls are recorded before they are made, in ms. */
const cautionMs = 60_000;

/** What the first claim of a process tells of the end of the one before it; undefined after an end in order. */
export function cautionOf(claim: Claim, now: number, deathsMax: number): Caution | undefined {
  return claim.isInOrder ? undefined : { firstEpoch: claim.epoch, until: now + cautionMs, deathsMax };
}

/** The memory of a term at its beginning: what every decision needs, and nothing of any run. */
export function windowOf(claim: Claim, settings: EngineSettings, caution: Caution | undefined): Window {
  const window = new Window(claim.epoch, claim.sequence, settings);
  for (const app of claim.apps) window.functions.putApp(app);
  for (const settings of claim.functions) window.functions.put(settings);
  for (const control of claim.controls) window.functions.putControl(control);
  window.caution = caution;
  return window;
}
