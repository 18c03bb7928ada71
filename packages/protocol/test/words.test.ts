// The words of page and command line: one line per fact, and texts of users that have no power over a terminal.

process.env["TZ"] = "UTC";

import { describe, expect, test } from "vitest";
import type { Outcome, RunActivity, RunDetailView, RunView } from "../src/rest/index.ts";
import {
  age,
  bytes,
  counted,
  dueWords,
  duration,
  effectsLine,
  errorLine,
  estimate,
  eventSentence,
  harmless,
  moment,
  nobodyListens,
  oneLine,
  onMoment,
  percent,
  perMs,
  plainText,
  preciseMoment,
  reasonLine,
  runSentence,
  runState,
  shortDuration,
  whatHappened,
} from "../src/words/index.ts";

const second = 1000;
const minute = 60 * second;
const hour = 60 * minute;
const day = 24 * hour;
const now = Date.UTC(2026, 10, 24, 14, 0, 0);
const time = (inMs: number): string => new Date(now + inMs).toISOString();

describe("numbers and times", () => {
  test.each([
    [0, "0 ms"],
    [999.4, "999 ms"],
    [4100, "4.10 s"],
    [16_200, "16.2 s"],
    [64 * second, "1 m 04 s"],
    [125 * minute, "2 h 05 m"],
    [27 * hour, "1 d 3 h"],
    [48 * hour, "2 d"],
    [-5, "0 ms"],
  ])("%d ms is %s", (ms, text) => expect(duration(ms)).toBe(text));

  test.each([
    [9 * second, "9 s"],
    [61 * second, "1 m"],
    [25 * hour, "1 d"],
  ])("in one unit %d ms is %s", (ms, text) => expect(shortDuration(ms)).toBe(text));

  test("sizes, shares, counts", () => {
    expect([bytes(148), bytes(9200), bytes(123_456), bytes(4_100_000)]).toEqual([
      "148 B",
      "9.2 KB",
      "123 KB",
      "4.1 MB",
    ]);
    expect([percent(0, 9), percent(1, 2000), percent(62, 1000), percent(1, 2)]).toEqual([
      "none",
      "under 0.1 %",
      "6.2 %",
      "50 %",
    ]);
    expect([perMs(day), perMs(second), perMs(5 * minute)]).toEqual(["a day", "a second", "in 5 minutes"]);
    expect([
      estimate(1_234_567, true),
      estimate(12_345, true),
      estimate(7, true),
      estimate(12_345, false),
    ]).toEqual(["about 1.2 M", "about 12,000", "about 7", "12,345"]);
    expect([counted(1, "run"), counted(1318, "run"), counted(2, "retry", "retries")]).toEqual([
      "1 run",
      "1,318 runs",
      "2 retries",
    ]);
  });

  test("a moment is as short as it stays clear", () => {
    expect(moment(now + 5 * second, now)).toBe("14:00:05");
    expect(moment(now + 2 * hour, now)).toBe("16:00");
    expect(moment(now + 2 * day, now)).toBe("Thu 14:00");
    expect(moment(now - 20 * day, now)).toBe("4 Nov 14:00");
    expect(moment(now - 400 * day, now)).toBe("20 Oct 2025 14:00");
    expect(preciseMoment(now + 7, now)).toBe("14:00:00.007");
    expect(preciseMoment(now - day, now)).toBe("yesterday 14:00:00.000");
    expect(preciseMoment(now - 2 * day, now)).toBe("22 Nov 2026 14:00:00.000");
    expect([onMoment(now + 2 * hour, now), onMoment(now + 2 * day, now)]).toEqual([
      "at 16:00",
      "on Thu 14:00",
    ]);
    expect([dueWords(now, now), dueWords(now + 42 * second, now), dueWords(now + 2 * minute, now)]).toEqual([
      "now",
      "in 42 s",
      "at 14:02",
    ]);
    expect([age(now - 2 * hour, now), age(now - 2 * day, now), age(now - 30 * day, now)]).toEqual([
      "2 h",
      "Sun",
      "25 Oct",
    ]);
  });
});

const of = { id: "f", slug: "shop-ship", name: "ship", app: { id: "a", name: "shop" } };
const run = (fields: Partial<RunDetailView>): RunDetailView => ({
  id: "R",
  status: "RUNNING",
  function: of,
  app: of.app,
  queuedAt: time(-minute),
  trigger: { eventIds: ["E"], eventName: "a", isBatch: false },
  events: [],
  ...fields,
});

