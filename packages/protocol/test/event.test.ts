// A1, A3, A7 and A13: one event of a request, field by field.

import { describe, expect, test } from "vitest";
import { eventPayload, parseEventInput, runSessions, sharedSessions } from "../src/index.ts";

type Fields = Readonly<Record<string, unknown>>;

const receivedAt = Date.UTC(2026, 0, 1);

/** What a handler sees of an event, or why the event is refused. */
function accepted(fields: Fields): unknown {
  const result = parseEventInput({ name: "a", ...fields });
  return result.kind === "invalid" ? result.reason : eventPayload(result.value, "internal", receivedAt);
}

const plain = { name: "a", data: {}, user: {}, id: "internal", ts: receivedAt };

describe("A1 the fields of an event", () => {
  const rows: readonly (readonly [string, Fields, unknown])[] = [
    ["name: a text", { name: "b c" }, { ...plain, name: "b c" }],
    ["name: empty", { name: "" }, "event name is empty: give every event a name"],
    ["name: missing", { name: undefined }, "event name is empty: give every event a name"],
    ["name: a number", { name: 5 }, "event name is empty: give every event a name"],
    ["data: absent becomes an empty object", {}, plain],
    ["data: null becomes an empty object", { data: null }, plain],
    ["data: nested JSON", { data: { a: [null, { b: 1.5 }] } }, { ...plain, data: { a: [null, { b: 1.5 }] } }],
    [
      "data: its key _inngest is dropped",
      { data: { a: 1, _inngest: { fn_id: "x" } } },
      { ...plain, data: { a: 1 } },
    ],
    ["data: an array", { data: [] }, "event a: data must be an object"],
    ["data: a text", { data: "x" }, "event a: data must be an object"],
    ["id: the sender's is what handlers see", { id: "mine" }, { ...plain, id: "mine" }],
    ["id: empty counts as absent", { id: "" }, plain],
    ["id: a number", { id: 5 }, "event a: id must be a string"],
    ["ts: kept to the millisecond", { ts: 1_700_000_000_123 }, { ...plain, ts: 1_700_000_000_123 }],
    ["ts: 0 is the time of receipt", { ts: 0 }, plain],
    ["ts: a text", { ts: "now" }, "event a: ts must be an integer of unix milliseconds"],
    ["ts: a fraction", { ts: 1.7e12 + 0.5 }, "event a: ts must be an integer of unix milliseconds"],
    [
      "ts: seconds instead of milliseconds",
      { ts: 1_700_000 },
      "event a: timestamp is before Jan 1, 1980; ts counts milliseconds, not seconds",
    ],
    ["ts: beyond 2100", { ts: 4_102_444_800_001 }, "event a: timestamp is after Jan 1, 2100"],
    ["v: free text", { v: "2024-01-15.1" }, { ...plain, v: "2024-01-15.1" }],
    ["v: a number", { v: 1 }, "event a: v must be a string"],
    ["user: an object is kept", { user: { email: "x" } }, { ...plain, user: { email: "x" } }],
    ["user: a text", { user: "x" }, "event a: user must be an object"],
    [
      "meta.sessions: texts and numbers by key",
      { meta: { sessions: { order: 7, chat: "c1" } } },
      { ...plain, meta: { sessions: { order: "7", chat: "c1" } } },
    ],
    ["meta.sessions: null is none", { meta: { sessions: null } }, plain],
    [
      "meta.propagated_sessions: folded into sessions",
      { meta: { propagated_sessions: { chat: "c1" } } },
      { ...plain, meta: { sessions: { chat: "c1" } } },
    ],
    ["unknown keys are dropped", { trace: 1, _inngest: {}, events: [] }, plain],
    ["meta: a text", { meta: "x" }, "event a: meta must be an object"],
  ];
  test.each(rows)("A1 %s", (_, fields, expected) => {
    expect(accepted(fields)).toEqual(expected);
  });

  test("A1.1 ingest drops what is reserved, fills what is missing and merges sessions before it validates", () => {
    expect(
      accepted({
        name: "a",
        data: { _inngest: 1 },
        meta: { sessions: { a: null, b: 1 }, propagated_sessions: { a: "x", c: "y" } },
      }),
    ).toEqual({ ...plain, meta: { sessions: { b: "1", c: "y" } } });
    expect(accepted({ name: "inngest/x", data: 5 })).toBe(
      "event name is reserved for internal use: inngest/x",
    );
  });
});

