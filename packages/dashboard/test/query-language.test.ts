// The language of the filter over runs: what a text means, and what is said where it means nothing.

import { describe, expect, test } from "vitest";
import { type Learned, offers } from "../page/runs/completion.ts";
import { parseQuery } from "../page/runs/query-language.ts";
import { durationOf, spanOf, timeOf, within } from "../page/runs/query-time.ts";
import { tokensOf, without } from "../page/runs/query-tokens.ts";

const now = Date.UTC(2026, 10, 24, 14);
const known = {
  now,
  functions: [
    { slug: "billing-create-trial", name: "create-trial" },
    { slug: "billing-create-invoice", name: "create-invoice" },
    { slug: "web-send-welcome-email", name: "send-welcome-email" },
  ],
  apps: ["billing", "web"],
};

function queryOf(text: string): unknown {
  const parsed = parseQuery(text, known);
  return parsed.kind === "parsed" ? parsed.query : parsed.problem.message;
}

describe("a filter", () => {
  test.each([
    ["", {}],
    ["status:failed", { status: ["FAILED"] }],
    ["status:failed,cancelled", { status: ["FAILED", "CANCELLED"] }],
    ["-status:completed,skipped", { status: ["QUEUED", "RUNNING", "FAILED", "CANCELLED"] }],
    ["status:failed,queued -status:queued", { status: ["FAILED"] }],
    ["fn:create-trial", { functionId: ["billing-create-trial"] }],
    ["fn:create-*", { functionId: ["billing-create-trial", "billing-create-invoice"] }],
    ["fn:gone", { functionId: ["gone"] }],
    ["-fn:create-*", { functionId: ["web-send-welcome-email"] }],
    ["app:web", { appId: ["web"] }],
    ["-app:web", { appId: ["billing"] }],
    ["event:user/signup.completed", { eventName: "user/signup.completed" }],
    ["event:user/*", { expression: 'event.name.startsWith("user/")' }],
    ["event:a,b/*", { expression: '(event.name == "a" || event.name.startsWith("b/"))' }],
    ["-event:a", { expression: '!(event.name == "a")' }],
    ["took:>5s", { tookFromMs: 5001 }],
    ["took:>=5s", { tookFromMs: 5000 }],
    ["took:<1.5h", { tookUntilMs: 5_399_999 }],
    ["age:<1h", { from: now - 3_600_000 }],
    ["age:>2d", { until: now - 172_800_000 }],
    ["after:2026-11-22T10:00:00Z", { from: Date.UTC(2026, 10, 22, 10) }],
    ["before:2026-11-22T10:00:00Z", { until: Date.UTC(2026, 10, 22, 10) }],
    ["parent:01A", { parentRunId: "01A" }],
    ["replay:01A", { originalRunId: "01A" }],
    ["bulk:b1", { replayId: "b1" }],
    ["group:g1", { failureGroup: "g1" }],
    ['error:"No such customer"', { query: "No such customer" }],
    ["no such customer", { query: "no such customer" }],
    ["event.data.plan == 'pro'", { expression: "event.data.plan == 'pro'" }],
    [
      "output.seats > 5 && event.data.url == 'http://x'",
      { expression: "output.seats > 5 && event.data.url == 'http://x'" },
    ],
    [
      "status:failed and event.data.plan == 'pro' and",
      { status: ["FAILED"], expression: "event.data.plan == 'pro'" },
    ],
    [
      "event.data.a == 1 status:failed event.data.b == 2",
      { status: ["FAILED"], expression: "(event.data.a == 1) && (event.data.b == 2)" },
    ],
    [
      "event.data.a ? event.data.b : event.data.c",
      { expression: "event.data.a ? event.data.b : event.data.c" },
    ],
  ])("reads %j", (text, expected) => expect(queryOf(text)).toEqual(expected));

  test.each([
    ["colour:red", "There is no key colour. There are: "],
    ["status:", "status needs a value."],
    ["status:waiting", "Waiting and sleeping runs have the status running."],
    ["status:broken", "There is no status broken. There are: queued, running"],
    ["-took:>5s", "took cannot be turned round."],
    ["took:5s", "Write it as took:>5s or took:<1h."],
    ["age:>soon", "Write it as age:<1h or age:>2d."],
    ["after:yesterday", "Write it as after:2026-11-22"],
    ["event:u*r", "A * may stand at the end alone, as in user/*."],
    ["event.data.plan == 'pro", "A text is not closed: its quote is missing."],
    ["event.data.plan in ['a'", "A ] is missing."],
    ["event.data.plan)", "A ( is missing."],
    ["event.data.plan ==", "The expression ends too early: a value is missing."],
  ])("refuses %j and says what was expected", (text, message) =>
    expect(queryOf(text)).toEqual(expect.stringContaining(message)),
  );

  test("names the place of what is wrong", () => {
    const parsed = parseQuery("fn:create-trial status:broken app:web", known);
    expect(parsed.kind === "invalid" && parsed.problem).toMatchObject({ from: 16, until: 29 });
  });

  test("keeps quotes and brackets together, and loses one token alone", () => {
    const text = 'error:"a b" event.data.x in [1, 2] fn:a';
    const tokens = tokensOf(text, ["error", "fn"]);
    expect(tokens.map((token) => text.slice(token.from, token.until))).toEqual([
      'error:"a b"',
      "event.data.x in [1, 2]",
      "fn:a",
    ]);
    expect(without(text, tokens[1] ?? { from: 0, until: 0 })).toBe('error:"a b" fn:a');
  });
});

