// Whether a group of failures is open, closed or muted.

import type { FailureGroup } from "@stepwell/protocol/rest";

export const groupStates = ["open", "closed", "muted"] as const;
export type GroupState = (typeof groupStates)[number];

/** A reopened group is open; so is one of which nobody said anything. */
export function stateOfGroup({ state }: Pick<FailureGroup, "state">): GroupState {
  return state === "closed" || state === "muted" ? state : "open";
}
