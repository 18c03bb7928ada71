// A JSON value in one line, as lists show a return value: `{ messageId: "m_8842f1" }`. Keys stand without quotes
// where they are plain words.

import type { Json } from "@stepwell/protocol/rest";

export function oneLine(value: Json | undefined, max = 120): string {
  const text = write(value, max);
  return text.length > max ? `${text.slice(0, max - 1)}…` : text;
}

function write(value: Json | undefined, room: number): string {
  if (value === undefined) return "nothing";
  if (value === null || typeof value === "boolean" || typeof value === "number") return String(value);
  if (typeof value === "string")
    return JSON.stringify(value.length > room ? `${value.slice(0, room)}…` : value);
  if (Array.isArray(value))
    return writeAll(
      value.map((item) => [undefined, item] as const),
      "[]",
      room,
    );
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
  return `${brackets[0]} ${parts.join(", ")} ${brackets[1]}`;
}

/** A key as JavaScript writes it: without quotes where it may. */
export function plainKey(key: string): string {
  return /^[A-Za-z_$][\w$]*$/.test(key) ? key : JSON.stringify(key);
}
