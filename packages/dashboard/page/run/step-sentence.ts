// What happened to one step, as a sentence for its panel.

import type { TraceSpan } from "@stepwell/protocol/rest";
import {
  at,
  bad,
  counted,
  dueWords,
  durationWords,
  errorLine,
  eventPart,
  moment,
  name,
  runPart,
  type Sentence,
} from "@stepwell/protocol/words";

export function stepSentence(span: TraceSpan, now: number): Sentence {
  if (span.restoredFrom !== undefined)
    return ["Its result was taken over from run ", runPart(span.restoredFrom), "."];
  if (span.wait !== undefined) return waitSentence(span, span.wait, now);
  if (span.invoke !== undefined) return invokeSentence(span);
  if (span.sleepUntil !== undefined)
    return [`${span.endedAt === undefined ? "Sleeps" : "Slept"} until ${moment(at(span.sleepUntil), now)}.`];
  return codeSentence(span, now);
}

function codeSentence(span: TraceSpan, now: number): Sentence {
  const attempts = span.attempts?.length ?? 0;
  const max = span.maxAttempts === undefined ? "" : ` of ${span.maxAttempts}`;
  switch (span.status) {
    case "COMPLETED":
      return attempts > 1
        ? [`Completed on attempt ${attempts}${max}; ${counted(attempts - 1, "attempt")} failed before.`]
        : ["Completed on the first attempt."];
    case "FAILED":
      return [
        `Failed after ${counted(Math.max(1, attempts), "attempt")}`,
        ...(span.error === undefined ? ["."] : [" with ", bad(errorLine(span.error)), "."]),
      ];
    case "CANCELLED":
      return ["The run was cancelled before it ended."];
    case "QUEUED":
      return ["Planned, and not started yet."];
    default: {
      const last = span.attempts?.at(-1);
      if (last?.status === "FAILED" && last.retryAt !== undefined)
        return [
          `Attempt ${last.attempt + 1}${max} failed. It is tried again ${dueWords(at(last.retryAt), now, durationWords)}.`,
        ];
      return [`Running${attempts > 1 ? `, attempt ${attempts}${max}` : ""}.`];
    }
  }
}

function waitSentence(span: TraceSpan, wait: NonNullable<TraceSpan["wait"]>, now: number): Sentence {
  const target =
    wait.kind === "event"
      ? name(wait.name, `/events?name=${encodeURIComponent(wait.name)}`)
      : name(wait.name);
  const kind = wait.kind === "signal" ? "the signal " : "";
  const by =
    wait.matchedEventId === undefined ? [] : [" Event ", eventPart(wait.matchedEventId), " ended it."];
  switch (wait.outcome) {
    case "open":
      return [
        `Waits for ${kind}`,
        target,
        ` until ${moment(at(wait.timeoutAt), now)}. Then it returns null.`,
      ];
    case "expired":
      return [
        `Waited for ${kind}`,
        target,
        ` until ${moment(at(wait.timeoutAt), now)}. None came, so it returned null.`,
      ];
    case "matched": {
      const length = span.durationMs === undefined ? "" : ` for ${durationWords(span.durationMs)}`;
      return wait.lookbackMs === undefined
        ? [`Waited${length} for ${kind}`, target, ".", ...by]
        : [
            "Ended at once: ",
            target,
            ` had been received ${durationWords(wait.lookbackMs)} before the wait began.`,
            ...by,
          ];
    }
  }
}

function invokeSentence(span: TraceSpan): Sentence {
  const { invoke } = span;
  const target = invoke?.functionName ?? invoke?.functionId ?? "a function";
  const child = invoke?.runId;
  const run = child === undefined ? name(target) : name(target, `/runs/${child}`);
  if (span.endedAt === undefined) return ["Waits for the run of ", run, "."];
  return ["Started a run of ", run, span.status === "FAILED" ? ", which failed." : ", and has its result."];
}
