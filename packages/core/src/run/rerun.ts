// Running a run's events again, wholly or from one of its steps: a new run, the original stays as it is (semantics
// C15.1–3).

import { type Decision, decided, missing, replied } from "../decision.ts";
import type { Input } from "../input.ts";
import type { ShardState } from "../state.ts";
import { repeatRun } from "./repeat.ts";
import { restore } from "./restore.ts";

export function rerun(state: ShardState, input: Extract<Input, { kind: "rerun" }>, now: number): Decision {
  const view = state.run(input.runId);
  if (view === undefined) return missing({ kind: "run", id: input.runId });
  const settings = view === null ? undefined : state.functions.byId(view.run.functionId);
  if (view === null || settings === undefined) return replied({ kind: "unknown-run" });
  const { run, events } = view;
  if (settings.archivedAt !== undefined) {
    const reason = `Function ${settings.slug} is no longer part of its app, so its runs cannot be run again.`;
    return replied({ kind: "refused", reasons: [reason] });
  }
  if (events.length === 0 || events.length < run.eventIds.length) {
    const reason = `Events that started run ${run.id} are not stored any more, so it cannot be run again. Send them anew.`;
    return replied({ kind: "refused", reasons: [reason] });
  }
  const { newRunId: id, fromStep } = input;
  if (input.mayBeKnown) {
    const known = state.run(id);
    if (known === undefined) return missing({ kind: "run", id });
    if (known !== null) return replied({ kind: "started", runId: id });
  }
  const restored = fromStep === undefined ? undefined : restore(view, fromStep, id, now);
  if (restored?.kind === "unknown-step") return replied(restored);
  if (restored?.kind === "refused") return replied({ kind: "refused", reasons: [restored.reason] });
  const { steps = [], lookbackFrom, edited } = restored ?? {};
  const repeats = {
    id,
    originalRunId: run.originalRunId ?? run.id,
    ...(lookbackFrom === undefined ? {} : { lookbackFrom }),
    ...(edited === undefined ? {} : { firstStep: edited }),
  };
  const repeated = repeatRun(state, settings, events, repeats, now);
  if (repeated.kind === "missing") return missing(...repeated.needs);
  const { functionId } = run;
  const isSkipped = repeated.changes.some((change) => change.kind === "run.create" && change.run.skip);
  const changes = [
    ...repeated.changes,
    ...(isSkipped ? [] : steps).map((step) => ({ kind: "step.put" as const, step, functionId })),
  ];
  return decided(changes, [{ kind: "reply", reply: { kind: "started", runId: id } }]);
}
