// Sentences as data: parts of plain text, names, ids, code and errors. Builders make them from facts alone and foretell
// nothing; the page renders the parts, the command line joins them.

import { harmless } from "./one-line.ts";

export type Part =
  | string
  | { readonly kind: "name"; readonly text: string; readonly to?: string }
  /** A whole id; where room is short, it may be shown cut. */
  | { readonly kind: "id"; readonly text: string; readonly to: string }
  | { readonly kind: "code"; readonly text: string }
  | { readonly kind: "bad"; readonly text: string };

export type Sentence = readonly Part[];

/** @param to a path of the dashboard */
export function name(text: string, to?: string): Part {
  return to === undefined ? { kind: "name", text } : { kind: "name", text, to };
}

export function runPart(id: string): Part {
  return { kind: "id", text: id, to: `/runs/${id}` };
}

export function eventPart(id: string): Part {
  return { kind: "id", text: id, to: `/events/${id}` };
}

export function code(text: string): Part {
  return { kind: "code", text };
}

export function bad(text: string): Part {
  return { kind: "bad", text };
}

/** The text alone, in one line and without power over a terminal. */
export function plainText(sentence: Sentence): string {
  return harmless(sentence.map((part) => (typeof part === "string" ? part : part.text)).join(""));
}

/** `a`, `a and b`, `a, b and c`. */
export function listed(items: readonly string[]): string {
  if (items.length < 2) return items[0] ?? "";
  return `${items.slice(0, -1).join(", ")} and ${items[items.length - 1] ?? ""}`;
}
