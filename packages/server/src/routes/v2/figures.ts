// /api/v2/figures: counts of the runs that match a query, by status and over time, and the overview.

import type { RunCount } from "@stepwell/engine";
import type { RunBucket, RunFigures, RunsQuery } from "@stepwell/protocol/rest";
import type { Route } from "../../http/route.ts";
import { overviewFigures, overviewQuery, runFigures, runFiguresQuery } from "../../schemas/figures.ts";
import type { ServerContext } from "../../server-context.ts";
import { restStatus } from "../../views/run-view.ts";
import { timestamp } from "../../views/time.ts";
import { searchThrough } from "./bounded-search.ts";
import { overview, syncsIn } from "./overview.ts";
import { restRoute } from "./rest-route.ts";
import { runFilter } from "./run-filter.ts";
import { runPages, runSearch } from "./run-search.ts";

/** Without a beginning, buckets cover a day. */
const dayMs = 86_400_000;

export const figureRoutes: readonly Route[] = [
  restRoute({
    method: "get",
    path: "/figures/runs",
    id: "getRunFigures",
    tag: "Figures",
    summary: "How many runs match, by status and over time",
    query: runFiguresQuery,
    answer: runFigures,
    refusals: ["validation_error"],
    handle: ({ server, query }) => figuresOf(server, query),
  }),
  restRoute({
    method: "get",
    path: "/figures/overview",
    id: "getOverview",
    tag: "Figures",
    summary: "Throughput, failures and queue delay over a time, and what stands in line now",
    query: overviewQuery,
    answer: overviewFigures,
    handle: ({ server, query }) => overview(server, query),
  }),
];

type Query = RunsQuery & { readonly buckets?: number };

async function figuresOf(server: ServerContext, query: Query): Promise<RunFigures> {
  const now = server.clock.now();
  const until = query.until ?? now + 1;
  const all = { from: query.from ?? 0, until, buckets: 1 };
  const bars = query.buckets === undefined ? undefined : barsOf(query.from, until, query.buckets);
  const filter = runFilter({ ...query, limit: 1 }, await server.directory.read());
  const search = runSearch(query);
  const { reader } = server.engine;
  if (search === undefined) {
    const totals = await reader.countRunsOver(filter, all);
    if (bars === undefined) return { counts: countsOf(totals) };
    return {
      counts: countsOf(totals),
      buckets: bucketsOf(await reader.countRunsOver(filter, bars), bars),
      syncs: await syncsIn(server, bars.from, bars.until),
    };
  }
  const found = await searchThrough(server, runPages(server, { ...filter, from: all.from, until }, search));
  const field = query.timeField ?? "queuedAt";
  const countOver = (time: Time): readonly RunCount[] =>
    found.rows.flatMap((run): readonly RunCount[] => {
      const at = run[field] ?? 0;
      if (at < time.from || at >= time.until) return [];
      const bucket = Math.floor(((at - time.from) * time.buckets) / (time.until - time.from));
      return [{ bucket, status: run.status, count: 1 }];
    });
  return {
    counts: countsOf(countOver(all)),
    ...(bars === undefined
      ? {}
      : {
          buckets: bucketsOf(countOver(bars), bars),
          syncs: await syncsIn(server, bars.from, bars.until),
        }),
    ...(found.isComplete ? {} : { isPartial: true }),
  };
}

interface Time {
  readonly from: number;
  readonly until: number;
  readonly buckets: number;
}

function barsOf(from: number | undefined, until: number, buckets: number): Time {
  return { from: Math.min(from ?? until - dayMs, until - buckets), until, buckets };
}

function countsOf(found: readonly RunCount[]): RunFigures["counts"] {
  const counts: { -readonly [Status in keyof RunFigures["counts"]]: number } = {};
  for (const { status, count } of found) {
    counts[restStatus(status)] = (counts[restStatus(status)] ?? 0) + count;
  }
  return counts;
}

function bucketsOf(found: readonly RunCount[], { from, until, buckets }: Time): readonly RunBucket[] {
  const bars = Array.from({ length: buckets }, (_, index) => ({
    from: timestamp(Math.floor(from + (index * (until - from)) / buckets)),
    total: 0,
    failed: 0,
  }));
  for (const { bucket, status, count } of found) {
    const bar = bars[bucket];
    if (bar === undefined) continue;
    bar.total += count;
    if (status === "failed") bar.failed += count;
  }
  return bars;
}
