// What a function does, in words: its triggers and options as the app registered them (semantics C1), one sentence for
// each. An option that is not known here is said by its name, never left out.

import { type FunctionView, isJsonObject, type Json, type JsonObject } from "@stepwell/protocol/rest";
import { code, count, counted, name, type Part, type Sentence } from "@stepwell/protocol/words";
import type { IconName } from "../drawing/icon.tsx";
import { cronWords } from "./cron-words.ts";
import { periodWords, perPeriod } from "./period-words.ts";

export interface ConfigLine {
  readonly icon: IconName;
  readonly words: Sentence;
}

export function configWords(fn: FunctionView): readonly ConfigLine[] {
  const options = fn.configuration;
  const lines = Object.entries(options).flatMap(([option, value]) => optionLines(option, value));
  return [...triggerLines(fn), ...lines, ...retryLines(fn)];
}

function triggerLines(fn: FunctionView): readonly ConfigLine[] {
  if (fn.triggers.length === 0)
    return [{ icon: "events", words: ["Starts only when another function or a person invokes it."] }];
  return fn.triggers.map((trigger) => {
    if (trigger.type === "CRON") {
      const said = cronWords(trigger.value);
      return {
        icon: "clock",
        words:
          said === undefined
            ? ["Starts on the schedule ", code(trigger.value), "."]
            : [`Starts ${said}: `, code(trigger.value), "."],
      };
    }
    return {
      icon: "events",
      words: [
        "Starts on ",
        code(trigger.value),
        ...(trigger.expression === undefined ? [] : [" if ", code(trigger.expression)]),
        ".",
      ],
    };
  });
}

/** The waits between the first attempts (semantics C2); an app may ask for others. */
const retryWaits = ["15 s", "30 s", "1 m", "2 m", "5 m", "10 m", "20 m", "40 m", "1 h", "2 h"];

function retryLines(fn: FunctionView): readonly ConfigLine[] {
  if (fn.maxAttempts <= 1)
    return [{ icon: "rerun", words: ["Tries each step ", name("once"), "; nothing is tried again."] }];
  const waits = retryWaits.slice(0, fn.maxAttempts - 1);
  const last = waits.pop() ?? "";
  const more = fn.maxAttempts - 1 > retryWaits.length ? ", then every 2 h" : "";
  return [
    {
      icon: "rerun",
      words: [
        "Tries each step up to ",
        name(`${fn.maxAttempts} times`),
        `, waiting ${waits.length === 0 ? last : `${waits.join(", ")} and ${last}`}${more}, and up to 30 s more at random.`,
      ],
    },
  ];
}

const text = (value: Json | undefined): string | undefined =>
  typeof value === "string" && value !== "" ? value : undefined;
const numberOf = (value: Json | undefined): number | undefined =>
  typeof value === "number" ? value : undefined;

function forEach(key: string | undefined): readonly Part[] {
  return key === undefined ? [] : [" for each ", code(key)];
}

function listOf(value: Json | undefined): readonly JsonObject[] {
  const items: readonly (Json | undefined)[] = Array.isArray(value) ? value : [value];
  return items.flatMap((item) =>
    isJsonObject(item) ? [item] : typeof item === "number" ? [{ limit: item }] : [],
  );
}

function optionLines(option: string, value: Json | undefined): readonly ConfigLine[] {
  const [only = {}] = listOf(value);
  switch (option) {
    case "retries":
      return [];
    case "concurrency":
      return concurrencyLines(value);
    case "throttle":
      return [{ icon: "gauge", words: throttleWords(only) }];
    case "rateLimit":
      return [{ icon: "gauge", words: rateLimitWords(only) }];
    case "debounce":
      return [{ icon: "clock", words: debounceWords(only) }];
    case "batchEvents":
      return [{ icon: "events", words: batchWords(only) }];
    case "singleton":
      return [{ icon: "functions", words: singletonWords(only) }];
    case "priority":
      return [
        {
          icon: "arrow",
          words: ["Goes before others by ", code(text(only.run) ?? "0"), " seconds when runs are held back."],
        },
      ];
    case "idempotency":
      return [
        {
          icon: "skipped",
          words: ["Runs once in 24 hours for each ", code(text(value) ?? JSON.stringify(value)), "."],
        },
      ];
    case "cancel":
    case "cancelOn":
      return listOf(value).map(cancelLine);
    case "timeouts":
      return timeoutLines(only);
    default:
      return [{ icon: "functions", words: [`Has ${option} set to `, code(JSON.stringify(value)), "."] }];
  }
}

