// A row of the waterfall in words: for assistive technology as a sentence, beside its bars as a short label.

import type { TraceSpan } from "@stepwell/protocol/rest";
import {
  at,
  counted,
  duration,
  oneLine,
  shortDuration,
  spanState,
  stateWords,
} from "@stepwell/protocol/words";
import type { WaterfallRow } from "./rows.ts";

/** How long its code ran; for what has no code, how long it took. */
export function lengthOf(span: TraceSpan, now: number): number {
  if (hasCode(span) && span.ranMs !== undefined) return span.ranMs;
  const from = at(span.startedAt ?? span.queuedAt);
  return Math.max(0, (span.endedAt === undefined ? now : at(span.endedAt)) - from);
}

function hasCode({ stepOp }: TraceSpan): boolean {
  return stepOp === undefined || stepOp === "RUN" || stepOp === "SEND_EVENT" || stepOp === "AI_GATEWAY";
}

/** "load-account, completed on attempt 3, ran 711 ms, started 0.05 s after the run". */
export function rowSentence(row: WaterfallRow, runFrom: number, now: number): string {
  switch (row.kind) {
    case "run":
      return `The run itself, ${stateWords[spanState(row.span.status)].toLowerCase()}, ${duration(lengthOf(row.span, now))}`;
    case "fork":
      return `${counted(row.branches, "branch", "branches")} in parallel, ${row.isOpen ? "open" : "folded"}`;
    case "loop":
      return `${row.name}, ${counted(row.steps.length, "time")}${failedWords(row.steps)}, ${row.isOpen ? "open" : "folded"}`;
    case "step": {
      const { span } = row;
      const attempts = span.attempts?.length ?? 1;
      const began = Math.max(0, at(span.startedAt ?? span.queuedAt) - runFrom);
      const onAttempt = attempts > 1 ? ` on attempt ${attempts}` : "";
      const verb = hasCode(span) ? "ran" : "took";
      return `${span.name}, ${stateWords[spanState(span.status)].toLowerCase()}${onAttempt}, ${verb} ${duration(lengthOf(span, now))}, started ${duration(began)} after the run`;
    }
  }
}

export function failedWords(steps: readonly TraceSpan[]): string {
  const failed = steps.filter(({ status }) => status === "FAILED").length;
  return failed === 0 ? "" : `, ${failed} failed`;
}

/** What stands beside the bars. */
export function labelOf(span: TraceSpan): string {
  const { wait } = span;
  if (wait !== undefined) {
    if (wait.lookbackMs !== undefined)
      return `matched an event received ${shortDuration(wait.lookbackMs)} earlier`;
    return wait.outcome === "expired" ? `${wait.name}, expired` : wait.name;
  }
  switch (span.stepOp) {
    case "SLEEP":
      return "sleep";
    case "INVOKE":
      return span.invoke?.functionName ?? "starts a child run";
    case "SEND_EVENT":
      return span.sentEventIds === undefined ? "" : counted(span.sentEventIds.length, "event");
    default:
      return span.output === undefined || span.output === null || span.status !== "COMPLETED"
        ? ""
        : `returned ${oneLine(span.output, 40)}`;
  }
}

/** Beside the name: `3 attempts`. */
export function noteOf(span: TraceSpan): string {
  const attempts = span.attempts?.length ?? 0;
  return attempts > 1 ? counted(attempts, "attempt") : "";
}
