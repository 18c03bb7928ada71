// Invocations: which function one is for, and how its invoker learns that it will not run.

import { asRunId, asStepKey } from "@stepwell/protocol";
import type { Change } from "../change.ts";
import { invocationTarget, type StoredEvent } from "../model/event.ts";
import type { FunctionSettings } from "../model/function.ts";
import { returnJob } from "../run/finish.ts";
import type { ShardState } from "../state.ts";

/** The function that an invocation event is for, if it exists. */
export function invokedFunction(state: ShardState, event: StoredEvent): FunctionSettings | undefined {
  const target = invocationTarget(event);
  return target === undefined ? undefined : findFunction(state, target.functionId);
}

/** A function by slug or UUID; archived ones cannot be started. */
export function findFunction(state: ShardState, functionId: string): FunctionSettings | undefined {
  const settings =
    state.functions.bySlug(functionId) ?? state.functions.byId(functionId as FunctionSettings["id"]);
  return settings?.archivedAt === undefined ? settings : undefined;
}

/** Tells an invoker that its function will not run, and why (decisions row 4). */
export function invocationFailed(
  invokedBy: { readonly runId: string; readonly stepKey: string },
  message: string,
  now: number,
): Change {
  const result = `{"error":${JSON.stringify({ error: `Error: ${message}`, message, name: "Error" })}}`;
  const invoker = { runId: asRunId(invokedBy.runId), stepKey: asStepKey(invokedBy.stepKey) };
  return { kind: "job.put", job: returnJob(invoker, now, true, result) };
}