/** Limits on steps, and on whole runs where the configuration tells them apart. */
function concurrencyLines(value: Json | undefined): readonly ConfigLine[] {
  if (!isJsonObject(value) || (value.fn === undefined && value.step === undefined))
    return listOf(value).flatMap(concurrencyLine);
  return [...listOf(value.fn).flatMap(wholeRunLine), ...listOf(value.step).flatMap(concurrencyLine)];
}

function wholeRunLine(limit: JsonObject): readonly ConfigLine[] {
  const most = numberOf(limit.limit) ?? 0;
  if (most === 0) return [];
  const key = text(limit.key);
  return [
    {
      icon: "gauge",
      words: [
        "Has at most ",
        name(counted(most, "run")),
        " under way from first call to end",
        ...(key === undefined ? [] : [" for each ", code(key)]),
        ".",
      ],
    },
  ];
}

function concurrencyLine(limit: JsonObject): readonly ConfigLine[] {
  const most = numberOf(limit.limit) ?? 0;
  if (most === 0) return [];
  const scope = text(limit.scope);
  const shared =
    scope === "env"
      ? ", shared by all functions of the environment with this key"
      : scope === "account"
        ? ", shared by all functions of the account with this key"
        : "";
  return [
    {
      icon: "gauge",
      words: [
        "Runs at most ",
        name(`${count(most)} at once`),
        ...forEach(text(limit.key)),
        `${shared}. More are held back, oldest first.`,
      ],
    },
  ];
}

function throttleWords(limit: JsonObject): Sentence {
  const burst = numberOf(limit.burst);
  return [
    "Starts at most ",
    name(`${counted(numberOf(limit.limit) ?? 1, "run")} ${perPeriod(text(limit.period) ?? "")}`),
    ...forEach(text(limit.key)),
    burst === undefined || burst === 0
      ? ", evenly spaced"
      : `, evenly spaced after a burst of ${count(burst)}`,
    ". More are held back.",
  ];
}

function rateLimitWords(limit: JsonObject): Sentence {
  return [
    "Starts at most ",
    name(`${counted(numberOf(limit.limit) ?? 1, "run")} ${perPeriod(text(limit.period) ?? "")}`),
    ...forEach(text(limit.key)),
    ". More events start nothing.",
  ];
}

function debounceWords(debounce: JsonObject): Sentence {
  const timeout = text(debounce.timeout);
  return [
    "Waits until no event has come for ",
    name(periodWords(text(debounce.period) ?? "")),
    ...forEach(text(debounce.key)),
    ", then runs with the last one",
    timeout === undefined ? "." : `, after ${periodWords(timeout)} at the latest.`,
  ];
}

function batchWords(batch: JsonObject): Sentence {
  const condition = text(batch.if);
  return [
    "Takes up to ",
    name(counted(numberOf(batch.maxSize) ?? 100, "event")),
    " into one run",
    ...forEach(text(batch.key)),
    `, after ${periodWords(text(batch.timeout) ?? "60s")} at the latest`,
    ...(condition === undefined ? [] : [", if ", code(condition)]),
    ".",
  ];
}

function singletonWords(singleton: JsonObject): Sentence {
  return [
    "Has ",
    name("one run at a time"),
    ...forEach(text(singleton.key)),
    text(singleton.mode) === "cancel"
      ? ". A new one cancels the one before."
      : ". While it runs, new ones are skipped.",
  ];
}

/** The form that `match: "data.userId"` has on the wire. */
const matchForm = /^\s*(event|async)\.(\S+)\s*==\s*(event|async)\.(\S+)\s*$/;

function cancelLine(cancel: JsonObject): ConfigLine {
  const condition = text(cancel.if);
  const match = condition === undefined ? null : matchForm.exec(condition);
  const within = text(cancel.timeout);
  const same = match !== null && match[1] !== match[3] && match[2] === match[4] ? match[2] : undefined;
  return {
    icon: "cancelled",
    words: [
      "Is cancelled by ",
      code(text(cancel.event) ?? ""),
      ...(same !== undefined
        ? [" of the same ", code(same)]
        : condition === undefined
          ? []
          : [" if ", code(condition)]),
      within === undefined ? "." : `, within ${periodWords(within)} of its start.`,
    ],
  };
}

function timeoutLines(timeouts: JsonObject): readonly ConfigLine[] {
  const [start, finish] = [text(timeouts.start), text(timeouts.finish)];
  const line = (lead: string, period: string, end: string): ConfigLine => ({
    icon: "clock",
    words: [lead, name(periodWords(period)), end],
  });
  return [
    ...(start === undefined ? [] : [line("Must start within ", start, " of its event, or is cancelled.")]),
    ...(finish === undefined ? [] : [line("Must finish within ", finish, " of its start, or is cancelled.")]),
  ];
}
