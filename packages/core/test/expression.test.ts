// Part E: the expression language, its typing, missing fields, interpolation and indexed matching.

import type { Json } from "@stepwell/protocol";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  compile,
  type Expression,
  type ExpressionUse,
  evaluate,
  indexKey,
  integer,
  interpolate,
  interpolatedSource,
  keyText,
  matches,
  probe,
  shape,
  split,
  textOf,
} from "../src/expression/index.ts";

const now = Date.UTC(2026, 0, 2, 3, 4, 5);

function compiled(source: string, use: ExpressionUse = "trigger"): Expression {
  const result = compile(source, use);
  if (result.kind === "invalid") throw new Error(`${source}: ${result.reason}`);
  return result.expression;
}

/** The value of an expression over `event`, as plain JSON where it has such a form. */
function value(source: string, data: Json = {}): unknown {
  const result = evaluate(compiled(source), { event: { name: "e", id: "1", ts: 5, data }, now });
  if (result.kind === "error") return `error: ${result.reason}`;
  if (typeof result.value === "symbol") return "missing";
  return typeof result.value === "bigint" ? Number(result.value) : result.value;
}

describe("E2 language", () => {
  const rows: readonly (readonly [string, unknown])[] = [
    ["1 == 1.0", true],
    ["event.data.n > 4 && event.data.n <= 5", true],
    ["event.data.n == 5 ? 'five' : 'other'", "five"],
    ["5 + 2 * 3", 11],
    ["7 / 2", 3],
    ["7.0 / 2", 3.5],
    ["7 % 4", 3],
    ["-event.data.n", -5],
    ['event["data"]["text"]', "Hello"],
    ["event.data.list[1]", "b"],
    ["'b' in event.data.list", true],
    ["'n' in event.data", true],
    ["event.data.text.contains('ell')", true],
    ["event.data.text.startsWith('He')", true],
    ["event.data.text.endsWith('lo')", true],
    ["event.data.text.matches('^H.*o$')", true],
    ["size(event.data.text) + size(event.data.list)", 7],
    ["event.data.list.exists(x, x == 'b')", true],
    ["event.data.list.exists_one(x, x != 'a')", true],
    ["event.data.list.all(x, size(x) == 1)", true],
    ["event.data.list.map(x, x + '!')", ["a!", "b!"]],
    ["event.data.list.filter(x, x == 'a')", ["a"]],
    ["has(event.data.text)", true],
    ["has(event.data.nothing)", false],
    ["int('42') + int(1.9)", 43],
    ["uint(3)", 3],
    ["double('1.5')", 1.5],
    ["size(bytes('ü'))", 2],
    ["string(12)", "12"],
    ["bool('true')", true],
    ["type(1) == type(2)", true],
    ["lowercase('ABC') + uppercase('d')", "abcD"],
    ["b64decode('aGVsbG8=')", "hello"],
    ["json_parse('{\"a\":1}').a", 1],
    ["date('2026-01-02').getFullYear()", 2026],
    ["timestamp('2026-01-02T10:00:00Z').getHours()", 10],
    ["duration('90s').getMinutes()", 1],
    ["now() > now_minus('1h') && now() < now_plus('1w2d')", true],
    ["[1.0, 2.0] + [3.0]", [1, 2, 3]],
    ["\"single\" == 'single'", true],
  ];
  test.each(rows)("E2 %s", (source, expected) => {
    expect(value(source, { n: 5, text: "Hello", list: ["a", "b"] })).toEqual(expected);
  });

  const dates = [
    "2026-01-02T03:04:05Z",
    "2026-01-02T03:04:05",
    "2026-01-02",
    "Fri, 02 Jan 2026 03:04:05 GMT",
    "02 Jan 26 03:04 UTC",
    "Fri Jan  2 03:04:05 2026",
  ];
  test.each(dates)("E2.1 date('%s') is read", (text) => {
    expect(value(`date('${text}').getFullYear()`)).toBe(2026);
  });

  test("E2.1 date() takes seconds, milliseconds and nanoseconds, and refuses what is no date", () => {
    for (const number of [1_767_323_045, 1_767_323_045_000, 1_767_323_045_000_000_000]) {
      expect(value(`date(${number}).getFullYear()`)).toBe(2026);
    }
    expect(value("date('soon')")).toMatch(/^error/);
  });
});

