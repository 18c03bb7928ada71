// GET /api/v2/figures/runs: counts of the runs that match a query, by status and over time.

import type { RunFilter } from "@stepwell/engine";
import { type RunBucket, type RunFigures, type RunsQuery, runStatuses } from "@stepwell/protocol/rest";
import type { Route } from "../../http/route.ts";
import { runFigures, runFiguresQuery } from "../../schemas/figures.ts";
import type { ServerContext } from "../../server-context.ts";
import type { Known } from "../../views/directory.ts";
import { timestamp } from "../../views/time.ts";
import { restRoute } from "./rest-route.ts";
import { runFilter } from "./run-filter.ts";

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
    handle: ({ server, query }) => figuresOf(server, query),
  }),
];

type Query = RunsQuery & { readonly buckets?: number };

async function figuresOf(server: ServerContext, query: Query): Promise<RunFigures> {
  const asked = { ...query, limit: 1 };
  const known = await server.directory.read();
  const counts = await countsByStatus(server, known, asked);
  const filter = runFilter(asked, known);
  if (query.buckets === undefined) return { counts };
  return { counts, buckets: await bucketsOf(server, filter, query.buckets) };
}

async function countsByStatus(
  server: ServerContext,
  known: Known,
  query: Parameters<typeof runFilter>[0],
): Promise<RunFigures["counts"]> {
  const wanted = query.status ?? runStatuses;
  const counts = await Promise.all(
    wanted.map(async (status) => {
      const filter = runFilter({ ...query, status: [status] }, known);
      return [status, await server.engine.reader.countRuns(filter)] as const;
    }),
  );
  return Object.fromEntries(counts.filter(([, count]) => count > 0));
}

async function bucketsOf(
  server: ServerContext,
  filter: RunFilter,
  count: number,
): Promise<readonly RunBucket[]> {
  const until = filter.until ?? server.clock.now();
  const from = Math.min(filter.from ?? until - dayMs, until - count);
  const widthMs = (until - from) / count;
  const { statuses } = filter;
  const countsFailed = statuses === undefined || statuses.includes("failed");
  const { reader } = server.engine;
  const buckets: RunBucket[] = [];
  for (let index = 0; index < count; index += 1) {
    const part = {
      ...filter,
      from: Math.floor(from + index * widthMs),
      until: Math.floor(from + (index + 1) * widthMs),
    };
    const total = await reader.countRuns(part);
    const failed = countsFailed && total > 0 ? await reader.countRuns({ ...part, statuses: ["failed"] }) : 0;
    buckets.push({ from: timestamp(part.from), total, failed });
  }
  return buckets;
}
