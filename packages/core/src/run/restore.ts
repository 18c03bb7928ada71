// Repeating a run from one of its steps (semantics C15.2): what earlier steps gave is restored as memoised, the step
// itself and all later ones run again.

import { asStepKey, type RunId, type StepKey } from "@stepwell/protocol";
import type { RestartPoint } from "../input.ts";
import type { Step } from "../model/run.ts";
import type { RunView } from "../state.ts";

export type Restored =
  | {
      readonly kind: "restored";
      readonly steps: readonly Step[];
      readonly lookbackFrom?: number;
      /** The step that gets other input. */
      readonly edited?: StepKey;
    }
  | { readonly kind: "unknown-step"; readonly reason: string }
  | { readonly kind: "refused"; readonly reason: string };

/** @param now unix ms, at which the restored steps stand in the new run. */
export function restore(view: RunView, point: RestartPoint, newRunId: RunId, now: number): Restored {
  const found = stepNamed(view, point.stepId);
  if (found.kind !== "found") return found;
  const { step } = found;
  const place = view.stack.indexOf(step.key);
  const earlier = (place < 0 ? view.stack : view.stack.slice(0, place)).map((key) => view.steps.get(key));
  const steps: Step[] = [];
  for (const each of earlier) {
    if (each?.result === undefined) {
      const reason = `The output of step "${each?.name}" (${each?.key}), which comes before "${step.name}", is not stored any more. Run the whole function again.`;
      return { kind: "refused", reason };
    }
    steps.push(restoredStep(each, { newRunId, position: steps.length, now }));
  }
  const edited = editedStep(step, point.input, newRunId, now);
  if (edited?.kind === "refused") return edited;
  if (edited !== undefined) steps.push(edited.step);
  // Without a restored step that sent something there is nothing to look back for (semantics H8.9).
  const hasSent = steps.some((each) => each.kind === "invoke" || each.stepType === "step.sendEvent");
  const { lookbackFrom } = view.run;
  return {
    kind: "restored",
    steps,
    ...(hasSent && lookbackFrom !== undefined ? { lookbackFrom } : {}),
    ...(edited === undefined ? {} : { edited: step.key }),
  };
}

type Found = { readonly kind: "found"; readonly step: Step } | Exclude<Restored, { kind: "restored" }>;

/** By key, else by the author's id; SDKs that do not report one name the step by it. */
function stepNamed(view: RunView, stepId: string): Found {
  const byKey = view.steps.get(asStepKey(stepId));
  if (byKey !== undefined) return { kind: "found", step: byKey };
  const named = [...view.steps.values()].filter((step) => (step.userlandId ?? step.name) === stepId);
  const [step, second] = named;
  if (step === undefined) {
    const reason = `Run ${view.run.id} has no step ${JSON.stringify(stepId)}. Give the step's id as its author wrote it, or its key.`;
    return { kind: "unknown-step", reason };
  }
  if (second !== undefined) {
    const keys = named.map(({ key }) => key).join(", ");
    const reason = `Run ${view.run.id} has ${named.length} steps with the id ${JSON.stringify(stepId)}. Give the key of the one that is meant: ${keys}.`;
    return { kind: "refused", reason };
  }
  return { kind: "found", step };
}

/** It stands in the new run as if it had taken no time there. */
function restoredStep(
  step: Step,
  place: { readonly newRunId: RunId; readonly position: number; readonly now: number },
): Step {
  const { startedAt: _, ...rest } = step;
  const { newRunId, position, now } = place;
  return {
    ...rest,
    runId: newRunId,
    position,
    batch: 0,
    registeredAt: now,
    endedAt: now,
    restoredFrom: step.restoredFrom ?? step.runId,
  };
}

/**
 * Only a function of the author takes arguments. The step is there before the code has reported it, and it is called by
 * its key: all that comes before it is restored, and the SDKs hand the input on only to a step that is called so.
 */
function editedStep(
  step: Step,
  input: string | undefined,
  newRunId: RunId,
  now: number,
): { readonly kind: "edited"; readonly step: Step } | Extract<Restored, { kind: "refused" }> | undefined {
  if (input === undefined) return undefined;
  const takesInput = step.kind === "run" && (step.stepType === undefined || step.stepType === "step.ai.wrap");
  if (!takesInput) {
    const reason = `Step "${step.name}" is no step.run, so it takes no other input. Leave input out to run it again as it is.`;
    return { kind: "refused", reason };
  }
  const { key, kind, name, race, userlandId, userlandIndex } = step;
  return {
    kind: "edited",
    step: {
      runId: newRunId,
      key,
      kind,
      name,
      race,
      ...(userlandId === undefined ? {} : { userlandId }),
      ...(userlandIndex === undefined ? {} : { userlandIndex }),
      status: "open",
      batch: 0,
      registeredAt: now,
      editedInput: input,
    },
  };
}
