// C1: what a function's registration may say, option by option. A refusal names function, field, value and rule.

import type { Json, JsonObject } from "@stepwell/protocol";
import { describe, expect, test } from "vitest";
import { appIdOf } from "../src/model/ids.ts";
import { functionSettings } from "../src/sync/settings.ts";

const go: readonly JsonObject[] = [{ event: "go" }];

function registered(options: JsonObject, triggers: readonly JsonObject[] = go, retries?: number) {
  return functionSettings(
    {
      id: "app-f",
      name: "f",
      triggers,
      url: "http://app",
      options,
      ...(retries === undefined ? {} : { retries }),
    },
    { name: "app", id: appIdOf("app") },
    { batchSizeMax: 100 },
    0,
  );
}

/** The settings that the options become, or why they are refused. */
function outcome(options: JsonObject, triggers?: readonly JsonObject[]): unknown {
  const result = registered(options, triggers);
  return result.kind === "invalid" ? result.reasons : result.settings;
}

describe("C1 options that are taken over", () => {
  const taken: readonly (readonly [string, JsonObject, object])[] = [
    ["concurrency as a number", { concurrency: 5 }, { concurrency: [{ limit: 5, scope: "fn" }] }],
    [
      "concurrency 0 is no limit of its own",
      { concurrency: 0 },
      { concurrency: [{ limit: 0, scope: "fn" }] },
    ],
    [
      "two limits, one of them shared",
      { concurrency: [{ limit: 5 }, { limit: 9, scope: "account", key: "'all'" }] },
      {
        concurrency: [
          { limit: 5, scope: "fn" },
          { limit: 9, scope: "account", key: "'all'" },
        ],
      },
    ],
    [
      "the two kinds of concurrency apart",
      { concurrency: { step: [{ limit: 2 }] } },
      { concurrency: [{ limit: 2, scope: "fn" }] },
    ],
    [
      "throttle",
      { throttle: { limit: 1, period: "7d" } },
      { throttle: { limit: 1, periodMs: 604_800_000, burst: 0 } },
    ],
    [
      "throttle of 0, which is 1",
      { throttle: { limit: 0, period: "1s" } },
      { throttle: { limit: 1, periodMs: 1000, burst: 0 } },
    ],
    [
      "a period in whole seconds",
      { throttle: { limit: 1, period: "1500ms" } },
      { throttle: { limit: 1, periodMs: 1000, burst: 0 } },
    ],
    [
      "rateLimit",
      { rateLimit: { limit: 3, period: "24h", key: "event.data.u" } },
      { rateLimit: { limit: 3, periodMs: 86_400_000, key: "event.data.u" } },
    ],
    ["idempotency", { idempotency: "event.data.id" }, { idempotency: "event.data.id" }],
    [
      "debounce",
      { debounce: { period: "10s", timeout: "1m" } },
      { debounce: { periodMs: 10_000, timeoutMs: 60_000 } },
    ],
    [
      "batchEvents",
      { batchEvents: { maxSize: 2, timeout: "1s" } },
      { batch: { maxSize: 2, timeoutMs: 1000 } },
    ],
    ["priority", { priority: { run: "event.data.p" } }, { priority: "event.data.p" }],
    [
      "singleton",
      { singleton: { mode: "cancel", key: "event.data.u" } },
      { singleton: { mode: "cancel", key: "event.data.u" } },
    ],
    [
      "timeouts",
      { timeouts: { start: "18h30m", finish: "2w" } },
      { timeouts: { startMs: 66_600_000, finishMs: 1_209_600_000 } },
    ],
    [
      "C5.7 a timeout that is none counts as absent",
      { timeouts: { start: "soon", finish: "1m" } },
      { timeouts: { finishMs: 60_000 } },
    ],
    ["cancelOn", { cancel: [{ event: "stop" }] }, { cancelOn: [{ event: "stop" }] }],
    ["waitLookback", { waitLookback: "10m" }, { waitLookback: { kind: "duration", lookbackMs: 600_000 } }],
  ];
  test.each(taken)("C1 %s", (_, options, settings) => {
    expect(outcome(options)).toMatchObject(settings);
  });

  test("C1 retries: 4 by default, and never more than 20", () => {
    const attempts = [undefined, 0, 20, 99].map((retries) => {
      const result = registered({}, go, retries);
      return result.kind === "settings" ? result.settings.maxAttempts : result.reasons;
    });
    expect(attempts).toEqual([5, 1, 21, 21]);
  });
});

