// Waiting for a signal: a name that at most one run waits for at a time (semantics D6).

import { momentAt, type Op } from "@stepwell/protocol";
import type { RunJob } from "../../model/job.ts";
import { discoverAfter } from "../discover.ts";
import type { RunDraft } from "../draft.ts";
import { finishRun } from "../finish.ts";
import { exceedsFuture } from "./limits.ts";
import { endStep, openStep } from "./open.ts";

export function waitForSignal(draft: RunDraft, op: Extract<Op, { kind: "wait-for-signal" }>): void {
  if (draft.step(op.key) !== undefined) return;
  if (op.signal === "") {
    const message = `The step "${op.name}" waits for a signal without a name. Give it one.`;
    finishRun(draft, { kind: "failed", error: { name: "InvalidSignal", message } });
    return;
  }
  const expiresAt = Math.max(draft.now, momentAt(op.timeout, draft.now));
  if (exceedsFuture(draft, `The wait "${op.name}"`, expiresAt)) return;
  const claim = draft.signal(op.signal);
  if (claim !== null && claim !== undefined && op.conflict === "fail") {
    const message = `Run ${claim.runId} waits for the signal "${op.signal}" already: signal wait exists for another run. Use onConflict "replace" to take over.`;
    finishRun(draft, { kind: "failed", error: { name: "SignalConflict", message } });
    return;
  }
  const step = openStep(draft, op, "wait-for-signal", { dueAt: expiresAt, target: op.signal });
  if (step === undefined) return;
  const { key: stepKey } = op;
  draft.changes.push({ kind: "signal.put", claim: { name: op.signal, runId: draft.id, stepKey } });
  draft.putJob({
    kind: "expire",
    id: draft.jobId(`expire:${stepKey}`),
    runId: draft.id,
    stepKey,
    dueAt: expiresAt,
  });
}

/** Decides a signal job: the signal that the run waits for was sent. */
export function receiveSignal(draft: RunDraft, job: Extract<RunJob, { kind: "signal" }>): void {
  draft.removeJob(job.id);
  const step = draft.step(job.stepKey);
  if (step?.status !== "open") return;
  draft.removeJob(draft.jobId(`expire:${job.stepKey}`));
  const result = `{"data":{"data":${job.data},"signal":${JSON.stringify(step.target ?? "")}}}`;
  discoverAfter(draft, endStep(draft, step, "completed", result));
}
