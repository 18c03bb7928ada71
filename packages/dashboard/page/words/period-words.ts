// Durations as functions are configured with (`7d`, `1m30s`, `500ms`), in words.

import { listed } from "@stepwell/protocol/words";

const units: Readonly<Record<string, string>> = {
  ms: "millisecond",
  s: "second",
  m: "minute",
  h: "hour",
  d: "day",
  w: "week",
};

/** `7 days`, `1 minute and 30 seconds`; a text that is no duration stays as it is. */
export function periodWords(period: string): string {
  const pieces = [...period.matchAll(/(\d+(?:\.\d+)?)(ms|[smhdw])/g)];
  if (pieces.length === 0 || pieces.map(([whole]) => whole).join("") !== period) return period;
  return listed(
    pieces
      .filter(([, amount]) => Number(amount) !== 0 || pieces.length === 1)
      .map(([, amount = "", unit = ""]) => `${amount} ${units[unit] ?? unit}${amount === "1" ? "" : "s"}`),
  );
}

/** `a day`, `7 days`: how often, after a number. */
export function perPeriod(period: string): string {
  const words = periodWords(period);
  if (words === "1 hour" || words === "60 minutes") return "an hour";
  if (words === "24 hours") return "a day";
  return words.startsWith("1 ") && !words.includes(" and ") ? `a ${words.slice(2)}` : `in ${words}`;
}
