// Where a run's time went: at each moment the busiest of what its steps did, as parts that follow each other.

import type { Run } from "@stepwell/core";
import type { TimePart, TimePartKind } from "@stepwell/protocol/rest";
import type { Stretch } from "./stretches.ts";

/** What counts more comes first. */
const priority: readonly TimePartKind[] = [
  "running",
  "ran",
  "failed",
  "cancelled",
  "retrying",
  "invoking",
  "waiting",
  "sleeping",
  "queued",
];

/** A bar of more parts than this shows nothing: the reader then draws one part. */
const partsMax = 300;

interface Edge {
  readonly at: number;
  readonly kind: TimePartKind;
  readonly step: 1 | -1;
}

/** @param stretches those of all steps, in any order. */
export function timeParts(
  run: Run,
  stretches: readonly Stretch[],
  now: number,
): readonly TimePart[] | undefined {
  const end = run.endedAt ?? Math.max(now, run.queuedAt);
  const queued: Stretch = { kind: "queued", from: run.queuedAt, until: run.startedAt ?? end };
  const edges = [queued, ...stretches].flatMap((stretch) => edgesOf(stretch, run.queuedAt, end));
  edges.sort((left, right) => left.at - right.at);
  const live = new Map<TimePartKind, number>();
  const parts: { kind: TimePartKind; durationMs: number }[] = [];
  let at = run.queuedAt;
  for (const edge of [...edges, { at: end, kind: "queued" as const, step: 1 as const }]) {
    if (edge.at > at) {
      // Between steps the function's own code ran, or the engine was about to call it.
      const code = edge.at === end && run.endedAt === undefined ? "running" : "ran";
      const kind = priority.find((known) => (live.get(known) ?? 0) > 0) ?? code;
      const last = parts.at(-1);
      if (last?.kind === kind) last.durationMs += edge.at - at;
      else parts.push({ kind, durationMs: edge.at - at });
      at = edge.at;
    }
    live.set(edge.kind, (live.get(edge.kind) ?? 0) + edge.step);
  }
  return parts.length > partsMax ? undefined : parts;
}

/** Both ends of a stretch, cut to the run's own time: an app's clock may be ahead or behind. */
function edgesOf(stretch: Stretch, start: number, end: number): readonly Edge[] {
  const from = Math.min(end, Math.max(start, stretch.from));
  const until = Math.min(end, Math.max(from, stretch.until ?? end));
  return [
    { at: from, kind: stretch.kind, step: 1 },
    { at: until, kind: stretch.kind, step: -1 },
  ];
}