describe("C1.1 what registration refuses", () => {
  const wrong = "event.data ==";
  const keyed: readonly (readonly [string, (key: Json) => JsonObject])[] = [
    ["concurrency.key", (key) => ({ concurrency: { limit: 1, key } })],
    ["throttle.key", (key) => ({ throttle: { limit: 1, period: "1s", key } })],
    ["rateLimit.key", (key) => ({ rateLimit: { limit: 1, period: "1s", key } })],
    ["debounce.key", (key) => ({ debounce: { period: "1s", key } })],
    ["batchEvents.key", (key) => ({ batchEvents: { maxSize: 2, timeout: "1s", key } })],
    ["batchEvents.if", (key) => ({ batchEvents: { maxSize: 2, timeout: "1s", if: key } })],
    ["singleton.key", (key) => ({ singleton: { mode: "skip", key } })],
    ["priority.run", (run) => ({ priority: { run } })],
    ["idempotency", (idempotency) => ({ idempotency })],
  ];
  test.each(keyed)("C1.1 %s that does not compile, speaks of async, or is no text", (field, options) => {
    for (const expression of [wrong, "async.data.id", 5]) {
      expect(outcome(options(expression))).toEqual([
        expect.stringMatching(
          new RegExp(`^Function app-f: ${field.replace(".", "\\.")}:? .*(invalid|as text)`),
        ),
      ]);
    }
  });

  const refused: readonly (readonly [string, JsonObject, RegExp])[] = [
    ["three limits", { concurrency: [1, 2, 3] }, /concurrency: there are 3 limits, at most 2/],
    [
      "a limit that is no whole number",
      { concurrency: 1.5 },
      /concurrency\.limit: must be a whole number.*1\.5/,
    ],
    ["a negative limit", { concurrency: { limit: -1 } }, /concurrency\.limit.*-1/],
    [
      "a scope that is shared without a key",
      { concurrency: { limit: 1, scope: "env" } },
      /concurrency\.key: is missing/,
    ],
    [
      "a scope that is none",
      { concurrency: { limit: 1, scope: "app" } },
      /concurrency\.scope: must be "fn", "env" or "account"/,
    ],
    [
      "two limits on whole runs",
      { concurrency: { fn: [{ limit: 1 }, { limit: 2 }] } },
      /concurrency\.fn: there are 2 limits on whole runs, at most 1 is allowed/,
    ],
    [
      "a limit on whole runs of another scope",
      { concurrency: { fn: [{ limit: 1, scope: "env", key: "'k'" }] } },
      /concurrency\.fn\.scope: must be "fn"/,
    ],
    ["throttle without a period", { throttle: { limit: 1 } }, /throttle\.period: .*missing/],
    [
      "throttle below a second",
      { throttle: { limit: 1, period: "500ms" } },
      /throttle\.period: must be from 1s to 7d/,
    ],
    [
      "throttle above a week",
      { throttle: { limit: 1, period: "8d" } },
      /throttle\.period: must be from 1s to 7d/,
    ],
    ["rateLimit of 0", { rateLimit: { limit: 0, period: "1h" } }, /rateLimit\.limit: .*1 or more/],
    ["rateLimit without a period", { rateLimit: { limit: 1 } }, /rateLimit\.period: .*missing/],
    [
      "rateLimit above a day",
      { rateLimit: { limit: 1, period: "25h" } },
      /rateLimit\.period: must be from 1s to 24h/,
    ],
    ["debounce below a second", { debounce: { period: "0s" } }, /debounce\.period: must be from 1s to 7d/],
    ["debounce above a week", { debounce: { period: "2w" } }, /debounce\.period: must be from 1s to 7d/],
    [
      "a batch of one",
      { batchEvents: { maxSize: 1, timeout: "1s" } },
      /batchEvents\.maxSize: .*from 2 to 100/,
    ],
    [
      "a batch above the server's bound",
      { batchEvents: { maxSize: 101, timeout: "1s" } },
      /batchEvents\.maxSize/,
    ],
    ["a batch without a timeout", { batchEvents: { maxSize: 2 } }, /batchEvents\.timeout: .*missing/],
    [
      "a batch that waits for hours",
      { batchEvents: { maxSize: 2, timeout: "1h" } },
      /batchEvents\.timeout: must be from 1s to 10m/,
    ],
    ["a singleton without a mode", { singleton: {} }, /singleton\.mode: must be "skip" or "cancel"/],
    ["an option that is no object", { throttle: 5 }, /throttle: must be an object/],
    [
      "six cancellations",
      { cancel: Array.from({ length: 6 }, (_, n) => ({ event: `e${n}` })) },
      /cancelOn: there are 6, at most 5/,
    ],
    ["a cancellation without an event", { cancel: [{ if: "true" }] }, /cancelOn\[0\] names no event/],
    [
      "C6.7 a cancellation with a macro",
      { cancel: [{ event: "e", if: "async.data.l.exists(x, x == 1)" }] },
      /cancelOn\[0\]\.if .*exists/,
    ],
    [
      "C6.7 a cancellation with arithmetic",
      { cancel: [{ event: "e", if: "async.data.n + 1 == 2" }] },
      /cancelOn\[0\]\.if .*"\+"/,
    ],
    [
      "a cancellation with a timeout that is none",
      { cancel: [{ event: "e", timeout: "soon" }] },
      /cancelOn\[0\]\.timeout/,
    ],
    ["a look-back that is none", { waitLookback: "yesterday" }, /waitLookback must be/],
  ];
  test.each(refused)("C1.1 %s", (_, options, reason) => {
    expect(outcome(options)).toEqual([expect.stringMatching(reason)]);
  });

  const triggers: readonly (readonly [string, readonly JsonObject[], RegExp])[] = [
    [
      "A8.1 eleven triggers",
      Array.from({ length: 11 }, (_, n) => ({ event: `e${n}` })),
      /there are 11, at most 10/,
    ],
    ["A8.1 a trigger twice", [{ event: "a" }, { event: "a" }], /triggers\[1\] repeats/],
    [
      "A8.1 a cron twice, whatever its jitter",
      [{ cron: "* * * * *" }, { cron: "* * * * *", jitter: "30s" }],
      /triggers\[1\] repeats/,
    ],
    ["A8.2 event and cron in one", [{ event: "a", cron: "* * * * *" }], /triggers\[0\] names both/],
    ["A8.2 neither", [{}], /triggers\[0\] names neither/],
    [
      "A8.13 a condition that does not compile",
      [{ event: "a", expression: wrong }],
      /triggers\[0\]\.expression/,
    ],
    [
      "A8.13 a condition over what is not there yet",
      [{ event: "a", expression: "async.data.n == 1" }],
      /async/,
    ],
    ["A9.1 four fields", [{ cron: "* * * *" }], /triggers\[0\]\.cron/],
    ["A9.1 six fields", [{ cron: "0 * * * * *" }], /triggers\[0\]\.cron/],
    ["A9.1 a descriptor", [{ cron: "@daily" }], /triggers\[0\]\.cron/],
    ["A9.2 a zone that is none", [{ cron: "TZ=Mars/Base * * * * *" }], /triggers\[0\]\.cron/],
    ["a cron of more than 255 characters", [{ cron: `${"1,".repeat(130)}1 * * * *` }], /255/],
    ["A9.6 a jitter below a second", [{ cron: "* * * * *", jitter: "500ms" }], /triggers\[0\]\.jitter/],
    ["A9.6 a jitter above five minutes", [{ cron: "* * * * *", jitter: "6m" }], /triggers\[0\]\.jitter/],
  ];
  test.each(triggers)("C1.1 triggers: %s", (_, list, reason) => {
    expect(outcome({}, list)).toEqual([expect.stringMatching(reason)]);
  });

  test("C1.1 all reasons are told at once", () => {
    expect(outcome({ throttle: 5, singleton: {}, idempotency: wrong }, [{}])).toHaveLength(4);
  });
});

