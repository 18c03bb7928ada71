// Lists by what no index has: a walk along the time that looks at each row, in parts, so that it can end in time.

import type { Value } from "../driver/driver.ts";
import type { Connection } from "./connection.ts";
import { after, type Found, type Order, type Place, type Range, rangeValues } from "./page.ts";

/** A statement that gives, for rows of a range in order: tie, time, and whether the row is wanted. */
export interface WalkStatement<Tie extends string | number> {
  readonly sql: string;
  /** The values before those of the range and the limit. */
  readonly values: readonly Value[];
  readonly order: Order;
  readonly readTie: (value: Value) => Tie;
}

interface Part<Tie extends string | number> {
  readonly wanted: readonly Place<Tie>[];
  /** The last row looked at; absent when the range has come to its end. */
  readonly lookedTo?: Place<Tie>;
}

const partRows = 1000;

/** Rows that one page may look at: some tenths of a second. */
const lookedRowsMax = 50_000;

/** The walk, part by part. */
export function* walk<Tie extends string | number>(
  connection: Connection,
  { sql, values, order, readTie }: WalkStatement<Tie>,
  range: Range<Tie>,
): Generator<Part<Tie>> {
  let left = range;
  for (;;) {
    const rows = connection.all(sql, [...values, ...rangeValues(left), partRows]);
    const places = rows.map(([tie = null, at]): Place<Tie> => ({ at: Number(at), tie: readTie(tie) }));
    const wanted = places.filter((_, index) => rows[index]?.[2] === 1);
    const last = places.at(-1);
    if (last === undefined || rows.length < partRows) {
      yield { wanted };
      return;
    }
    yield { wanted, lookedTo: last };
    left = after(left, last, order);
  }
}

/** The first wanted places, more than `limit` of them where there are, as far as one page may look. */
export function findByWalk<Tie extends string | number>(
  connection: Connection,
  statement: WalkStatement<Tie>,
  range: Range<Tie>,
  limit: number,
): Found<Tie> {
  const places: Place<Tie>[] = [];
  let looked = 0;
  for (const part of walk(connection, statement, range)) {
    places.push(...part.wanted);
    looked += partRows;
    const isEnough = places.length > limit || looked >= lookedRowsMax;
    if (isEnough && part.lookedTo !== undefined) return { places, lookedTo: part.lookedTo };
  }
  return { places };
}
