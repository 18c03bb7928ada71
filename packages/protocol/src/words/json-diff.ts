// How two JSON values differ: what was added, removed and changed, by path. Keys have no order; in a list what is
// alike at its beginning and its end is left out first, so that one inserted item does not change all behind it.

import type { Json } from "../json.ts";
import { isJsonObject } from "../json.ts";
import { counted } from "./number.ts";
import { listed } from "./part.ts";

export type Difference =
  | { readonly kind: "added"; readonly path: string; readonly after: Json }
  | { readonly kind: "removed"; readonly path: string; readonly before: Json }
  | { readonly kind: "changed"; readonly path: string; readonly before: Json; readonly after: Json };

/**
 * From `before` to `after`, in the order of `before`, what is new behind what it had. A path is written as code would
 * read it, `order.lines[2].price`, and is empty for the whole value; removed items carry their place in `before`, all
 * others that in `after`.
 */
export function jsonDiff(before: Json, after: Json): readonly Difference[] {
  const found: Difference[] = [];
  compare(before, after, "", found);
  return found;
}

function compare(before: Json, after: Json, path: string, found: Difference[]): void {
  if (isList(before) && isList(after)) compareLists(before, after, path, found);
  else if (isJsonObject(before) && isJsonObject(after)) compareObjects(before, after, path, found);
  else if (before !== after) found.push({ kind: "changed", path, before, after });
}

type Members = { readonly [key: string]: Json | undefined };

function compareObjects(before: Members, after: Members, path: string, found: Difference[]): void {
  for (const [key, value] of Object.entries(before)) {
    if (value === undefined) continue;
    const other = member(after, key);
    const place = memberPath(path, key);
    if (other === undefined) found.push({ kind: "removed", path: place, before: value });
    else compare(value, other, place, found);
  }
  for (const [key, value] of Object.entries(after)) {
    if (value !== undefined && member(before, key) === undefined)
      found.push({ kind: "added", path: memberPath(path, key), after: value });
  }
}

function compareLists(
  before: readonly Json[],
  after: readonly Json[],
  path: string,
  found: Difference[],
): void {
  const shorter = Math.min(before.length, after.length);
  let head = 0;
  while (head < shorter && isAlike(before[head], after[head])) head += 1;
  let tail = 0;
  while (tail < shorter - head && isAlike(before.at(-1 - tail), after.at(-1 - tail))) tail += 1;
  const [left, right] = [before.slice(head, before.length - tail), after.slice(head, after.length - tail)];
  for (let index = 0; index < Math.max(left.length, right.length); index += 1) {
    const place = `${path}[${head + index}]`;
    const [one, other] = [left[index], right[index]];
    if (one === undefined) found.push({ kind: "added", path: place, after: other ?? null });
    else if (other === undefined) found.push({ kind: "removed", path: place, before: one });
    else compare(one, other, place, found);
  }
}

function isAlike(one: Json | undefined, other: Json | undefined): boolean {
  return one === other || (one !== undefined && other !== undefined && jsonDiff(one, other).length === 0);
}

function isList(value: Json): value is readonly Json[] {
  return Array.isArray(value);
}

function member(members: Members, key: string): Json | undefined {
  return Object.hasOwn(members, key) ? members[key] : undefined;
}

function memberPath(path: string, key: string): string {
  if (!/^[A-Za-z_$][\w$]*$/.test(key)) return `${path}[${JSON.stringify(key)}]`;
  return path === "" ? key : `${path}.${key}`;
}

/** `2 changed, 1 added and 1 removed`; for values that are alike, `no difference`. */
export function differencesWords(differences: readonly Difference[]): string {
  const parts = (["changed", "added", "removed"] as const).flatMap((kind) => {
    const count = differences.filter((difference) => difference.kind === kind).length;
    return count === 0 ? [] : [counted(count, kind, kind)];
  });
  return parts.length === 0 ? "no difference" : listed(parts);
}
