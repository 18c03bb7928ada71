// Bulk operations in words: what each means, how far it is, and why it left some out.

import { type BulkView, isBulkFinished } from "../rest/bulk.ts";
import { at, moment } from "./moment.ts";
import { count, counted, durationWords } from "./number.ts";
import { bad, code, listed, name, type Part, type Sentence } from "./part.ts";

export function bulkTitle(bulk: BulkView): string {
  return bulk.name ?? `${bulk.kind === "cancel" ? "Cancel" : "Replay"} ${bulkSubject(bulk)}`;
}

function bulkSubject(bulk: BulkView): string {
  const names = bulk.functions.map((fn) => fn.name);
  if (bulk.selection.runIds !== undefined) return counted(bulk.selection.runIds.length, "run");
  return names.length === 0 ? "runs" : `runs of ${listed(names)}`;
}

/** How far it is, and how it ended; it goes on from its state. */
export function bulkSentence(bulk: BulkView, now: number): Sentence {
  const { done, left, total } = bulk.counts;
  const verb = bulk.kind === "cancel" ? "cancelled" : "replayed";
  const far: readonly Part[] = [
    name(`${count(done)} ${verb}`),
    total === undefined ? "" : ` of ${count(total)}`,
  ];
  switch (bulk.status) {
    case "RUNNING":
      return [...far, left === undefined ? "." : `, ${count(left)} left.`, ...restWords(bulk, now)];
    case "HELD":
      return [
        ...far,
        left === undefined ? "." : `, ${count(left)} left.`,
        bulk.holdAfter !== undefined && done >= bulk.holdAfter
          ? " It holds by itself after the first few, so that you can look at them."
          : " Nothing more happens until you let it go on.",
      ];
    case "STOPPED":
      return [...far, ". What was done stays done; the rest was left alone."];
    case "DONE":
      return [
        ...(done === 0 ? ["No run matched."] : [...far, "."]),
        ...(bulk.endedAt === undefined
          ? []
          : [` It took ${durationWords(at(bulk.endedAt) - at(bulk.createdAt))}.`]),
        ...failedAgain(bulk),
      ];
  }
}

function restWords(bulk: BulkView, now: number): readonly Part[] {
  const again = failedAgain(bulk);
  const rate = bulkRate(bulk, now);
  const left = bulk.counts.left;
  if (rate === undefined || left === undefined || rate === 0) return again;
  return [` About ${durationWords((left / rate) * 60_000)} to go.`, ...again];
}

function failedAgain(bulk: BulkView): readonly Part[] {
  const failed = bulk.newRuns?.FAILED ?? 0;
  return failed === 0 ? [] : [" ", bad(`${counted(failed, "new run")} failed again.`)];
}

/** Runs done in a minute since it began; undefined in its first seconds and once it has ended. */
export function bulkRate(bulk: BulkView, now: number): number | undefined {
  const ms = now - at(bulk.createdAt);
  return isBulkFinished(bulk.status) || bulk.status === "HELD" || ms < 3000
    ? undefined
    : (bulk.counts.done / ms) * 60_000;
}

/** Done, and what was passed over, of the whole; 1 when the whole is unknown and it has ended. */
export function bulkShare(bulk: BulkView): number {
  const { total, done, skipped } = bulk.counts;
  if (isBulkFinished(bulk.status) && bulk.status === "DONE") return 1;
  return total === undefined || total === 0 ? 0 : Math.min(1, (done + skipped) / total);
}

/** What it means, as a sentence: `Failed runs of create-trial, queued since 13:40.` */
export function selectionWords(bulk: BulkView, now: number): Sentence {
  const { runIds, status, eventName, from, until, expression, failureGroup } = bulk.selection;
  const kinds = status === undefined ? "" : `${listed(status.map((item) => item.toLowerCase()))} `;
  const lead =
    runIds === undefined ? `${kinds}runs` : `${counted(runIds.length, `${kinds}run`)} chosen by hand`;
  const time: readonly string[] = [
    ...(from === undefined ? [] : [`since ${moment(at(from), now)}`]),
    ...(until === undefined ? [] : [`before ${moment(at(until), now)}`]),
  ];
  return [
    lead.charAt(0).toUpperCase() + lead.slice(1),
    ...(failureGroup === undefined ? [] : [" of one group of failures"]),
    ...(bulk.functions.length === 0 ? [] : [" of "]),
    ...bulk.functions.flatMap((fn, index): readonly Part[] => [
      index === 0 ? "" : ", ",
      name(fn.name, `/functions/${encodeURIComponent(fn.slug)}`),
    ]),
    ...(eventName === undefined ? [] : [", started by ", code(eventName)]),
    ...(expression === undefined ? [] : [", where ", code(expression)]),
    time.length === 0 ? "." : `, queued ${listed(time)}.`,
  ];
}
