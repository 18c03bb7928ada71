// Numbers, durations and sizes: three significant places, a space before the unit.

const grouped = new Intl.NumberFormat("en-GB");

/** `1,318`. */
export function count(value: number): string {
  return grouped.format(Math.round(value));
}

/** `1,318`, or `about 1.2 M` for an estimate. */
export function estimate(value: number, isEstimate: boolean): string {
  if (!isEstimate) return count(value);
  if (value >= 1e6) return `about ${(value / 1e6).toPrecision(2)} M`;
  if (value >= 1e4) return `about ${count(Number(value.toPrecision(2)))}`;
  return `about ${count(value)}`;
}

/** `1 run`, `3 runs`. */
export function counted(value: number, one: string, many = `${one}s`): string {
  return `${count(value)} ${value === 1 ? one : many}`;
}

const second = 1000;
const minute = 60 * second;
const hour = 60 * minute;
const day = 24 * hour;

/** `14 ms`, `4.10 s`, `16.2 s`, `1 m 04 s`, `2 h 05 m`, `1 d 3 h`. */
export function duration(ms: number): string {
  const value = Math.max(0, ms);
  if (value < 999.5) return `${Math.round(value)} ms`;
  if (value < 9_995) return `${(value / second).toFixed(2)} s`;
  if (value < 59_950) return `${(value / second).toFixed(1)} s`;
  if (value < hour - second / 2) return pair(Math.round(value / second), "m", "s");
  if (value < day - minute / 2) return pair(Math.round(value / minute), "h", "m");
  const hours = Math.round(value / hour);
  return hours % 24 === 0 ? `${hours / 24} d` : `${Math.floor(hours / 24)} d ${hours % 24} h`;
}

function pair(total: number, large: string, small: string): string {
  return `${Math.floor(total / 60)} ${large} ${String(total % 60).padStart(2, "0")} ${small}`;
}

/** One unit only: `41 m`, `2 d`, `9 s`. For axes, folds and ages. */
export function shortDuration(ms: number): string {
  const value = Math.max(0, ms);
  if (value < second) return `${Math.round(value)} ms`;
  if (value < minute) return `${Math.floor(value / second)} s`;
  if (value < hour) return `${Math.floor(value / minute)} m`;
  if (value < day) return `${Math.floor(value / hour)} h`;
  return `${Math.floor(value / day)} d`;
}

/** In words for sentences: `41 minutes`, `2 days`, `4.1 seconds`. */
export function durationWords(ms: number): string {
  const value = Math.max(0, ms);
  if (value < second) return counted(value, "millisecond");
  if (value < 10 * second) {
    const seconds = Number((value / second).toFixed(1));
    return `${seconds} ${seconds === 1 ? "second" : "seconds"}`;
  }
  if (value < 2 * minute) return counted(value / second, "second");
  if (value < 2 * hour) return counted(value / minute, "minute");
  if (value < 2 * day) return counted(value / hour, "hour");
  return counted(value / day, "day");
}

/** How often, after a number: `a day`, `in 5 minutes`. */
export function perMs(periodMs: number): string {
  switch (periodMs) {
    case day:
      return "a day";
    case hour:
      return "an hour";
    case minute:
      return "a minute";
    case second:
      return "a second";
    default:
      return `in ${durationWords(periodMs)}`;
  }
}

/** `148 B`, `9.2 KB`, `4.1 MB`. */
export function bytes(value: number): string {
  if (value < 1000) return `${value} B`;
  if (value < 999_950) return `${trim(value / 1000)} KB`;
  return `${trim(value / 1e6)} MB`;
}

function trim(value: number): string {
  return value >= 100 ? value.toFixed(0) : value.toFixed(1);
}

/** `6.2 %`; `none` for 0. */
export function percent(part: number, whole: number): string {
  if (whole === 0 || part === 0) return "none";
  const value = (part / whole) * 100;
  return `${value < 0.1 ? "under 0.1" : value < 10 ? value.toFixed(1) : value.toFixed(0)} %`;
}
