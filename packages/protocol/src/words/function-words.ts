// A function in a sentence: whether it runs, what holds it back, what looks wrong. From facts alone.

import type { FunctionView } from "../rest/function.ts";
import type { LimitKeyView, LimitName, LimitView } from "../rest/limit.ts";
import { at, moment } from "./moment.ts";
import { count, counted, durationWords, percent } from "./number.ts";
import { oneLine } from "./one-line.ts";
import { bad, name, type Part, type Sentence } from "./part.ts";

export function functionSentence(fn: FunctionView, limits: readonly LimitView[], now: number): Sentence {
  return [...stateWords(fn, now), ...heldWords(fn, limits, now), ...failureWords(fn), ...warningWords(fn)];
}

function stateWords(fn: FunctionView, now: number): readonly Part[] {
  if (fn.isArchived) return [bad("Its app no longer has it."), " No new runs start."];
  if (fn.isPaused) {
    const since = fn.pausedAt === undefined ? "" : ` since ${moment(at(fn.pausedAt), now)}`;
    const by = fn.pausedBy === undefined ? "" : ` by ${fn.pausedBy}`;
    return [
      name(`Paused${since}${by}.`),
      ...skippedWords(fn),
      " Runs in flight hold before their next step.",
    ];
  }
  if (fn.drainingAt !== undefined)
    return [
      name(`Draining since ${moment(at(fn.drainingAt), now)}:`),
      " runs in flight go on, no new ones start.",
      ...skippedWords(fn),
    ];
  const { figures } = fn;
  if (figures !== undefined && figures.queued === 0 && figures.running === 0)
    return ["Ready. Nothing runs at present."];
  return ["Running normally."];
}

function skippedWords(fn: FunctionView): readonly Part[] {
  if (fn.skippedTriggers === undefined) return [];
  if (fn.skippedTriggers === 0) return [" No trigger was skipped since."];
  return [" ", name(counted(fn.skippedTriggers, "trigger was skipped", "triggers were skipped")), " since."];
}

function heldWords(fn: FunctionView, limits: readonly LimitView[], now: number): readonly Part[] {
  const queued = fn.figures?.queued ?? 0;
  if (queued === 0) return [];
  const oldest = fn.figures?.oldestQueuedAt;
  const since = oldest === undefined ? [] : [", the oldest for ", name(durationWords(now - at(oldest)))];
  const full = fullKeys(limits);
  const lead: readonly Part[] =
    full === 0 ? [" "] : [" ", name(counted(full, "key is at its limit", "keys are at their limit")), ": "];
  return [...lead, `${counted(queued, "run is", "runs are")} held back`, ...since, "."];
}

function fullKeys(limits: readonly LimitView[]): number {
  return limits
    .filter((limit) => limit.key !== undefined)
    .reduce((total, limit) => total + limit.keys.filter((key) => isFull(limit, key)).length, 0);
}

export function isFull(limit: LimitView, key: LimitKeyView): boolean {
  return key.running !== undefined ? key.running >= limit.limit : key.queued > 0;
}

/** Said from one failure in a hundred on. */
function failureWords(fn: FunctionView): readonly Part[] {
  const day = fn.figures?.lastDay;
  if (day === undefined || day.failed === 0 || day.failed * 100 < day.completed + day.failed) return [];
  return [
    " ",
    bad(`${percent(day.failed, day.completed + day.failed)} of its runs failed`),
    " in the last 24 hours.",
  ];
}

function warningWords(fn: FunctionView): readonly Part[] {
  const warnings = (fn.warnings ?? []).flatMap((warning): readonly Part[] => [" ", bad(warning)]);
  const missed = fn.missedTicks ?? 0;
  return missed === 0
    ? warnings
    : [...warnings, ` ${counted(missed, "tick was", "ticks were")} missed while Stepwell did not run.`];
}

/** The functions' list in a sentence. */
export function functionsSentence(functions: readonly FunctionView[]): Sentence {
  const live = functions.filter((fn) => !fn.isArchived);
  const paused = live.filter((fn) => fn.isPaused);
  const held = live.reduce((total, fn) => total + (fn.figures?.queued ?? 0), 0);
  const apps = new Set(live.map((fn) => fn.app.id)).size;
  return [
    name(counted(live.length, "function")),
    ` of ${counted(apps, "app")}. `,
    held === 0 ? "Nothing is held back." : `${counted(held, "run is", "runs are")} held back.`,
    ...(paused.length === 0 ? [] : [" ", name(`${counted(paused.length, "is", "are")} paused.`)]),
  ];
}

/** A key's value as the table shows it. */
export function keyWords(key: LimitKeyView): string {
  if (key.isMissing === true) return "no key";
  if (key.value === undefined) return "all runs";
  return typeof key.value === "string" ? key.value : oneLine(key.value, 60);
}

const limitKinds: Readonly<Record<LimitName, string>> = {
  "concurrency.0": "concurrency",
  "concurrency.1": "concurrency",
  "concurrency.fn": "limit on whole runs",
  throttle: "throttle",
  rateLimit: "rate limit",
};

export function limitKind({ name }: LimitView): string {
  return limitKinds[name];
}

export function limitTitle(limit: LimitView): string {
  const kind = limitKind(limit);
  const by = limit.key === undefined ? "" : `, by ${limit.key}`;
  const seen = limit.key === undefined ? "" : `, ${counted(limit.keyCount, "key")} in use`;
  return `${kind}${by}${seen}`;
}

/** `10, was 4, until 18:00 by ana`. */
export function overrideWords(limit: LimitView, now: number): string {
  const { override } = limit;
  if (override === undefined) return count(limit.limit);
  const until =
    override.until === undefined ? ", until removed" : `, until ${moment(at(override.until), now)}`;
  return `${count(override.value)}, was ${count(limit.registeredLimit)}${until}${override.by === undefined ? "" : ` by ${override.by}`}`;
}
