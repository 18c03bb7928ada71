// What the page says and writes: sentences of failures and of the overview, messages without their values, addresses,
// keys, commands, selections and bulk requests.

import type { AppView, FailureGroup } from "@stepwell/protocol/rest";
import { plainText } from "@stepwell/protocol/words";
import { describe, expect, test } from "vitest";
import { readEventsFilter } from "../page/events/events-filter.ts";
import { failuresSentence } from "../page/failures/failures-sentence.ts";
import { stateOfGroup } from "../page/failures/group-state.ts";
import { messageShape } from "../page/failures/message-shape.ts";
import { keyOf } from "../page/frame/keys.ts";
import { grouped, isId, matching } from "../page/frame/palette-search.ts";
import { readSearch, writeSearch } from "../page/frame/url-state.ts";
import { needsOf, overviewSentence } from "../page/overview/needs.ts";
import { asMcpCall, asStepwellCommand } from "../page/runs/as-command.ts";
import { bulkOfQuery, bulkOfRuns } from "../page/runs/bulk-request.ts";
import { rangeOf } from "../page/runs/selection.ts";
import { remedy } from "../page/words/app-remedy.ts";

const now = Date.UTC(2026, 10, 24, 14);
const app = { id: "a", name: "billing" };

function group(name: string, count: number, more: Partial<FailureGroup> = {}): FailureGroup {
  return {
    id: name,
    function: { id: name, slug: `billing-${name}`, name, app },
    error: { name: "StripeError", message: "No such customer" },
    count,
    firstAt: new Date(now - 7_740_000).toISOString(),
    lastAt: new Date(now - 9000).toISOString(),
    newestRunId: "r",
    ...more,
  };
}

describe("failures", () => {
  const clock = new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit" }).format(
    now - 7_740_000,
  );
  test.each([
    [[], "Nothing failed today."],
    [[group("trial", 1)], `One cause explains the one failed run today: trial failed at ${clock}.`],
    [
      [group("trial", 1318)],
      `One cause explains all 1,318 failed runs today: trial has failed since ${clock}.`,
    ],
    [
      [group("trial", 1318), group("crm", 84)],
      `One cause explains 1,318 of 1,402 failed runs today: trial has failed since ${clock}.`,
    ],
    [
      [group("a", 4), group("b", 3), group("c", 3)],
      `10 runs failed today, in 3 groups. The largest is a, 4 runs since ${clock}.`,
    ],
  ])("are summed up in a sentence %#", (groups, words) =>
    expect(plainText(failuresSentence(groups, "today", now))).toBe(words),
  );

  test.each([
    ["No such customer: 'cus_Q1x7Rk'", "No such customer: ‹text›"],
    [
      "Call timed out: no answer from https://a.example/x in 30 s",
      "Call timed out: no answer from ‹url› in ‹number› s",
    ],
    ["user 01KASNRN000000000000000001 of jonas@brightwave.io", "user ‹id› of ‹address›"],
    ["429 Too many requests\nat once", "‹number› Too many requests"],
  ])("%j is named without its values", (message, shape) =>
    expect(
      messageShape(message)
        .map(({ text }) => text)
        .join(""),
    ).toBe(shape),
  );

  test("a group that was reopened is open", () =>
    expect(
      [undefined, "open", "reopened", "closed", "muted"].map((state) =>
        stateOfGroup(state === undefined ? {} : ({ state } as FailureGroup)),
      ),
    ).toEqual(["open", "open", "open", "closed", "muted"]));
});

describe("the overview", () => {
  const quiet = { groups: [], apps: [], functions: [], now };
  test("says that all is quiet", () =>
    expect(plainText(overviewSentence([], { ...quiet, queued: 0 }))).toBe(
      "All quiet. 0 apps, 0 functions, nothing held back.",
    ));
  test("counts what needs somebody, apps that are away first", () => {
    const away = {
      ...app,
      method: "SERVE",
      createdAt: "",
      isArchived: false,
      functionCount: 1,
      isReachable: false,
    } as const;
    const needs = needsOf({ ...quiet, groups: [group("trial", 3)], apps: [away] });
    expect(needs.map(({ kind }) => kind)).toEqual(["away", "failed"]);
    const words = plainText(overviewSentence(needs, { ...quiet, queued: 0 }));
    expect(words).toMatch(
      /^Two things need you\. billing does not answer, and trial has failed since \d\d:\d\d\.$/,
    );
  });
  test("leaves out groups that are muted, closed, or failed long ago", () => {
    const old = new Date(now - 7_200_000).toISOString();
    const groups = [
      group("a", 1, { state: "muted" }),
      group("b", 1, { state: "closed" }),
      group("c", 1, { lastAt: old }),
    ];
    expect(needsOf({ ...quiet, groups })).toEqual([]);
  });
});

describe("addresses", () => {
  test("hold their texts as written", () => {
    const state = { q: "status:failed event.data.plan == 'a&b'", t: "24h", sel: undefined, view: "" };
    const written = writeSearch(state);
    expect(written).toBe("?q=status:failed%20event.data.plan%20%3D%3D%20'a%26b'&t=24h");
    expect(readSearch(written)).toEqual({ q: state.q, t: "24h" });
  });
  test("nothing to hold is nothing written", () => expect(writeSearch({})).toBe(""));
});

