// A function's configuration in words: one sentence for each option, none left out.

import type { FunctionView, JsonObject, TriggerView } from "@stepwell/protocol/rest";
import { plainText } from "@stepwell/protocol/words";
import { describe, expect, test } from "vitest";
import { configWords } from "../page/words/config-words.ts";
import { cronWords } from "../page/words/cron-words.ts";
import { periodWords, perPeriod } from "../page/words/period-words.ts";

function aFunction(configuration: JsonObject, rest: Partial<FunctionView> = {}): FunctionView {
  return {
    id: "f",
    name: "f",
    slug: "app-f",
    isPaused: false,
    isArchived: false,
    app: { id: "a", name: "app" },
    triggers: [{ type: "EVENT", value: "user/signup" }],
    maxAttempts: 1,
    configuration,
    ...rest,
  };
}

const said = (fn: FunctionView): readonly string[] => configWords(fn).map((line) => plainText(line.words));

describe("each option has its sentence", () => {
  const rows: readonly (readonly [JsonObject, string])[] = [
    [{ concurrency: 5 }, "Runs at most 5 at once. More are held back, oldest first."],
    [
      { concurrency: [{ limit: 10, key: "event.data.account" }] },
      "Runs at most 10 at once for each event.data.account. More are held back, oldest first.",
    ],
    [
      { concurrency: { limit: 1, key: "'all'", scope: "env" } },
      "Runs at most 1 at once for each 'all', shared by all functions of the environment with this key. More are held back, oldest first.",
    ],
    [
      { throttle: { limit: 50, period: "1s" } },
      "Starts at most 50 runs a second, evenly spaced. More are held back.",
    ],
    [
      { throttle: { limit: 1, period: "2m", burst: 4, key: "event.data.id" } },
      "Starts at most 1 run in 2 minutes for each event.data.id, evenly spaced after a burst of 4. More are held back.",
    ],
    [
      { rateLimit: { limit: 1, period: "24h", key: "event.data.email" } },
      "Starts at most 1 run a day for each event.data.email. More events start nothing.",
    ],
    [
      { debounce: { period: "5m", timeout: "1h" } },
      "Waits until no event has come for 5 minutes, then runs with the last one, after 1 hour at the latest.",
    ],
    [
      { batchEvents: { maxSize: 50, timeout: "10s", if: "event.data.bulk" } },
      "Takes up to 50 events into one run, after 10 seconds at the latest, if event.data.bulk.",
    ],
    [
      { singleton: { mode: "skip", key: "event.data.id" } },
      "Has one run at a time for each event.data.id. While it runs, new ones are skipped.",
    ],
    [{ singleton: { mode: "cancel" } }, "Has one run at a time. A new one cancels the one before."],
    [{ idempotency: "event.data.cart" }, "Runs once in 24 hours for each event.data.cart."],
    [
      { priority: { run: "event.data.vip ? 60 : 0" } },
      "Goes before others by event.data.vip ? 60 : 0 seconds when runs are held back.",
    ],
    [
      { cancel: [{ event: "user/closed", if: "async.data.userId == event.data.userId" }] },
      "Is cancelled by user/closed of the same data.userId.",
    ],
    [
      { cancel: [{ event: "user/closed", if: "async.data.n > 3", timeout: "1h" }] },
      "Is cancelled by user/closed if async.data.n > 3, within 1 hour of its start.",
    ],
    [{ timeouts: { finish: "7d" } }, "Must finish within 7 days of its start, or is cancelled."],
    [{ somethingNew: { a: 1 } }, 'Has somethingNew set to {"a":1}.'],
  ];
  test.each(rows)("%j", (configuration, sentence) => {
    expect(said(aFunction(configuration))).toContain(sentence);
  });
});

test("triggers are said with their filters and schedules", () => {
  const triggers: readonly TriggerView[] = [
    { type: "EVENT", value: "a/b", expression: "event.data.n > 1" },
    { type: "CRON", value: "30 2 * * *" },
    { type: "CRON", value: "1 2 3-9 * 5#2" },
  ];
  expect(said(aFunction({}, { triggers })).slice(0, 3)).toEqual([
    "Starts on a/b if event.data.n > 1.",
    "Starts every day at 02:30 UTC: 30 2 * * *.",
    "Starts on the schedule 1 2 3-9 * 5#2.",
  ]);
  expect(said(aFunction({}, { triggers: [] }))[0]).toBe(
    "Starts only when another function or a person invokes it.",
  );
});

test("C2: attempts are said with the waits between them", () => {
  const last = (maxAttempts: number): string => said(aFunction({}, { maxAttempts })).at(-1) ?? "";
  expect(last(1)).toBe("Tries each step once; nothing is tried again.");
  expect(last(2)).toBe("Tries each step up to 2 times, waiting 15 s, and up to 30 s more at random.");
  expect(last(5)).toBe(
    "Tries each step up to 5 times, waiting 15 s, 30 s, 1 m and 2 m, and up to 30 s more at random.",
  );
  expect(last(21)).toContain("1 h and 2 h, then every 2 h");
});

describe("cron schedules in words", () => {
  const rows: readonly (readonly [string, string | undefined])[] = [
    ["* * * * *", "every minute"],
    ["*/5 * * * *", "every 5 minutes"],
    ["0 * * * *", "every hour"],
    ["15 * * * *", "every hour, 15 minutes past"],
    ["0 */6 * * *", "every 6 hours"],
    ["30 2 * * *", "every day at 02:30 UTC"],
    ["0 9,17 * * *", "every day at 09:00 and 17:00 UTC"],
    ["0 9 * * 1-5", "Monday to Friday at 09:00 UTC"],
    ["0 9 * * MON", "every Monday at 09:00 UTC"],
    ["*/10 * * * 6", "every 10 minutes, every Saturday"],
    ["0 0 1 * *", "on day 1 of every month at 00:00 UTC"],
    ["0 0 24 12 *", "on 24 December at 00:00 UTC"],
    ["TZ=Europe/Paris 0 12 * * 5", "every Friday at 12:00 Europe/Paris"],
    ["CRON_TZ=Asia/Tokyo 0 0 * * *", "every day at 00:00 Asia/Tokyo"],
    ["1-5 * * * *", undefined],
    ["0 0 1 * 1", undefined],
    ["61 0 * * *", undefined],
    ["@daily", undefined],
    ["0 0 * *", undefined],
  ];
  test.each(rows)("%s", (schedule, words) => {
    expect(cronWords(schedule)).toBe(words);
  });
});

test("durations of options in words", () => {
  expect(["7d", "1h", "1m30s", "500ms", "0s", "soon"].map(periodWords)).toEqual([
    "7 days",
    "1 hour",
    "1 minute and 30 seconds",
    "500 milliseconds",
    "0 seconds",
    "soon",
  ]);
  expect(["1h", "60m", "24h", "1d", "10s", "1s"].map(perPeriod)).toEqual([
    "an hour",
    "an hour",
    "a day",
    "a day",
    "in 10 seconds",
    "a second",
  ]);
});
