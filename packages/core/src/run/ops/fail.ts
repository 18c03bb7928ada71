// A step that failed: retried under its own budget, or failed for good with the error as its result (semantics C2).

import { canonicalJson, type Json, type Op, type RetryHint, type SerializedError } from "@stepwell/protocol";
import type { RunJob } from "../../model/job.ts";
import type { Step } from "../../model/run.ts";
import { discoverAfter } from "../discover.ts";
import type { RunDraft } from "../draft.ts";
import { retryJob } from "../retry.ts";
import { endStep, stepHead } from "./open.ts";

type CallJob = Extract<RunJob, { kind: "call" }>;

/** An attempt failed and may be retried: the same job again, so that the attempt counter is the step's. */
export function stepErrored(
  draft: RunDraft,
  job: CallJob,
  op: Extract<Op, { kind: "errored" }>,
  retry: RetryHint,
): void {
  const known = draft.step(op.key);
  if (known !== undefined && known.status !== "open") return;
  if (retryJob(draft, job, op.key, op.error, retry)) return;
  failStep(draft, op, op.error);
}

/** The SDK says that this was the last attempt; the opcode decides, not the header (protocol §5.4). */
export function stepFailed(draft: RunDraft, job: CallJob, op: Extract<Op, { kind: "failed" }>): void {
  const known = draft.step(op.key);
  if (known !== undefined && known.status !== "open") return;
  draft.changes.push({
    kind: "attempt.put",
    functionId: draft.run.functionId,
    attempt: { runId: draft.id, stepId: op.key, attempt: job.attempt, endedAt: draft.now, error: op.error },
  });
  failStep(draft, op, op.error);
}

/** Ends a step with an error as its result: the awaiting code gets it. */
export function failStep(
  draft: RunDraft,
  op: Extract<Op, { kind: "errored" | "failed" | "planned" }>,
  error: SerializedError,
): void {
  const base: Step = draft.step(op.key) ?? { ...stepHead(draft, op), kind: "run", status: "open", batch: 0 };
  const text = `{"error":${canonicalJson(error as unknown as Json)}}`;
  const { timing } = op;
  const step = endStep(
    draft,
    base,
    "failed",
    text,
    timing === undefined ? {} : { startedAt: timing.startedAt },
  );
  discoverAfter(draft, step);
}