describe("time in a filter", () => {
  test("durations have one unit", () => {
    expect(["250ms", "5s", "2m", "1h", "2d", "1w", "5", "x5s"].map(durationOf)).toEqual([
      250,
      5000,
      120_000,
      3_600_000,
      172_800_000,
      604_800_000,
      undefined,
      undefined,
    ]);
  });
  test("a date alone is midnight where the reader is", () => {
    expect(timeOf("2026-11-22")).toBe(new Date(2026, 10, 22).getTime());
    expect(timeOf("22.11.2026")).toBeUndefined();
  });
  test("a span goes back from now, is fixed, or is open; two of them overlap", () => {
    expect(spanOf("1h", now)).toEqual({ from: now - 3_600_000 });
    expect(spanOf(undefined, now)).toEqual({ from: now - 86_400_000 });
    expect(spanOf("all", now)).toEqual({});
    expect(spanOf("1700000000000-1700000001000", now)).toEqual({
      from: 1_700_000_000_000,
      until: 1_700_000_001_000,
    });
    expect(spanOf("nonsense", now)).toEqual({ from: now - 86_400_000 });
    expect(within({ from: 5 }, { from: 3, until: 9 })).toEqual({ from: 5, until: 9 });
  });
});

describe("completion", () => {
  const learned: Learned = {
    functions: [{ slug: "billing-create-trial", name: "create-trial", app: "billing" }],
    apps: ["billing"],
    events: [
      { name: "user/signup.completed", received: 12, sample: { plan: "pro", seats: 5, trial: { days: 14 } } },
      { name: "user/closed", sample: { plan: "free" } },
    ],
  };
  const textsOf = (typed: string): readonly string[] => offers(typed, learned).map((offer) => offer.text);

  test("offers keys by their beginning", () => expect(textsOf("st")).toEqual(["status:"]));
  test("offers keys to be turned round", () => expect(textsOf("-sta")).toEqual(["-status:"]));
  test("offers values of a key, and more of them after a comma", () => {
    expect(textsOf("status:f")).toEqual(["status:failed"]);
    expect(textsOf("status:failed,can")).toEqual(["status:failed,cancelled"]);
    expect(textsOf("fn:")).toEqual(["fn:create-trial"]);
    expect(textsOf("-event:closed")).toEqual(["-event:user/closed"]);
  });
  test("offers fields of the newest events, the common ones first", () => {
    expect(offers("event.data.", learned)).toEqual([
      { text: "event.data.plan ", isOpen: true, note: "text, in 2 of 2 kinds of event" },
      { text: "event.data.seats ", isOpen: true, note: "number, in 1 of 2 kinds of event" },
      { text: "event.data.trial.days ", isOpen: true, note: "number, in 1 of 2 kinds of event" },
    ]);
    expect(textsOf("pl")).toEqual(["event.data.plan "]);
  });
  test("offers operators after a field, and seen values after an operator", () => {
    expect(textsOf("event.data.plan =")).toEqual(["event.data.plan == "]);
    expect(textsOf("event.data.plan == ")).toEqual(["event.data.plan == 'pro'", "event.data.plan == 'free'"]);
  });
});
