// The list of bulk operations: few rows, walked along their time.

import type { Bulk } from "@stepwell/core";
import type { BulkFilter, Page } from "@stepwell/engine";
import type { Value } from "../driver/driver.ts";
import type { Connection } from "./connection.ts";
import { layouts } from "./layouts.ts";
import { pageOf, pageRowsMax, rangeOf } from "./page.ts";
import { charactersOf } from "./run-lists.ts";
import { findByWalk } from "./walk.ts";

export function listBulks(connection: Connection, filter: BulkFilter): Page<Bulk> {
  return connection.reading(() => {
    const limit = Math.min(filter.limit, pageRowsMax);
    const range = rangeOf(filter, "", (text) => text);
    const statement = {
      sql: bulkWalkSql,
      values: wantedValues(filter),
      order: "newest",
      readTie: String,
    } as const;
    const found = findByWalk<string>(connection, statement, range, limit);
    const sql = `SELECT ${layouts.bulks.columns} FROM bulks WHERE id = ?`;
    return pageOf(found, limit, (place) => {
      const values = connection.first(sql, [place.tie]);
      if (values === undefined) return undefined;
      return { row: layouts.bulks.read(values), characters: charactersOf(values) };
    });
  });
}

/** A list as JSON, or null where each is wanted. */
function wantedValues({ kinds, statuses }: BulkFilter): readonly Value[] {
  const list = (values: readonly string[] | undefined) =>
    values === undefined ? null : JSON.stringify(values);
  return [list(kinds), list(kinds), list(statuses), list(statuses)];
}

export const bulkWalkSql = `SELECT id, created_at,
    (? IS NULL OR kind IN (SELECT value FROM json_each(?)))
    AND (? IS NULL OR status IN (SELECT value FROM json_each(?))) AS is_wanted FROM bulks
  WHERE (created_at, id) > (?, ?) AND (created_at, id) < (?, ?) ORDER BY created_at DESC, id DESC LIMIT ?`;
