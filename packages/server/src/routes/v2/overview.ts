// GET /api/v2/figures/overview: what a stretch of time brought, and what stands in line now.

import type { RunCount, StoreReader } from "@stepwell/engine";
import type { OverviewBucket, OverviewFigures } from "@stepwell/protocol/rest";
import type { ServerContext } from "../../server-context.ts";
import { functionReference } from "../../views/directory.ts";
import { timestamp } from "../../views/time.ts";

const dayMs = 86_400_000;
const bucketsDefault = 96;
/** Of so many runs of each part of the time the delays are read. */
const delaysOfPart = 200;

export interface OverviewQuery {
  readonly from?: number;
  readonly until?: number;
  readonly buckets?: number;
}

export async function overview(server: ServerContext, query: OverviewQuery): Promise<OverviewFigures> {
  const now = server.clock.now();
  const { until = now + 1, buckets = bucketsDefault } = query;
  const from = Math.min(query.from ?? until - dayMs, until - buckets);
  const time = { from, until, buckets };
  const { reader } = server.engine;
  const ended = { timeField: "endedAt" as const, statuses: ["completed", "failed", "cancelled"] as const };
  const [events, counts, before, delays, standing] = await Promise.all([
    reader.countEvents({ from, until }),
    reader.countRunsOver(ended, time),
    reader.countRunsOver(ended, { from: from - (until - from), until: from, buckets: 1 }),
    reader.queueDelays(time, delaysOfPart),
    standingNow(server),
  ]);
  const parts = new Map(delays.map(({ bucket, delaysMs }) => [bucket, percentiles(delaysMs)]));
  const all = percentiles(delays.flatMap(({ delaysMs }) => delaysMs));
  const total = totalsOf(counts);
  return {
    from: timestamp(from),
    until: timestamp(until),
    events,
    ...total,
    before: { completed: totalsOf(before).completed, failed: totalsOf(before).failed },
    ...standing,
    ...(all === undefined ? {} : { queueDelay: all }),
    buckets: bucketsOf(counts, parts, time),
    syncs: await syncsIn(server, from, until),
  };
}

function totalsOf(counts: readonly RunCount[]) {
  const of = (status: RunCount["status"]): number =>
    counts.filter((each) => each.status === status).reduce((sum, { count }) => sum + count, 0);
  return { completed: of("completed"), failed: of("failed"), cancelled: of("cancelled") };
}

interface Percentiles {
  readonly p50Ms: number;
  readonly p95Ms: number;
}

function percentiles(delays: readonly number[]): Percentiles | undefined {
  if (delays.length === 0) return undefined;
  const sorted = [...delays].sort((left, right) => left - right);
  const at = (share: number): number => Math.max(0, sorted[Math.floor((sorted.length - 1) * share)] ?? 0);
  return { p50Ms: at(0.5), p95Ms: at(0.95) };
}

function bucketsOf(
  counts: readonly RunCount[],
  delays: ReadonlyMap<number, Percentiles | undefined>,
  { from, until, buckets }: Required<OverviewQuery>,
): readonly OverviewBucket[] {
  const found = new Map<string, number>();
  for (const { bucket, status, count } of counts) found.set(`${bucket}/${status}`, count);
  return Array.from({ length: buckets }, (_, index) => {
    const delay = delays.get(index);
    return {
      from: timestamp(Math.floor(from + (index * (until - from)) / buckets)),
      completed: found.get(`${index}/completed`) ?? 0,
      failed: found.get(`${index}/failed`) ?? 0,
      ...(delay === undefined ? {} : { delayP50Ms: delay.p50Ms, delayP95Ms: delay.p95Ms }),
    };
  });
}

/** A run that goes on is parked unless a call of it is due. */
async function standingNow(
  server: ServerContext,
): Promise<Pick<OverviewFigures, "queued" | "running" | "parked" | "oldestQueued">> {
  const { reader } = server.engine;
  const figures = await reader.functionFigures();
  const queued = figures.reduce((sum, own) => sum + own.queued, 0);
  const started = figures.reduce((sum, own) => sum + own.running, 0);
  const working = server.engine.laneFigures().reduce((sum, lane) => sum + lane.running, 0);
  const running = Math.min(started, working);
  return { queued, running, parked: started - running, ...(await oldestQueued(server, reader)) };
}

async function oldestQueued(
  server: ServerContext,
  reader: StoreReader,
): Promise<Pick<OverviewFigures, "oldestQueued">> {
  const { rows } = await reader.listRuns({ statuses: ["queued"], order: "oldest", limit: 1 });
  const [run] = rows;
  if (run === undefined) return {};
  const known = await server.directory.read();
  return {
    oldestQueued: {
      runId: run.id,
      queuedAt: timestamp(run.queuedAt),
      function: functionReference(known, run.functionId),
    },
  };
}

const syncsMarked = 100;

/** Syncs that took effect within a time, to be marked beside figures; oldest first. */
export async function syncsIn(server: ServerContext, from: number, until: number) {
  const logs = await server.engine.reader.listSyncs({ from, until, limit: syncsMarked });
  return logs
    .filter(({ error }) => error === undefined)
    .map(({ appName, at }) => ({ at: timestamp(at), appName }))
    .reverse();
}
