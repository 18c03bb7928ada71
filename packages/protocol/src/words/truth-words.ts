// What a part of an expression found in the event: `seats is "8", a text; 5 is a number`.

import type { Json } from "../json.ts";
import type { Truth } from "../rest/outcome.ts";
import { oneLine } from "./one-line.ts";

export function joinWords(join: NonNullable<Truth["join"]>): string {
  switch (join) {
    case "all":
      return "all of";
    case "any":
      return "any of";
    case "not":
      return "not";
  }
}

export interface FoundWords {
  readonly lead: string;
  readonly value?: string;
  /** For the colour of the value. */
  readonly kind: "text" | "number" | "other";
  readonly note: string;
}

/** Undefined for a part that reads nothing of the event, or was not reached. */
export function foundWords(part: Truth): FoundWords | undefined {
  if (part.path === undefined || part.value === "not-reached") return undefined;
  const field = part.path.split(".").at(-1) ?? part.path;
  if (part.found === undefined) return { lead: `the event has no ${part.path}`, kind: "other", note: "" };
  return {
    lead: `${field} is `,
    value: oneLine(part.found, 60),
    kind: typeof part.found === "string" ? "text" : typeof part.found === "number" ? "number" : "other",
    note: part.value === "true" ? "" : typeNote(part.text, part.found),
  };
}

/** Said where text and number meet: the usual reason for a comparison that looks true and is not. */
function typeNote(text: string, found: Json): string {
  const operand = /(?:==|!=|<=|>=|<|>)\s*(-?\d+(?:\.\d+)?|"[^"]*"|'[^']*')\s*$/.exec(text)?.[1];
  if (operand === undefined) return "";
  const isNumber = /^-?\d/.test(operand);
  if (isNumber && typeof found === "string") return `, a text; ${operand} is a number`;
  if (!isNumber && typeof found === "number") return `, a number; ${operand} is a text`;
  return "";
}