describe("E2 the finer rules", () => {
  test("E2.2 now_plus takes extended durations; E2.3 both quotes are the same", () => {
    expect(value("now_plus('1w2d3h') - now() == duration('219h')")).toBe(true);
    expect(value(`'a' == "a"`)).toBe(true);
  });

  test("E4.3 errors in functions over missing data become the defaults", () => {
    expect(value("lowercase(event.data.x) == 'a'")).toBe(false);
    expect(value("date(event.data.x) || 'kept'")).toBe("kept");
  });
});

describe("E3 typing", () => {
  const rows: readonly (readonly [string, string, unknown])[] = [
    ["E3.1", "1 == '1'", false],
    ["E3.1", "1 != '1'", true],
    ["E3.2", "'a' + 1", "a1"],
    ["E3.2", "1 + 'a'", "1a"],
    ["E3.3", "null == null", true],
    ["E3.3", "null == 0", false],
    ["E3.3", "null < 1", true],
    ["E3.3", "null < ''", false],
    ["E3.4", "'' || 'second'", "second"],
    ["E3.4", "0 || false", false],
    ["E3.4", "'first' && 'last'", "last"],
    ["E3.4", "0 && 'last'", 0],
    ["E3.4", "(1 / 0) || 'kept'", "kept"],
    ["E3.5", "'text' ? 1 : 2", 1],
    ["E3.5", "'' ? 1 : 2", 2],
  ];
  test.each(rows)("%s %s", (_, source, expected) => {
    expect(value(source)).toEqual(expected);
  });

  test("E3.1 ordering what has no order is an error", () => {
    expect(value("'a' < 1")).toMatch(/^error/);
  });

  test("E3.6 a final result that is no boolean is an error where one is needed", () => {
    const result = matches(compiled("event.data.name"), { event: { data: { name: "truthy" } }, now });
    expect(result.kind).toBe("error");
  });
});

describe("E4 missing fields", () => {
  const rows: readonly (readonly [string, unknown])[] = [
    ["event.data.x == null", true],
    ["event.data.x != null", false],
    ["event.data.x == 'a'", false],
    ["event.data.x == 0", false],
    ["event.data.x == ''", false],
    ["event.data.x == false", false],
    ["event.data.x != 'a'", true],
    ["event.data.x < 5", true],
    ["event.data.x <= 5", true],
    ["event.data.x > 5", false],
    ["event.data.x >= 5", false],
    ["5 < event.data.x", false],
    ["5 <= event.data.x", false],
    ["5 > event.data.x", true],
    ["5 >= event.data.x", true],
    ["event.data.x + 'a'", "a"],
    ["event.data.x + event.data.y", false],
    ["size(event.data.x)", 0],
    ["event.data.x.contains('a')", false],
    ["event.data.x.exists(i, i == 1)", false],
    ["!event.data.x", false],
    ["event.data.x.y.z == null", true],
    ["event.data.text.y == null", true],
    ["event.data.x == event.data.y", false],
  ];
  test.each(rows)("E4 %s", (source, expected) => {
    expect(value(source, { text: "t" })).toEqual(expected);
  });

  test("E4 a missing field alone does not match", () => {
    expect(matches(compiled("event.data.x"), { event: { data: {} }, now }).kind).toBe("unmatched");
  });

  test("E4.1 a key of a missing field says so", () => {
    const key = (source: string, data: Json) => keyText(compiled(source, "value"), { event: { data }, now });
    expect(key("event.data.u", {})).toEqual({ kind: "missing" });
    expect(key("event.data.u", { u: 7 })).toEqual({ kind: "value", text: "7" });
    expect(key("event.data.u", { u: { b: 1, a: [2] } })).toEqual({ kind: "value", text: '{"a":[2],"b":1}' });
  });

  test("E4.2 a join with a missing part keeps the other", () => {
    expect(value("event.data.a + '-' + event.data.b", { a: "x" })).toBe("x-");
  });

  test("E1 C9.2 priority expressions give ints of the language or nothing; numbers of JSON are none", () => {
    const of = (data: Json) =>
      integer(compiled("event.data.plan == 'pro' ? 120 : event.data.n", "value"), { event: { data }, now });
    expect([of({ plan: "pro" }), of({ n: 3 }), of({ n: "x" })]).toEqual([120, undefined, undefined]);
  });
});

