// Lists of events. Each name, or each kind of event where no name is given, is a search of its own in an index,
// merged by time of receipt.

import type { StoredEvent } from "@stepwell/core";
import type { EventFilter, Page } from "@stepwell/engine";
import type { Value } from "../driver/driver.ts";
import type { Connection } from "./connection.ts";
import { layouts } from "./layouts.ts";
import { mergePlaces, type Place, pageOf, pageRowsMax, rangeOf, rangeValues } from "./page.ts";
import { charactersOf } from "./run-lists.ts";
import { originalText, storedText } from "./text.ts";

/** Names under a prefix that are searched one by one; more are left to a walk along the time. */
const namesMax = 64;

interface Search {
  readonly where: string;
  readonly values: readonly Value[];
}

export function listEvents(connection: Connection, filter: EventFilter): Page<StoredEvent> {
  return connection.reading(() => {
    const limit = Math.min(filter.limit, pageRowsMax);
    const range = rangeOf(filter, 0, parseSequence);
    const lists = searchesOf(connection, filter).map(({ where, values }) =>
      connection
        .all(eventPlacesSql(where), [...values, ...rangeValues(range), limit + 1])
        .map(([sequence, at]): Place<number> => ({ at: Number(at), tie: Number(sequence) })),
    );
    const places = mergePlaces(lists, "newest", limit + 1);
    const sql = `SELECT ${layouts.events.columns} FROM events WHERE sequence = ?`;
    return pageOf(places, limit, (place) => {
      const values = connection.first(sql, [place.tie]);
      if (values === undefined) return undefined;
      return { row: layouts.events.read(values), characters: charactersOf(values) };
    });
  });
}

function parseSequence(text: string): number | undefined {
  return /^\d+$/.test(text) ? Number(text) : undefined;
}

export function eventPlacesSql(where: string): string {
  return `SELECT sequence, received_at FROM events
    WHERE ${where} AND (received_at, sequence) > (?, ?) AND (received_at, sequence) < (?, ?)
    ORDER BY received_at DESC, sequence DESC LIMIT ?`;
}

export const nameWhere = "name = ?";
export const kindWhere = "is_internal = ?";

function searchesOf(connection: Connection, filter: EventFilter): readonly Search[] {
  const { name, namePrefix, includeInternal = false } = filter;
  const isWanted = (candidate: string) =>
    (includeInternal || !candidate.startsWith("inngest/")) && candidate.startsWith(namePrefix ?? "");
  if (name !== undefined) return isWanted(name) ? [{ where: nameWhere, values: [storedText(name)] }] : [];
  if (namePrefix !== undefined) {
    const names = namesUnder(connection, namePrefix);
    if (names.length <= namesMax) {
      return names.filter(isWanted).map((each) => ({ where: nameWhere, values: [storedText(each)] }));
    }
  }
  return (includeInternal ? [0, 1] : [0]).map((isInternal) => {
    if (namePrefix === undefined) return { where: kindWhere, values: [isInternal] };
    const prefix = storedText(namePrefix);
    // The plus keeps the planner from searching by name: it would then have to sort all that matches.
    return {
      where: `${kindWhere} AND substr(+name, 1, ?) = ?`,
      values: [isInternal, [...prefix].length, prefix],
    };
  });
}

/** Steps from one name to the next in the index, as far as they have the prefix. */
export const namesUnderSql = `WITH RECURSIVE names (name) AS (
    SELECT min(name) FROM events WHERE name >= ?1
    UNION ALL
    SELECT (SELECT min(name) FROM events WHERE name > names.name)
    FROM names WHERE substr(names.name, 1, ?2) = ?1
  )
  SELECT name FROM names WHERE substr(name, 1, ?2) = ?1 LIMIT ?3`;

function namesUnder(connection: Connection, namePrefix: string): readonly string[] {
  const prefix = storedText(namePrefix);
  return connection
    .all(namesUnderSql, [prefix, [...prefix].length, namesMax + 1])
    .map(([name]) => originalText(String(name)));
}
