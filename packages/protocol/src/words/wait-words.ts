// What is said of a wait's condition and of the events that did not match it.

import type { Truth } from "../rest/outcome.ts";
import type { WaitView } from "../rest/trace.ts";
import { counted } from "./number.ts";
import { code, type Sentence } from "./part.ts";
import { foundWords } from "./truth-words.ts";

/** What a reader of the condition should know beside it, one sentence each. */
export function conditionNotes({
  meets,
  warnings = [],
}: Pick<WaitView, "meets" | "warnings">): readonly string[] {
  return [
    ...(meets === "no-event" ? ["With the values of this run no event can match it."] : []),
    ...(meets === "every-event" ? ["With the values of this run every event of this name matches it."] : []),
    ...(warnings.length === 0
      ? []
      : [`Other servers may refuse this condition: ${[...new Set(warnings)].join(" ")}`]),
  ];
}

/** How many events missed a wait, behind the heading "Did not match". */
export function missesCount(shown: number, hasMore: boolean): string {
  return hasMore ? `the last ${counted(shown, "event")}` : counted(shown, "event");
}

/** Where no event missed the wait. */
export function noMisses({ outcome }: Pick<WaitView, "outcome">): string {
  return outcome === "open"
    ? "No event of this name has come since the wait began."
    : "No event of this name came while it waited.";
}

/** What kept an event from matching: the first part of the condition that was false or erred, and what it found. */
export function missLine(truth: Truth | undefined): Sentence {
  if (truth === undefined) return ["The condition does not compile."];
  const part = decisive(truth);
  const found = foundWords(part);
  const seen = found === undefined ? "" : `${found.lead}${found.value ?? ""}${found.note}`;
  // What was found says more than the error that follows from it.
  const why = found === undefined || found.note === "" ? (part.message ?? seen) : seen;
  return [
    code(part.text),
    part.value === "error" ? " could not be evaluated" : " was false",
    why === "" ? "" : `: ${why}`,
  ];
}

function decisive(part: Truth): Truth {
  if (part.join !== "all") return part;
  const first = part.parts?.find(({ value }) => value === "false" || value === "error");
  return first === undefined ? part : decisive(first);
}