describe("C1.2 what cannot be combined with batching", () => {
  const batch = { batchEvents: { maxSize: 2, timeout: "1s" } };
  const others: readonly (readonly [string, JsonObject])[] = [
    ["cancelOn", { cancel: [{ event: "stop" }] }],
    ["debounce", { debounce: { period: "1s" } }],
    ["singleton", { singleton: { mode: "skip" } }],
    ["priority", { priority: { run: "1" } }],
    ["idempotency", { idempotency: "event.data.id" }],
    ["rateLimit", { rateLimit: { limit: 1, period: "1s" } }],
  ];
  test.each(others)("C1.2 C11 batchEvents with %s", (name, other) => {
    expect(outcome({ ...batch, ...other })).toEqual([
      `Function app-f: batchEvents with ${name}: this combination is not supported; remove one of the two.`,
    ]);
    expect(outcome(other)).not.toBeInstanceOf(Array);
  });

  test.each([
    ["concurrency", { concurrency: { limit: 1, key: "event.data.u" } }],
    ["throttle", { throttle: { limit: 1, period: "1s" } }],
    ["timeouts", { timeouts: { finish: "1m" } }],
    ["an empty list of cancellations", { cancel: [] }],
  ])("C1.2 batchEvents goes with %s", (_, other) => {
    expect(outcome({ ...batch, ...other })).not.toBeInstanceOf(Array);
  });
});
