// A function's options, from their wire form to what the rules read (semantics C1). An option whose rules do not
// exist yet is refused with a sentence, never ignored.

import {
  type AppId,
  type FunctionConfig,
  isJsonObject,
  type Json,
  type JsonObject,
  parseDuration,
  stringAt,
} from "@stepwell/protocol";
import { compile } from "../expression/index.ts";
import type { CancelOn, FunctionSettings, Trigger, WaitLookback } from "../model/function.ts";
import { functionIdOf } from "../model/ids.ts";

const triggersMax = 10;
const cancelOnMax = 5;
const triggerNameMax = 256;
const retriesMax = 20;
const retriesDefault = 4;

export type SettingsResult =
  | { readonly kind: "settings"; readonly settings: FunctionSettings }
  | { readonly kind: "invalid"; readonly reasons: readonly string[] };

/** Collects every reason, so that the author can mend all at once. */
class Problems {
  readonly reasons: string[] = [];
  readonly #slug: string;

  constructor(slug: string) {
    this.#slug = slug;
  }

  add(field: string, reason: string): void {
    this.reasons.push(`Function ${this.#slug}: ${field} ${reason}`);
  }
}

export function functionSettings(
  config: FunctionConfig,
  appName: string,
  appId: AppId,
  now: number,
): SettingsResult {
  const problems = new Problems(config.id);
  const triggers = parseTriggers(config.triggers, problems);
  const cancelOn = parseCancelOn(config.options.cancel, problems);
  const concurrency = parseConcurrency(config.options.concurrency, problems);
  const waitLookback = parseWaitLookback(config.options.waitLookback, problems);
  refuseUnknown(config.options, problems);
  if (problems.reasons.length > 0) return { kind: "invalid", reasons: problems.reasons };
  const settings: FunctionSettings = {
    id: functionIdOf(config.id),
    slug: config.id,
    name: config.name,
    appId,
    appName,
    url: config.url,
    triggers,
    maxAttempts: Math.min(config.retries ?? retriesDefault, retriesMax) + 1,
    ...(concurrency === undefined ? {} : { concurrency }),
    cancelOn,
    ...(waitLookback === undefined ? {} : { waitLookback }),
    configText: JSON.stringify(config),
    createdAt: now,
  };
  return { kind: "settings", settings };
}

function parseTriggers(list: readonly JsonObject[], problems: Problems): readonly Trigger[] {
  if (list.length > triggersMax)
    problems.add("triggers:", `there are ${list.length}, at most ${triggersMax} are allowed.`);
  const triggers: Trigger[] = [];
  const seen = new Set<string>();
  for (const [index, item] of list.entries()) {
    const text = JSON.stringify([item.event ?? null, item.expression ?? null, item.cron ?? null]);
    if (seen.has(text))
      problems.add(`triggers[${index}]`, "repeats an earlier trigger; remove one of the two.");
    seen.add(text);
    const trigger = parseTrigger(item, `triggers[${index}]`, problems);
    if (trigger !== undefined) triggers.push(trigger);
  }
  return triggers;
}

function parseTrigger(item: JsonObject, field: string, problems: Problems): Trigger | undefined {
  const event = stringAt(item, "event");
  const expression = stringAt(item, "expression");
  if (item.cron !== undefined && item.cron !== null) {
    problems.add(`${field}.cron:`, "cron triggers are not offered yet.");
    return undefined;
  }
  if (event === undefined || event === "") {
    problems.add(field, "names neither an event nor a cron expression.");
    return undefined;
  }
  if (event.length > triggerNameMax) {
    problems.add(
      `${field}.event`,
      `is ${event.length} characters long, at most ${triggerNameMax} are allowed.`,
    );
  }
  if (expression === undefined || expression === "") return { kind: "event", event };
  const compiled = compile(expression, "trigger");
  if (compiled.kind === "invalid") {
    problems.add(`${field}.expression`, `${JSON.stringify(expression)} is invalid: ${compiled.reason}`);
  }
  return { kind: "event", event, expression };
}

