// Dates as people write them (semantics E2.1). Without a zone they are UTC.

import { EvaluationError } from "./value.ts";

const months = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
const zones: Readonly<Record<string, string>> = {
  utc: "Z",
  gmt: "Z",
  z: "Z",
  est: "-05:00",
  edt: "-04:00",
  cst: "-06:00",
  cdt: "-05:00",
  mst: "-07:00",
  mdt: "-06:00",
  pst: "-08:00",
  pdt: "-07:00",
};

/**
 * Unix ms of RFC 3339, a date-time without a zone, a date, RFC 1123/850/822, or the ANSI, Unix and Ruby layouts.
 *
 * @throws EvaluationError when the text is none of them.
 */
export function parseDate(text: string): number {
  const iso =
    /^(\d{4}-\d{2}-\d{2})(?:[T ](\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?)\s*(Z|[+-]\d{2}:?\d{2})?)?$/i.exec(
      text.trim(),
    );
  const at = iso === null ? parseNamed(text.trim()) : Date.parse(isoText(iso));
  if (Number.isNaN(at)) throw new EvaluationError(`${JSON.stringify(text)} is no date that can be read`);
  return at;
}

function isoText(match: RegExpExecArray): string {
  const [, day = "", time = "00:00:00", zone = "Z"] = match;
  return `${day}T${time.length === 5 ? `${time}:00` : time}${zoneText(zone)}`;
}

/** Layouts that name the month: take the parts wherever they stand. */
function parseNamed(text: string): number {
  const month = months.findIndex((name) => new RegExp(`\\b${name}`, "i").test(text));
  const time = /\b(\d{1,2}):(\d{2})(?::(\d{2}))?\b/.exec(text);
  if (month < 0) return Number.NaN;
  const rest = text.replace(time?.[0] ?? "", " ").replace(/[+-]\d{4}\b/, " ");
  const year = /\b(\d{4})\b/.exec(rest)?.[1] ?? shortYear(rest);
  const day = /\b(\d{1,2})\b/.exec(rest)?.[1];
  if (year === undefined || day === undefined) return Number.NaN;
  const zone = /([+-]\d{4})\b/.exec(text)?.[1] ?? /\b([A-Z]{1,4})\b(?=[^a-z]*$)/.exec(text)?.[1] ?? "UTC";
  const two = (part: string | number) => String(part).padStart(2, "0");
  const clock = `${two(time?.[1] ?? 0)}:${time?.[2] ?? "00"}:${time?.[3] ?? "00"}`;
  return Date.parse(`${year}-${two(month + 1)}-${two(day)}T${clock}${zoneText(zone)}`);
}

/** RFC 850 and 822 write two digits: `02-Jan-06`, `02 Jan 06`. */
function shortYear(text: string): string | undefined {
  const digits = /[A-Za-z]{3,}[ -](\d{2})\b/.exec(text)?.[1];
  if (digits === undefined) return undefined;
  return Number(digits) >= 69 ? `19${digits}` : `20${digits}`;
}

function zoneText(zone: string): string {
  const offset = /^([+-]\d{2}):?(\d{2})$/.exec(zone);
  if (offset !== null) return `${offset[1]}:${offset[2]}`;
  return zones[zone.toLowerCase()] ?? "Z";
}

/** Unix seconds, milliseconds or nanoseconds, told apart by their size (years 2000 and later). */
export function dateOfNumber(value: number): number {
  if (value < 100_000_000_000) return value * 1000;
  if (value < 100_000_000_000_000) return value;
  return value / 1_000_000;
}
