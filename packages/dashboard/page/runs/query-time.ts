// Durations, moments and spans of time in the filter and the address: `5s`, `2026-11-22`, `24h`.

const units: Readonly<Record<string, number>> = {
  ms: 1,
  s: 1000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  w: 604_800_000,
};

/** Ms of `250ms`, `5s`, `1.5h`, `2d`; undefined for anything else. */
export function durationOf(text: string): number | undefined {
  const [, number, unit] = /^(\d+(?:\.\d+)?)(ms|[smhdw])$/.exec(text.trim()) ?? [];
  const factor = units[unit ?? ""];
  return number === undefined || factor === undefined ? undefined : Number(number) * factor;
}

/** Unix ms of `2026-11-22` or `2026-11-22T14:00` in the reader's time zone, or of a full RFC 3339 time. */
export function timeOf(text: string): number | undefined {
  if (!/^\d{4}-\d\d-\d\d(T\d\d:\d\d|$)/.test(text)) return undefined;
  // A date alone would be read as midnight in UTC.
  const time = Date.parse(text.length === 10 ? `${text}T00:00` : text);
  return Number.isFinite(time) ? time : undefined;
}

export interface TimeSpan {
  readonly from?: number;
  readonly until?: number;
}

export const spanChoices = [
  { value: "1h", words: "Last hour" },
  { value: "24h", words: "Last 24 h" },
  { value: "7d", words: "Last 7 days" },
  { value: "30d", words: "Last 30 days" },
  { value: "all", words: "All time" },
] as const;

export const spanUsual = "24h";

/** The span that an address means: `24h` back from `now`, `all`, or `<from>-<until>` in unix ms. */
export function spanOf(text: string | undefined, now: number): TimeSpan {
  const value = text ?? spanUsual;
  if (value === "all") return {};
  const [, from, until] = /^(\d{10,15})-(\d{10,15})$/.exec(value) ?? [];
  if (from !== undefined && until !== undefined && Number(from) < Number(until))
    return { from: Number(from), until: Number(until) };
  return { from: now - (durationOf(value) ?? durationOf(spanUsual) ?? 0) };
}

export function writeSpan(from: number, until: number): string {
  return `${Math.round(from)}-${Math.round(until)}`;
}

/** The narrower of two spans. */
export function within(query: TimeSpan, span: TimeSpan): TimeSpan {
  const from = Math.max(query.from ?? 0, span.from ?? 0);
  const until = Math.min(query.until ?? Number.POSITIVE_INFINITY, span.until ?? Number.POSITIVE_INFINITY);
  return { ...(from > 0 ? { from } : {}), ...(Number.isFinite(until) ? { until } : {}) };
}
