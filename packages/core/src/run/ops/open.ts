// Steps as ops open and end them: what is common to all kinds.

import type { Op, OpHead } from "@stepwell/protocol";
import type { Step, StepKind, StepStatus } from "../../model/run.ts";
import type { RunDraft } from "../draft.ts";

/**
 * The step of an op that is not finished at once. It joins the newest parallel set, unless it is in race mode.
 *
 * @returns undefined when the step is known already: the op is a repetition. A step that is still open and belongs to
 * an older set is moved to the newest, which is reported as a whole.
 */
export function openStep(
  draft: RunDraft,
  op: Op,
  kind: StepKind,
  details: Partial<Pick<Step, "dueAt" | "target" | "expression" | "stepType" | "input" | "eventId">> = {},
): Step | undefined {
  const known = draft.step(op.key);
  if (known !== undefined) {
    if (known.status === "open" && known.batch !== draft.run.batch && !known.race) {
      draft.putStep({ ...known, batch: draft.run.batch });
    }
    return undefined;
  }
  const step: Step = { ...stepHead(draft, op), kind, status: "open", batch: draft.run.batch, ...details };
  draft.putStep(step);
  return step;
}

/** The fields that any op gives to its step. */
export function stepHead(
  draft: RunDraft,
  op: OpHead,
): Pick<Step, "runId" | "key" | "name" | "race" | "registeredAt" | "userlandId" | "userlandIndex"> {
  return {
    runId: draft.id,
    key: op.key,
    name: op.name,
    race: op.race,
    registeredAt: draft.now,
    ...(op.userland === undefined ? {} : { userlandId: op.userland.id, userlandIndex: op.userland.index }),
  };
}

/** Ends an open step with its result and puts it on the stack. */
export function endStep(
  draft: RunDraft,
  step: Step,
  status: Exclude<StepStatus, "open">,
  result: string,
  details: Partial<
    Pick<Step, "eventId" | "invokedRunId" | "stepType" | "input" | "startedAt" | "endedAt">
  > = {},
): Step {
  const ended: Step = { ...step, endedAt: draft.now, ...details, status, result, position: draft.endedCount };
  draft.putStep(ended);
  return ended;
}