describe("A3 names", () => {
  test.each(["payment", "user_update", "invoiceWasPaid", "billing/invoice.paid", "ünïcode 名前"])(
    "A3.1 %s is a name",
    (name) => {
      expect(accepted({ name })).toEqual({ ...plain, name });
    },
  );

  test("A3.2 A7 name length: 256 characters are accepted, one more is not", () => {
    const longest = "x".repeat(256);
    expect(accepted({ name: longest })).toEqual({ ...plain, name: longest });
    expect(accepted({ name: `${longest}x` })).toBe(
      "event name is 257 characters long: at most 256 are allowed",
    );
  });

  test.each(["inngest/function.failed", "INNGEST/foo", "Inngest/"])("A3.3 %s is reserved", (name) => {
    expect(accepted({ name })).toBe(`event name is reserved for internal use: ${name}`);
  });
});

describe("A13 sessions", () => {
  const merged = (sessions: unknown, propagated: unknown): unknown => {
    const result = accepted({ meta: { sessions, propagated_sessions: propagated } });
    return typeof result === "string" ? result : ((result as { meta?: Fields }).meta?.["sessions"] ?? "none");
  };
  const many = (count: number, prefix = "k") =>
    Object.fromEntries(Array.from({ length: count }, (_, index) => [`${prefix}${index}`, "x"]));

  const merges: readonly (readonly [string, unknown, unknown, unknown])[] = [
    ["a given key wins", { a: "own" }, { a: "inherited", b: "2" }, { a: "own", b: "2" }],
    ["null removes an inherited key", { a: null }, { a: "1", b: "2" }, { b: "2" }],
    ["null in place of all removes every inherited key", null, { a: "1" }, "none"],
    ["null that removes nothing leaves nothing", { a: null }, undefined, "none"],
    [
      "free places are filled in the order of keys",
      { z: "own", y: "own" },
      { e: 1, b: 1, d: 1, a: 1 },
      { z: "own", y: "own", a: "1", b: "1", d: "1" },
    ],
    [
      "keys are ordered by code points",
      { ...many(4) },
      { "😀": "1", "\uFFFD": "1" },
      { ...many(4), "\uFFFD": "1" },
    ],
    ["removing a key takes no place", { ...many(5), gone: null }, { gone: "1" }, many(5)],
    [
      "a key such as __proto__ is a key",
      JSON.parse('{"__proto__":"x"}'),
      undefined,
      JSON.parse('{"__proto__":"x"}'),
    ],
  ];
  test.each(merges)("A13.2 %s", (_, sessions, propagated, expected) => {
    expect(merged(sessions, propagated)).toEqual(expected);
  });

  const refused: readonly (readonly [string, unknown, unknown])[] = [
    ["A7 sessions per event: six", many(6), "meta.sessions has 6 sessions, at most 5 are allowed"],
    ["an empty key", { "": "x" }, "meta.sessions has an empty key"],
    ["an empty id", { a: "" }, "meta.sessions.a is empty"],
    [
      "A7 session key and id length: a key of 129 bytes",
      { ["ü".repeat(65)]: "x" },
      /key of more than 128 bytes/,
    ],
    ["an id of 513 bytes", { a: "x".repeat(513) }, "meta.sessions.a is longer than 512 bytes"],
    ["an id that is an object", { a: {} }, "meta.sessions.a must be a text or a number"],
    ["sessions that are a list", ["a"], "meta.sessions must be an object of texts by key"],
  ];
  test.each(refused)("A13.3 %s", (_, sessions, reason) => {
    const result = String(merged(sessions, undefined));
    expect(result).toMatch(reason instanceof RegExp ? reason : new RegExp(`event a: ${reason}$`));
  });

  test("A13.3 the longest key and id, and five of them, are accepted", () => {
    const longest = { ["ü".repeat(64)]: "x".repeat(512), ...many(4) };
    expect(merged(longest, undefined)).toEqual(longest);
  });

  test("A13.4 a run has the union of its events' sessions, at most 25 pairs, and hands down what they share", () => {
    const events = [
      { meta: { sessions: { chat: "1", user: "u" } } },
      { meta: { sessions: { chat: "2", user: "u" } } },
      { meta: { sessions: { user: "u" } } },
    ];
    expect(runSessions(events)).toEqual([
      { key: "chat", id: "1" },
      { key: "user", id: "u" },
      { key: "chat", id: "2" },
    ]);
    expect(sharedSessions(events)).toEqual({ user: "u" });
    expect(sharedSessions([...events, {}])).toEqual({});
    const crowd = Array.from({ length: 30 }, (_, index) => ({ meta: { sessions: { chat: index } } }));
    expect(runSessions(crowd)).toHaveLength(25);
  });
});
