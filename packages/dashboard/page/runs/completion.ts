// What the filter offers while one types (spec §5): keys and fields first, then values with how often they occur, then
// operators. Everything is learned from the installation: its functions, apps, and the newest event of each name.

import { isJsonObject, type Json, runStatuses } from "@stepwell/protocol/rest";
import { queryKeys } from "./query-language.ts";
import { writePair } from "./query-tokens.ts";

export interface Offer {
  /** Takes the place of the typed word. */
  readonly text: string;
  readonly note?: string;
  /** More has to follow: the offer is put in, and the typing goes on. */
  readonly isOpen?: boolean;
}

export interface Learned {
  readonly functions: readonly { readonly slug: string; readonly name: string; readonly app: string }[];
  readonly apps: readonly string[];
  readonly events: readonly { readonly name: string; readonly received?: number; readonly sample?: Json }[];
}

const offersMax = 9;
const operators = ["==", "!=", ">", "<", ">=", "<=", "in"] as const;

/** @param typed the text before the caret, without the tokens that stand already. */
export function offers(typed: string, learned: Learned): readonly Offer[] {
  return all(typed, learned).slice(0, offersMax);
}

function all(typed: string, learned: Learned): readonly Offer[] {
  const afterField = /^\s*(!?\(?(?:event|output)(?:\.\w+)+)\s+([=!<>]*|i|in)$/.exec(typed);
  if (afterField !== null) {
    const [, field = "", begun = ""] = afterField;
    return operators
      .filter((operator) => operator.startsWith(begun))
      .map((operator) => ({ text: `${field} ${operator} `, isOpen: true, note: operatorNotes[operator] }));
  }
  const value = /^\s*(event(?:\.\w+)+)\s*(==|!=|>=|<=|>|<)\s*(\S*)$/.exec(typed);
  if (value !== null) return valueOffers(value[1] ?? "", value[2] ?? "", value[3] ?? "", learned);
  const pair = /^(-?)([a-z]+):(\S*)$/.exec(typed.trim());
  if (pair !== null) return pairOffers(pair[1] === "-", pair[2] ?? "", pair[3] ?? "", learned);
  return [...keyOffers(typed.trim()), ...fieldOffers(typed.trim(), learned)];
}

const operatorNotes = {
  "==": "is",
  "!=": "is not",
  ">": "is more than",
  "<": "is less than",
  ">=": "is at least",
  "<=": "is at most",
  in: "is one of [ ]",
} as const;

function keyOffers(begun: string): readonly Offer[] {
  const minus = begun.startsWith("-") ? "-" : "";
  return queryKeys
    .filter(({ key }) => key.startsWith(begun.slice(minus.length)))
    .map(({ key, note }) => ({ text: `${minus}${key}:`, note, isOpen: true }));
}

/** Fields seen in the newest events: `event.data.plan`, with type and share. */
function fieldOffers(begun: string, { events }: Learned): readonly Offer[] {
  const fields = new Map<string, { type: string; count: number }>();
  const samples = events.flatMap(({ sample }) => (sample === undefined ? [] : [sample]));
  for (const sample of samples)
    for (const [path, value] of leaves(sample, "event.data", 0)) {
      const before = fields.get(path);
      fields.set(path, { type: typeName(value), count: (before?.count ?? 0) + 1 });
    }
  return [...fields]
    .filter(
      ([path]) =>
        path.startsWith(begun) || path.split(".").some((part) => begun !== "" && part.startsWith(begun)),
    )
    .sort(([, left], [, right]) => right.count - left.count)
    .map(([path, { type, count }]) => ({
      text: `${path} `,
      isOpen: true,
      note: `${type}, in ${count} of ${samples.length} kinds of event`,
    }));
}

function* leaves(value: Json, path: string, depth: number): Generator<readonly [string, Json]> {
  if (!isJsonObject(value)) {
    if (depth > 0) yield [path, value];
    return;
  }
  if (depth >= 3) return;
  for (const [key, member] of Object.entries(value))
    if (member !== undefined && /^[A-Za-z_]\w*$/.test(key))
      yield* leaves(member, `${path}.${key}`, depth + 1);
}

function typeName(value: Json): string {
  if (value === null) return "null";
  if (Array.isArray(value)) return "list";
  return { string: "text", number: "number", boolean: "true or false" }[typeof value as string] ?? "object";
}

function valueOffers(field: string, operator: string, begun: string, { events }: Learned): readonly Offer[] {
  const counts = new Map<string, number>();
  for (const { sample } of events)
    for (const [path, value] of sample === undefined ? [] : leaves(sample, "event.data", 0))
      if (path === field) {
        const text = typeof value === "string" ? `'${value.replaceAll("'", "\\'")}'` : JSON.stringify(value);
        counts.set(text, (counts.get(text) ?? 0) + 1);
      }
  return [...counts.keys()]
    .filter((text) => text.replace(/^'/, "").startsWith(begun.replace(/^['"]/, "")))
    .map((text) => ({ text: `${field} ${operator} ${text}`, note: "seen in the newest events" }));
}

function pairOffers(isNot: boolean, key: string, begun: string, learned: Learned): readonly Offer[] {
  // After a comma the last of several values is being typed.
  const [last = "", ...before] = begun.split(",").reverse();
  const chosen = before.reverse();
  const offer = (value: string, note?: string): Offer => ({
    text: writePair(key, [...chosen, value].join(","), isNot),
    ...(note === undefined ? {} : { note }),
  });
  const fits = (text: string): boolean =>
    text.toLowerCase().includes(last.toLowerCase()) && !chosen.includes(text);
  switch (key) {
    case "status":
      return runStatuses
        .map((status) => status.toLowerCase())
        .filter(fits)
        .map((status) => offer(status));
    case "fn":
      return learned.functions.filter(({ name }) => fits(name)).map(({ name, app }) => offer(name, app));
    case "app":
      return learned.apps.filter(fits).map((app) => offer(app));
    case "event":
      return learned.events
        .filter(({ name }) => fits(name))
        .map(({ name, received }) => offer(name, received === undefined ? undefined : `${received} lately`));
    case "took":
      return [">1s", ">10s", ">1m", ">1h"].filter(fits).map((value) => offer(value));
    case "age":
      return ["<15m", "<1h", "<24h", ">1h", ">1d"].filter(fits).map((value) => offer(value));
    default:
      return [];
  }
}
