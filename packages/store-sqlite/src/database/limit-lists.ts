// What limits remember, listed along their keys.

import type { LimitState } from "@stepwell/core";
import type { Connection } from "./connection.ts";
import { layouts } from "./layouts.ts";
import { storedText } from "./text.ts";

/** Comes after every text that begins as its prefix does. */
const lastCharacter = "\u{10FFFF}";

export const limitListSql = `SELECT ${layouts.limits.columns} FROM limits
  WHERE key >= ? AND key < ? ORDER BY key LIMIT ?`;

export function listLimits(connection: Connection, prefix: string, limit: number): readonly LimitState[] {
  const from = storedText(prefix);
  return connection
    .all(limitListSql, [from, `${from}${lastCharacter}`, limit])
    .map((row) => layouts.limits.read(row));
}
