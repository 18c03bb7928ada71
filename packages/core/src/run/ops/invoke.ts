// Invoking another function and waiting for its result (semantics D8, protocol §8.1).

import {
  contextWithin,
  mergeSessions,
  momentAt,
  type Op,
  type SerializedError,
  stepSpanId,
  systemEvent,
} from "@stepwell/protocol";
import { newEventId } from "../../model/ids.ts";
import type { RunJob } from "../../model/job.ts";
import { traceOfRun } from "../../model/trace.ts";
import { emitEvent } from "../../route/emit.ts";
import { discoverAfter } from "../discover.ts";
import type { RunDraft } from "../draft.ts";
import { exceedsFuture, tooLarge } from "./limits.ts";
import { endStep, openStep } from "./open.ts";

/** An invoke without a timeout waits for a year. */
const timeoutDefaultMs = 365 * 86_400_000;

export function invokeFunction(draft: RunDraft, op: Extract<Op, { kind: "invoke" }>): void {
  if (draft.step(op.key) !== undefined) {
    openStep(draft, op, "invoke");
    return;
  }
  const expiresAt =
    op.timeout === undefined
      ? draft.now + timeoutDefaultMs
      : Math.max(draft.now, momentAt(op.timeout, draft.now));
  if (exceedsFuture(draft, `The invoke "${op.name}"`, expiresAt)) return;
  const large = tooLarge(draft, { name: op.name, input: JSON.stringify(op.payload) });
  if (large !== undefined) {
    refuseInvoke(draft, op, large);
    return;
  }
  const meta = mergeSessions(op.payload.meta ?? {});
  if (meta.kind === "invalid") {
    const message = `The invoke "${op.name}" cannot be sent: ${meta.reason}.`;
    refuseInvoke(draft, op, { name: "Error", message });
    return;
  }
  const eventId = newEventId(draft.now, `${draft.id}/invoke/${op.key}`);
  const { data, user, v } = op.payload;
  const event = emitEvent(draft, eventId, {
    name: systemEvent.invoked,
    data: {
      ...data,
      _inngest: {
        fn_id: op.functionId,
        correlation_id: `${draft.id}.${op.key}`,
        expire: expiresAt,
        gid: op.key,
        name: op.name,
        source_app_id: draft.settings.appId,
        source_fn_id: draft.settings.id,
        source_fn_v: 1,
        tc: { ...contextWithin(traceOfRun(draft.id, draft.events), stepSpanId(draft.id, op.key)) },
      },
    },
    user: user ?? {},
    id: eventId,
    ts: draft.now,
    ...(v === undefined ? {} : { v }),
    ...(meta.value === undefined ? {} : { meta: meta.value }),
  });
  const { key: stepKey } = op;
  openStep(draft, op, "invoke", { dueAt: expiresAt, target: op.functionId, eventId });
  draft.setRun({ ...draft.run, lookbackFrom: event.sequence }, true);
  draft.putJob({
    kind: "expire",
    id: draft.jobId(`expire:${stepKey}`),
    runId: draft.id,
    stepKey,
    dueAt: expiresAt,
  });
}

/** An invocation whose payload is wrong fails its step; the author may catch that. */
function refuseInvoke(
  draft: RunDraft,
  op: Extract<Op, { kind: "invoke" }>,
  { name, message }: SerializedError,
): void {
  const step = openStep(draft, op, "invoke", { target: op.functionId });
  if (step === undefined) return;
  const result = JSON.stringify({ error: { error: `${name}: ${message}`, message, name } });
  discoverAfter(draft, endStep(draft, step, "failed", result));
}

/** Decides a return job: the invoked run has ended. Its failure is the step's, and is not retried (D8.5). */
export function receiveReturn(draft: RunDraft, job: Extract<RunJob, { kind: "return" }>): void {
  draft.removeJob(job.id);
  const step = draft.step(job.stepKey);
  if (step?.status !== "open") return;
  draft.removeJob(draft.jobId(`expire:${job.stepKey}`));
  const { invokedRunId } = job;
  const details = invokedRunId === undefined ? {} : { invokedRunId };
  discoverAfter(draft, endStep(draft, step, job.failed ? "failed" : "completed", job.result, details));
}
