// A planned step: it gets a call, attempts and retries of its own.

import type { Op } from "@stepwell/protocol";
import { standing } from "../discover.ts";
import type { RunDraft } from "../draft.ts";
import { failStep } from "./fail.ts";
import { tooLarge } from "./limits.ts";
import { openStep } from "./open.ts";

/** The parallel set of steps that the code did not have when they were called; one that is reported again exists after all. */
export const lostBatch = -1;

export function planStep(draft: RunDraft, op: Extract<Op, { kind: "planned" }>): void {
  const { stepType, input } = op;
  const error = draft.step(op.key) === undefined ? tooLarge(draft, op) : undefined;
  if (error !== undefined) return failStep(draft, op, error);
  const isLost = draft.step(op.key)?.batch === lostBatch;
  const step = openStep(draft, op, "run", {
    ...(stepType === undefined ? {} : { stepType }),
    ...(input === undefined ? {} : { input }),
  });
  if (step === undefined && !isLost) return;
  draft.putJob({
    kind: "call",
    id: draft.jobId(`plan:${op.key}`),
    runId: draft.id,
    functionId: draft.run.functionId,
    stepId: op.key,
    attempt: 0,
    dueAt: draft.now,
    ...standing(draft.run),
  });
}
