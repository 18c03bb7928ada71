// A function's triggers and the events that cancel its runs, from their wire form (semantics A8, A9, C6).

import {
  isJsonObject,
  type Json,
  type JsonObject,
  type Moment,
  parseDuration,
  parseMoment,
  stringAt,
} from "@stepwell/protocol";
import type { CancelOn, Trigger } from "../model/function.ts";
import { cronProblem } from "../time/cron.ts";
import type { Problems } from "./problems.ts";

const triggersMax = 10;
const cancelOnMax = 5;
const triggerNameMax = 256;
const cronLengthMax = 255;
const jitterMinMs = 1000;
const jitterMaxMs = 5 * 60_000;

export function parseTriggers(list: readonly JsonObject[], problems: Problems): readonly Trigger[] {
  if (list.length > triggersMax)
    problems.add("triggers:", `there are ${list.length}, at most ${triggersMax} are allowed.`);
  const triggers: Trigger[] = [];
  const seen = new Set<string>();
  for (const [index, item] of list.entries()) {
    // Two crons of one expression tick as one, whatever their jitter.
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
  const cron = stringAt(item, "cron");
  const isEvent = event !== undefined && event !== "";
  const isCron = cron !== undefined && cron !== "";
  if (isEvent && isCron) {
    problems.add(field, "names both an event and a cron expression; make two triggers of it.");
    return undefined;
  }
  if (isCron) return parseCron(cron, item.jitter, field, problems);
  if (isEvent) return parseEventTrigger(event, stringAt(item, "expression"), field, problems);
  problems.add(field, "names neither an event nor a cron expression.");
  return undefined;
}

function parseEventTrigger(
  event: string,
  expression: string | undefined,
  field: string,
  problems: Problems,
): Trigger {
  if (event.length > triggerNameMax) {
    problems.add(
      `${field}.event`,
      `is ${event.length} characters long, at most ${triggerNameMax} are allowed.`,
    );
  }
  if (expression === undefined || expression === "") return { kind: "event", event };
  problems.expression(`${field}.expression`, expression, "trigger");
  return { kind: "event", event, expression };
}

function parseCron(cron: string, jitter: Json | undefined, field: string, problems: Problems): Trigger {
  const problem =
    cron.length > cronLengthMax
      ? `is ${cron.length} characters long, at most ${cronLengthMax} are allowed.`
      : cronProblem(cron);
  if (problem !== undefined) problems.add(`${field}.cron`, `${JSON.stringify(cron)} ${problem}`);
  const jitterMs = parseJitter(jitter, field, problems);
  return { kind: "cron", cron, ...(jitterMs === undefined ? {} : { jitterMs }) };
}

/** Absent, empty and zero are no jitter (semantics A9.6). */
function parseJitter(value: Json | undefined, field: string, problems: Problems): number | undefined {
  if (value === undefined || value === null || value === "" || value === 0) return undefined;
  const jitterMs = typeof value === "string" ? parseDuration(value) : undefined;
  if (jitterMs === 0) return undefined;
  if (jitterMs !== undefined && jitterMs >= jitterMinMs && jitterMs <= jitterMaxMs) return jitterMs;
  problems.add(`${field}.jitter`, `must be a duration from 1s to 5m, not ${JSON.stringify(value)}.`);
  return undefined;
}

export function parseCancelOn(value: Json | undefined, problems: Problems): readonly CancelOn[] {
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
): { readonly expression?: string; readonly timeout?: Moment } {
  const expression = stringAt(item, "if");
  if (expression !== undefined && expression !== "") problems.expression(`${field}.if`, expression, "cancel");
  const text = stringAt(item, "timeout");
  const timeout = text === undefined || text === "" ? undefined : parseMoment(text);
  if (text !== undefined && text !== "" && timeout === undefined) {
    problems.add(
      `${field}.timeout`,
      `${JSON.stringify(text)} is no duration such as 30m or 2h, and no date.`,
    );
  }
  return {
    ...(expression === undefined || expression === "" ? {} : { expression }),
    ...(timeout === undefined ? {} : { timeout }),
  };
}
