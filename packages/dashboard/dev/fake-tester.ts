// The expression test and the names of events over the fake world. Expressions are turned into JavaScript: enough for
// the page's own development, and nothing like the engine's language.

import type {
  EventNameView,
  EventView,
  ExpressionTestRequest,
  ExpressionTestView,
  Json,
  Verdict,
} from "@stepwell/protocol/rest";
import type { World } from "./world.ts";

type Test = (event: { readonly data: Json }) => Verdict;

/** @throws SyntaxError for what JavaScript cannot read either. */
function testOf(expression: string): Test {
  if (expression.trim() === "") return () => "match";
  const script = expression.replaceAll(
    /([\w.]+)\s+in\s+(\[[^\]]*\])/g,
    (_, item: string, list: string) => `${list}.includes(${item})`,
  );
  const numeric = script.replaceAll(
    /(event[\w.]*)\s*(>=|<=|>|<)/g,
    (_, path: string, operator: string) => `number(${path}) ${operator}`,
  );
  const run = new Function("event", "int", "number", `"use strict"; return (${numeric});`);
  const number = (value: unknown): number => (typeof value === "number" ? value : Number.NaN);
  return (event) => {
    try {
      return run(event, Number, number) === true ? "match" : "no-match";
    } catch {
      return "error";
    }
  };
}

function pathsOf(...expressions: readonly string[]): readonly string[] {
  const found = expressions.flatMap((text) => [...text.matchAll(/event\.(data\.[\w.]+)/g)]);
  return [...new Set(["data.userId", ...found.map((match) => match[1] ?? "")])].slice(0, 6);
}

function valueAt(event: EventView, path: string): Json | undefined {
  let value: unknown = event;
  for (const key of path.split(".")) {
    if (typeof value !== "object" || value === null) return undefined;
    value = (value as Readonly<Record<string, unknown>>)[key];
  }
  return value as Json | undefined;
}

export function expressionTest(world: World, request: ExpressionTestRequest): ExpressionTestView {
  const { current = "", edited = "", eventName, from = 0, limit = 50 } = request;
  const none = { tested: 0, current: 0, edited: 0, more: 0, fewer: 0, paths: [], rows: [] };
  let tests: readonly [Test, Test];
  try {
    tests = [testOf(current), testOf(edited)];
  } catch {
    return { ...none, problem: { message: "it cannot be parsed: a value is missing.", at: edited.length } };
  }
  const paths = pathsOf(current, edited);
  const rows = [...world.events.values()]
    .map(({ view }) => view)
    .filter((event) => event.name === eventName && Date.parse(event.receivedAt) >= from)
    .sort((left, right) => Date.parse(right.receivedAt) - Date.parse(left.receivedAt))
    .map((event) => ({
      eventId: event.id,
      receivedAt: event.receivedAt,
      current: tests[0]({ data: event.data ?? {} }),
      edited: tests[1]({ data: event.data ?? {} }),
      values: paths.map((path) => valueAt(event, path) ?? null),
      missing: paths.flatMap((path, index) => (valueAt(event, path) === undefined ? [index] : [])),
    }));
  const differs = (row: (typeof rows)[number]): number => Number(row.current !== row.edited);
  return {
    tested: rows.length,
    current: rows.filter((row) => row.current === "match").length,
    edited: rows.filter((row) => row.edited === "match").length,
    more: rows.filter((row) => row.edited === "match" && row.current !== "match").length,
    fewer: rows.filter((row) => row.current === "match" && row.edited !== "match").length,
    paths,
    rows: rows.sort((left, right) => differs(right) - differs(left)).slice(0, limit),
  };
}

export function eventNames(world: World): readonly EventNameView[] {
  const names = new Map<string, { functions: number; received: number; newest?: EventView }>();
  const entry = (name: string) => {
    const known = names.get(name) ?? { functions: 0, received: 0 };
    names.set(name, known);
    return known;
  };
  for (const fn of world.functions.values())
    for (const trigger of fn.triggers) if (trigger.type === "EVENT") entry(trigger.value).functions += 1;
  for (const { view } of world.events.values()) {
    if (view.isSystem) continue;
    const known = entry(view.name);
    known.received += 1;
    if (known.newest === undefined || known.newest.receivedAt < view.receivedAt) known.newest = view;
  }
  return [...names]
    .map(([name, { functions, received, newest }]) => ({
      name,
      functions,
      received,
      ...(newest === undefined ? {} : { lastReceivedAt: newest.receivedAt, sample: newest.data ?? {} }),
    }))
    .sort((left, right) => right.received - left.received);
}
