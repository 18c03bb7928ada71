// Moments and durations as authors write them: numbers of ms, texts such as "90m", dates, and Temporal values.

import { formatDuration, parseDuration } from "@stepwell/protocol";
import { now } from "./clock.ts";

/** A Temporal.Duration, without asking the runtime for one. */
export interface DurationLike {
  total(unit: "milliseconds" | { readonly unit: "milliseconds" }): number;
}

/** A Temporal.Instant or ZonedDateTime. */
export interface InstantLike {
  readonly epochMilliseconds: number;
}

/** A number of ms, a text such as `30m` or `1d12h`, or a Temporal.Duration. */
export type DurationValue = number | string | DurationLike;
/** A date, an ISO 8601 text, or a Temporal instant. */
export type MomentValue = Date | string | InstantLike;

const words: Readonly<Record<string, string>> = {
  millisecond: "ms",
  msec: "ms",
  second: "s",
  sec: "s",
  minute: "m",
  min: "m",
  hour: "h",
  hr: "h",
  day: "d",
  week: "w",
};

/**
 * The ms of a duration.
 *
 * @throws Error when the text is no duration.
 */
export function durationMs(value: DurationValue): number {
  if (typeof value === "number") return value;
  if (typeof value === "object") return value.total("milliseconds");
  const text = value.trim().toLowerCase();
  const compact = text
    .replace(/([a-z]{2,}?)s?\b/g, (word, stem: string) => words[stem] ?? word)
    .replace(/\s+/g, "");
  const sign = compact.startsWith("-") ? -1 : 1;
  const bare = compact.replace(/^-/, "");
  const ms = /^\d+(\.\d+)?$/.test(bare) ? Number(bare) : parseDuration(bare);
  if (ms === undefined) throw new Error(`"${value}" is no duration. Write it as 30s, 5m, 2h, 7d or in ms.`);
  return sign * ms;
}

/**
 * A duration on the wire: whole seconds; a positive one of less than a second becomes a second (semantics D4.2).
 */
export function wireDuration(value: DurationValue): string {
  return isBelowSecond(value) ? "1s" : formatDuration(Math.max(0, durationMs(value)));
}

/** Whether a duration is rounded up to a second (semantics D4.2). */
export function isBelowSecond(value: DurationValue): boolean {
  const ms = durationMs(value);
  return ms > 0 && ms < 1000;
}

/** A duration among a function's options: a text that the wire knows stays as its author wrote it. */
export function optionDuration(value: DurationValue): string {
  return typeof value === "string" && parseDuration(value) !== undefined ? value : wireDuration(value);
}

/** @throws Error when the date is invalid (semantics D4.4). */
export function momentIso(value: MomentValue): string {
  const at =
    value instanceof Date
      ? value.getTime()
      : typeof value === "string"
        ? Date.parse(value)
        : value.epochMilliseconds;
  if (Number.isNaN(at))
    throw new Error(`Invalid date passed: ${String(value)}. Give a Date or an ISO 8601 text.`);
  return new Date(at).toISOString();
}

/** A timeout on the wire: a duration or a moment. */
export function wireTimeout(value: DurationValue | Date | InstantLike): string {
  if (value instanceof Date) return momentIso(value);
  if (typeof value === "object" && "epochMilliseconds" in value) return momentIso(value);
  return wireDuration(value);
}

/** For `RetryAfterError`: seconds from now, rounded up, or a date. */
export function retryAfterText(value: DurationValue | Date): string {
  if (value instanceof Date) return momentIso(value);
  const ms = durationMs(value);
  if (Number.isNaN(ms))
    throw new Error("RetryAfterError needs a number of ms, a duration such as 30s, or a Date.");
  return String(Math.ceil(ms / 1000));
}

/** Ms from now until what `retryAfterText` says. */
export function retryDelayMs(text: string): number {
  return /^\d+$/.test(text) ? Number(text) * 1000 : Date.parse(text) - now();
}
