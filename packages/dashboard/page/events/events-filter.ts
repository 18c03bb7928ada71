// The events' filter as it is written in the address: `name:user/*` and free words, which search ids and names.

import type { EventsQuery } from "@stepwell/protocol/rest";
import type { UrlState } from "../frame/url-state.ts";

export interface EventsFilter {
  readonly name?: string;
  readonly query?: string;
}

/** Words before and after a `name:` pair are joined; the last `name:` wins. */
export function readEventsFilter(text: string): EventsFilter {
  let name: string | undefined;
  const words: string[] = [];
  for (const word of text.split(/\s+/).filter((part) => part !== "")) {
    const pair = /^name:(.+)$/.exec(word);
    if (pair === null) words.push(word);
    else name = pair[1];
  }
  return {
    ...(name === undefined ? {} : { name }),
    ...(words.length === 0 ? {} : { query: words.join(" ") }),
  };
}

export const spans = {
  "1h": { label: "1 h", ms: 3_600_000 },
  "24h": { label: "24 h", ms: 86_400_000 },
  "7d": { label: "7 d", ms: 7 * 86_400_000 },
  all: { label: "All", ms: undefined },
} as const;
export type Span = keyof typeof spans;

export function spanOf(url: UrlState): Span {
  const chosen = url.t;
  return chosen !== undefined && Object.hasOwn(spans, chosen) ? (chosen as Span) : "all";
}

/** @param now unix ms; rounded by the caller, or each second would be another list. */
export function eventsQueryOf(url: UrlState, now: number): EventsQuery {
  const { ms } = spans[spanOf(url)];
  return {
    ...readEventsFilter(url.q ?? ""),
    ...(url.name === undefined ? {} : { name: url.name }),
    ...(ms === undefined ? {} : { from: now - ms }),
    includeInternal: url.system === "1",
  };
}
