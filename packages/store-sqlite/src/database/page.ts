// Pages of a list that is ordered by a time and by what tells rows of one time apart. A list may come from several
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

export type Order = "newest" | "oldest";

export interface RangeFilter {
  readonly from?: number;
  readonly until?: number;
  readonly order?: Order;
  readonly cursor?: string;
}

/** What a search has found. */
export interface Found<Tie extends string | number> {
  readonly places: readonly Place<Tie>[];
  /** How far it has looked, where there is more to look at. */
  readonly lookedTo?: Place<Tie>;
}

/** Most rows of a page, whatever is asked for: one answer must not occupy the reader for long. */
export const pageRowsMax = 1000;

/** Characters of a page's rows together at which it ends early. */
export const pageCharactersMax = 8_000_000;

/** The part of a list that a page may come from; `least` is a tie before all others. */
export function rangeOf<Tie extends string | number>(
  filter: RangeFilter,
  least: Tie,
  parseTie: (text: string) => Tie | undefined,
): Range<Tie> {
  const range = {
    above: { at: filter.from ?? Number.MIN_SAFE_INTEGER, tie: least },
    below: { at: filter.until ?? Number.MAX_SAFE_INTEGER, tie: least },
  };
  if (filter.cursor === undefined) return range;
  return after(range, parseCursor(filter.cursor, parseTie), filter.order ?? "newest");
}

/** What is left of a range after a place in it. */
export function after<Tie extends string | number>(
  range: Range<Tie>,
  place: Place<Tie>,
  order: Order,
): Range<Tie> {
  return order === "oldest" ? { ...range, above: place } : { ...range, below: place };
}

/** The values for `(time, tie) > (?, ?) AND (time, tie) < (?, ?)`. */
export function rangeValues(range: Range<string | number>): readonly Value[] {
  return [range.above.at, range.above.tie, range.below.at, range.below.tie];
}

function parseCursor<Tie extends string | number>(
  cursor: string,
  parseTie: (text: string) => Tie | undefined,
): Place<Tie> {
  const [, at, text] = /^(-?\d+(?:\.\d+)?):(.+)$/s.exec(cursor) ?? [];
  const tie = text === undefined ? undefined : parseTie(text);
  if (at === undefined || tie === undefined) {
    throw new Failure("BAD_CURSOR", `"${cursor}" is not a cursor of this list. Begin again without one.`);
  }
  return { at: Number(at), tie };
}

/** What several searches have found together: places in order, as far as all of them have looked. */
export function merge<Tie extends string | number>(found: readonly Found<Tie>[], order: Order): Found<Tie> {
  const compare = order === "oldest" ? comparePlaces : (a: Place<Tie>, b: Place<Tie>) => comparePlaces(b, a);
  const lookedTo = found
    .flatMap((each) => (each.lookedTo === undefined ? [] : [each.lookedTo]))
    .sort(compare)[0];
  const places = found.flatMap((each) => each.places).sort(compare);
  if (lookedTo === undefined) return { places };
  return { places: places.filter((place) => compare(place, lookedTo) <= 0), lookedTo };
}

function comparePlaces(a: Place<string | number>, b: Place<string | number>): number {
  if (a.at !== b.at) return a.at - b.at;
  if (a.tie === b.tie) return 0;
  return a.tie < b.tie ? -1 : 1;
}

/**
 * The rows at the places found, as a page of at most `limit`. It may hold fewer rows than asked for, even none, and
 * go on all the same: where the rows are large, or few of those looked at are wanted.
 *
 * @param read - the row at a place and its size; undefined for one that is there no more.
 */
export function pageOf<Row, Tie extends string | number>(
  { places, lookedTo }: Found<Tie>,
  limit: number,
  read: (place: Place<Tie>) => { readonly row: Row; readonly characters: number } | undefined,
): { readonly rows: readonly Row[]; readonly next?: string } {
  const rows: Row[] = [];
  let characters = 0;
  for (const [index, place] of places.entries()) {
    const found = read(place);
    if (found !== undefined) {
      rows.push(found.row);
      characters += found.characters;
    }
    const isFull = index + 1 === limit || characters >= pageCharactersMax;
    const goesOn = index + 1 < places.length || lookedTo !== undefined;
    if (isFull) return goesOn ? { rows, next: cursorOf(place) } : { rows };
  }
  return lookedTo === undefined ? { rows } : { rows, next: cursorOf(lookedTo) };
}

function cursorOf(place: Place<string | number>): string {
  return `${place.at}:${place.tie}`;
}
