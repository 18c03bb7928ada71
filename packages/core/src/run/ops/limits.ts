// Limits on what a run may hold (semantics C4.5, D1.10–11, J).

import type { SerializedError } from "@stepwell/protocol";
import type { RunDraft } from "../draft.ts";
import { finishRun } from "../finish.ts";

/** Fails a run that has more steps or state than it may; tells whether it did. */
export function exceedsLimits(draft: RunDraft): boolean {
  const { stepsMax, stateSizeMax } = draft.state.settings;
  if (draft.stepCount > stepsMax) {
    const message = `The run has more than ${stepsMax} steps. Split the work over several runs, for example with step.invoke or events.`;
    finishRun(draft, { kind: "failed", error: { name: "InngestErrFunctionOverflowed", message } });
    return true;
  }
  if (draft.stateSize > stateSizeMax) {
    const message = `The results of the run's steps exceed ${stateSizeMax} bytes. Store large data elsewhere and return references.`;
    finishRun(draft, { kind: "failed", error: { name: "InngestErrStateOverflowed", message } });
    return true;
  }
  return false;
}

/** Why a step's input or result is larger than it may be; undefined when both are small enough (semantics D1.11). */
export function tooLarge(
  draft: RunDraft,
  op: { readonly name: string; readonly data?: string; readonly input?: string },
): SerializedError | undefined {
  const limit = draft.state.settings.stepOutputMax;
  const { name, data = "", input = "" } = op;
  if (data.length > limit) {
    const message = `The result of step "${name}" has ${data.length} characters, more than the ${limit} allowed. Store it elsewhere and return a reference.`;
    return { name: "output_too_large", message };
  }
  if (input.length > limit) {
    const message = `The input of step "${name}" has ${input.length} characters, more than the ${limit} allowed. Store it elsewhere and give a reference.`;
    return { name: "input_too_large", message };
  }
  return undefined;
}

/** The longest sleep and wait: 366 days. */
const futureMaxMs = 366 * 86_400_000;

/** Fails a run that asks for a moment too far away; tells whether it did. */
export function exceedsFuture(draft: RunDraft, what: string, at: number): boolean {
  if (at - draft.now <= futureMaxMs) return false;
  const message = `${what} would end more than 366 days from now, which is the longest that a run may wait.`;
  finishRun(draft, { kind: "failed", error: { name: "InngestErrTimeoutTooLong", message } });
  return true;
}
