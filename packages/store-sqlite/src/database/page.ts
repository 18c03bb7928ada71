// Pages of a list that is ordered by a time and what tells rows of one time apart. A list may come from several
// searches, each in order; they are merged here.

import type { Value } from "../driver/driver.ts";
import { Failure } from "../failure.ts";

/** A row's place in a list. */
export interface Place<Tie extends string | number> {
  readonly at: number;
  readonly tie: Tie;
}

/** What lies between two places, themselves left out. */
export interface Range<Tie extends string | number> {
  readonly above: Place<Tie>;
  readonly below: Place<Tie>;
}

export interface RangeFilter {
  readonly from?: number;
  readonly until?: number;
  readonly order?: "newest" | "oldest";
  readonly cursor?: string;
}

/** Most rows of a page, whatever is asked for: one answer must not occupy the reader for long. */
export const pageRowsMax = 1000;

/** Most characters of a page's rows together, its last row included; the page ends early when they are reached. */
export const pageCharactersMax = 8_000_000;

const farPast = Number.MIN_SAFE_INTEGER;
const farFuture = Number.MAX_SAFE_INTEGER;

/** The part of a list that a page may come from; `least` is a tie before all others. */
export function rangeOf<Tie extends string | number>(
  filter: RangeFilter,
  least: Tie,
  parseTie: (text: string) => Tie | undefined,
): Range<Tie> {
  const range = {
    above: { at: filter.from ?? farPast, tie: least },
    below: { at: filter.until ?? farFuture, tie: least },
  };
  if (filter.cursor === undefined) return range;
  const cursor = parseCursor(filter.cursor, parseTie);
  return filter.order === "oldest" ? { ...range, above: cursor } : { ...range, below: cursor };
}

export function cursorOf(place: Place<string | number>): string {
  return `${place.at}:${place.tie}`;
}

function parseCursor<Tie>(cursor: string, parseTie: (text: string) => Tie | undefined) {
  const [, at, text] = /^(-?\d+(?:\.\d+)?):(.+)$/s.exec(cursor) ?? [];
  const tie = text === undefined ? undefined : parseTie(text);
  if (at === undefined || tie === undefined) {
    throw new Failure("BAD_CURSOR", `"${cursor}" is not a cursor of this list. Begin again without one.`);
  }
  return { at: Number(at), tie };
}

/** The values for `(time, tie) > (?, ?) AND (time, tie) < (?, ?)`. */
export function rangeValues(range: Range<string | number>): readonly Value[] {
  return [range.above.at, range.above.tie, range.below.at, range.below.tie];
}

/** The first places of several lists together, in order. */
export function mergePlaces<Tie extends string | number>(
  lists: readonly (readonly Place<Tie>[])[],
  order: RangeFilter["order"],
  limit: number,
): readonly Place<Tie>[] {
  const places = lists.flat().sort(comparePlaces);
  if (order !== "oldest") places.reverse();
  return places.slice(0, limit);
}

function comparePlaces(a: Place<string | number>, b: Place<string | number>): number {
  if (a.at !== b.at) return a.at - b.at;
  if (a.tie === b.tie) return 0;
  return a.tie < b.tie ? -1 : 1;
}

/**
 * The rows at the places, as a page.
 *
 * @param places - one more than `limit` where the list goes on.
 * @param read - the row at a place and its size; undefined for one that is there no more.
 */
export function pageOf<Row, Tie extends string | number>(
  places: readonly Place<Tie>[],
  limit: number,
  read: (place: Place<Tie>) => { readonly row: Row; readonly characters: number } | undefined,
): { readonly rows: readonly Row[]; readonly next?: string } {
  const rows: Row[] = [];
  let characters = 0;
  for (const [index, place] of places.slice(0, limit).entries()) {
    const found = read(place);
    if (found !== undefined) {
      rows.push(found.row);
      characters += found.characters;
    }
    const isLast = index === places.length - 1;
    if (!isLast && (index === limit - 1 || characters >= pageCharactersMax)) {
      return { rows, next: cursorOf(place) };
    }
  }
  return { rows };
}