describe("decisions row 6: why a function ran or did not", () => {
  const reasons: readonly (readonly [Outcome, string])[] = [
    [{ kind: "run-created", runId: "R" }, "No filter. Run R"],
    [{ kind: "run-created", runId: "R", cancelledRunId: "Q" }, "No filter. Run R, in place of Q"],
    [{ kind: "filtered", expression: "event.data.a == 1" }, "The filter was false: event.data.a == 1"],
    [
      { kind: "expression-error", expression: "event.data.a > 1", message: "no such key" },
      "The filter could not be evaluated: no such key (event.data.a > 1)",
    ],
    [
      { kind: "deduplicated", byEventId: "E", runId: "R", until: time(day) },
      "Same id as event E, which started run R. Ids count until Wed 14:00.",
    ],
    [
      { kind: "deduplicated", byEventId: "E", idempotencyKey: "event.data.id", until: time(day) },
      "Same idempotency key as event E. The key counts until Wed 14:00.",
    ],
    [
      { kind: "rate-limited", limit: 1, periodMs: day, key: "ana", usedByRunId: "R", freeAt: time(day) },
      "Limit of 1 a day for ana, used up by run R. Free again on Wed 14:00.",
    ],
    [{ kind: "rate-limited" }, "The rate limit is used up."],
    [{ kind: "debounced", runId: "R" }, "Put into run R."],
    [{ kind: "debounced", supersededByEventId: "E" }, "A later event took its place: E."],
    [
      { kind: "debounced", startsAt: time(42 * second) },
      "Put into the run that starts in 42 s, unless another event comes.",
    ],
    [{ kind: "debounced" }, "Put into the next run, once no more events come."],
    [{ kind: "batched", size: 3, maxSize: 10, runId: "R" }, "Put into a batch of 3, at most 10. Run R"],
    [{ kind: "batched", startsAt: time(hour) }, "Put into a batch. It starts at 15:00 at the latest."],
    [{ kind: "singleton-skipped", runId: "R" }, "Not started: run R for the same key is still running."],
    [{ kind: "paused", since: time(-hour), by: "ana" }, "Paused since 13:00 by ana."],
    [{ kind: "draining" }, "Draining: no new runs start."],
    [{ kind: "pending" }, "Not decided yet."],
    // What a newer server may say.
    [JSON.parse('{"kind":"moon-phase"}'), "Not started: moon phase."],
  ];
  test.each(reasons)("%j", (outcome, line) =>
    expect(plainText(reasonLine({ function: of, outcome }, now))).toBe(line),
  );

  test("a filter that was true is said to be", () => {
    const item = {
      function: of,
      expression: "event.data.a == 1",
      outcome: reasons[0]?.[0] ?? { kind: "pending" },
    };
    expect(plainText(reasonLine(item, now))).toBe("Filter true. Run R");
  });

  test.each([
    [{ runs: 2, notStarted: 1, resumed: 1, cancelled: 3 }, "2 runs, 1 not, 1 resumed, 3 cancelled"],
    [{ runs: 0, notStarted: 1, duplicateOf: "E" }, "duplicate"],
    [{ runs: 0, notStarted: 0 }, "nobody listens"],
    [undefined, ""],
  ])("what it did: %j", (effects, line) => expect(effectsLine(effects).text).toBe(line));

  test("an event in a sentence: what it started and resumed, and why the others did not start", () => {
    const outcomes = [reasons[0], reasons[2], reasons[4], reasons[2]].map((row) => ({
      function: of,
      outcome: row?.[0] ?? ({ kind: "pending" } as const),
    }));
    const wait = { kind: "resumed", runId: "W", function: of } as const;
    const cancelled = { ...wait, kind: "cancelled" } as const;
    const said = (...given: Parameters<typeof eventSentence>): string => plainText(eventSentence(...given));
    expect(said("a", { functions: outcomes.slice(0, 1), waits: [wait, wait, cancelled] })).toBe(
      "Started 1 run. Resumed 2 waiting runs. Cancelled 1 run.",
    );
    expect(said("a", { functions: [], waits: [wait] })).toBe("Resumed 1 waiting run.");
    expect(said("a", { functions: outcomes, waits: [] })).toBe(
      "Started 1 run. 3 more functions listen to this name: 2 filters were false and one had already had it.",
    );
    expect(said("a", { functions: outcomes.slice(1, 2), waits: [] })).toBe(
      "1 function listens to this name: one filter was false.",
    );
    const closest = [{ name: "order/paid\u001b[2J", functions: 1 }];
    expect(said("order/payed", { functions: [], waits: [], closest })).toBe(
      "No function listens to order/payed. Closest: order/paid\\x1b[2J, with 1 function.",
    );
    expect(plainText(nobodyListens("a", {}))).toBe("No function listens to a.");
  });
});

