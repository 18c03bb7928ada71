// The sentences of functions, apps and bulk operations, and what a part of a filter found.

import { describe, expect, test } from "vitest";
import type { AppView, BulkView, FunctionView, LimitView } from "../src/rest/index.ts";
import {
  appState,
  appsSentence,
  bulkSentence,
  bulkShare,
  foundWords,
  functionSentence,
  keyWords,
  overrideWords,
  plainText,
  sdkWords,
  selectionWords,
} from "../src/words/index.ts";

const now = Date.UTC(2026, 10, 24, 14, 2, 8);
const ago = (ms: number): string => new Date(now - ms).toISOString();
const minute = 60_000;

function aFunction(rest: Partial<FunctionView> = {}): FunctionView {
  return {
    id: "f",
    name: "f",
    slug: "app-f",
    isPaused: false,
    isArchived: false,
    app: { id: "a", name: "app" },
    triggers: [],
    maxAttempts: 5,
    configuration: {},
    figures: { queued: 0, running: 1 },
    ...rest,
  };
}

function aLimit(rest: Partial<LimitView> = {}): LimitView {
  return { name: "concurrency.0", limit: 10, registeredLimit: 10, keys: [], keyCount: 0, ...rest };
}

describe("a function in a sentence", () => {
  const rows: readonly (readonly [string, FunctionView, readonly LimitView[], string])[] = [
    ["idle", aFunction({ figures: { queued: 0, running: 0 } }), [], "Ready. Nothing runs at present."],
    ["busy", aFunction(), [], "Running normally."],
    [
      "held back by keys",
      aFunction({ figures: { queued: 473, running: 27, oldestQueuedAt: ago(48_000) } }),
      [
        aLimit({
          key: "event.data.account",
          keys: [
            { value: "acme", running: 10, queued: 412 },
            { value: "b", running: 3, queued: 0 },
          ],
        }),
      ],
      "Running normally. 1 key is at its limit: 473 runs are held back, the oldest for 48 seconds.",
    ],
    [
      "paused",
      aFunction({ isPaused: true, pausedBy: "ana", skippedTriggers: 3 }),
      [],
      "Paused by ana. 3 triggers were skipped since. Runs in flight hold before their next step.",
    ],
    [
      "failing",
      aFunction({ figures: { queued: 0, running: 1, lastDay: { completed: 90, failed: 10 } } }),
      [],
      "Running normally. 10 % of its runs failed in the last 24 hours.",
    ],
    [
      "a key that is always missing",
      aFunction({ warnings: ["Its key is missing in every event."], missedTicks: 2 }),
      [],
      "Running normally. Its key is missing in every event. 2 ticks were missed while Stepwell did not run.",
    ],
  ];
  test.each(rows)("%s", (_, fn, limits, sentence) => {
    expect(plainText(functionSentence(fn, limits, now))).toBe(sentence);
  });

  test("keys and overrides", () => {
    expect(keyWords({ value: "acme", queued: 0 })).toBe("acme");
    expect(keyWords({ value: [1, "a"], queued: 0 })).toBe('[ 1, "a" ]');
    expect(keyWords({ isMissing: true, queued: 0 })).toBe("no key");
    expect(keyWords({ queued: 0 })).toBe("all runs");
    const override = { limit: "concurrency.0", value: 10, by: "ana", setAt: ago(0) } as const;
    expect(overrideWords(aLimit({ registeredLimit: 4, override }), now)).toBe(
      "10, was 4, until removed by ana",
    );
  });
});

function anApp(rest: Partial<AppView> = {}): AppView {
  return {
    id: "a",
    name: "web",
    method: "SERVE",
    url: "http://localhost:3000/api/inngest",
    createdAt: ago(0),
    isArchived: false,
    functionCount: 2,
    isReachable: true,
    latestSync: { status: "SUCCESS" },
    ...rest,
  };
}
const away = anApp({
  name: "search",
  isReachable: false,
  openRuns: 26,
  latestSync: { status: "FAILED", error: "Connection refused at localhost:3003." },
});
const refused = anApp({
  name: "crm",
  latestSync: { status: "FAILED", error: "Function add: its concurrency key does not compile." },
});

