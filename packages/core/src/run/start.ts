// The start of a run: its row, its first call, and what may end it before it is done.

import { asJobId, type Moment, momentAt } from "@stepwell/protocol";
import type { Change } from "../change.ts";
import type { StoredEvent } from "../model/event.ts";
import { payloadOf } from "../model/event.ts";
import type { CancelOn, FunctionSettings } from "../model/function.ts";
import type { CallJob } from "../model/job.ts";
import type { Run } from "../model/run.ts";
import type { Wait } from "../model/wait.ts";
import { waitFor } from "../route/wait-keys.ts";
import { discovery } from "./discover.ts";
import { startTimeout } from "./timeout.ts";

const aYear: Moment = { kind: "after", delayMs: 366 * 86_400_000 };

/**
 * The run's row, the listeners that may cancel it, and the job that ends it when it waits too long for its first call.
 *
 * @param sequence the receipt up to which events are the past for the run's listeners.
 */
export function startRun(
  settings: FunctionSettings,
  events: readonly StoredEvent[],
  run: Run,
  sequence: number,
): readonly Change[] {
  const changes: Change[] = [{ kind: "run.create", run, events }];
  for (const [listener, cancelOn] of settings.cancelOn.entries()) {
    const wait = cancelListener(run, events, cancelOn, listener, sequence);
    if (wait !== undefined) changes.push({ kind: "wait.put", wait });
  }
  const timeout = startTimeout(settings, run);
  if (timeout !== undefined) changes.push({ kind: "job.put", job: timeout });
  return changes;
}

/**
 * The first call of a run.
 *
 * @param dueAt unix ms; a future `ts` delays it (semantics A5.1).
 * @param lane where it stands, the throttle included, for that holds back first calls alone.
 * @param stepId the step that it runs, where that is known; by default it discovers.
 */
export function firstCall(
  run: Run,
  dueAt: number,
  lane: string | undefined,
  stepId: string = discovery,
): CallJob {
  return {
    kind: "call",
    id: asJobId(stepId === discovery ? `${run.id}:discover:0` : `${run.id}:plan:${stepId}`),
    runId: run.id,
    functionId: run.functionId,
    stepId,
    attempt: 0,
    dueAt,
    order: run.order,
    sequence: run.sequence,
    ...(lane === undefined ? {} : { lane }),
  };
}

/** The fields of a run that has just been queued. */
export function queuedRun(
  fields: Pick<Run, "id" | "functionId" | "queuedAt" | "eventIds" | "sequence" | "order">,
): Run {
  return {
    ...fields,
    status: "queued",
    requestVersion: -1,
    disableImmediateExecution: false,
    batch: 0,
  };
}

/** No listener is installed for an expression that is false whatever comes (semantics C6.4). */
function cancelListener(
  run: Run,
  events: readonly StoredEvent[],
  cancelOn: CancelOn,
  listener: number,
  sequence: number,
): Wait | undefined {
  const trigger = events[0];
  if (trigger === undefined) return undefined;
  const condition = waitFor(cancelOn.expression, payloadOf(trigger), "cancel", run.queuedAt);
  if (condition.kind !== "wait") return undefined;
  return {
    id: `${run.id}:cancel:${listener}`,
    runId: run.id,
    purpose: { kind: "cancel", listener },
    event: cancelOn.event,
    ...(condition.expression === undefined ? {} : { expression: condition.expression }),
    afterSequence: sequence,
    expiresAt: momentAt(cancelOn.timeout ?? aYear, run.queuedAt),
    keys: condition.keys,
  };
}
