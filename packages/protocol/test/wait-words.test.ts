// What is said of a wait's condition and of the events that did not match it.

import { describe, expect, test } from "vitest";
import type { Truth } from "../src/rest/outcome.ts";
import { conditionNotes, missesCount, missLine, noMisses, plainText } from "../src/words/index.ts";

describe("what kept an event from matching", () => {
  const isTrue: Truth = { text: "async.data.a == 1", value: "true", path: "data.a", found: 1 };
  const isFalse: Truth = { text: "async.data.b == 2", value: "false", path: "data.b", found: 3 };
  const isError: Truth = { text: "async.data.c >= 5", value: "error", path: "data.c", message: "no order" };
  const all = (...parts: readonly Truth[]): Truth => ({ text: "all", value: "false", join: "all", parts });
  const rows: readonly (readonly [string, Truth | undefined, string])[] = [
    ["a part alone", isFalse, "async.data.b == 2 was false: b is 3"],
    [
      "the first part that was false, however deep",
      all(isTrue, all(isFalse, isError)),
      "async.data.b == 2 was false: b is 3",
    ],
    [
      "a field that is missing",
      { ...isFalse, found: undefined } as unknown as Truth,
      "async.data.b == 2 was false: the event has no data.b",
    ],
    ["an error", { ...isError, found: [1] }, "async.data.c >= 5 could not be evaluated: no order"],
    [
      "text and number, rather than the error that follows",
      { ...isError, found: "9" },
      'async.data.c >= 5 could not be evaluated: c is "9", a text; 5 is a number',
    ],
    [
      "alternatives, of which none was true",
      { text: "x || y", value: "false", join: "any", parts: [isFalse] },
      "x || y was false",
    ],
    ["a condition in no parts", undefined, "The condition does not compile."],
  ];
  test.each(rows)("%s", (_, truth, words) => {
    expect(plainText(missLine(truth))).toBe(words);
  });
});

test("warnings of a condition are one sentence, each told once", () => {
  expect(
    conditionNotes({ warnings: ["a cannot be used.", "b cannot be used.", "a cannot be used."] }),
  ).toEqual(["Other servers may refuse this condition: a cannot be used. b cannot be used."]);
  expect(conditionNotes({})).toEqual([]);
  expect(conditionNotes({ meets: "no-event" })).toEqual([
    "With the values of this run no event can match it.",
  ]);
});

test("how many events missed, and that there were none", () => {
  expect([missesCount(1, false), missesCount(5, true)]).toEqual(["1 event", "the last 5 events"]);
  expect(noMisses({ outcome: "open" })).not.toBe(noMisses({ outcome: "expired" }));
});
