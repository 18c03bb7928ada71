// Timeouts of a run: how long it may wait for its first call, and how long it may take from then on (semantics C5).
// Each is a job that cancels. A step under way is never interrupted: while a call is open the job waits for its end.

import { asJobId } from "@stepwell/protocol";
import type { FunctionSettings } from "../model/function.ts";
import type { RunJob } from "../model/job.ts";
import type { Run } from "../model/run.ts";
import type { RunDraft } from "./draft.ts";
import { finishRun } from "./finish.ts";

type TimeoutJob = Extract<RunJob, { kind: "timeout" }>;

/** The job for a run that is queued; a batch has none (semantics C5.6). */
export function startTimeout(settings: FunctionSettings, run: Run): TimeoutJob | undefined {
  const startMs = settings.timeouts?.startMs;
  if (startMs === undefined || run.batchId !== undefined) return undefined;
  return timeoutJob(run, "start", run.queuedAt + startMs);
}

/** The job for a run whose first call is made. */
export function finishTimeout(settings: FunctionSettings, run: Run, now: number): TimeoutJob | undefined {
  const finishMs = settings.timeouts?.finishMs;
  return finishMs === undefined ? undefined : timeoutJob(run, "finish", now + finishMs);
}

function timeoutJob(run: Run, phase: TimeoutJob["phase"], dueAt: number): TimeoutJob {
  return { kind: "timeout", id: asJobId(`${run.id}:timeout:${phase}`), runId: run.id, phase, dueAt };
}

/** Whether a run's first call comes too late, for what has no job: a batch is looked at when it is called (C5.6). */
export function isTooLate(settings: FunctionSettings, run: Run, now: number): boolean {
  const startMs = settings.timeouts?.startMs;
  return run.status === "queued" && startMs !== undefined && now > run.queuedAt + startMs;
}

/** Ends a run that `isTooLate`. */
export function endUnstarted(draft: RunDraft): void {
  cancel(draft, "start");
}

/** Decides a timeout job. */
export function timeOut(draft: RunDraft, job: TimeoutJob): void {
  if (job.phase === "start") {
    draft.removeJob(job.id);
    if (draft.run.status === "queued") cancel(draft, job.phase);
    return;
  }
  // The open call's answer decides: it may complete the run after all (semantics C5.3).
  if (draft.state.openCallsOf(draft.id).length > 0) return;
  cancel(draft, job.phase);
}

/** Ends a run whose time is over, now that a call of it has reported; tells whether it did. */
export function endsLate(draft: RunDraft): boolean {
  const job = draft.job(asJobId(`${draft.id}:timeout:finish`));
  if (draft.isFinished || job?.kind !== "timeout" || job.dueAt > draft.now) return false;
  cancel(draft, job.phase);
  return true;
}

function cancel(draft: RunDraft, phase: TimeoutJob["phase"]): void {
  const { timeouts } = draft.settings;
  const reason =
    phase === "start"
      ? `It did not start within its start timeout of ${timeouts?.startMs} ms.`
      : `It did not finish within its finish timeout of ${timeouts?.finishMs} ms.`;
  finishRun(draft, { kind: "cancelled", reason });
}
