// The time bar of lists (spec §5): its length is the logarithm of the total from 1 ms to 7 d; parts keep their share
// with a least width. Thick is working, hatched is held back, thin is parked.

import type { TimePart, TimePartKind } from "@stepwell/protocol/rest";
import { duration } from "@stepwell/protocol/words";
import type { ReactNode } from "react";

const longestMs = 7 * 24 * 60 * 60 * 1000;
/** Least width of a part, in percent of the column (3 px of 118). */
const leastPercent = 2.6;
/** Queue time is drawn from this share of the total up. */
const queueShareLeast = 0.05;

export const timeClass: Readonly<Record<TimePartKind, string>> = {
  queued: "q",
  ran: "r",
  running: "g",
  failed: "f",
  retrying: "k",
  sleeping: "z",
  waiting: "w",
  invoking: "w",
  cancelled: "c",
};

export const timeWords: Readonly<Record<TimePartKind, string>> = {
  queued: "held back",
  ran: "ran",
  running: "running",
  failed: "failed attempts",
  retrying: "before retry",
  sleeping: "sleeping",
  waiting: "waiting",
  invoking: "waiting for a run",
  cancelled: "cut by a cancel",
};

export interface BarPart {
  readonly kind: TimePartKind;
  readonly left: number;
  readonly width: number;
}

/** Places the parts, in percent of the column. */
export function barParts(parts: readonly TimePart[]): readonly BarPart[] {
  const total = parts.reduce((sum, part) => sum + part.durationMs, 0);
  if (total <= 0) return [];
  const drawn = parts.filter(
    (part) => part.durationMs > 0 && (part.kind !== "queued" || part.durationMs / total >= queueShareLeast),
  );
  const length = Math.max(8, Math.min(100, (Math.log10(Math.max(total, 1)) / Math.log10(longestMs)) * 100));
  const widths = drawn.map((part) => Math.max(leastPercent, (part.durationMs / total) * length));
  const scale = Math.min(1, length / widths.reduce((sum, width) => sum + width, 0)) || 1;
  let left = 0;
  return drawn.map((part, index) => {
    const width = (widths[index] ?? 0) * scale;
    const placed = { kind: part.kind, left, width };
    left += width;
    return placed;
  });
}

/** `ran 640 ms, waiting 3.30 s`: the parts by kind, in order of first appearance. */
export function timeSentence(parts: readonly TimePart[]): string {
  const sums = new Map<TimePartKind, number>();
  for (const part of parts) sums.set(part.kind, (sums.get(part.kind) ?? 0) + part.durationMs);
  return [...sums].map(([kind, ms]) => `${timeWords[kind]} ${duration(ms)}`).join(", ");
}

export function TimeBar({ parts }: { readonly parts: readonly TimePart[] }): ReactNode {
  const words = timeSentence(parts);
  return (
    <span className="tm" role="img" aria-label={words} title={words}>
      {barParts(parts).map((part) => (
        <i
          key={part.left}
          className={timeClass[part.kind]}
          style={{ left: `${part.left}%`, width: `${part.width}%` }}
        />
      ))}
    </span>
  );
}
