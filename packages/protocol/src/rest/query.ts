// Query strings of the list endpoints, as dashboard and CLI write them: a list as repeated keys
// (`status=FAILED&status=CANCELLED`).

import { restBase } from "./envelope.ts";

export type QueryValue = string | number | boolean | readonly string[] | undefined;

/** `/api/v2` + path + query; absent values and empty lists are left out. */
export function restPath(path: string, query: Readonly<Record<string, QueryValue>> = {}): string {
  const pairs: string[] = [];
  for (const [key, value] of Object.entries(query)) {
    if (value === undefined || value === "") continue;
    const items = typeof value === "object" ? value : [String(value)];
    for (const item of items) pairs.push(`${key}=${encodeURIComponent(item)}`);
  }
  return pairs.length === 0 ? `${restBase}${path}` : `${restBase}${path}?${pairs.join("&")}`;
}

/** One segment of a path, escaped. */
export function segment(id: string): string {
  return encodeURIComponent(id);
}
