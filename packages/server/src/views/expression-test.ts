// An expression over events: what it matches, and where it differs from another one. Nothing is changed.

import {
  compile,
  type Expression,
  matches,
  type Path,
  pathsOf,
  pathText,
  payloadOf,
  type StoredEvent,
  valueAt,
} from "@stepwell/core";
import type { Json } from "@stepwell/protocol";
import type {
  ExpressionProblem,
  ExpressionTestRequest,
  ExpressionTestRow,
  ExpressionTestView,
  Verdict,
} from "@stepwell/protocol/rest";
import { expressionTestRowsMax } from "../schemas/expression-test.ts";
import { timestamp } from "./time.ts";

const pathsMax = 6;
const rowsFallback = 50;
const foundLengthMax = 200;

/** Undefined stands for no expression, which matches every event. */
type Filter = Expression | undefined;

/** @param events newest first. */
export function expressionTest(
  request: Pick<ExpressionTestRequest, "current" | "edited" | "limit">,
  events: readonly StoredEvent[],
  isPartial: boolean,
): ExpressionTestView {
  const edited = filterOf(request.edited);
  if ("message" in edited) return withProblem(edited);
  const current = filterOf(request.current);
  // A current expression that does not compile matches nothing, as in routing.
  const currentFilter = "message" in current ? current : current.filter;
  const paths = pathsRead([currentFilter, edited.filter]);
  const rows = events.map((event) => rowOf(event, currentFilter, edited.filter, paths));
  const limit = Math.min(expressionTestRowsMax, request.limit ?? rowsFallback);
  const differing = rows.filter((row) => row.current !== row.edited);
  const alike = rows.filter((row) => row.current === row.edited);
  return {
    tested: rows.length,
    ...(isPartial ? { isPartial } : {}),
    current: rows.filter((row) => row.current === "match").length,
    edited: rows.filter((row) => row.edited === "match").length,
    more: rows.filter((row) => row.edited === "match" && row.current !== "match").length,
    fewer: rows.filter((row) => row.current === "match" && row.edited !== "match").length,
    paths: paths.map(pathText),
    rows: [...differing, ...alike].slice(0, limit),
  };
}

function filterOf(source: string | undefined): { readonly filter: Filter } | ExpressionProblem {
  if (source === undefined || source.trim() === "") return { filter: undefined };
  const compiled = compile(source, "trigger");
  if (compiled.kind === "compiled") return { filter: compiled.expression };
  const { reason, at } = compiled;
  return { message: reason, ...(at === undefined ? {} : { at }) };
}

function withProblem(problem: ExpressionProblem): ExpressionTestView {
  return { tested: 0, current: 0, edited: 0, more: 0, fewer: 0, paths: [], rows: [], problem };
}

function pathsRead(filters: readonly (Filter | ExpressionProblem)[]): readonly Path[] {
  const all = filters.flatMap((filter) =>
    filter === undefined || "message" in filter ? [] : pathsOf(filter.node, "event"),
  );
  const once = new Map(all.map((path) => [pathText(path), path]));
  return [...once.values()].slice(0, pathsMax);
}

function rowOf(
  event: StoredEvent,
  current: Filter | ExpressionProblem,
  edited: Filter,
  paths: readonly Path[],
): ExpressionTestRow {
  const payload = payloadOf(event) as unknown as Json;
  const values = paths.map((path) => valueAt(payload, path.keys));
  const missing = values.flatMap((value, index) => (value === undefined ? [index] : []));
  return {
    eventId: event.id,
    receivedAt: timestamp(event.receivedAt),
    current: verdictOf(current, payload, event.receivedAt),
    edited: verdictOf(edited, payload, event.receivedAt),
    values: values.map(shortened),
    ...(missing.length === 0 ? {} : { missing }),
  };
}

function verdictOf(filter: Filter | ExpressionProblem, event: Json, now: number): Verdict {
  if (filter === undefined) return "match";
  if ("message" in filter) return "error";
  switch (matches(filter, { event, now }).kind) {
    case "matched":
      return "match";
    case "unmatched":
      return "no-match";
    case "error":
      return "error";
  }
}

/** Long values stand as the beginning of their JSON: a table has no room for more. */
function shortened(value: Json | undefined): Json {
  if (value === undefined) return null;
  const text = JSON.stringify(value);
  return text.length <= foundLengthMax ? value : `${text.slice(0, foundLengthMax)}…`;
}
