// Sentences as data: parts of plain text, names, code and links. Builders of sentences make them from facts alone;
// a view renders them, and tests read them as text.

export type Part =
  | string
  | { readonly kind: "name"; readonly text: string; readonly to?: string }
  | { readonly kind: "code"; readonly text: string }
  | { readonly kind: "bad"; readonly text: string };

export type Sentence = readonly Part[];

/** `to` is a path of this page. */
export function name(text: string, to?: string): Part {
  return to === undefined ? { kind: "name", text } : { kind: "name", text, to };
}

export function code(text: string): Part {
  return { kind: "code", text };
}

export function bad(text: string): Part {
  return { kind: "bad", text };
}

export function plainText(sentence: Sentence): string {
  return sentence.map((part) => (typeof part === "string" ? part : part.text)).join("");
}

/** `a`, `a and b`, `a, b and c`. */
export function listed(items: readonly string[]): string {
  if (items.length < 2) return items[0] ?? "";
  return `${items.slice(0, -1).join(", ")} and ${items[items.length - 1] ?? ""}`;
}
