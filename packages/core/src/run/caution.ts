// Calls that may be what ends the process (design §4, poison). For a while after an end out of order each call is
// recorded with its job before it is made. One that was so recorded at three deaths is not made again: its run fails,
// with the reason where an operator sees it, and can be rerun once the cause is found.
//
//   not recorded ──made──▶ recorded, n deaths ──answered──▶ not recorded
//                              └──process dies──▶ n + 1 ──▶ held at deathsMax
//
// Calls that have seen a death are begun one by one, so that the guilty one does not take others along.

import type { CallJob, RecordedCall } from "../model/job.ts";
import type { ShardState } from "../state.ts";

/** How long a suspect's call has for itself among suspects, in ms; a long one must not hold the others up. */
const aloneMs = 5000;
const lookAgainMs = 200;

export type Suspicion =
  | { readonly kind: "none" }
  | { readonly kind: "record"; readonly recorded: RecordedCall }
  /** Another suspect has just begun. */
  | { readonly kind: "wait"; readonly until: number }
  | { readonly kind: "hold"; readonly reason: string };

/** What to do about a call that is about to be made. */
export function suspicionOf(state: ShardState, job: CallJob, now: number): Suspicion {
  const { caution, epoch } = state;
  if (caution === undefined) return { kind: "none" };
  const { recorded } = job;
  // A record of this process itself tells of a call that a lost commit kept from being made.
  const hasDied = recorded !== undefined && recorded.epoch < caution.firstEpoch;
  const deaths = (recorded?.deaths ?? 0) + (hasDied ? 1 : 0);
  if (deaths >= caution.deathsMax) return { kind: "hold", reason: reasonOf(job, deaths) };
  if (now >= caution.until && !hasDied) return { kind: "none" };
  if (deaths > 0 && hasFreshSuspect(state, now)) return { kind: "wait", until: now + lookAgainMs };
  return { kind: "record", recorded: { epoch, deaths } };
}

/** Whether a suspect's call is open that may still turn out to be the guilty one. */
function hasFreshSuspect(state: ShardState, now: number): boolean {
  for (const call of state.openCalls()) if (call.deaths > 0 && now - call.openedAt < aloneMs) return true;
  return false;
}

function reasonOf(job: CallJob, deaths: number): string {
  const unit = job.stepId === "step" ? "the function's code" : `the step ${job.stepId}`;
  return (
    `The call of ${unit} was under way at ${deaths} ends of this engine's process, none of them in order, so it is not made again: ` +
    "it may be what ended them. Find the cause, then rerun the run."
  );
}
