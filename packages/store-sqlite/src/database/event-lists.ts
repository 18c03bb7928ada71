// Lists of events. Each name, or each kind of event where no name is given, is a search of its own in an index,
// merged by time of receipt.

import type { StoredEvent } from "@stepwell/core";
import type { EventFilter, Page } from "@stepwell/engine";
import type { Value } from "../driver/driver.ts";
import type { Connection } from "./connection.ts";
import { layouts } from "./layouts.ts";
import {
  type Found,
  merge,
  type Place,
  pageOf,
  pageRowsMax,
  type Range,
  rangeOf,
  rangeValues,
} from "./page.ts";
import { charactersOf } from "./run-lists.ts";
import { originalText, storedText } from "./text.ts";
import { findByWalk } from "./walk.ts";

/** Names under a prefix that are searched one by one; more are left to a walk along the time. */
const namesMax = 64;

export function listEvents(connection: Connection, filter: EventFilter): Page<StoredEvent> {
  return connection.reading(() => {
    const limit = Math.min(filter.limit, pageRowsMax);
    const range = rangeOf(filter, 0, parseSequence);
    const found = merge(findEvents(connection, filter, range, limit), "newest");
    const sql = `SELECT ${layouts.events.columns} FROM events WHERE sequence = ?`;
    return pageOf(found, limit, (place) => {
      const values = connection.first(sql, [place.tie]);
      if (values === undefined) return undefined;
      return { row: layouts.events.read(values), characters: charactersOf(values) };
    });
  });
}

function parseSequence(text: string): number | undefined {
  return /^\d+$/.test(text) ? Number(text) : undefined;
}

function findEvents(
  connection: Connection,
  filter: EventFilter,
  range: Range<number>,
  limit: number,
): readonly Found<number>[] {
  const { name, namePrefix, includeInternal = false } = filter;
  const isWanted = (candidate: string) =>
    (includeInternal || !candidate.startsWith("inngest/")) && candidate.startsWith(namePrefix ?? "");
  const search = (where: string, value: Value): Found<number> => {
    const rows = connection.all(eventPlacesSql(where), [value, ...rangeValues(range), limit + 1]);
    return {
      places: rows.map(([sequence, at]): Place<number> => ({ at: Number(at), tie: Number(sequence) })),
    };
  };
  const kinds = includeInternal ? [0, 1] : [0];
  if (name !== undefined) return isWanted(name) ? [search(byName, storedText(name))] : [];
  if (namePrefix === undefined) return kinds.map((isInternal) => search(byKind, isInternal));
  const prefix = storedText(namePrefix);
  const names = namesUnder(connection, prefix);
  if (names.length <= namesMax) {
    return names.filter((each) => isWanted(originalText(each))).map((each) => search(byName, each));
  }
  return kinds.map((isInternal) => {
    const values = [[...prefix].length, prefix, isInternal];
    return findByWalk(
      connection,
      { sql: eventWalkSql, values, order: "newest", readTie: Number },
      range,
      limit,
    );
  });
}

export const byName = "name = ?";
export const byKind = "is_internal = ?";

const inRange = "(received_at, sequence) > (?, ?) AND (received_at, sequence) < (?, ?)";
const newestFirst = "ORDER BY received_at DESC, sequence DESC LIMIT ?";

export function eventPlacesSql(where: string): string {
  return `SELECT sequence, received_at FROM events WHERE ${where} AND ${inRange} ${newestFirst}`;
}

export const eventWalkSql = `SELECT sequence, received_at, substr(name, 1, ?) = ? AS is_wanted FROM events
  WHERE ${byKind} AND ${inRange} ${newestFirst}`;

/** Steps from one name to the next in the index, as far as they have the prefix. */
export const namesUnderSql = `WITH RECURSIVE names (name) AS (
    SELECT min(name) FROM events WHERE name >= ?1
    UNION ALL
    SELECT (SELECT min(name) FROM events WHERE name > names.name)
    FROM names WHERE substr(names.name, 1, ?2) = ?1
  )
  SELECT name FROM names WHERE substr(name, 1, ?2) = ?1 LIMIT ?3`;

/** The stored names under a prefix, as far as they are not too many. */
function namesUnder(connection: Connection, prefix: string): readonly string[] {
  const rows = connection.all(namesUnderSql, [prefix, [...prefix].length, namesMax + 1]);
  return rows.map(([name]) => String(name));
}

export const countEventsSql = `SELECT count(*) AS events FROM events
  WHERE is_internal = 0 AND received_at >= ? AND received_at < ?`;

export function countEvents(
  connection: Connection,
  { from, until }: { readonly from: number; readonly until: number },
): number {
  return Number(connection.first(countEventsSql, [from, until])?.[0] ?? 0);
}
