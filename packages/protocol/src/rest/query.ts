// Query strings of the list endpoints: written by dashboard and CLI, read by the server. Lists are given as repeated
// keys (`status=FAILED&status=CANCELLED`) or joined by commas; a key without a value counts as absent.

import { invalid, type Parsed, parsed } from "../json.ts";
import { restBase } from "./envelope.ts";

export type QueryValue = string | number | boolean | readonly string[] | undefined;

/** What the parsers need of a `URLSearchParams`; this package knows neither Node nor the DOM. */
export interface QueryParams {
  get(key: string): string | null;
  getAll(key: string): readonly string[];
}

/** `/api/v2` + path + query; absent values and empty lists are left out. */
export function restPath(path: string, query: Readonly<Record<string, QueryValue>> = {}): string {
  const pairs: string[] = [];
  for (const [key, value] of Object.entries(query)) {
    if (value === undefined || value === "") continue;
    const items = typeof value === "object" ? value : [String(value)];
    for (const item of items) pairs.push(`${key}=${encodeURIComponent(item)}`);
  }
  return pairs.length === 0 ? `${restBase}${path}` : `${restBase}${path}?${pairs.join("&")}`;
}

/** One segment of a path, escaped. */
export function segment(id: string): string {
  return encodeURIComponent(id);
}

export function textParam(params: QueryParams, key: string): string | undefined {
  return params.get(key) || undefined;
}

export function listParam(params: QueryParams, key: string): readonly string[] | undefined {
  const values = params.getAll(key).flatMap((value) => value.split(",").filter((item) => item !== ""));
  return values.length === 0 ? undefined : values;
}

/** Unix ms of an RFC 3339 time, or of a bare number of ms. */
export function timeParam(params: QueryParams, key: string): Parsed<number | undefined> {
  const text = params.get(key);
  if (text === null || text === "") return parsed(undefined);
  const at = /^\d+$/.test(text) ? Number(text) : Date.parse(text);
  if (!Number.isFinite(at))
    return invalid(`${key} is no time: ${JSON.stringify(text)}. Write it as 2026-11-24T14:02:00Z.`);
  return parsed(at);
}

/** A number of ms from 0 up. */
export function durationParam(params: QueryParams, key: string): Parsed<number | undefined> {
  const text = params.get(key);
  if (text === null || text === "") return parsed(undefined);
  const ms = Number(text);
  if (!Number.isFinite(ms) || ms < 0)
    return invalid(`${key} must be a number of milliseconds from 0 up, not ${JSON.stringify(text)}.`);
  return parsed(ms);
}

/** A whole number from 1 to `max`; a larger one is cut to `max`. */
export function limitParam(
  params: QueryParams,
  bounds: { readonly fallback: number; readonly max: number },
): Parsed<number> {
  const text = params.get("limit");
  if (text === null || text === "") return parsed(bounds.fallback);
  const limit = Number(text);
  if (!Number.isInteger(limit) || limit < 1)
    return invalid(`limit must be a whole number from 1 to ${bounds.max}, not ${JSON.stringify(text)}.`);
  return parsed(Math.min(limit, bounds.max));
}

/** Every value must be one of `known`; the reason names the first that is not. */
export function choiceParam<T extends string>(
  params: QueryParams,
  key: string,
  known: readonly T[],
): Parsed<readonly T[] | undefined> {
  const values = listParam(params, key);
  if (values === undefined) return parsed(undefined);
  const chosen: T[] = [];
  for (const value of values) {
    const choice = known.find((item) => item.toLowerCase() === value.toLowerCase());
    if (choice === undefined)
      return invalid(`${key} has no value ${JSON.stringify(value)}. It may be: ${known.join(", ")}.`);
    chosen.push(choice);
  }
  return parsed(chosen);
}
