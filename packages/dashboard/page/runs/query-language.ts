// The language of the filter (spec §5): from text to a query of the list. Pairs are joined by "and", commas inside a
// value are "or", a minus before the key is "not"; what speaks of event or output is an expression in the engine's own
// language; free words search ids and error messages.

import { type RestRunStatus, type RunsQuery, runStatuses } from "@stepwell/protocol/rest";
import { durationOf, timeOf } from "./query-time.ts";
import { type PairToken, type Token, tokensOf } from "./query-tokens.ts";

export const queryKeys = [
  { key: "status", note: "queued, running, completed, failed, cancelled, skipped" },
  { key: "fn", note: "function" },
  { key: "app", note: "app" },
  { key: "event", note: "name of the event, user/* for all of a kind" },
  { key: "error", note: "words of the error" },
  { key: "took", note: "length: >5s, <1h" },
  { key: "age", note: "since queued: <1h, >2d" },
  { key: "after", note: "queued at or after: 2026-11-22, 2026-11-22T14:00" },
  { key: "before", note: "queued before" },
  { key: "run", note: "id of a run" },
  { key: "id", note: "id of a run or event" },
  { key: "parent", note: "runs that an invoke step of this run started" },
  { key: "replay", note: "runs that repeat this one" },
  { key: "bulk", note: "runs that this replay of many started" },
  { key: "group", note: "runs of a group of failures" },
] as const;

const keyNames: readonly string[] = queryKeys.map(({ key }) => key);

/** What the language has to know of the installation: names that mean more than one id, and what "not" leaves. */
export interface KnownNames {
  readonly now: number;
  readonly functions: readonly { readonly slug: string; readonly name: string }[];
  readonly apps: readonly string[];
}

export interface QueryProblem {
  readonly from: number;
  readonly until: number;
  readonly message: string;
}

export type ParsedQuery =
  | { readonly kind: "parsed"; readonly tokens: readonly Token[]; readonly query: RunsQuery }
  | { readonly kind: "invalid"; readonly tokens: readonly Token[]; readonly problem: QueryProblem };

type Draft = { -readonly [K in keyof RunsQuery]: RunsQuery[K] };

/** A reason why a token cannot be, or nothing. */
type Refusal = string | undefined;

export function tokensOfQuery(text: string): readonly Token[] {
  return tokensOf(text, keyNames);
}

/** Where it is wrong, the problem names the place in `text` and what was expected there. */
export function parseQuery(text: string, known: KnownNames): ParsedQuery {
  const tokens = tokensOfQuery(text);
  const draft: Draft = {};
  const words: string[] = [];
  const expressions: string[] = [];
  for (const token of tokens) {
    const refusal =
      token.kind === "pair"
        ? addPair(token, { draft, words, expressions, known })
        : token.kind === "words"
          ? addWords(token.text, words)
          : addExpression(token.text, expressions);
    if (refusal !== undefined)
      return {
        kind: "invalid",
        tokens,
        problem: { from: token.from, until: token.until, message: refusal },
      };
  }
  if (words.length > 0) draft.query = words.join(" ");
  if (expressions.length > 0)
    draft.expression =
      expressions.length === 1 ? (expressions[0] ?? "") : expressions.map((one) => `(${one})`).join(" && ");
  return { kind: "parsed", tokens, query: draft as RunsQuery };
}

function addWords(text: string, words: string[]): Refusal {
  words.push(...text.split(/\s+/).filter((word) => word !== "and"));
  return undefined;
}

function addExpression(text: string, expressions: string[]): Refusal {
  const open = unbalanced(text);
  if (open !== undefined) return open;
  expressions.push(text.replace(/^and\s+|\s+and$/g, ""));
  return undefined;
}