describe("E1 the fields of event", () => {
  const whole = { id: "1", name: "a/b", data: { n: 1 }, ts: 1_700_000_000_000, user: { email: "x" } };
  const extended: Json = { ...whole, v: "2", meta: { sessions: { chat: "c1" } } };
  const fields: readonly (readonly [string, unknown, unknown])[] = [
    ["event.id == '1'", true, true],
    ["event.name == 'a/b'", true, true],
    ["event.data.n == 1", true, true],
    ["event.ts > 1699999999999.5 && event.ts < 1700000000000.5", true, true],
    ["type(event.ts) == type(1.5)", true, true],
    ["event.user.email == 'x'", true, true],
    ["event.v == '2'", true, false],
    ["event.v != '2'", false, true],
    ["event.v == null", false, true],
    ["event.meta.sessions.chat == 'c1'", true, false],
  ];
  test.each(fields)("E1.1 %s: %s with v and sessions, %s without", (source, withAll, without) => {
    const of = (event: Json) => matches(compiled(source), { event, now }).kind === "matched";
    expect([of(extended), of(whole)]).toEqual([withAll, without]);
  });
});

describe("E1 which names stand where", () => {
  const places: readonly (readonly [string, ExpressionUse, string, string])[] = [
    ["trigger if: the event", "trigger", "event.data.n == 1", "async.data.n == 1"],
    ["cancelOn if: trigger and cancelling event", "cancel", "event.data.n == async.data.n", "output.n == 1"],
    ["waitForEvent if: trigger and awaited event", "wait", "event.data.n == async.data.n", "output.n == 1"],
    ["priority.run: the event", "value", "event.data.n == 1 ? 10 : 0", "async.data.n"],
    [
      "search filter: event and output",
      "filter",
      "event.data.n == 1 && output.ok == true",
      "async.data.n == 1",
    ],
  ];
  test.each(places)("E1 %s", (_, use, fine, wrong) => {
    expect([compile(fine, use).kind, compile(wrong, use).kind]).toEqual(["compiled", "invalid"]);
  });

  const everything = [
    "event.data.list.exists(x, x == 1) && has(event.data.a)",
    "lowercase(event.data.t) + 'x' == uppercase('y')",
    "date(event.data.at) < now() && now_plus('1h') > now_minus('7d')",
    "int(event.data.n) % 2 == 0 ? 'even' : string(event.data.n)",
  ];
  test.each(everything)("E2.4 %s compiles where nothing is restricted, and only there", (source) => {
    const uses: readonly ExpressionUse[] = ["trigger", "value", "filter", "wait"];
    expect(uses.map((use) => compile(source, use).kind)).toEqual(uses.map(() => "compiled"));
    expect(compile(source, "cancel").kind).toBe("invalid");
  });
});

describe("E7 keys", () => {
  const predicates: readonly (readonly [string, string, string])[] = [
    ["equal to a text", "async.data.a == 'x'", '["x"]'],
    ["equal to a number", "async.data.a == 7", "[7]"],
    ["equal, the literal in front", "'x' == async.data.a", '["x"]'],
    ["equal to a boolean", "async.data.a == true", "[true]"],
    ["two equalities", "async.data.a == 'x' && async.data.b == 2", '["x",2]'],
    ["an equality and something else", "async.data.a == 'x' && async.data.b > 2", '["x"]'],
    ["equal to null", "async.data.a == null", ""],
    ["unequal", "async.data.a != 'x'", ""],
    ["in order", "async.data.a > 7", ""],
    ["path and path", "async.data.a == async.data.b", ""],
    ["a macro", "async.data.l.exists(x, x == 1)", ""],
  ];
  test.each(predicates)("E7.3 %s", (_, source, key) => {
    expect(split(compiled(source, "wait")).map(indexKey)).toEqual([key]);
  });
});

