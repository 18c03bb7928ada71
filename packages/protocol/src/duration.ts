// Durations as text: `90s`, `18h30m`, `1w2d`. Sleeps and timeouts may instead be an absolute date.

const unitMs: Readonly<Record<string, number>> = {
  ms: 1,
  s: 1000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  w: 7 * 86_400_000,
};

/** Milliseconds of a duration such as `10s`, `18h30m` or `2w`; undefined when the text is none. */
export function parseDuration(text: string): number | undefined {
  const compact = text.trim();
  if (!/^(\d+(\.\d+)?(ms|s|m|h|d|w))+$/.test(compact)) return undefined;
  let total = 0;
  for (const [, amount = "0", unit = "ms"] of compact.matchAll(/(\d+(?:\.\d+)?)(ms|s|m|h|d|w)/g)) {
    total += Number(amount) * (unitMs[unit] ?? 0);
  }
  return total;
}

/**
 * The shortest text of a duration on the wire, in whole seconds: `1h30m`. The SDKs send w, d, h, m and s only.
 *
 * @param durationMs rounded down to seconds; less than a second gives an empty text.
 */
export function formatDuration(durationMs: number): string {
  let rest = Math.floor(durationMs / 1000);
  let text = "";
  for (const [unit, seconds] of [
    ["w", 604_800],
    ["d", 86_400],
    ["h", 3600],
    ["m", 60],
    ["s", 1],
  ] as const) {
    const count = Math.floor(rest / seconds);
    if (count > 0) text += `${count}${unit}`;
    rest -= count * seconds;
  }
  return text;
}

/** A moment that is either relative to now or fixed. */
export type Moment =
  | { readonly kind: "after"; readonly delayMs: number }
  | { readonly kind: "at"; readonly at: number };

/**
 * Reads a sleep's or timeout's value (protocol §5.4): ten or more characters that parse as a date are absolute, an
 * empty text is now, anything else must be a duration.
 */
export function parseMoment(text: string): Moment | undefined {
  if (text === "") return { kind: "after", delayMs: 0 };
  const delayMs = parseDuration(text);
  if (delayMs !== undefined) return { kind: "after", delayMs };
  if (/^-\s*\d/.test(text)) return { kind: "after", delayMs: 0 };
  const at = text.length >= 10 ? Date.parse(text) : Number.NaN;
  return Number.isNaN(at) ? undefined : { kind: "at", at };
}

/** The unix milliseconds of a moment seen from `nowMs`. */
export function momentAt(moment: Moment, nowMs: number): number {
  return moment.kind === "after" ? nowMs + moment.delayMs : moment.at;
}
