// Cancelling one run by request (semantics C6.11). It takes effect between steps: a step under way ends, and its
// answer is ignored.

import { type Decision, decided, missing, replied } from "../decision.ts";
import type { Input } from "../input.ts";
import type { ShardState } from "../state.ts";
import { draftOf } from "./answer.ts";
import { finishRun, needsToEnd } from "./finish.ts";

export function cancelRun(
  state: ShardState,
  input: Extract<Input, { kind: "cancel-run" }>,
  now: number,
): Decision {
  const draft = draftOf(state, input.runId, now);
  if (draft === "missing") return missing({ kind: "run", id: input.runId });
  if (draft === "gone") return replied({ kind: "unknown-run" });
  if (draft.isFinished) return replied({ kind: "already-finished" });
  const needs = needsToEnd(draft);
  if (needs.length > 0) return missing(...needs);
  finishRun(draft, { kind: "cancelled", reason: "It was cancelled by request." });
  return decided(draft.changes, [{ kind: "reply", reply: { kind: "cancelled" } }]);
}