describe("E1 and E5 what is refused when it is compiled", () => {
  const refused: readonly (readonly [string, ExpressionUse, RegExp])[] = [
    ["event.data.id ==", "trigger", /./],
    ["async.data.id == 1", "trigger", /async/],
    ["async.data.id == unquoted", "wait", /unquoted.*quotes/],
    ["event.data.x.frobnicate()", "trigger", /no function "frobnicate"/],
    ["size(1, 2)", "trigger", /2 arguments/],
    ["async.data.id == event.data.a + 'x'", "cancel", /"\+" cannot be used/],
    ["async.data.list.exists(x, x == 1)", "cancel", /exists/],
    ["a".repeat(10_001), "trigger", /10001 characters/],
    [`${"(".repeat(100)}1${")".repeat(100)}`, "trigger", /./],
  ];
  test.each(refused)("%s", (source, use, reason) => {
    const result = compile(source, use);
    expect(result.kind === "invalid" ? result.reason : "compiled").toMatch(reason);
  });

  test.each([
    "has(async.data.a)",
    "async.data.a + 'x' == 'y'",
    "date(async.data.a) < 5",
    "size(async.data.l) == 1",
  ])("E5.1 %s is refused in a cancellation and warned about in a wait", (source) => {
    expect([compile(source, "cancel").kind, compiled(source, "wait").warnings.length > 0]).toEqual([
      "invalid",
      true,
    ]);
  });

  test("E5.1 a wait only warns, E5.2 in and conversions are allowed", () => {
    expect(compiled("async.data.list.exists(x, x == 1)", "wait").warnings).toHaveLength(1);
    expect(compiled("async.data.n in [1, 2] && int(async.data.m) == 3", "cancel").warnings).toEqual([]);
  });

  test("evaluation is bounded in cost, and patterns that could take for ever are refused", () => {
    const list = Array.from({ length: 300 }, (_, index) => index);
    const heavy = "event.data.l.all(a, event.data.l.all(b, event.data.l.all(c, a + b + c >= 0)))";
    expect(value(heavy, { l: list })).toMatch(/error: it takes more than/);
    for (const pattern of ["(a+)+$", "(a|a)*b", "(?=x)y", "(a)\\\\1"]) {
      expect([pattern, value(`event.data.t.matches('${pattern}')`, { t: "aaaa" })]).toEqual([
        pattern,
        expect.stringMatching(/^error/),
      ]);
    }
  });

  test("no source text ever throws", () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 60 }), (source) => {
        const result = compile(source, "filter");
        if (result.kind === "compiled") evaluate(result.expression, { event: { data: {} }, now });
      }),
      { numRuns: 1000 },
    );
  });
});

