// What must hold when faults have stopped and time has passed (design §6).

import { functionIdOf, isRunJob, type Job, type Run } from "@stepwell/core";
import type { ModelRows } from "@stepwell/engine/testing";
import { startsEach } from "./flow.ts";
import type { Program } from "./program.ts";
import type { Witness } from "./witness.ts";

const finishedName = "inngest/function.finished";

export function checkEnd(rows: ModelRows, programs: readonly Program[], witness: Witness): void {
  const runs = [...rows.tables.runs.values()] as readonly Run[];
  checkEvents(rows, witness);
  checkRunsPerEvent(rows, runs, programs, witness);
  checkFinished(rows, runs, witness);
  checkFinishedEvents(rows, runs, witness);
  const poisons = [...rows.tables.poisons.values()];
  if (poisons.length > 0) witness.fail(`An input was set aside: ${JSON.stringify(poisons[0])}`);
}

function checkEvents(rows: ModelRows, witness: Witness): void {
  for (const [id, event] of witness.acknowledged) {
    if (!rows.tables.events.has(id)) witness.fail(`The acknowledged event ${id} (${event.name}) is lost.`);
  }
}

/** One run per function and event id; functions see no sender's id twice within the day that a world lasts. */
function checkRunsPerEvent(
  rows: ModelRows,
  runs: readonly Run[],
  programs: readonly Program[],
  witness: Witness,
): void {
  for (const program of programs) {
    // What becomes of the others' events is flow control's to check.
    if (!startsEach(program.flow)) continue;
    const functionId = functionIdOf(`app-${program.name}`);
    const started = new Map<string, number>();
    for (const run of runs) {
      // Repetitions are not started by their event.
      if (run.functionId !== functionId || run.originalRunId !== undefined) continue;
      // A run that was skipped claims no event id (semantics A4.9).
      const weight = run.status === "skipped" ? 0 : 1;
      const event = rows.tables.events.get(run.eventIds[0] ?? "");
      if (event === undefined) witness.fail(`Run ${run.id} has no event.`);
      started.set(event.externalId, (started.get(event.externalId) ?? 0) + weight);
    }
    for (const [id, count] of started)
      if (count > 1) witness.fail(`${program.name} has ${count} runs for the event id ${id}.`);
    for (const event of rows.tables.events.values()) {
      if (event.name === program.trigger && !started.has(event.externalId)) {
        witness.fail(
          `${program.name} has no run for the event ${event.id} (${event.name}, ${event.externalId}).`,
        );
      }
    }
  }
}

function checkFinished(rows: ModelRows, runs: readonly Run[], witness: Witness): void {
  const jobs = [...rows.tables.jobs.values()] as readonly Job[];
  for (const run of runs) {
    if (run.endedAt === undefined) {
      const left = jobs.filter((job) => isRunJob(job) && job.runId === run.id);
      witness.fail(`Run ${run.id} never ended; its jobs: ${JSON.stringify(left)}`);
    }
  }
  const [job] = jobs.filter(({ kind }) => kind !== "cron");
  if (job !== undefined) witness.fail(`A job is left when all runs have ended: ${JSON.stringify(job)}`);
  const [wait] = rows.tables.waits.values();
  if (wait !== undefined) witness.fail(`A wait is left when all runs have ended: ${JSON.stringify(wait)}`);
  const [claim] = rows.tables.signals.values();
  if (claim !== undefined)
    witness.fail(`A signal's claim is left when all runs have ended: ${JSON.stringify(claim)}`);
}

function checkFinishedEvents(rows: ModelRows, runs: readonly Run[], witness: Witness): void {
  const count = new Map<string, number>();
  for (const event of rows.tables.events.values()) {
    if (event.name === finishedName && event.sourceRunId !== undefined) {
      count.set(event.sourceRunId, (count.get(event.sourceRunId) ?? 0) + 1);
    }
  }
  for (const run of runs) {
    const found = count.get(run.id) ?? 0;
    const expected = run.status === "skipped" ? 0 : 1 + otherInvocations(rows, run);
    if (found !== expected) witness.fail(`Run ${run.id} has ${found} finished events.`);
  }
}

/** Each invocation in a batch has its invoker told by a set of its own (semantics B2.4). */
function otherInvocations(rows: ModelRows, run: Run): number {
  const others = run.eventIds.slice(1).flatMap((id) => rows.tables.events.get(id) ?? []);
  return others.filter((event) => event.name === "inngest/function.invoked").length;
}
