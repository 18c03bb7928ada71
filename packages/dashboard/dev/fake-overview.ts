// The figures of the overview over the generated world: counted from its plans.

import type { OverviewFigures } from "@stepwell/protocol/rest";
import { iso } from "./plan.ts";
import type { World } from "./world.ts";

function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((left, right) => left - right);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
}

export function overviewOf(world: World, from: number, until: number, count: number): OverviewFigures {
  const width = (until - from) / count;
  const buckets = Array.from({ length: count }, (_, index) => ({
    from: from + index * width,
    completed: 0,
    failed: 0,
    delays: [] as number[],
  }));
  const bucketAt = (time: number) => buckets[Math.floor((time - from) / width)];
  const totals = { completed: 0, failed: 0, cancelled: 0, queued: 0, running: 0, parked: 0 };
  const runs = world.listRuns({});
  for (const run of runs) {
    if (run.startedAt !== undefined) {
      const started = Date.parse(run.startedAt);
      bucketAt(started)?.delays.push(started - Date.parse(run.queuedAt));
    }
    if (run.status === "QUEUED") totals.queued += 1;
    if (run.status === "RUNNING") {
      const parked = run.activity?.kind === "sleeping" || run.activity?.kind === "waiting";
      totals[parked ? "parked" : "running"] += 1;
    }
    const bucket = run.endedAt === undefined ? undefined : bucketAt(Date.parse(run.endedAt));
    if (bucket === undefined) continue;
    if (run.status === "CANCELLED") totals.cancelled += 1;
    if (run.status !== "COMPLETED" && run.status !== "FAILED") continue;
    const kind = run.status === "FAILED" ? "failed" : "completed";
    bucket[kind] += 1;
    totals[kind] += 1;
  }
  const delays = buckets.flatMap((bucket) => bucket.delays);
  const oldest = runs.filter(({ status }) => status === "QUEUED").at(-1);
  const events = [...world.events.values()].filter(({ view }) => Date.parse(view.receivedAt) >= from);
  return {
    from: iso(from),
    until: iso(until),
    events: events.length + totals.completed,
    ...totals,
    before: { completed: 640, failed: 2 },
    ...(delays.length === 0
      ? {}
      : { queueDelay: { p50Ms: quantile(delays, 0.5), p95Ms: quantile(delays, 0.95) } }),
    ...(oldest === undefined
      ? {}
      : { oldestQueued: { runId: oldest.id, queuedAt: oldest.queuedAt, function: oldest.function } }),
    buckets: buckets.map((bucket) => ({
      from: iso(bucket.from),
      completed: bucket.completed,
      failed: bucket.failed,
      ...(bucket.delays.length === 0
        ? {}
        : { delayP50Ms: quantile(bucket.delays, 0.5), delayP95Ms: quantile(bucket.delays, 0.95) }),
    })),
    syncs: [{ at: iso(world.now() - 130 * 60_000), appName: "billing" }],
  };
}