describe("keys", () => {
  const pressed = (key: string, more: Partial<KeyboardEvent> = {}): string =>
    keyOf({ key, metaKey: false, ctrlKey: false, shiftKey: false, ...more });
  test("have one name each, whatever the keyboard", () => {
    expect(pressed("j")).toBe("j");
    expect(pressed("R", { shiftKey: true })).toBe("shift+r");
    expect(pressed("k", { metaKey: true })).toBe("mod+k");
    expect(pressed("k", { ctrlKey: true })).toBe("mod+k");
    expect(pressed("?", { shiftKey: true })).toBe("?");
    expect(pressed(" ")).toBe("space");
    expect(pressed("F5")).toBe("");
  });
});

describe("the palette", () => {
  const entry = (title: string, group = "Places", note?: string) => ({
    title,
    group,
    icon: "runs" as const,
    run: () => undefined,
    ...(note === undefined ? {} : { note }),
  });
  test("finds entries by all words, in title or note", () => {
    const all = [
      entry("Runs"),
      entry("create-trial", "Functions", "billing"),
      entry("create-user", "Functions", "web"),
    ];
    expect(matching(all, "create bill").map(({ title }) => title)).toEqual(["create-trial"]);
    expect(matching(all, "")).toHaveLength(3);
    expect(grouped(all).map(({ group, from }) => [group, from])).toEqual([
      ["Places", 0],
      ["Functions", 1],
    ]);
  });
  test("knows an id when it sees one", () => {
    expect(isId(" 01KASNRN000000000000000001 ")).toBe(true);
    expect(isId("create-trial")).toBe(false);
  });
});

describe("a list as a command", () => {
  test("is the same list for the terminal", () =>
    expect(
      asStepwellCommand(
        { status: ["FAILED"], functionId: ["billing-x"], query: "it's gone", from: 0 },
        "http://localhost:8288",
      ),
    ).toBe(
      "stepwell runs --status failed --function billing-x --from 1970-01-01T00:00:00.000Z --search 'it'\\''s gone' --url http://localhost:8288",
    ));
  test("has a flag for every part of the filter", () =>
    expect(
      asStepwellCommand(
        {
          expression: "event.data.n > 1",
          tookFromMs: 5000,
          parentRunId: "p",
          originalRunId: "o",
          failureGroup: "g",
        },
        "http://x",
      ),
    ).toBe(
      "stepwell runs --if 'event.data.n > 1' --took '>=5000ms' --parent p --repeats o --failure-group g --url http://x",
    ));
  test("is a tool's call for agents", () =>
    expect(JSON.parse(asMcpCall({ status: ["FAILED"], from: 0 }))).toEqual({
      name: "list_runs",
      arguments: { status: ["FAILED"], from: "1970-01-01T00:00:00.000Z" },
    }));
});

describe("selecting", () => {
  const rows = ["a", "b", "c", "d"].map((id) => ({ id }));
  test("takes everything between two rows, in either direction", () => {
    expect(rangeOf(rows, "b", "d")).toEqual(["b", "c", "d"]);
    expect(rangeOf(rows, "d", "b")).toEqual(["b", "c", "d"]);
    expect(rangeOf(rows, "gone", "c")).toEqual(["c"]);
  });
  test("some rows are named; only those for which the deed makes sense are meant", () =>
    expect(bulkOfRuns("cancel", ["a"])).toEqual({
      kind: "request",
      request: { kind: "cancel", selection: { runIds: ["a"], status: ["QUEUED", "RUNNING"] } },
    }));
  test("all that match are meant by the filter itself", () =>
    expect(bulkOfQuery("replay", { status: ["FAILED", "RUNNING"], functionId: ["f"], from: 0 })).toEqual({
      kind: "request",
      request: {
        kind: "replay",
        selection: { status: ["FAILED"], functionId: ["f"], from: "1970-01-01T00:00:00.000Z" },
      },
    }));
  test("whatever limits the list limits the bulk action", () => {
    const filter = {
      query: "x",
      replayId: "b",
      tookFromMs: 1,
      tookUntilMs: 9,
      parentRunId: "p",
      originalRunId: "o",
      failureGroup: "g",
      expression: "event.data.a == 1",
    };
    expect(bulkOfQuery("cancel", filter)).toEqual({
      kind: "request",
      request: { kind: "cancel", selection: { ...filter, status: ["QUEUED", "RUNNING"] } },
    });
  });
  test("where no run has a fitting status, the reason is said", () => {
    expect(bulkOfQuery("cancel", { status: ["FAILED"] })).toEqual({
      kind: "impossible",
      reason: "None of these runs is unfinished.",
    });
  });
});

test("the filter of events: the name apart, free words together", () => {
  expect(readEventsFilter("name:user/* 01KA signup")).toEqual({ name: "user/*", query: "01KA signup" });
  expect(readEventsFilter("  ")).toEqual({});
});

test("what to do with an app fits its failure", () => {
  const app: AppView = {
    id: "a",
    name: "web",
    method: "SERVE",
    url: "http://localhost:3000/api/inngest",
    createdAt: new Date(now).toISOString(),
    isArchived: false,
    functionCount: 2,
    latestSync: { status: "FAILED", error: "Connection refused at localhost:3000." },
  };
  const first = (kind: "away" | "refused"): string | undefined =>
    remedy(app, { kind }, "http://localhost:8288")[0]?.text;
  expect(first("away")).toContain("Start the app");
  expect(first("refused")).toContain("Mend what the message names");
  expect(remedy(app, { kind: "in-sync" }, "http://localhost:8288")).toEqual([]);
});
