// Debounce: a series of events starts one run, with the newest of them, once none has come for the period (semantics
// C10). "Newest" is by `ts`. The job that fires it is moved with each event.

import { asJobId, asRunId, asStepKey } from "@stepwell/protocol";
import type { Change } from "../change.ts";
import { type Decision, decided, missing } from "../decision.ts";
import { invocationTarget } from "../model/event.ts";
import type { Debounce } from "../model/flow-control.ts";
import type { ShardJob } from "../model/job.ts";
import type { Invoker } from "../model/limit-state.ts";
import { invocationFailed } from "../route/invocation.ts";
import { keyPart } from "../schedule/lane.ts";
import type { ShardState } from "../state.ts";
import { Admission, admitted } from "./admission.ts";
import { startSingly } from "./start.ts";

const fireMinMs = 1000;

export function openDebounce(admission: Admission, debounce: Debounce): void {
  const { settings, event, now, keys } = admission;
  const key = `${settings.id}/debounce/${keyPart(keys.bucket("debounce.key", debounce.key))}`;
  const open = admission.limit("debounce", key);
  if (admission.isWaiting) return;
  if (open !== undefined && event.ts < open.ts) {
    // It came out of order: the newer one stays, and is not put off (semantics C10.2).
    admission.tell({ kind: "superseded", byEventId: open.eventId });
    return admission.failInvoker(supersededMessage(settings.slug));
  }
  if (open !== undefined) {
    admission.tell({ kind: "superseded", byEventId: event.id }, open.eventId);
    if (open.invokedBy !== undefined)
      admission.changes.push(invocationFailed(open.invokedBy, supersededMessage(settings.slug), now));
  }
  const deadline = open === undefined ? deadlineOf(debounce, now) : open.deadline;
  const fireAt = Math.min(now + debounce.periodMs, deadline ?? Number.POSITIVE_INFINITY);
  const invokedBy = invokerOf(admission);
  admission.putLimit({
    kind: "debounce",
    key,
    eventId: event.id,
    ts: event.ts,
    fireAt,
    ...(deadline === undefined ? {} : { deadline }),
    ...(invokedBy === undefined ? {} : { invokedBy }),
  });
  admission.changes.push({
    kind: "job.put",
    job: {
      kind: "debounce",
      id: asJobId(`debounce:${key}`),
      functionId: settings.id,
      limitKey: key,
      eventId: event.id,
      dueAt: fireAt,
    },
  });
  admission.tell({ kind: "debounced", startsAt: fireAt });
}

/** A timeout below the period fires at the timeout, after a second at the earliest (semantics C10.3). */
function deadlineOf({ timeoutMs }: Debounce, now: number): number | undefined {
  return timeoutMs === undefined ? undefined : now + Math.max(fireMinMs, timeoutMs);
}

function supersededMessage(slug: string): string {
  return `The invocation was superseded: function ${slug} is debounced, and a newer event took its place.`;
}

function invokerOf({ event }: Admission): Invoker | undefined {
  const invokedBy = invocationTarget(event)?.invokedBy;
  return invokedBy === undefined
    ? undefined
    : { runId: asRunId(invokedBy.runId), stepKey: asStepKey(invokedBy.stepKey) };
}

/** Decides a debounce job: the quiet period is over, and the run starts with the event that was kept. */
export function fireDebounce(
  state: ShardState,
  job: Extract<ShardJob, { kind: "debounce" }>,
  now: number,
): Decision {
  const open = state.limit(job.limitKey);
  const event = state.event(job.eventId);
  if (open === undefined) return missing({ kind: "limit", key: job.limitKey });
  if (event === undefined) return missing({ kind: "event", id: job.eventId });
  const done: readonly Change[] = [
    { kind: "job.remove", jobId: job.id, runId: undefined },
    { kind: "limit.remove", key: job.limitKey },
  ];
  const settings = state.functions.byId(job.functionId);
  if (event === null || settings === undefined || settings.archivedAt !== undefined) return decided(done);
  const admission = new Admission(state, settings, event, now);
  startSingly(admission, { dueAt: Math.max(now, event.ts), isLate: true });
  const result = admitted(admission);
  return result.kind === "missing" ? missing(...result.needs) : decided([...done, ...result.changes]);
}