describe("what happened to a run", () => {
  const activities: readonly (readonly [RunActivity, string, string])[] = [
    [
      { kind: "queued", heldBackBy: { limit: "concurrency", text: "10 of 10 running for acme" } },
      "Held back: 10 of 10 running for acme",
      "for 60 seconds. Held back: 10 of 10 running for acme.",
    ],
    [{ kind: "queued", startsAt: time(5 * minute) }, "Starts 14:05", "It starts at 14:05."],
    [{ kind: "queued" }, "Due now", "for 60 seconds. It is due and waits for its first call."],
    [
      { kind: "running", stepName: "charge", attempt: 1, maxAttempts: 5 },
      "charge, attempt 2 of 5",
      "step charge, attempt 2 of 5.",
    ],
    [{ kind: "running" }, "Between steps", "its code between steps."],
    [
      {
        kind: "retrying",
        stepName: "charge",
        attempt: 2,
        maxAttempts: 5,
        retryAt: time(30 * second),
        error: { name: "CardError", message: "declined" },
      },
      "charge, attempt 3 of 5 in 30 s",
      "Step charge failed with CardError: declined. It is tried again in 30 seconds, attempt 3 of 5.",
    ],
    [
      {
        kind: "waiting",
        stepName: "pickup",
        target: "order/picked-up",
        targetKind: "event",
        since: time(-hour),
        until: time(2 * day),
        openWaits: 3,
      },
      "order/picked-up and 2 more until Thu 14:00",
      "60 minutes so far for order/picked-up and 2 other waits. If none arrives by Thu 14:00, the wait returns null and the run goes on.",
    ],
    [
      { kind: "waiting", stepName: "call", target: "shop-child", targetKind: "function", until: time(hour) },
      "run of shop-child until 15:00",
      "for a run of shop-child. If it has not ended by 15:00, the step fails.",
    ],
    [
      { kind: "sleeping", stepName: "rest", until: time(hour) },
      "rest until 15:00",
      "in step rest until 15:00. It costs nothing meanwhile.",
    ],
  ];
  test.each(activities)("%j", (activity, line, sentence) => {
    const status = activity.kind === "queued" ? "QUEUED" : "RUNNING";
    expect(plainText(whatHappened(run({ status, activity }), now))).toBe(line);
    expect(plainText(runSentence(run({ status, activity }), now))).toBe(sentence);
  });

  const ended: readonly (readonly [Partial<RunDetailView>, string, string])[] = [
    [
      { status: "COMPLETED", output: { a: 1 }, durationMs: 4100 },
      "returned { a: 1 }",
      "It finished after 4.1 seconds.",
    ],
    [
      { status: "COMPLETED", outputBytes: 5000, retries: 1 },
      "returned a large value",
      "It finished; 1 attempt failed on the way and was tried again.",
    ],
    [
      {
        status: "FAILED",
        error: { name: "TypeError", message: "x\nsecond line" },
        failedStepName: "pay",
        maxAttempts: 1,
      },
      "TypeError: x",
      "Step pay threw TypeError: x. It has no retries.",
    ],
    [
      { status: "FAILED" },
      "Failed without an error",
      "Its code threw an error without a message. It is not tried again.",
    ],
    [
      { status: "CANCELLED", reason: "by the event order/cancelled", durationMs: 1000 },
      "by the event order/cancelled",
      "Stopped by the event order/cancelled after 1 second. Finished steps keep their results.",
    ],
    [
      { status: "SKIPPED", reason: "the function was paused" },
      "the function was paused",
      "It did not start: the function was paused.",
    ],
  ];
  test.each(ended)("%j", (fields, line, sentence) => {
    expect(plainText(whatHappened(run(fields), now))).toBe(line);
    expect(plainText(runSentence(run(fields), now))).toBe(sentence);
  });

  test("waiting, sleeping and retrying are states of their own", () => {
    const states = activities.map(([activity]): RunView => run({ activity })).map(runState);
    expect(states.slice(5)).toEqual(["retrying", "waiting", "waiting", "sleeping"]);
  });

  test("an error's name is left out where it says nothing", () => {
    expect(errorLine({ name: "Error", message: "" })).toBe("Error without a message");
    expect(errorLine({ name: "E\u001b[2J", message: "m" })).toBe("E\\x1b[2J: m");
  });
});

describe("texts of users", () => {
  test("cannot steer the terminal", () => {
    expect(harmless("a\u001b]0;title\u0007b\u009bc\u202ed\n")).toBe("a\\x1b]0;title\\x07b\\x9bc\\u202ed\\n");
  });

  test.each([
    [{ a: 1, "b-c": ["x", null] }, '{ a: 1, "b-c": [ "x", null ] }'],
    [[], "[]"],
    [undefined, "nothing"],
    ["long".repeat(50), /^"(long)+lo…$/],
    [{ deep: { text: "\u001b[2J" } }, '{ deep: { text: "\\u001b[2J" } }'],
  ])("one line: %j", (value, expected) => {
    const text = oneLine(value, 60);
    expect(text.length).toBeLessThanOrEqual(60);
    if (typeof expected === "string") expect(text).toBe(expected);
    else expect(text).toMatch(expected);
  });
});
