// What bulk operations and reruns must have kept, seen at the end: each run that was meant was replayed exactly once or
// cancelled, whatever crashed meanwhile, and what a rerun restored is what the original had.

import type { Bulk, Run, Step } from "@stepwell/core";
import type { ModelRows } from "@stepwell/engine/testing";
import type { AnsweredRerun, Operator } from "./operator.ts";
import type { Witness } from "./witness.ts";

/** How long after an operation has told a run to end it may still be at it. */
const slackMs = 60_000;

export function checkBulks(rows: ModelRows, operator: Operator, witness: Witness): void {
  const runs: readonly Run[] = [...rows.tables.runs.values()];
  for (const id of operator.bulks)
    if (!rows.tables.bulks.has(id)) witness.fail(`The acknowledged bulk operation ${id} is lost.`);
  for (const bulk of rows.tables.bulks.values()) {
    if (bulk.endedAt === undefined) witness.fail(`Bulk operation ${bulk.id} never ended: ${bulk.status}.`);
    if (bulk.kind === "replay") checkReplay(bulk, runs, witness);
    else checkCancellation(bulk, runs, witness);
  }
  for (const rerun of operator.reruns) checkRerun(rows, rerun, witness);
}

function rootOf(run: Run): string {
  return run.originalRunId ?? run.id;
}

/** Whether the operation's selection names the run, leaving its status and its end aside. */
function isNamed({ selection }: Bulk, run: Run): boolean {
  const { functionIds, until } = selection;
  return run.queuedAt < until && (functionIds === undefined || functionIds.includes(run.functionId));
}

/**
 * Runs that had ended when it was asked for must have been replayed, those that ended before it did may have been. A
 * repetition tells the first run of its chain, so they are counted by it.
 */
function checkReplay(bulk: Bulk, runs: readonly Run[], witness: Witness): void {
  const must = new Map<string, number>();
  const most = new Map<string, number>();
  const count = (counts: Map<string, number>, run: Run) =>
    counts.set(rootOf(run), (counts.get(rootOf(run)) ?? 0) + 1);
  for (const run of runs) {
    const isReplayed = run.status !== "skipped" || run.skip?.kind === "paused";
    if (!isNamed(bulk, run) || !bulk.selection.statuses.includes(run.status) || !isReplayed) continue;
    if (run.endedAt === undefined || run.endedAt > (bulk.endedAt ?? 0)) continue;
    count(most, run);
    if (run.endedAt < bulk.createdAt && bulk.status === "done") count(must, run);
  }
  const found = new Map<string, number>();
  const fresh = runs.filter((run) => run.replayId === bulk.id);
  for (const run of fresh) count(found, run);
  for (const [root, atLeast] of must) {
    const times = found.get(root) ?? 0;
    if (times < atLeast)
      witness.fail(`Replay ${bulk.id} left out ${atLeast - times} of the runs of ${root} that it meant.`);
  }
  for (const [root, times] of found) {
    const atMost = most.get(root) ?? 0;
    if (times > atMost)
      witness.fail(`Replay ${bulk.id} replayed runs of ${root} ${times} times, not ${atMost}.`);
  }
  if (fresh.length !== bulk.done)
    witness.fail(`Replay ${bulk.id} says that it started ${bulk.done} runs, and ${fresh.length} are there.`);
}

/** What was queued before is over, by itself or by the cancellation. */
function checkCancellation(bulk: Bulk, runs: readonly Run[], witness: Witness): void {
  if (bulk.status !== "done") return;
  for (const run of runs) {
    if (!isNamed(bulk, run)) continue;
    if (run.endedAt === undefined || run.endedAt > (bulk.endedAt ?? 0) + slackMs)
      witness.fail(`Cancellation ${bulk.id} left run ${run.id} alone, which it meant.`);
  }
}

function checkRerun(rows: ModelRows, { id, of, fromStep }: AnsweredRerun, witness: Witness): void {
  const run = rows.tables.runs.get(id);
  const original = rows.tables.runs.get(of);
  if (run === undefined || original === undefined)
    return witness.fail(`The acknowledged rerun ${id} is lost.`);
  if (run.originalRunId !== rootOf(original) || run.eventIds.join() !== original.eventIds.join())
    witness.fail(`Rerun ${id} does not repeat run ${of}.`);
  const restored = stepsOf(rows, id).filter((step) => step.restoredFrom !== undefined);
  if (run.status === "skipped") return;
  const expected = fromStep === undefined ? [] : earlierSteps(stepsOf(rows, of), fromStep);
  const told = (steps: readonly Step[]) => steps.map(({ key, result }) => `${key}=${result}`).join("\n");
  if (told(restored) !== told(expected))
    witness.fail(`Rerun ${id} from step ${fromStep} restored other results than run ${of} had.`);
}

function stepsOf(rows: ModelRows, runId: string): readonly Step[] {
  return [...rows.tables.steps.values()]
    .filter((step) => step.runId === runId)
    .sort(
      (left, right) =>
        (left.position ?? Number.MAX_SAFE_INTEGER) - (right.position ?? Number.MAX_SAFE_INTEGER),
    );
}

/** Those that ended before the step did; all that ended where it has not. */
function earlierSteps(steps: readonly Step[], key: string): readonly Step[] {
  const place = steps.find((step) => step.key === key)?.position ?? Number.MAX_SAFE_INTEGER;
  return steps.filter(({ position }) => position !== undefined && position < place);
}