function parseCancelOn(value: Json | undefined, problems: Problems): readonly CancelOn[] {
  if (value === undefined || value === null) return [];
  const list: readonly Json[] = Array.isArray(value) ? (value as readonly Json[]) : [value];
  if (list.length > cancelOnMax)
    problems.add("cancelOn:", `there are ${list.length}, at most ${cancelOnMax} are allowed.`);
  const listeners: CancelOn[] = [];
  for (const [index, item] of list.entries()) {
    const event = isJsonObject(item) ? stringAt(item, "event") : undefined;
    if (!isJsonObject(item) || event === undefined || event === "") {
      problems.add(`cancelOn[${index}]`, "names no event.");
      continue;
    }
    listeners.push({ event, ...parseCancelCondition(item, `cancelOn[${index}]`, problems) });
  }
  return listeners;
}

function parseCancelCondition(
  item: JsonObject,
  field: string,
  problems: Problems,
): { readonly expression?: string; readonly timeoutMs?: number } {
  const expression = stringAt(item, "if");
  if (expression !== undefined && expression !== "") {
    const compiled = compile(expression, "cancel");
    if (compiled.kind === "invalid") {
      problems.add(`${field}.if`, `${JSON.stringify(expression)} is invalid: ${compiled.reason}`);
    }
  }
  const timeout = stringAt(item, "timeout");
  const timeoutMs = timeout === undefined || timeout === "" ? undefined : parseDuration(timeout);
  if (timeout !== undefined && timeout !== "" && timeoutMs === undefined) {
    problems.add(`${field}.timeout`, `${JSON.stringify(timeout)} is no duration such as 30m or 2h.`);
  }
  return {
    ...(expression === undefined || expression === "" ? {} : { expression }),
    ...(timeoutMs === undefined ? {} : { timeoutMs }),
  };
}

/** A plain number, or an option that says no more than a number (semantics C7.2). 0 is no limit of its own. */
function parseConcurrency(value: Json | undefined, problems: Problems): number | undefined {
  if (value === undefined || value === null) return undefined;
  const list: readonly Json[] = Array.isArray(value) ? (value as readonly Json[]) : [value];
  const only = list[0];
  if (list.length === 0) return undefined;
  const limit = isJsonObject(only) ? only.limit : only;
  const isPlain =
    list.length === 1 &&
    (!isJsonObject(only) || Object.keys(only).every((key) => key === "limit" || isDefault(key, only)));
  if (!isPlain) {
    problems.add("concurrency:", "only a plain number is offered yet, without key and scope.");
    return undefined;
  }
  if (limit === undefined || limit === null || limit === 0) return undefined;
  if (typeof limit === "number" && Number.isInteger(limit) && limit > 0) return limit;
  problems.add("concurrency.limit", `must be a whole number, not ${JSON.stringify(limit)}.`);
  return undefined;
}

function isDefault(key: string, option: JsonObject): boolean {
  const value = option[key];
  return value === undefined || value === null || (key === "scope" && value === "fn");
}

function parseWaitLookback(value: Json | undefined, problems: Problems): WaitLookback | undefined {
  if (value === undefined || value === null) return undefined;
  if (value === "causal" || value === "none") return { kind: value };
  const lookbackMs = typeof value === "string" ? parseDuration(value) : undefined;
  if (lookbackMs !== undefined) return { kind: "duration", lookbackMs };
  problems.add("waitLookback", `must be "causal", "none" or a duration, not ${JSON.stringify(value)}.`);
  return undefined;
}

/** Options that change what a run may do, whose rules are still to come. */
const notOffered: Readonly<Record<string, string>> = {
  throttle: "throttle",
  rateLimit: "rateLimit",
  debounce: "debounce",
  batchEvents: "batchEvents",
  priority: "priority",
  idempotency: "idempotency",
  timeouts: "timeouts",
  singleton: "singleton",
};

function refuseUnknown(options: JsonObject, problems: Problems): void {
  for (const [option, name] of Object.entries(notOffered)) {
    const value = options[option];
    if (value === undefined || value === null) continue;
    problems.add(`${name}:`, "this option is not offered yet. Remove it to sync the function.");
  }
}
