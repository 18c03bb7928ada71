// A step that ran: its result is recorded once, and the first recording wins (protocol §5.5.7).

import type { Op, RetryHint } from "@stepwell/protocol";
import type { OpenCall } from "../../change.ts";
import type { RunJob } from "../../model/job.ts";
import type { Step } from "../../model/run.ts";
import { discoverAfter } from "../discover.ts";
import type { RunDraft } from "../draft.ts";
import { stepErrored } from "./fail.ts";
import { tooLarge } from "./limits.ts";
import { endStep, stepHead } from "./open.ts";

type Ran = Extract<Op, { kind: "ran" } | { kind: "ran-raw" }>;

/** A step whose result came in an answer: recorded, and the code behind it is discovered. */
export function stepRan(
  draft: RunDraft,
  job: Extract<RunJob, { kind: "call" }>,
  call: OpenCall,
  op: Ran,
  retry: RetryHint,
): void {
  const error = tooLarge(draft, op);
  if (error !== undefined) return stepErrored(draft, job, { ...op, kind: "errored", error }, retry);
  const step = recordStep(draft, call, op) ?? draft.step(op.key);
  if (step !== undefined) discoverAfter(draft, step);
}

/** Records a result; undefined when the step has one already. */
export function recordStep(draft: RunDraft, call: OpenCall, op: Ran): Step | undefined {
  const known = draft.step(op.key);
  if (known !== undefined && known.status !== "open") return undefined;
  const stepType = op.kind === "ran" ? op.stepType : undefined;
  const input = op.kind === "ran" ? op.input : undefined;
  const base: Step = known ?? { ...stepHead(draft, op), kind: "run", status: "open", batch: 0 };
  const { timing } = op;
  const step = endStep(draft, base, "completed", op.kind === "ran" ? `{"data":${op.data}}` : op.data, {
    ...(stepType === undefined ? {} : { stepType }),
    ...(input === undefined ? {} : { input }),
    ...(timing === undefined
      ? { startedAt: call.openedAt }
      : { startedAt: timing.startedAt, endedAt: timing.startedAt + timing.durationMs }),
  });
  // What the run sent moves the start of its look-back forward; its own receipt is found by the ids in the result.
  if (stepType === "step.sendEvent") draft.setRun({ ...draft.run, lookbackFrom: call.sequence }, true);
  return step;
}