describe("apps in words", () => {
  test("their state", () => {
    expect(appState(anApp()).kind).toBe("in-sync");
    expect(appState(away).kind).toBe("away");
    expect(appState(refused).kind).toBe("refused");
    expect(appState(anApp({ isArchived: true })).kind).toBe("removed");
  });

  test("one sentence for all of them", () => {
    expect(plainText(appsSentence([anApp()]))).toBe("1 app is in sync.");
    expect(plainText(appsSentence([away, anApp(), anApp()]))).toBe(
      "search does not answer. 26 runs of its functions wait; nothing is lost. The other 2 apps are in sync.",
    );
    expect(plainText(appsSentence([refused]))).toBe("crm was not taken. The version before keeps running.");
  });

  test("SDK and framework", () => {
    expect(sdkWords({ status: "SUCCESS", sdkLanguage: "js", sdkVersion: "4.2.0", framework: "hono" })).toBe(
      "TypeScript 4.2.0, Hono",
    );
  });
});

function aBulk(rest: Partial<BulkView> = {}): BulkView {
  return {
    id: "b",
    kind: "replay",
    status: "RUNNING",
    selection: { status: ["FAILED"], from: ago(3 * minute) },
    functions: [{ id: "f", slug: "app-f", name: "create-trial", app: { id: "a", name: "app" } }],
    createdAt: ago(minute),
    counts: { total: 1313, matched: 820, done: 812, skipped: 8, left: 493, skippedBecause: [] },
    ...rest,
  };
}

describe("bulk operations in words", () => {
  test("running, held, stopped, done", () => {
    expect(plainText(bulkSentence(aBulk(), now))).toBe(
      "812 replayed of 1,313, 493 left. About 36 seconds to go.",
    );
    expect(plainText(bulkSentence(aBulk({ status: "HELD", holdAfter: 5 }), now))).toContain(
      "It holds by itself after the first few",
    );
    expect(plainText(bulkSentence(aBulk({ status: "STOPPED", kind: "cancel" }), now))).toBe(
      "812 cancelled of 1,313. What was done stays done; the rest was left alone.",
    );
    expect(
      plainText(bulkSentence(aBulk({ status: "DONE", endedAt: ago(0), newRuns: { FAILED: 14 } }), now)),
    ).toBe("812 replayed of 1,313. It took 60 seconds. 14 new runs failed again.");
  });

  test("what it means", () => {
    expect(plainText(selectionWords(aBulk(), now))).toMatch(
      /^Failed runs of create-trial, queued since \d\d:\d\d\.$/,
    );
    expect(plainText(selectionWords(aBulk({ selection: { runIds: ["1", "2"] }, functions: [] }), now))).toBe(
      "2 runs chosen by hand.",
    );
  });

  test("its share counts what was left out", () => {
    expect(bulkShare(aBulk())).toBeCloseTo(820 / 1313);
    expect(bulkShare(aBulk({ status: "DONE" }))).toBe(1);
  });
});

test("what a part of a filter found", () => {
  const told = (part: Parameters<typeof foundWords>[0]): string => {
    const words = foundWords(part);
    return words === undefined ? "" : `${words.lead}${words.value ?? ""}${words.note}`;
  };
  const text = "event.data.seats >= 5";
  expect(told({ text, value: "error", path: "data.seats", found: "8" })).toBe(
    'seats is "8", a text; 5 is a number',
  );
  expect(told({ text, value: "false", path: "data.seats", found: 3 })).toBe("seats is 3");
  expect(told({ text, value: "false", path: "data.seats" })).toBe("the event has no data.seats");
  expect(told({ text, value: "not-reached", path: "data.seats", found: 3 })).toBe("");
  expect(told({ text: "event.data.id == '5'", value: "false", path: "data.id", found: 5 })).toBe(
    "id is 5, a number; '5' is a text",
  );
});
