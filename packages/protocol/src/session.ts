// Sessions: names under which runs are grouped (semantics A13). An event carries those that its sender gave and those
// that it inherited; ingest merges the two layers into one.

import { utf8ToBytes } from "@noble/hashes/utils.js";
import { invalid, isJsonObject, type Json, type JsonObject, type Parsed, parsed } from "./json.ts";

/** Session ids by key. */
export type Sessions = Readonly<Record<string, string>>;

export const sessionsPerEventMax = 5;
export const sessionsPerRunMax = 25;
/** In bytes of UTF-8. */
export const sessionKeyBytesMax = 128;
export const sessionIdBytesMax = 512;

type Pairs = ReadonlyMap<string, string>;
/** Null removes the inherited session of that key. */
type GivenPairs = ReadonlyMap<string, string | null>;

/**
 * Merges the layers of an event's `meta`: given sessions win, a null removes an inherited one, a null in place of all
 * removes every one; what room is left is filled with inherited ones in the order of their keys (semantics A13.2).
 *
 * @returns the `meta` to store, without the inherited layer; undefined when nothing is left of it.
 */
export function mergeSessions(meta: JsonObject): Parsed<JsonObject | undefined> {
  const { sessions, propagated_sessions: propagated, ...rest } = meta;
  const given = parsePairs(sessions);
  if (given.kind === "invalid") return given;
  const inherited = parsePairs(propagated);
  if (inherited.kind === "invalid") return inherited;
  const own = [...given.value].filter((pair): pair is [string, string] => pair[1] !== null);
  if (own.length > sessionsPerEventMax)
    return invalid(`meta.sessions has ${own.length} sessions, at most ${sessionsPerEventMax} are allowed`);
  const handedDown = [...inherited.value].filter(
    (pair): pair is [string, string] => pair[1] !== null && sessions !== null && !given.value.has(pair[0]),
  );
  const merged = [...own, ...inOrder(handedDown)].slice(0, sessionsPerEventMax);
  if (merged.length > 0) return parsed({ ...rest, sessions: Object.fromEntries(merged) });
  return parsed(Object.keys(rest).length === 0 ? undefined : rest);
}

function parsePairs(value: Json | undefined): Parsed<GivenPairs> {
  if (value === undefined || value === null) return parsed(new Map());
  if (!isJsonObject(value)) return invalid("meta.sessions must be an object of texts by key");
  const pairs = new Map<string, string | null>();
  for (const [key, id] of Object.entries(value)) {
    const reason = pairProblem(key, id);
    if (reason !== undefined) return invalid(reason);
    if (id !== undefined) pairs.set(key, id === null ? null : String(id));
  }
  return parsed(pairs);
}

function pairProblem(key: string, id: Json | undefined): string | undefined {
  if (key === "") return "meta.sessions has an empty key";
  if (utf8ToBytes(key).length > sessionKeyBytesMax)
    return `meta.sessions has a key of more than ${sessionKeyBytesMax} bytes: ${key.slice(0, 20)}…`;
  if (id === null || id === undefined) return undefined;
  if (typeof id !== "string" && typeof id !== "number")
    return `meta.sessions.${key} must be a text or a number`;
  if (typeof id === "number" && !Number.isFinite(id)) return `meta.sessions.${key} must be a finite number`;
  if (id === "") return `meta.sessions.${key} is empty`;
  if (utf8ToBytes(String(id)).length > sessionIdBytesMax)
    return `meta.sessions.${key} is longer than ${sessionIdBytesMax} bytes`;
  return undefined;
}

/** By bytes of UTF-8, which is by code points. */
function inOrder(pairs: readonly [string, string][]): readonly [string, string][] {
  return [...pairs].sort(([left], [right]) => compareCodePoints(left, right));
}

function compareCodePoints(left: string, right: string): number {
  const others = [...right];
  for (const [index, character] of [...left].entries()) {
    const other = others[index];
    if (other === undefined) return 1;
    if (character !== other) return (character.codePointAt(0) ?? 0) - (other.codePointAt(0) ?? 0);
  }
  return [...left].length - others.length;
}

/** What carries sessions: an accepted event. */
export interface WithSessions {
  readonly meta?: object | undefined;
}

function sessionsOf({ meta }: WithSessions): Pairs {
  const { sessions } = (meta ?? {}) as { readonly sessions?: Json };
  return new Map(
    isJsonObject(sessions) ? Object.entries(sessions).map(([key, id]) => [key, String(id)]) : [],
  );
}

/** What a run hands down: the sessions that all its triggering events share (semantics A13.4). */
export function sharedSessions(events: readonly WithSessions[]): Sessions {
  const [first, ...others] = events.map(sessionsOf);
  const shared = [...(first ?? [])].filter(([key, id]) => others.every((pairs) => pairs.get(key) === id));
  return Object.fromEntries(inOrder(shared).slice(0, sessionsPerEventMax));
}

/** The sessions that a run belongs to: those of all its triggering events, at most 25 pairs (semantics A13.4). */
export function runSessions(
  events: readonly WithSessions[],
): readonly { readonly key: string; readonly id: string }[] {
  const pairs = new Map<string, { readonly key: string; readonly id: string }>();
  for (const event of events) {
    for (const [key, id] of sessionsOf(event)) pairs.set(JSON.stringify([key, id]), { key, id });
  }
  return [...pairs.values()].slice(0, sessionsPerRunMax);
}
