// The words of the commands: one line per fact, the same as on the page.

process.env["TZ"] = "UTC";

import type { Outcome, RunActivity, RunDetailView, RunView } from "@stepwell/protocol/rest";
import { describe, expect, test } from "vitest";
import { effectsLine, reasonLine } from "../src/words/event-words.ts";
import { age, moment, preciseMoment } from "../src/words/moment.ts";
import { bytes, counted, duration, percent, shortDuration } from "../src/words/number.ts";
import { errorLine, runSentence, runState, whatHappened } from "../src/words/run-words.ts";

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
    expect(preciseMoment(now - 2 * day, now)).toBe("22 Nov 2026 14:00:00");
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
    [{ kind: "run-created", runId: "R" }, "no filter: run R"],
    [{ kind: "run-created", runId: "R", cancelledRunId: "Q" }, "no filter: run R, in place of Q"],
    [{ kind: "filtered", expression: "event.data.a == 1" }, "the filter was false: event.data.a == 1"],
    [
      { kind: "expression-error", expression: "event.data.a > 1", message: "no such key" },
      "the filter could not be evaluated: no such key (event.data.a > 1)",
    ],
    [
      { kind: "deduplicated", byEventId: "E", runId: "R", until: time(day) },
      "same id as event E, which started run R; it counts until Wed 14:00",
    ],
    [
      { kind: "deduplicated", byEventId: "E", idempotencyKey: "event.data.id" },
      "same idempotency key as event E",
    ],
    [
      { kind: "rate-limited", limit: 1, periodMs: day, key: "ana", usedByRunId: "R", freeAt: time(2 * hour) },
      "limit of 1 in 1 d for ana used up by run R; free again 16:00",
    ],
    [{ kind: "rate-limited" }, "the rate limit used up"],
    [{ kind: "debounced", runId: "R" }, "put into run R"],
    [{ kind: "debounced", supersededByEventId: "E" }, "a later event took its place: E"],
    [
      { kind: "debounced", startsAt: time(42 * second) },
      "put into the run that starts at 14:00:42, unless another event comes",
    ],
    [{ kind: "debounced" }, "put into the next run, once no more events come"],
    [{ kind: "batched", size: 3, maxSize: 10, runId: "R" }, "put into a batch of 3, at most 10, run R"],
    [{ kind: "batched", startsAt: time(hour) }, "put into a batch, which starts at 15:00 at the latest"],
    [{ kind: "singleton-skipped", runId: "R" }, "not started: run R for the same key is still running"],
    [{ kind: "paused", since: time(-hour), by: "ana" }, "paused since 13:00 by ana"],
    [{ kind: "draining" }, "draining"],
    [{ kind: "pending" }, "not decided yet"],
    // What a newer server may say.
    [JSON.parse('{"kind":"moon-phase"}'), "moon phase"],
  ];
  test.each(reasons)("%j", (outcome, line) => expect(reasonLine({ function: of, outcome }, now)).toBe(line));

  test("a filter that was true is said to be", () => {
    const item = {
      function: of,
      expression: "event.data.a == 1",
      outcome: reasons[0]?.[0] ?? { kind: "pending" },
    };
    expect(reasonLine(item, now)).toBe("filter true: run R");
  });

  test.each([
    [{ runs: 2, notStarted: 1, resumed: 1, cancelled: 3 }, "2 runs, 1 not, 1 resumed, 3 cancelled"],
    [{ runs: 0, notStarted: 1, duplicateOf: "E" }, "duplicate"],
    [{ runs: 0, notStarted: 0 }, "nobody listens"],
  ])("what it did: %j", (effects, line) => expect(effectsLine(effects)).toBe(line));
});

describe("what happened to a run", () => {
  const activities: readonly (readonly [RunActivity, string, string])[] = [
    [
      { kind: "queued", heldBackBy: { limit: "concurrency", text: "10 of 10 running for acme" } },
      "held back: 10 of 10 running for acme",
      "Queued for 1 m 00 s. Held back: 10 of 10 running for acme.",
    ],
    [{ kind: "queued", startsAt: time(5 * minute) }, "starts 14:05", "It starts at 14:05."],
    [{ kind: "queued" }, "due now", "Queued for 1 m 00 s. It is due and waits for its first call."],
    [
      { kind: "running", stepName: "charge", attempt: 1, maxAttempts: 5 },
      "charge, attempt 2 of 5",
      "It runs step charge, attempt 2 of 5.",
    ],
    [{ kind: "running" }, "between steps", "It runs its code between steps."],
    [
      {
        kind: "retrying",
        stepName: "charge",
        attempt: 2,
        maxAttempts: 5,
        retryAt: time(30 * second),
        error: { name: "CardError", message: "declined" },
      },
      "charge, attempt 3 of 5 in 30.0 s",
      "Step charge failed with CardError: declined. It is tried again in 30.0 s (attempt 3 of 5).",
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
      "It has waited since 13:00 for order/picked-up and 2 other waits. If none arrives by Thu 14:00, the wait returns null and the run goes on.",
    ],
    [
      { kind: "waiting", stepName: "call", target: "shop-child", targetKind: "function", until: time(hour) },
      "run of shop-child until 15:00",
      "It waits for a run of shop-child. If it has not ended by 15:00, the step fails.",
    ],
    [
      { kind: "sleeping", stepName: "rest", until: time(hour) },
      "rest until 15:00",
      "It sleeps in step rest until 15:00. It costs nothing meanwhile.",
    ],
  ];
  test.each(activities)("%j", (activity, line, sentence) => {
    const status = activity.kind === "queued" ? "QUEUED" : "RUNNING";
    expect(whatHappened(run({ status, activity }), now)).toBe(line);
    expect(runSentence(run({ status, activity }), now)).toBe(sentence);
  });

  const ended: readonly (readonly [Partial<RunDetailView>, string, string])[] = [
    [
      { status: "COMPLETED", output: { a: 1 }, durationMs: 4100 },
      "returned { a: 1 }",
      "It finished after 4.10 s.",
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
      "failed without an error",
      "Its code threw an error without a message. It is not tried again.",
    ],
    [
      { status: "CANCELLED", reason: "by the event order/cancelled", durationMs: 1000 },
      "by the event order/cancelled",
      "Stopped by the event order/cancelled after 1.00 s. Finished steps keep their results.",
    ],
    [
      { status: "SKIPPED", reason: "the function was paused" },
      "the function was paused",
      "It did not start: the function was paused.",
    ],
  ];
  test.each(ended)("%j", (fields, line, sentence) => {
    expect(whatHappened(run(fields), now)).toBe(line);
    expect(runSentence(run(fields), now)).toBe(sentence);
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
