// How two JSON values differ.

import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Json } from "../src/json.ts";
import { type Difference, differencesWords, jsonDiff } from "../src/words/index.ts";

/** `changed a.b: 1 -> 2`. */
function told(difference: Difference): string {
  const { kind, path } = difference;
  const text = (value: Json): string => JSON.stringify(value);
  switch (kind) {
    case "added":
      return `added ${path}: ${text(difference.after)}`;
    case "removed":
      return `removed ${path}: ${text(difference.before)}`;
    case "changed":
      return `changed ${path}: ${text(difference.before)} -> ${text(difference.after)}`;
  }
}

describe("the differences of two values", () => {
  const rows: readonly (readonly [string, Json, Json, readonly string[]])[] = [
    ["alike, whatever the order of keys", { a: 1, b: [1, { c: null }] }, { b: [1, { c: null }], a: 1 }, []],
    [
      "fields changed, removed and added, at their paths",
      { order: { id: "A1", total: 5, note: "x" } },
      { order: { id: "A1", total: 7, "ship to": "DE" } },
      ["changed order.total: 5 -> 7", 'removed order.note: "x"', 'added order["ship to"]: "DE"'],
    ],
    ["a number and the text of it", { n: 8 }, { n: "8" }, ['changed n: 8 -> "8"']],
    ["null is a value, and absence is none", { n: null }, {}, ["removed n: null"]],
    ["a list and an object", { a: [] }, { a: {} }, ["changed a: [] -> {}"]],
    ["the whole value", 1, "x", ['changed : 1 -> "x"']],
    ["an item put in front changes none behind it", [1, 2, 3], [0, 1, 2, 3], ["added [0]: 0"]],
    [
      "an item taken out of the middle",
      [{ a: 1 }, { a: 2 }, { a: 3 }],
      [{ a: 1 }, { a: 3 }],
      ['removed [1]: {"a":2}'],
    ],
    [
      "an item changed inside",
      { lines: [{ n: 1 }, { n: 2 }] },
      { lines: [{ n: 1 }, { n: 3 }] },
      ["changed lines[1].n: 2 -> 3"],
    ],
    ["a list of equal items that grew", [1, 1], [1, 1, 1], ["added [2]: 1"]],
    ["names of the language's own", {}, { constructor: 1 }, ["added constructor: 1"]],
  ];
  test.each(rows)("%s", (_, before, after, expected) => {
    expect(jsonDiff(before, after).map(told)).toEqual(expected);
  });

  test("there are none exactly when the values are alike, and both ways round there are as many", () => {
    const json = fc.jsonValue({ maxDepth: 3 }) as fc.Arbitrary<Json>;
    fc.assert(
      fc.property(json, json, (one, other) => {
        expect(jsonDiff(one, JSON.parse(JSON.stringify(one)) as Json)).toEqual([]);
        const [there, back] = [jsonDiff(one, other), jsonDiff(other, one)];
        expect(there.length).toBe(back.length);
        expect(there.filter(({ kind }) => kind === "added").length).toBe(
          back.filter(({ kind }) => kind === "removed").length,
        );
      }),
    );
  });
});

test("they are counted in words", () => {
  expect(differencesWords(jsonDiff({ a: 1, b: 1, c: 1 }, { a: 2, b: 2, d: 1 }))).toBe(
    "2 changed, 1 added and 1 removed",
  );
  expect(differencesWords([])).toBe("no difference");
});