/** What an expression leaves open; the rest is the engine's to say. */
function unbalanced(text: string): Refusal {
  const bare = text.replace(/"[^"]*"|'[^']*'/g, "0");
  if (/["']/.test(bare)) return "A text is not closed: its quote is missing.";
  for (const [open, close] of ["()", "[]", "{}"]) {
    const missing = bare.split(open ?? "").length - bare.split(close ?? "").length;
    if (missing > 0) return `A ${close} is missing.`;
    if (missing < 0) return `A ${open} is missing.`;
  }
  return /(==|!=|&&|\|\||[<>=+.])\s*$/.test(bare)
    ? "The expression ends too early: a value is missing."
    : undefined;
}

interface Parts {
  readonly draft: Draft;
  readonly words: string[];
  readonly expressions: string[];
  readonly known: KnownNames;
}

function addPair(token: PairToken, parts: Parts): Refusal {
  const { key, value, isNot } = token;
  if (!keyNames.includes(key)) return `There is no key ${key}. There are: ${keyNames.join(", ")}.`;
  if (value === "") return `${key} needs a value.`;
  const { draft, words, known } = parts;
  const values = value.split(",").filter((one) => one !== "");
  switch (key) {
    case "status":
      return addStatus(values, isNot, draft);
    case "fn":
      return addFunctions(values, isNot, draft, known);
    case "app":
      draft.appId = isNot ? known.apps.filter((app) => !values.includes(app)) : values;
      return undefined;
    case "event":
      return addEvent(values, isNot, parts);
  }
  if (isNot) return `${key} cannot be turned round. What can: status, fn, app, event.`;
  switch (key) {
    case "error":
    case "run":
    case "id":
      words.push(value);
      return undefined;
    case "parent":
      draft.parentRunId = value;
      return undefined;
    case "replay":
      draft.originalRunId = value;
      return undefined;
    case "bulk":
      draft.replayId = value;
      return undefined;
    case "group":
      draft.failureGroup = value;
      return undefined;
    case "took":
      return addTook(value, draft);
    case "age":
      return addAge(value, draft, known.now);
    default:
      return addTime(key, value, draft);
  }
}

function addStatus(values: readonly string[], isNot: boolean, draft: Draft): Refusal {
  const chosen: RestRunStatus[] = [];
  for (const value of values) {
    const status = runStatuses.find((one) => one.toLowerCase() === value.toLowerCase());
    if (status === undefined) {
      if (/^(waiting|sleeping)$/i.test(value)) return "Waiting and sleeping runs have the status running.";
      return `There is no status ${value}. There are: ${runStatuses.join(", ").toLowerCase()}.`;
    }
    chosen.push(status);
  }
  const wanted = isNot ? runStatuses.filter((status) => !chosen.includes(status)) : chosen;
  draft.status =
    draft.status === undefined ? wanted : draft.status.filter((status) => wanted.includes(status));
  return undefined;
}

function addFunctions(values: readonly string[], isNot: boolean, draft: Draft, known: KnownNames): Refusal {
  const means = ({ slug, name }: KnownNames["functions"][number]): boolean =>
    values.some((value) => matchesPattern(slug, value) || matchesPattern(name, value));
  const named = known.functions.filter(means).map(({ slug }) => slug);
  draft.functionId = isNot
    ? known.functions.map(({ slug }) => slug).filter((slug) => !named.includes(slug))
    : named.length > 0
      ? named
      : values;
  return undefined;
}

/** `create-*` means what begins so. */
function matchesPattern(text: string, pattern: string): boolean {
  return pattern.endsWith("*") ? text.startsWith(pattern.slice(0, -1)) : text === pattern;
}

function addEvent(values: readonly string[], isNot: boolean, { draft, expressions }: Parts): Refusal {
  const [first] = values;
  if (values.length === 1 && first !== undefined && !isNot && !first.includes("*")) {
    draft.eventName = first;
    return undefined;
  }
  for (const value of values) if (/\*./.test(value)) return "A * may stand at the end alone, as in user/*.";
  const tests = values.map((value) =>
    value.endsWith("*")
      ? `event.name.startsWith(${JSON.stringify(value.slice(0, -1))})`
      : `event.name == ${JSON.stringify(value)}`,
  );
  const any = tests.length === 1 ? (tests[0] ?? "") : `(${tests.join(" || ")})`;
  expressions.push(isNot ? `!(${any})` : any);
  return undefined;
}

const rangePattern = /^(<=?|>=?)(.+)$/;

function addTook(value: string, draft: Draft): Refusal {
  const [, side, text] = rangePattern.exec(value) ?? [];
  const ms = text === undefined ? undefined : durationOf(text);
  if (side === undefined || ms === undefined) return "Write it as took:>5s or took:<1h.";
  // The server's bounds are both included.
  if (side.startsWith(">")) draft.tookFromMs = side === ">" ? ms + 1 : ms;
  else draft.tookUntilMs = side === "<" ? Math.max(0, ms - 1) : ms;
  return undefined;
}

function addAge(value: string, draft: Draft, now: number): Refusal {
  const [, side, text] = rangePattern.exec(value) ?? [];
  const ms = text === undefined ? undefined : durationOf(text);
  if (side === undefined || ms === undefined) return "Write it as age:<1h or age:>2d.";
  if (side.startsWith("<")) draft.from = Math.max(draft.from ?? 0, now - ms);
  else draft.until = Math.min(draft.until ?? Number.POSITIVE_INFINITY, now - ms);
  return undefined;
}

function addTime(key: string, value: string, draft: Draft): Refusal {
  const time = timeOf(value);
  if (time === undefined) return `Write it as ${key}:2026-11-22 or ${key}:2026-11-22T14:00.`;
  if (key === "after") draft.from = Math.max(draft.from ?? 0, time);
  else draft.until = Math.min(draft.until ?? Number.POSITIVE_INFINITY, time);
  return undefined;
}
