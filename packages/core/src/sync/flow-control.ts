// The options that decide how much of a function may start and run, from their wire form (semantics C1, C3, C5,
// C7–C12, protocol §3.3).

import { isJsonObject, type Json, type JsonObject, parseDuration, stringAt } from "@stepwell/protocol";
import type {
  Batch,
  ConcurrencyLimit,
  Debounce,
  FlowControl,
  RateLimit,
  Singleton,
  Throttle,
  Timeouts,
  WholeRunLimit,
} from "../model/flow-control.ts";
import { defined, OptionReader } from "./option-reader.ts";
import type { Problems } from "./problems.ts";

const secondMs = 1000;
const dayMs = 86_400_000;
const weekMs = 7 * dayMs;
const batchTimeoutMaxMs = 10 * 60_000;
const concurrencyMax = 2;
const anyNumber = Number.MAX_SAFE_INTEGER;

export interface FlowControlBounds {
  /** The most events that a batch may ask for. */
  readonly batchSizeMax: number;
}

export function parseFlowControl(
  options: JsonObject,
  bounds: FlowControlBounds,
  problems: Problems,
): FlowControl {
  const flow = {
    ...parseConcurrency(options.concurrency, problems),
    throttle: parseThrottle(options.throttle, problems),
    rateLimit: parseRateLimit(options.rateLimit, problems),
    idempotency: parseIdempotency(options.idempotency, problems),
    debounce: parseDebounce(options.debounce, problems),
    batch: parseBatch(options.batchEvents, bounds, problems),
    priority: parsePriority(options.priority, problems),
    singleton: parseSingleton(options.singleton, problems),
    timeouts: parseTimeouts(options.timeouts, problems),
  };
  if (flow.batch !== undefined) refuseWithBatch(options, problems);
  return defined(flow);
}

/** Limits on steps, or limits on whole runs and on steps apart (semantics C7). */
function parseConcurrency(
  value: Json | undefined,
  problems: Problems,
): Pick<FlowControl, "concurrency" | "wholeRuns"> {
  if (!isJsonObject(value) || (value.fn === undefined && value.step === undefined))
    return { concurrency: parseStepLimits(value, problems) };
  const wholeRuns = parseWholeRuns(value.fn, problems);
  return {
    concurrency: parseStepLimits(value.step, problems),
    ...(wholeRuns === undefined ? {} : { wholeRuns }),
  };
}

/** At most one, and the function's own (semantics C7.8); 0 is none. */
function parseWholeRuns(value: Json | undefined, problems: Problems): WholeRunLimit | undefined {
  if (value === undefined || value === null) return undefined;
  const name = "concurrency.fn";
  const list: readonly Json[] = Array.isArray(value) ? (value as readonly Json[]) : [value];
  if (list.length > 1) {
    problems.add(`${name}:`, `there are ${list.length} limits on whole runs, at most 1 is allowed.`);
    return undefined;
  }
  const [item] = list;
  if (item === undefined) return undefined;
  const limit = parseConcurrencyLimit(isJsonObject(item) ? item : { limit: item }, name, problems);
  if (limit === undefined || limit.limit === 0) return undefined;
  if (limit.scope !== "fn") {
    problems.add(`${name}.scope:`, `must be "fn": a limit on whole runs is the function's own.`);
    return undefined;
  }
  return { limit: limit.limit, ...(limit.key === undefined ? {} : { key: limit.key }) };
}

/** A number, an option, or up to two of them. */
function parseStepLimits(value: Json | undefined, problems: Problems): readonly ConcurrencyLimit[] {
  if (value === undefined || value === null) return [];
  const list: readonly Json[] = Array.isArray(value) ? (value as readonly Json[]) : [value];
  if (list.length > concurrencyMax) {
    problems.add("concurrency:", `there are ${list.length} limits, at most ${concurrencyMax} are allowed.`);
    return [];
  }
  return list.flatMap((item, index) => {
    const name = list.length === 1 ? "concurrency" : `concurrency[${index}]`;
    const limit = parseConcurrencyLimit(isJsonObject(item) ? item : { limit: item }, name, problems);
    return limit === undefined ? [] : [limit];
  });
}

function parseConcurrencyLimit(
  item: JsonObject,
  name: string,
  problems: Problems,
): ConcurrencyLimit | undefined {
  const option = new OptionReader(name, item, problems);
  const limit = option.number("limit", 0, anyNumber, 0);
  const key = option.expression("key", "value");
  const scope = option.raw("scope") ?? "fn";
  if (scope !== "fn" && scope !== "env" && scope !== "account")
    return option.problem("scope", `must be "fn", "env" or "account", not ${JSON.stringify(scope)}.`);
  if (scope !== "fn" && key === undefined)
    return option.problem(
      "key",
      `is missing: a limit of scope "${scope}" is shared by name, and the key is that name.`,
    );
  if (limit === undefined) return undefined;
  return { limit, scope, ...(key === undefined ? {} : { key }) };
}

