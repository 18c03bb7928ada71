// GET /api/v2/figures/runs: counts of the runs that match a query, by status and over time.

import type { RunFilter } from "@stepwell/engine";
import {
  limitParam,
  parseRunsQuery,
  type RunBucket,
  type RunFigures,
  runStatuses,
} from "@stepwell/protocol/rest";
import type { Context, Hono } from "hono";
import { restFailure } from "../../http/failure.ts";
import { searchParams } from "../../http/query.ts";
import type { ServerContext } from "../../server-context.ts";
import type { Known } from "../../views/directory.ts";
import { timestamp } from "../../views/time.ts";
import { answer } from "./answers.ts";
import { runFilter } from "./run-filter.ts";

const bucketsMax = 200;
/** Without a beginning, buckets cover a day. */
const dayMs = 86_400_000;

export function figureRoutes(rest: Hono, server: ServerContext): void {
  rest.get("/figures/runs", (context) => runFigures(context, server));
}

async function runFigures(context: Context, server: ServerContext): Promise<Response> {
  const params = searchParams(context);
  const query = parseRunsQuery(params);
  if (query.kind === "invalid") return restFailure(context, "invalid_request", query.reason);
  const buckets = bucketCount(params);
  if (buckets === undefined) {
    return restFailure(context, "invalid_request", `buckets must be a whole number from 1 to ${bucketsMax}.`);
  }
  const { cursor: _, ...rest } = query.value;
  const known = await server.directory.read();
  const counts = await countsByStatus(server, known, rest);
  const filter = runFilter(rest, known);
  if (buckets === 0) return answer(context, server, { counts });
  const data: RunFigures = { counts, buckets: await bucketsOf(server, filter, buckets) };
  return answer(context, server, data);
}

function bucketCount(params: URLSearchParams): number | undefined {
  const text = params.get("buckets");
  if (text === null || text === "") return 0;
  const count = limitParam(new URLSearchParams({ limit: text }), { fallback: bucketsMax, max: bucketsMax });
  return count.kind === "invalid" ? undefined : count.value;
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
