// The timeout of a wait or invoke has come (semantics D5.1, D6.1, D8.4).

import type { RunJob } from "../../model/job.ts";
import { discoverAfter } from "../discover.ts";
import type { RunDraft } from "../draft.ts";
import { endStep } from "./open.ts";

const invokeTimedOut = JSON.stringify({
  error: {
    error: "InngestInvokeTimeoutError: Timed out waiting for invoked function to complete",
    message: "Timed out waiting for invoked function to complete",
    name: "InngestInvokeTimeoutError",
  },
});

export function expire(draft: RunDraft, job: Extract<RunJob, { kind: "expire" }>): void {
  draft.removeJob(job.id);
  const step = draft.step(job.stepKey);
  if (step?.status !== "open") return;
  if (draft.job(draft.jobId(`look-back:${job.stepKey}`)) !== undefined) {
    // What came before the wait still has the first word.
    draft.putJob({ ...job, dueAt: draft.now });
    return;
  }
  draft.removeWait(`${draft.id}:wait:${job.stepKey}`);
  releaseSignal(draft, step.target, job);
  const ended =
    step.kind === "invoke"
      ? endStep(draft, step, "failed", invokeTimedOut)
      : endStep(draft, step, "expired", "null");
  discoverAfter(draft, ended);
}

function releaseSignal(
  draft: RunDraft,
  name: string | undefined,
  job: Extract<RunJob, { kind: "expire" }>,
): void {
  const claim = name === undefined ? undefined : draft.signal(name);
  if (name === undefined || claim?.runId !== draft.id || claim.stepKey !== job.stepKey) return;
  draft.changes.push({ kind: "signal.remove", name });
}
