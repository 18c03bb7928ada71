// What is so at the moment of a scrape: read from the engine's memory, and from the store within bounds.

import { type FunctionControl, type FunctionSettings, withOverrides } from "@stepwell/core";
import type { Engine, FunctionFigures, QueueFigures } from "@stepwell/engine";
import type { FunctionId } from "@stepwell/protocol";
import type { FunctionLabel, FunctionLabels } from "./function-labels.ts";
import type { Meters } from "./meters.ts";

/** Counting more would cost more than the figure tells. */
const dueJobsCountedMax = 100_000;

/** @param now unix ms. */
export async function readGauges(
  engine: Engine,
  meters: Meters,
  labels: FunctionLabels,
  now: number,
): Promise<void> {
  const { reader } = engine;
  const load = engine.load();
  meters.openCallsMax.set(load.openCallsMax);
  meters.callsStanding.set(load.standing);
  meters.inputsWaiting.set(load.waitingInputs);
  meters.openCalls.reset();
  for (const [id, count] of load.openCallsByFunction) meters.openCalls.inc({ ...labels.of(id) }, count);
  try {
    const [functions, controls, figures, queue] = await Promise.all([
      reader.listFunctions(),
      reader.listControls(),
      reader.functionFigures(),
      reader.queueFigures(now, load.openJobs, dueJobsCountedMax),
    ]);
    showQueue(queue, meters, now);
    showRuns(figures, meters, labels, now);
    const present = effective(functions, controls);
    showPaused(controls, present, meters, labels);
    const runsUnderWay = new Map(figures.map(({ functionId, running }) => [functionId, running]));
    showLimits(present, { calls: load.openCallsByFunction, runs: runsUnderWay }, meters, labels);
  } catch {
    // The scrape still tells what memory knows; old figures of the store must not pass for new ones.
    for (const gauge of [meters.jobsDue, meters.oldestJobDue, meters.runsUnfinished, meters.oldestRunQueued])
      gauge.reset();
    meters.storeReadsFailed.inc();
  }
}

function showQueue({ due, oldestDueAt }: QueueFigures, meters: Meters, now: number): void {
  meters.jobsDue.set(due);
  meters.oldestJobDue.set(oldestDueAt === undefined ? 0 : Math.max(0, now - oldestDueAt) / 1000);
}

function showRuns(
  figures: readonly FunctionFigures[],
  meters: Meters,
  labels: FunctionLabels,
  now: number,
): void {
  meters.runsUnfinished.reset();
  meters.oldestRunQueued.reset();
  const oldest = new Map<FunctionLabel, number>();
  for (const { functionId, queued, running, oldestQueuedAt = now } of figures) {
    const label = labels.of(functionId);
    meters.runsUnfinished.inc({ ...label, status: "queued" }, queued);
    meters.runsUnfinished.inc({ ...label, status: "running" }, running);
    oldest.set(label, Math.max(oldest.get(label) ?? 0, now - oldestQueuedAt));
  }
  for (const [label, ageMs] of oldest) meters.oldestRunQueued.set({ ...label }, ageMs / 1000);
}

/** Functions that can run, with the operator's numbers. */
function effective(
  functions: readonly FunctionSettings[],
  controls: readonly FunctionControl[],
): readonly FunctionSettings[] {
  const controlOf = new Map(controls.map((control) => [control.functionId, control]));
  return functions
    .filter((settings) => settings.archivedAt === undefined)
    .map((settings) => withOverrides(settings, controlOf.get(settings.id)));
}

function showPaused(
  controls: readonly FunctionControl[],
  functions: readonly FunctionSettings[],
  meters: Meters,
  labels: FunctionLabels,
): void {
  meters.functionPaused.reset();
  const present = new Set(functions.map((settings) => settings.id));
  for (const { functionId, pausedAt } of controls)
    if (pausedAt !== undefined && present.has(functionId))
      meters.functionPaused.set({ ...labels.of(functionId) }, 1);
}

function showLimits(
  functions: readonly FunctionSettings[],
  taken: Readonly<Record<"calls" | "runs", ReadonlyMap<FunctionId, number>>>,
  meters: Meters,
  labels: FunctionLabels,
): void {
  meters.limit.reset();
  meters.limitInUse.reset();
  for (const settings of functions) {
    // Limits with a key have as many counters as values: those are shown per function by the API.
    const ofSteps = settings.concurrency.find(({ key, limit }) => key === undefined && limit > 0);
    const ofRuns = settings.wholeRuns?.key === undefined ? settings.wholeRuns : undefined;
    const show = (limit: string, max: number | undefined, inUse: number | undefined): void => {
      if (max === undefined) return;
      const label = { ...labels.of(settings.id), limit };
      meters.limit.inc(label, max);
      meters.limitInUse.inc(label, inUse ?? 0);
    };
    show("concurrency", ofSteps?.limit, taken.calls.get(settings.id));
    show("concurrency.fn", ofRuns?.limit, taken.runs.get(settings.id));
  }
}
