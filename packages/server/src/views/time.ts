// Times of the REST API: RFC 3339 with milliseconds, in UTC.

import type { Timestamp } from "@stepwell/protocol/rest";

/** The latest moment that a date can hold, in unix ms; stored times beyond it are shown as it. */
const latestAt = 8_640_000_000_000_000;

/** @param at unix ms. */
export function timestamp(at: number): Timestamp {
  return new Date(Math.max(-latestAt, Math.min(latestAt, at))).toISOString();
}