describe("E6 interpolation", () => {
  const source = (text: string, data: Json) => {
    const result = interpolate(compiled(text, "wait"), { data }, now);
    return typeof result === "boolean" ? result : interpolatedSource(result);
  };
  test("E6.1 what depends on the trigger becomes a literal, doubles keep a point", () => {
    expect(
      source("event.data.id == async.data.id && async.data.v > event.data.v", { id: "ab_1", v: 500 }),
    ).toBe('("ab_1" == async.data.id) && (async.data.v > 500.0)');
  });
  test("E6.1 a fixed part that is true leaves the rest", () => {
    expect(source("event.data.id == async.data.id && 500 <= event.data.v", { id: "ab_1", v: 1295 })).toBe(
      '"ab_1" == async.data.id',
    );
  });
  test("E6.2 missing paths become null", () => {
    expect(source("event.data.id == async.data.id", {})).toBe("null == async.data.id");
  });
  test("E6.3 what reduces to false installs nothing", () => {
    expect(source("event.data.go == true && async.data.id == 1", { go: false })).toBe(false);
  });
  test("E6.4 literals stay as they were at interpolation; E6.5 text that the author put in by hand is equivalent", () => {
    expect(source("async.data.id == event.data.id", { id: "u1" })).toBe('async.data.id == "u1"');
    const byHand = compiled('async.data.id == "u1"', "wait");
    expect(matches(byHand, { async: { data: { id: "u1" } }, now }).kind).toBe("matched");
    expect(compile("async.data.id == u1", "wait").kind).toBe("invalid");
  });
  test("quotes and other characters survive", () => {
    const result = interpolate(
      compiled("event.data.t == async.data.t", "wait"),
      { data: { t: 'a"b\\c\n\u2028é' } },
      now,
    );
    if (typeof result === "boolean") throw new Error("Something must be left.");
    const again = compiled(interpolatedSource(result), "wait");
    expect(matches(again, { async: { data: { t: 'a"b\\c\n\u2028é' } }, now }).kind).toBe("matched");
  });
});

describe("E7 indexed matching", () => {
  const scalar = fc.oneof(
    fc.constantFrom("a", "b", "", "1"),
    fc.integer({ min: -2, max: 3 }),
    fc.boolean(),
    fc.constant(0.5),
    fc.constant(null),
  );
  const data = fc.record(
    { a: scalar, b: scalar, c: fc.oneof(scalar, fc.record({ d: scalar })) },
    { requiredKeys: [] },
  );
  const path = fc.constantFrom("a", "b", "c", "c.d", "x");
  const literal = scalar.map((item) => JSON.stringify(item));
  const side = (root: string) =>
    fc.oneof(
      path.map((item) => `${root}.data.${item}`),
      literal,
    );
  const comparison = fc
    .tuple(side("async"), fc.constantFrom("==", "!=", "<", ">="), fc.oneof(side("event"), side("async")))
    .map(([left, operator, right]) => `${left} ${operator} ${right}`);
  const expression = fc.letrec((tie) => ({
    node: fc.oneof(
      { maxDepth: 3 },
      comparison,
      fc.tuple(tie("node"), fc.constantFrom("&&", "||"), tie("node")).map(([l, o, r]) => `(${l} ${o} ${r})`),
    ),
  })).node as fc.Arbitrary<string>;

  test("E7.5 finding by key and evaluating equals evaluating everything, and interpolating changes nothing", () => {
    fc.assert(
      fc.property(expression, data, data, (text, trigger, awaited) => {
        const original = compiled(text, "wait");
        const event: Json = { data: trigger };
        const async: Json = { data: awaited };
        const fixed = interpolate(original, event, now);
        const naive = typeof fixed === "boolean" ? fixed : matches(fixed, { async, now }).kind === "matched";
        if (typeof fixed === "boolean") return;
        const isFound = split(fixed).some(
          (branch) => shape(branch) === "" || probe(shape(branch), async) === indexKey(branch),
        );
        expect(isFound && naive).toBe(naive);
        const again = compiled(interpolatedSource(fixed), "wait");
        expect(matches(again, { async, now }).kind).toBe(matches(fixed, { async, now }).kind);
      }),
      { numRuns: 3000 },
    );
  });

  test("an equality is a key, null and unequal comparisons are none", () => {
    const keys = (text: string) =>
      split(compiled(text, "wait")).map((branch) => [shape(branch), indexKey(branch)]);
    expect(keys("async.data.a == 'x' && async.data.b > 1")).toEqual([['[["data","a"]]', '["x"]']]);
    expect(keys("async.data.a == 1 || async.data.b == 'y'")).toEqual([
      ['[["data","a"]]', "[1]"],
      ['[["data","b"]]', '["y"]'],
    ]);
    expect(keys("async.data.a == null")).toEqual([["", ""]]);
    expect(probe('[["data","a"]]', { data: { a: 1.0 } })).toBe("[1]");
    expect(textOf(1.0)).toBe("1");
  });
});
