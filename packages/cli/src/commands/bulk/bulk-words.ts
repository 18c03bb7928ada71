// Bulk operations in the terminal: how one stands, its progress, and the question before it.

import type { BulkView, RestBulkKind } from "@stepwell/protocol/rest";
import { bulkSentence, count, counted, harmless, plainText } from "@stepwell/protocol/words";
import type { Color } from "../../drawing/paint.ts";

/** How it stands or ended, with what was left out and why. */
export function bulkText(bulk: BulkView, now: number): string {
  const skipped = bulk.counts.skippedBecause.map(
    ({ reason, count: many }) => ` ${count(many)} left out: ${harmless(reason)}.`,
  );
  return `${plainText(bulkSentence(bulk, now))}${skipped.join("")}`;
}

/** How the new runs of a replay fare. */
export function newRunsWords({ newRuns = {} }: BulkView): string {
  return Object.entries(newRuns)
    .filter(([, many]) => (many ?? 0) > 0)
    .map(([status, many]) => `${count(many ?? 0)} ${status.toLowerCase()}`)
    .join(", ");
}

export function bulkColor({ status }: BulkView): Color {
  switch (status) {
    case "RUNNING":
      return "blue";
    case "HELD":
      return "amber";
    case "STOPPED":
      return "dim";
    case "DONE":
      return "green";
  }
}

const barColumns = 30;

/** `████████░░░░  12 of 37`. */
export function progressBar({ counts }: BulkView): string {
  const { total, matched } = counts;
  if (total === undefined || total === 0) return `${count(matched)} so far`;
  const filled = Math.min(barColumns, Math.floor((matched / total) * barColumns));
  return `${"█".repeat(filled)}${"░".repeat(barColumns - filled)}  ${count(matched)} of ${count(total)}`;
}

export function question(
  kind: RestBulkKind,
  preview: { readonly count: number; readonly isComplete: boolean },
): string {
  const runs = `${preview.isComplete ? "" : "at least "}${counted(preview.count, "run")}`;
  return kind === "replay"
    ? `Replay ${runs}? Each starts a new run with the code of now; the old ones stay.`
    : `Cancel ${runs}? They stop before their next step.`;
}
