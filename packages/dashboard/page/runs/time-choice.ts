// A stretch of bars in the histogram, while it is being chosen by dragging or by keyboard: from the bar where it began
// to the one where it is now, both included.

import type { RunFigures } from "@stepwell/protocol/rest";
import { at } from "@stepwell/protocol/words";

/** Indexes of bars; `head` is the one that moves. */
export interface TimeChoice {
  readonly anchor: number;
  readonly head: number;
}

const moves = ["ArrowLeft", "ArrowRight", "Home", "End"] as const;
export type ChoiceMove = (typeof moves)[number];

export function asMove(key: string): ChoiceMove | undefined {
  return moves.find((move) => move === key);
}

/** The next choice: one bar moves, an extended one keeps its anchor. The first key begins at the end it points from. */
export function moveChoice(
  choice: TimeChoice | undefined,
  move: ChoiceMove,
  { bars, isExtending }: { readonly bars: number; readonly isExtending: boolean },
): TimeChoice {
  const head = Math.max(0, Math.min(bars - 1, headAfter(choice, move, bars)));
  return { anchor: isExtending && choice !== undefined ? choice.anchor : head, head };
}

function headAfter(choice: TimeChoice | undefined, move: ChoiceMove, bars: number): number {
  switch (move) {
    case "ArrowLeft":
      return choice === undefined ? bars - 1 : choice.head - 1;
    case "ArrowRight":
      return choice === undefined ? 0 : choice.head + 1;
    case "Home":
      return 0;
    case "End":
      return bars - 1;
  }
}

type Bars = NonNullable<RunFigures["buckets"]>;

/** What the chosen bars hold; times in unix ms, `until` excluded. */
export interface ChosenTime {
  readonly from: number;
  readonly until: number;
  readonly total: number;
  readonly failed: number;
}

/** @param widthMs of one bar. */
export function chosenTime(bars: Bars, widthMs: number, { anchor, head }: TimeChoice): ChosenTime {
  const chosen = bars.slice(Math.min(anchor, head), Math.max(anchor, head) + 1);
  const from = at(chosen[0]?.from ?? "");
  return {
    from,
    // A span in the address is of whole ms.
    until: Math.max(from + 1, from + widthMs * chosen.length),
    total: chosen.reduce((sum, { total }) => sum + total, 0),
    failed: chosen.reduce((sum, { failed }) => sum + failed, 0),
  };
}
