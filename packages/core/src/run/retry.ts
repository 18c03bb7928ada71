// A failed attempt: tried again later, or the end of its unit (semantics C2).

import type { RetryHint, SerializedError } from "@stepwell/protocol";
import type { RunJob } from "../model/job.ts";
import { retryAt } from "../time/backoff.ts";
import { standing } from "./discover.ts";
import type { RunDraft } from "./draft.ts";
import { finishRun } from "./finish.ts";

type CallJob = Extract<RunJob, { kind: "call" }>;

/**
 * Puts the job again for its next attempt, under the same id.
 *
 * @param stepId the unit that failed: a step's key, or `step` for the code between steps.
 * @returns whether there will be a next attempt.
 */
export function retryJob(
  draft: RunDraft,
  job: CallJob,
  stepId: string,
  error: SerializedError,
  hint: RetryHint,
): boolean {
  const { retryIntervalMs } = draft.state.settings;
  const isLast = job.attempt + 1 >= draft.settings.maxAttempts;
  const at = isLast ? undefined : retryAt(job.attempt, hint, draft.now, job.id, retryIntervalMs);
  draft.changes.push({
    kind: "attempt.put",
    functionId: draft.run.functionId,
    attempt: {
      runId: draft.id,
      stepId,
      attempt: job.attempt,
      endedAt: draft.now,
      error,
      ...(at === undefined ? {} : { retryAt: at }),
    },
  });
  if (at === undefined) return false;
  // A throttle holds back a run's start alone, and this one has started (semantics C8.3). A call that was answered has
  // not ended the process.
  const { lane: _, recorded: __, ...rest } = job;
  draft.putJob({ ...rest, ...standing(draft.run), attempt: job.attempt + 1, dueAt: at });
  return true;
}

/** An error of the function itself, or of the way to it: retried, else the run fails. */
export function retryOrGiveUp(
  draft: RunDraft,
  job: CallJob,
  stepId: string,
  error: SerializedError,
  hint: RetryHint,
): void {
  if (!retryJob(draft, job, stepId, error, hint)) finishRun(draft, { kind: "failed", error });
}
