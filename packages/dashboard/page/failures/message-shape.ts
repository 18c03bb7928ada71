// A message without its values, as a group of failures is named: `No such customer: ‹text›`.

/** Parts of the message; the values are marked. */
export interface ShapePart {
  readonly text: string;
  readonly isValue: boolean;
}

const values: readonly (readonly [RegExp, string])[] = [
  [/https?:\/\/[^\s'")]+/g, "‹url›"],
  [/"[^"\n]{1,200}"|'[^'\n]{1,200}'|`[^`\n]{1,200}`/g, "‹text›"],
  [/\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b/gi, "‹id›"],
  [/\b[0-9A-HJKMNP-TV-Z]{26}\b/g, "‹id›"],
  [/\b[^\s@]+@[^\s@]+\.[a-z]{2,}\b/gi, "‹address›"],
  [/\b\d+(?:\.\d+)?\b/g, "‹number›"],
  [/\b\w*\d\w*\b/g, "‹id›"],
];

/** @param keep numbers stay as they are, for example when a group has one run alone. */
export function messageShape(message: string, keep = false): readonly ShapePart[] {
  const first = message.split("\n", 1)[0] ?? "";
  if (keep) return [{ text: first, isValue: false }];
  let text = first;
  for (const [pattern, mark] of values) text = text.replace(pattern, mark);
  return text
    .split(/(‹[a-z]+›)/)
    .filter((part) => part !== "")
    .map((part) => ({ text: part, isValue: /^‹[a-z]+›$/.test(part) }));
}
