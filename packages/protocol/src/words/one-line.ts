// Values and texts of users in one line. What a terminal would obey, or would turn the reader's direction, is made
// visible: a payload may come from anybody.

import type { Json } from "../json.ts";

/** Control characters, those of 8 bits too, and what turns the direction of writing. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is looked for.
const unsafe = /[\u0000-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/g;

/** A text without power over the terminal: `\x1b` is written out. */
export function harmless(text: string): string {
  return text.replace(unsafe, (character) => {
    if (character === "\n") return "\\n";
    if (character === "\t") return "\\t";
    const code = character.charCodeAt(0).toString(16);
    return code.length > 2 ? `\\u${code.padStart(4, "0")}` : `\\x${code.padStart(2, "0")}`;
  });
}

/** As `harmless`, of several lines. */
export function harmlessLines(text: string): readonly string[] {
  return text.split(/\r?\n/).map((line) => harmless(line.replaceAll("\t", "  ")));
}

/** A JSON value as a reader of code writes it: `{ messageId: "m_8842f1" }`. */
export function oneLine(value: Json | undefined, lengthMax = 120): string {
  const text = harmless(write(value, lengthMax));
  return text.length > lengthMax ? `${text.slice(0, lengthMax - 1)}…` : text;
}

function write(value: Json | undefined, room: number): string {
  if (value === undefined) return "nothing";
  if (value === null || typeof value === "boolean" || typeof value === "number") return String(value);
  if (typeof value === "string")
    return JSON.stringify(value.length > room ? `${value.slice(0, room)}…` : value);
  if (Array.isArray(value)) {
    const items: readonly Json[] = value;
    return writeAll(
      items.map((item) => [undefined, item] as const),
      "[]",
      room,
    );
  }
  return writeAll(Object.entries(value), "{}", room);
}

function writeAll(
  members: readonly (readonly [string | undefined, Json | undefined])[],
  brackets: "[]" | "{}",
  room: number,
): string {
  if (members.length === 0) return brackets;
  const parts: string[] = [];
  let left = room;
  for (const [key, member] of members) {
    if (left <= 0) {
      parts.push("…");
      break;
    }
    const text = write(member, left);
    const part = key === undefined ? text : `${plainKey(key)}: ${text}`;
    left -= part.length + 2;
    parts.push(part);
  }
  return `${brackets.charAt(0)} ${parts.join(", ")} ${brackets.charAt(1)}`;
}

/** A key as JavaScript writes it: without quotes where it may. */
export function plainKey(key: string): string {
  return /^[A-Za-z_$][\w$]*$/.test(key) ? key : JSON.stringify(key);
}
