// A sleep: a step that is only a later due time (semantics D4).

import { momentAt, type Op } from "@stepwell/protocol";
import type { RunJob } from "../../model/job.ts";
import { discoverAfter } from "../discover.ts";
import type { RunDraft } from "../draft.ts";
import { exceedsFuture } from "./limits.ts";
import { endStep, openStep } from "./open.ts";

export function sleep(draft: RunDraft, op: Extract<Op, { kind: "sleep" }>): void {
  const dueAt = Math.max(draft.now, momentAt(op.until, draft.now));
  if (exceedsFuture(draft, `The sleep "${op.name}"`, dueAt)) return;
  const step = openStep(draft, op, "sleep", { dueAt });
  if (step === undefined) return;
  draft.putJob({
    kind: "sleep",
    id: draft.jobId(`sleep:${op.key}`),
    runId: draft.id,
    stepKey: op.key,
    dueAt,
  });
}

/** The sleep is over. */
export function wakeUp(draft: RunDraft, job: Extract<RunJob, { kind: "sleep" }>): void {
  draft.removeJob(job.id);
  const step = draft.step(job.stepKey);
  if (step?.status !== "open") return;
  discoverAfter(draft, endStep(draft, step, "completed", "null"));
}
