// Rows as columns and back: fields with a column of their own, and all others in one JSON text.

import type { Value } from "../driver/driver.ts";
import { Failure } from "../failure.ts";
import { originalText, storedText } from "./text.ts";

/**
 * How a field stands in its column: `name` a text from anywhere, `document` a JSON text that the engine passes
 * through, `number`, `flag`, or `names` a list of texts as JSON.
 */
type ColumnKind = "name" | "document" | "number" | "flag" | "names";

interface Column<Row> {
  readonly column: string;
  readonly field: keyof Row & string;
  readonly kind: ColumnKind;
}

/** A column that is only searched: its value follows from the row. */
interface DerivedColumn<Row> {
  readonly column: string;
  readonly valueOf: (row: Row) => Value;
  /** The SQL around the value; `?` where there is none. */
  readonly sql?: string;
}

export interface RowLayout<Row> {
  readonly table: string;
  /** The columns of the primary key. */
  readonly key: readonly string[];
  readonly columns: readonly Column<Row>[];
  readonly derived?: readonly DerivedColumn<Row>[];
  /** Columns that never change once the row is there: they are not written again. */
  readonly fixed?: readonly string[];
}

export interface RowCodec<Row> {
  readonly table: string;
  /** A statement that puts a row; it takes `values`. */
  readonly put: string;
  /** The columns that `read` needs, for a SELECT. */
  readonly columns: string;
  values(row: Row): readonly Value[];
  read(values: readonly Value[]): Row;
}

export function rowCodec<Row extends object>(layout: RowLayout<Row>): RowCodec<Row> {
  const { table, columns, derived = [] } = layout;
  const readColumns = [...columns.map((column) => column.column), "rest"];
  const inColumns = new Set<string>(columns.map((column) => column.field));
  return {
    table,
    put: putStatement(layout),
    columns: readColumns.map((column) => `${table}.${column}`).join(", "),
    values(row) {
      const values = columns.map((column) => encode(column.kind, row[column.field]));
      values.push(restOf(row, inColumns));
      for (const column of derived) values.push(column.valueOf(row));
      return values;
    },
    read(values) {
      const rest = values[columns.length];
      const row: Record<string, unknown> = typeof rest === "string" ? JSON.parse(rest) : {};
      columns.forEach((column, index) => {
        const value = values[index] ?? null;
        if (value !== null) row[column.field] = decode(column.kind, value);
      });
      // The row was a Row when it was put, and comes back as it was.
      return row as Row;
    },
  };
}

/** The fields without a column, as JSON; null where there are none. */
function restOf(row: object, inColumns: ReadonlySet<string>): string | null {
  const rest = Object.entries(row).filter(([field, value]) => value !== undefined && !inColumns.has(field));
  return rest.length === 0 ? null : JSON.stringify(Object.fromEntries(rest));
}

function putStatement<Row>({ table, key, columns, derived = [], fixed = [] }: RowLayout<Row>): string {
  const names = [
    ...columns.map((column) => column.column),
    "rest",
    ...derived.map((column) => column.column),
  ];
  const values = [...columns.map(() => "?"), "?", ...derived.map((column) => column.sql ?? "?")];
  const changing = names.filter((name) => !key.includes(name) && !fixed.includes(name));
  return `INSERT INTO ${table} (${names.join(", ")}) VALUES (${values.join(", ")})
    ON CONFLICT (${key.join(", ")}) DO UPDATE SET ${changing.map((name) => `${name} = excluded.${name}`).join(", ")}`;
}

function encode(kind: ColumnKind, value: unknown): Value {
  if (value === undefined || value === null) return null;
  if (kind === "number" && typeof value === "number") return value;
  if (kind === "flag" && typeof value === "boolean") return value ? 1 : 0;
  if (kind === "name" && typeof value === "string") return storedText(value);
  if (kind === "document" && typeof value === "string") return value;
  if (kind === "names" && Array.isArray(value)) return JSON.stringify(value.map(String).map(storedText));
  throw new Failure("ROW_REFUSED", `A ${typeof value} cannot stand in a column for a ${kind}.`);
}

function decode(kind: ColumnKind, value: string | number): unknown {
  switch (kind) {
    case "number":
    case "document":
      return value;
    case "flag":
      return value !== 0;
    case "name":
      return originalText(String(value));
    case "names": {
      const names: readonly string[] = JSON.parse(String(value));
      return names.map(originalText);
    }
  }
}
