// What a shard tells of itself: a call that was answered, and what is in hand at a moment.

import type { OpenCall, Window } from "@stepwell/core";
import type { CallAnswer, CallRequest, FunctionId } from "@stepwell/protocol";
import type { EngineLoad } from "../engine.ts";
import type { CallReport } from "../ports/observer.ts";

/** What an observer gets to know of a call that was answered. */
export function callReport(
  call: OpenCall,
  { functionSlug }: CallRequest,
  durationMs: number,
  answer: CallAnswer,
): CallReport {
  const { functionId, runId, stepId, attempt, openedAt, dueAt } = call;
  const waitedMs = Math.max(0, openedAt - dueAt);
  return { functionId, functionSlug, runId, stepId, attempt, waitedMs, durationMs, answer };
}

/** @param window undefined while the shard is being taken over. */
export function loadOf(window: Window | undefined, openCallsMax: number, waitingInputs: number): EngineLoad {
  const calls = [...(window?.openCalls() ?? [])];
  const openCallsByFunction = new Map<FunctionId, number>();
  for (const { functionId } of calls)
    openCallsByFunction.set(functionId, (openCallsByFunction.get(functionId) ?? 0) + 1);
  return {
    openCalls: calls.length,
    openCallsMax,
    openCallsByFunction,
    openJobs: calls.map((call) => call.jobId),
    standing: window?.lanes.size ?? 0,
    waitingInputs,
  };
}
