// Running a run's events again: a new run, the original stays as it is (semantics C15). Deduplication does not apply.

import { type Decision, decided, missing, replied } from "../decision.ts";
import type { Input } from "../input.ts";
import type { ShardState } from "../state.ts";
import { draftOf } from "./answer.ts";
import { queuedRun, startRun } from "./start.ts";

export function rerun(state: ShardState, input: Extract<Input, { kind: "rerun" }>, now: number): Decision {
  const draft = draftOf(state, input.runId, now);
  if (draft === "missing") return missing({ kind: "run", id: input.runId });
  if (draft === "gone") return replied({ kind: "unknown-run" });
  const { run, settings, events } = draft;
  if (settings.archivedAt !== undefined) {
    const reason = `Function ${settings.slug} is no longer part of its app, so its runs cannot be run again.`;
    return replied({ kind: "refused", reasons: [reason] });
  }
  const { newRunId: id } = input;
  if (input.mayBeKnown) {
    const known = state.run(id);
    if (known === undefined) return missing({ kind: "run", id });
    if (known !== null) return replied({ kind: "started", runId: id });
  }
  const queued = queuedRun({
    id,
    functionId: run.functionId,
    queuedAt: now,
    eventIds: run.eventIds,
    sequence: state.sequence,
  });
  const changes = startRun(settings, events, { ...queued, originalRunId: run.id }, now, state.sequence);
  return decided(changes, [{ kind: "reply", reply: { kind: "started", runId: id } }]);
}
