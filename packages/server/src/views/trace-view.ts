// A run's trace: its steps as spans, with attempts and the stretches of their time (protocol §7.2 TraceSpan).

import type { Run, Step } from "@stepwell/core";
import type { RunDetail, StoreReader } from "@stepwell/engine";
import { discoveryStepId, type Json } from "@stepwell/protocol";
import type { SpanStatus, TraceSpan, TraceView } from "@stepwell/protocol/rest";
import { attemptsByUnit, namelessUnits } from "./attempts.ts";
import { functionReference, type Known } from "./directory.ts";
import { errorView } from "./error-view.ts";
import { attemptSpan, attemptViews, stepSpan } from "./step-span.ts";
import { codeStretches, type Stretch } from "./stretches.ts";
import { timestamp } from "./time.ts";
import { parallelSets, segmentOf, type TraceFacts } from "./trace-facts.ts";

export async function traceView(
  detail: RunDetail,
  known: Known,
  reader: StoreReader,
  now: number,
): Promise<TraceView> {
  const children = await reader.runsInvokedBy(detail.run.id);
  const waits = detail.steps.filter((step) => step.kind === "wait-for-event");
  const ids = waits.map((step) => step.eventId).filter((id) => id !== undefined);
  const matched = new Map((await reader.readEvents(ids)).map((event) => [event.id as string, event]));
  const facts = { detail, known, now, children, matched, parallelSets: parallelSets(detail.steps) };
  return { runId: detail.run.id, rootSpan: rootSpan(facts) };
}

function rootSpan(facts: TraceFacts): TraceSpan {
  const { detail, known, now } = facts;
  const { run, steps } = detail;
  const units = attemptsByUnit(detail.attempts);
  const own = units.get(discoveryStepId) ?? [];
  return {
    id: run.id,
    name: functionReference(known, run.functionId).name,
    status: rootStatus(run),
    queuedAt: timestamp(run.queuedAt),
    ...(run.startedAt === undefined ? {} : { startedAt: timestamp(run.startedAt) }),
    ...(run.endedAt === undefined
      ? {}
      : { endedAt: timestamp(run.endedAt), durationMs: run.endedAt - run.queuedAt }),
    segments: [queuedStretch(run), ...codeStretches(own, run, steps, now)].map(segmentOf),
    attempts: attemptViews(own),
    ...(run.output === undefined ? {} : { output: JSON.parse(run.output) as Json }),
    ...(run.status === "failed" && run.error !== undefined ? { error: errorView(run.error) } : {}),
    metadata: [],
    children: [
      ...inOrder(steps).map((step) => stepSpan(step, units.get(step.key) ?? [], facts)),
      ...namelessUnits(units, steps).map((unit) => attemptSpan(unit, units.get(unit) ?? [], facts)),
    ],
  };
}

function rootStatus(run: Run): SpanStatus {
  switch (run.status) {
    case "queued":
      return "QUEUED";
    case "running":
      return "RUNNING";
    case "completed":
      return "COMPLETED";
    case "failed":
      return "FAILED";
    case "cancelled":
      return "CANCELLED";
    case "skipped":
      return "SKIPPED";
  }
}

/** Held back until the first call. */
function queuedStretch(run: Run): Stretch {
  const until = run.startedAt ?? run.endedAt;
  return { kind: "queued", from: run.queuedAt, ...(until === undefined ? {} : { until }) };
}

/** By when the engine or the app first had to do with them; those that began at once by how they ended. */
function inOrder(steps: readonly Step[]): readonly Step[] {
  const begin = (step: Step): number => Math.min(step.registeredAt, step.startedAt ?? step.registeredAt);
  const end = (step: Step): number => step.position ?? Number.MAX_SAFE_INTEGER;
  return [...steps].sort((left, right) => begin(left) - begin(right) || end(left) - end(right));
}
