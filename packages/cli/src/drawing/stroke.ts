// The drawing of time (dashboard §1, 3): thick is working, hatched is held back, thin is parked. Each kind has a
// character of its own, so that it reads without colour.

import type { TimePartKind } from "@stepwell/protocol/rest";
import type { Color } from "./paint.ts";

export interface Stroke {
  readonly character: string;
  readonly color: Color;
  readonly words: string;
}

export const strokes: Readonly<Record<TimePartKind, Stroke>> = {
  queued: { character: "░", color: "amber", words: "held back" },
  ran: { character: "█", color: "green", words: "ran" },
  running: { character: "█", color: "blue", words: "running" },
  failed: { character: "╳", color: "red", words: "failed attempt" },
  retrying: { character: "┈", color: "red", words: "before retry" },
  sleeping: { character: "─", color: "slate", words: "sleeping" },
  waiting: { character: "╌", color: "plum", words: "waiting" },
  invoking: { character: "═", color: "plum", words: "waiting for a run" },
  cancelled: { character: "□", color: "dim", words: "cut by a cancel" },
};

/** The right end of what is still running: now. */
export const nowMark = "▶";
/** How a wait ends: met, open, expired. */
export const waitMarks = { matched: "◆", open: "◇", expired: "◌" } as const;

/** What counts more hides what counts less where both fall on one column: a failure never vanishes. */
const ranks: readonly TimePartKind[] = [
  "failed",
  "running",
  "ran",
  "cancelled",
  "retrying",
  "invoking",
  "waiting",
  "sleeping",
  "queued",
];

export function isStronger(kind: TimePartKind, other: TimePartKind): boolean {
  return ranks.indexOf(kind) < ranks.indexOf(other);
}
