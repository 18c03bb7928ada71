// Searching through a list for what no store has an index for. One answer looks at a bounded number of rows for a
// bounded time; its cursor goes on behind them.

import type { Page } from "@stepwell/engine";
import type { ServerContext } from "../../server-context.ts";

/** Rows that one answer looks at. */
const searchedMax = 5000;
/** How long one answer goes on looking, in ms. */
const searchedMaxMs = 200;
const chunk = 200;

export interface PageSearch<T> {
  /** A page of the list after a cursor. */
  readonly list: (cursor: string | undefined, limit: number) => Promise<Page<T>>;
  /** Those that are searched for, in order. */
  readonly find: (rows: readonly T[]) => Promise<readonly T[]> | readonly T[];
  /** Where to begin. */
  readonly cursor: string | undefined;
}

/** What is found for one page, at most `limit`. Without `next` there is no more. */
export async function searchPage<T>(
  server: ServerContext,
  { list, find, cursor: begin }: PageSearch<T>,
  limit: number,
): Promise<Page<T>> {
  const found: T[] = [];
  const isOver = bounds(server);
  let cursor = begin;
  do {
    const page = await list(cursor, chunk);
    const more = await find(page.rows);
    const first = more[limit - found.length];
    if (first !== undefined) {
      // The page ends before the first one too many; the store knows the cursor of that place.
      const { next } = await list(cursor, page.rows.indexOf(first));
      const rows = [...found, ...more.slice(0, limit - found.length)];
      return { rows, ...(next === undefined ? {} : { next }) };
    }
    found.push(...more);
    cursor = page.next;
    if (isOver(page.rows.length)) break;
  } while (cursor !== undefined);
  return { rows: found, ...(cursor === undefined ? {} : { next: cursor }) };
}

/** Everything that is found, as far as one answer looks. */
export async function searchThrough<T>(
  server: ServerContext,
  { list, find, cursor: begin }: PageSearch<T>,
): Promise<{ readonly rows: readonly T[]; readonly isComplete: boolean }> {
  const rows: T[] = [];
  const isOver = bounds(server);
  let cursor = begin;
  do {
    const page = await list(cursor, chunk);
    rows.push(...(await find(page.rows)));
    cursor = page.next;
    if (isOver(page.rows.length)) break;
  } while (cursor !== undefined);
  return { rows, isComplete: cursor === undefined };
}

function bounds({ clock }: ServerContext): (looked: number) => boolean {
  const stopAt = clock.elapsed() + searchedMaxMs;
  let searched = 0;
  return (looked) => {
    searched += looked;
    return searched >= searchedMax || clock.elapsed() >= stopAt;
  };
}
