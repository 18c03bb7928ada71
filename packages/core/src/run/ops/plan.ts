// A planned step: it gets a call, attempts and retries of its own.

import type { Op } from "@stepwell/protocol";
import type { RunDraft } from "../draft.ts";
import { openStep } from "./open.ts";

export function planStep(draft: RunDraft, op: Extract<Op, { kind: "planned" }>): void {
  const { stepType, input } = op;
  const step = openStep(draft, op, "run", {
    ...(stepType === undefined ? {} : { stepType }),
    ...(input === undefined ? {} : { input }),
  });
  if (step === undefined) return;
  draft.putJob({
    kind: "call",
    id: draft.jobId(`plan:${op.key}`),
    runId: draft.id,
    functionId: draft.run.functionId,
    stepId: op.key,
    attempt: 0,
    dueAt: draft.now,
    order: draft.run.sequence,
  });
}
