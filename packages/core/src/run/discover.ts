// Discovery: the call that runs a function's code until it meets new steps, and when one is due (protocol §5.5).

import type { StepKey } from "@stepwell/protocol";
import type { CallJob, RunJob } from "../model/job.ts";
import type { Run, Step } from "../model/run.ts";
import type { RunDraft } from "./draft.ts";

/** Whether `stepId` names a discovery rather than one step. */
export const discovery = "step";

/**
 * Puts a discovery job. One that has not begun yet sees every result so far, so it is enough: the shard never opens
 * a second discovery beside an open one.
 *
 * @param cause the step whose end asks for it.
 */
export function requestDiscovery(draft: RunDraft, cause: StepKey | undefined, dueAt = draft.now): void {
  for (const job of draft.jobs()) {
    if (job.kind !== "call" || job.stepId !== discovery || job.attempt > 0) continue;
    if (draft.state.openCall(job.id) === undefined) return;
  }
  const { run } = draft;
  // The next stretch of code may run steps at once again; version 1 stays in planning for good.
  if (run.requestVersion >= 2 && run.disableImmediateExecution) {
    draft.setRun({ ...run, disableImmediateExecution: false });
  }
  draft.putJob({
    kind: "call",
    id: discoveryId(draft),
    runId: draft.id,
    functionId: run.functionId,
    stepId: discovery,
    attempt: 0,
    dueAt,
    ...standing(run),
    ...(cause === undefined ? {} : { cause }),
  });
}

/** Where the calls of a run stand, after its first. */
export function standing(run: Run): Pick<CallJob, "order" | "sequence" | "lane"> {
  const { order, sequence, lane } = run;
  return { order, sequence, ...(lane === undefined ? {} : { lane }) };
}

/** Named by how many steps had ended; a second one at the same count stands beside an open one. */
function discoveryId(draft: RunDraft): RunJob["id"] {
  const id = draft.jobId(`discover:${draft.endedCount}`);
  return draft.job(id) === undefined ? id : draft.jobId(`discover:${draft.endedCount}:again`);
}

/** After a step has ended: discover now, or once the rest of its parallel set has ended too. */
export function discoverAfter(draft: RunDraft, step: Step): void {
  if (draft.isFinished) return;
  if (step.race || draft.run.requestVersion < 2 || !hasPending(draft)) requestDiscovery(draft, step.key);
}

/**
 * Whether steps of the newest parallel set are still open. Steps in race mode bring their own discovery and hold
 * none back; the reference's stall behind a race's losers comes from counting them (protocol §5.5.5).
 */
function hasPending(draft: RunDraft): boolean {
  const { batch } = draft.run;
  if (batch === 0) return false;
  for (const step of draft.openSteps()) if (step.batch === batch && !step.race) return true;
  return false;
}
