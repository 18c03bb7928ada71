// Testing an expression over events, and saying why a filter did not match one.

import type { StoredEvent } from "@stepwell/core";
import { asEventId, type JsonObject } from "@stepwell/protocol";
import { describe, expect, test } from "vitest";
import { expressionTest } from "../src/views/expression-test.ts";
import { whyNot } from "../src/views/why-not.ts";

const receivedAt = Date.UTC(2026, 10, 24, 14, 2, 8);

function anEvent(number: number, data: JsonObject): StoredEvent {
  const id = asEventId(`01KASN${String(number).padStart(20, "0")}`);
  return {
    id,
    externalId: id,
    name: "user/signup",
    ts: receivedAt,
    receivedAt: receivedAt - number * 1000,
    sequence: number,
    text: JSON.stringify({ id, name: "user/signup", data, ts: receivedAt }),
  };
}

const events = [
  anEvent(1, { plan: "team", seats: 12 }),
  anEvent(2, { plan: "team", seats: "8" }),
  anEvent(3, { plan: "free", seats: 9 }),
  anEvent(4, { plan: "pro" }),
];
const current = "event.data.plan in ['team', 'pro'] && event.data.seats >= 5";

describe("the expression test", () => {
  test("counts what both match, and puts those that differ first", () => {
    const view = expressionTest(
      { current, edited: current.replace("event.data.seats", "int(event.data.seats)") },
      events,
      false,
    );
    expect(view).toMatchObject({ tested: 4, current: 1, edited: 2, more: 1, fewer: 0 });
    expect(view.paths).toEqual(["data.plan", "data.seats"]);
    expect(view.rows.map((row) => [row.eventId.slice(-1), row.current, row.edited])).toEqual([
      ["2", "no-match", "match"],
      ["1", "match", "match"],
      ["3", "no-match", "no-match"],
      ["4", "no-match", "no-match"],
    ]);
  });

  test("names the fields that an event does not have", () => {
    const [row] = expressionTest(
      { edited: "event.data.seats == 5" },
      [events[3] ?? anEvent(9, {})],
      false,
    ).rows;
    expect(row).toMatchObject({ values: [null], missing: [0] });
  });

  test("no expression matches every event, and an erring one says so", () => {
    const view = expressionTest({ edited: "event.data.plan > 5" }, events, true);
    expect(view).toMatchObject({ tested: 4, isPartial: true, current: 4, edited: 0, fewer: 4 });
    expect(view.rows[0]).toMatchObject({ current: "match", edited: "error" });
  });

  test("an expression that cannot be parsed is told with its place", () => {
    const view = expressionTest({ current, edited: "event.data.plan == " }, events, false);
    expect(view.problem).toEqual({ message: "Unexpected token: EOF", at: 19 });
    expect(view.tested).toBe(0);
  });

  test("a name that is not known is a problem without a place", () => {
    expect(expressionTest({ edited: "plan == 'team'" }, events, false).problem?.message).toContain('"plan"');
  });

  test("shows no more rows than asked for", () => {
    expect(expressionTest({ edited: current, limit: 2 }, events, false).rows).toHaveLength(2);
  });

  test("long values stand as their beginning", () => {
    const [row] = expressionTest(
      { edited: "event.data.text == ''" },
      [anEvent(1, { text: "x".repeat(5000) })],
      false,
    ).rows;
    expect(JSON.stringify(row?.values[0]).length).toBeLessThan(220);
  });
});

describe("why a filter did not match", () => {
  test("gives the truth of each part and the near miss", () => {
    const why = whyNot(current, events[1] ?? anEvent(9, {}));
    expect(why.truth).toMatchObject({
      join: "all",
      parts: [
        { text: "event.data.plan in ['team', 'pro']", value: "true" },
        { text: "event.data.seats >= 5", value: "error", path: "data.seats", found: "8" },
      ],
    });
    expect(why.nearMiss).toMatchObject({ part: "int(event.data.seats) >= 5" });
  });

  test("says nothing of an expression that does not compile", () => {
    expect(whyNot("event.data.", events[0] ?? anEvent(9, {}))).toEqual({});
  });
});
