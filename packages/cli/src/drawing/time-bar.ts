// The time bar of lists (dashboard §5): its length is the logarithm of the total from 1 ms to 7 days; parts keep their
// share, with a least width of one column.

import type { TimePart, TimePartKind } from "@stepwell/protocol/rest";
import type { Paint } from "./paint.ts";
import { nowMark, strokes } from "./stroke.ts";

const longestMs = 7 * 24 * 60 * 60 * 1000;
/** Queue time is drawn from this share of the total up. */
const queueShareLeast = 0.05;

export const barColumns = 12;

/** A text of `width` columns, `barColumns` at most. */
export function timeBar(
  parts: readonly TimePart[],
  paint: Paint,
): { readonly text: string; readonly width: number } {
  const total = parts.reduce((sum, part) => sum + part.durationMs, 0);
  const drawn = parts.filter(
    (part) => part.durationMs > 0 && (part.kind !== "queued" || part.durationMs / total >= queueShareLeast),
  );
  if (drawn.length === 0) return { text: "", width: 0 };
  const share = Math.log10(Math.max(total, 1)) / Math.log10(longestMs);
  const length = Math.max(1, Math.min(barColumns, Math.round(share * barColumns)));
  const text = cellsOf(drawn, length)
    .map((kind, index, all) => {
      const { character, color } = strokes[kind];
      const isNow = kind === "running" && index === all.length - 1;
      return paint(color, isNow ? nowMark : character);
    })
    .join("");
  return { text, width: length };
}

/** One kind per column. With more parts than columns the small ones give way. */
function cellsOf(parts: readonly TimePart[], columns: number): readonly TimePartKind[] {
  const kept = [...parts].sort((left, right) => importance(right) - importance(left)).slice(0, columns);
  const inOrder = parts.filter((part) => kept.includes(part));
  const total = inOrder.reduce((sum, part) => sum + part.durationMs, 0);
  const room = columns - inOrder.length;
  const widths = inOrder.map((part) => 1 + Math.floor((part.durationMs / total) * room));
  let left = columns - widths.reduce((sum, width) => sum + width, 0);
  const byShare = [...inOrder.keys()].sort(
    (one, other) => (inOrder[other]?.durationMs ?? 0) - (inOrder[one]?.durationMs ?? 0),
  );
  for (const index of byShare) {
    if (left === 0) break;
    widths[index] = (widths[index] ?? 0) + 1;
    left -= 1;
  }
  return inOrder.flatMap((part, index) => Array<TimePartKind>(widths[index] ?? 0).fill(part.kind));
}

/** The present and the broken are kept before the long. */
function importance({ kind, durationMs }: TimePart): number {
  return kind === "failed" || kind === "running" ? longestMs * 1000 + durationMs : durationMs;
}