function parseThrottle(value: Json | undefined, problems: Problems): Throttle | undefined {
  const option = OptionReader.of("throttle", value, problems);
  if (option === undefined) return undefined;
  const limit = option.number("limit", 0, anyNumber);
  const periodMs = option.duration("period", secondMs, weekMs, "from 1s to 7d");
  const burst = option.number("burst", 0, anyNumber, 0);
  const key = option.expression("key", "value");
  if (limit === undefined || periodMs === undefined || burst === undefined) return undefined;
  // A limit of 0 counts as 1 (semantics C1).
  return { limit: Math.max(1, limit), periodMs, burst, ...(key === undefined ? {} : { key }) };
}

function parseRateLimit(value: Json | undefined, problems: Problems): RateLimit | undefined {
  const option = OptionReader.of("rateLimit", value, problems);
  if (option === undefined) return undefined;
  const limit = option.number("limit", 1, anyNumber);
  const periodMs = option.duration("period", secondMs, dayMs, "from 1s to 24h");
  const key = option.expression("key", "value");
  if (limit === undefined || periodMs === undefined) return undefined;
  return { limit, periodMs, ...(key === undefined ? {} : { key }) };
}

function parseIdempotency(value: Json | undefined, problems: Problems): string | undefined {
  if (value === undefined || value === null || value === "") return undefined;
  if (typeof value !== "string") {
    problems.add("idempotency:", `must be an expression as text, not ${JSON.stringify(value)}.`);
    return undefined;
  }
  problems.expression("idempotency", value, "value");
  return value;
}

function parseDebounce(value: Json | undefined, problems: Problems): Debounce | undefined {
  const option = OptionReader.of("debounce", value, problems);
  if (option === undefined) return undefined;
  const periodMs = option.duration("period", secondMs, weekMs, "from 1s to 7d");
  const key = option.expression("key", "value");
  const hasTimeout = option.raw("timeout") !== undefined && option.raw("timeout") !== "";
  const timeoutMs = hasTimeout
    ? option.duration("timeout", secondMs, Number.POSITIVE_INFINITY, "1s or more")
    : undefined;
  if (periodMs === undefined) return undefined;
  return {
    periodMs,
    ...(key === undefined ? {} : { key }),
    ...(timeoutMs === undefined ? {} : { timeoutMs }),
  };
}

function parseBatch(
  value: Json | undefined,
  bounds: FlowControlBounds,
  problems: Problems,
): Batch | undefined {
  const option = OptionReader.of("batchEvents", value, problems);
  if (option === undefined) return undefined;
  const maxSize = option.number("maxSize", 2, bounds.batchSizeMax);
  const timeoutMs = option.duration("timeout", secondMs, batchTimeoutMaxMs, "from 1s to 10m");
  const key = option.expression("key", "value");
  const condition = option.expression("if", "trigger");
  if (maxSize === undefined || timeoutMs === undefined) return undefined;
  return {
    maxSize,
    timeoutMs,
    ...(key === undefined ? {} : { key }),
    ...(condition === undefined ? {} : { condition }),
  };
}

function parsePriority(value: Json | undefined, problems: Problems): string | undefined {
  return OptionReader.of("priority", value, problems)?.expression("run", "value");
}

function parseSingleton(value: Json | undefined, problems: Problems): Singleton | undefined {
  const option = OptionReader.of("singleton", value, problems);
  if (option === undefined) return undefined;
  const key = option.expression("key", "value");
  const mode = option.raw("mode");
  if (mode !== "skip" && mode !== "cancel")
    return option.problem("mode", `must be "skip" or "cancel", not ${JSON.stringify(mode ?? null)}.`);
  return { mode, ...(key === undefined ? {} : { key }) };
}

/** A duration that is none counts as absent (semantics C5.7). */
function parseTimeouts(value: Json | undefined, problems: Problems): Timeouts | undefined {
  if (OptionReader.of("timeouts", value, problems) === undefined || !isJsonObject(value)) return undefined;
  const startMs = parseDuration(stringAt(value, "start") ?? "");
  const finishMs = parseDuration(stringAt(value, "finish") ?? "");
  if (startMs === undefined && finishMs === undefined) return undefined;
  return defined({ startMs, finishMs });
}

/** What speaks of single events says nothing of a batch (semantics C1.2, I10). */
const notWithBatch: Readonly<Record<string, string>> = {
  cancel: "cancelOn",
  debounce: "debounce",
  singleton: "singleton",
  priority: "priority",
  idempotency: "idempotency",
  rateLimit: "rateLimit",
};

function refuseWithBatch(options: JsonObject, problems: Problems): void {
  for (const [option, name] of Object.entries(notWithBatch)) {
    const value = options[option];
    const isAbsent = value === undefined || value === null || (Array.isArray(value) && value.length === 0);
    if (!isAbsent)
      problems.add(`batchEvents with ${name}:`, `this combination is not supported; remove one of the two.`);
  }
}
