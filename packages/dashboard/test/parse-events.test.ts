// Events that somebody pastes: what is taken, and where a mistake is said to be.

import { describe, expect, test } from "vitest";
import { parseEvents } from "../page/events/parse-events.ts";
import { jsonProblem } from "../page/words/json-problem.ts";

describe("what is taken", () => {
  const rows: readonly (readonly [string, readonly unknown[]])[] = [
    ['{"name":"a"}', [{ name: "a" }]],
    [
      '[{"name":"a","data":{"n":1}},{"name":"b","id":"x","ts":5,"v":"2","user":{"u":1}}]',
      [
        { name: "a", data: { n: 1 } },
        { name: "b", id: "x", ts: 5, v: "2", user: { u: 1 } },
      ],
    ],
    ['{"name":"a"}\n\n{"name":"b"}\r\n', [{ name: "a" }, { name: "b" }]],
    ['{\n  "name": "a"\n}', [{ name: "a" }]],
    // An event as the API exports it: what only the server sets is left out.
    ['{"id":"1","name":"a","receivedAt":"2026","internal_id":"z","data":null}', [{ id: "1", name: "a" }]],
  ];
  test.each(rows)("%s", (text, events) => {
    expect(parseEvents(text)).toEqual({ kind: "parsed", value: events });
  });
});

describe("what is refused, and why", () => {
  const rows: readonly (readonly [string, string])[] = [
    ["", "There is no event yet."],
    ["[]", "The list has no event."],
    ["5", 'The event is no object. Write {"name":"…","data":{…}}.'],
    ['{"data":{}}', "The event has no name."],
    ['[{"name":"a"},{"nam":"b"}]', "Event 2 has no name."],
    ['{"name":"a"}\n{"name":5}', "Line 2 has no name."],
    ['{"name":"a"}\n{"name":', "Line 2 is no JSON: the text ends too early."],
    [
      '{"name":"inngest/x"}',
      "The event is named inngest/x; names that begin with inngest/ are the engine's own.",
    ],
    ['{"name":"a","data":[1]}', "The event has data that is no object."],
    ['{"name":"a","id":5}', "The event has an id that is no text."],
    ['{"name":"a","ts":"now"}', "The event has a ts that is no number; it is a time in milliseconds."],
    ['{\n  "name": a\n}', 'Line 2: "a" was not expected here.'],
  ];
  test.each(rows)("%j", (text, reason) => {
    expect(parseEvents(text)).toEqual({ kind: "invalid", reason });
  });

  test("more events than one request may carry", () => {
    const many = JSON.stringify(Array.from({ length: 5001 }, () => ({ name: "a" })));
    expect(parseEvents(many)).toEqual({
      kind: "invalid",
      reason: "There are 5,001 events; at most 5,000 can be sent at once.",
    });
  });
});

describe("where JSON goes wrong", () => {
  const rows: readonly (readonly [string, string])[] = [
    ["{", "the text ends too early."],
    ['{"a":1,}', '"}" was not expected here.'],
    ["{'a':1}", `"'" was not expected here.`],
    ['{\n"a": 1\n"b": 2\n}', 'Line 3: "\\"b\\"" was not expected here.'],
    ["[1, 2", "the text ends too early."],
    ['{"a": 01}', '"01" was not expected here.'],
    ['{"a": "b\nc"}', 'Line 1: "\\"b" was not expected here.'],
    ["{} {}", '"{" was not expected here.'],
  ];
  test.each(rows)("%j", (text, problem) => {
    expect(() => JSON.parse(text)).toThrow();
    expect(jsonProblem(text)).toBe(problem);
  });
});
