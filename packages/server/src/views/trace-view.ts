// A run's trace: its steps as spans, with attempts and the stretches of their time (protocol §7.2 TraceSpan).

import type { FailedAttempt, Run, Step } from "@stepwell/core";
import type { RunDetail } from "@stepwell/engine";
import { isJsonObject, type Json, parseError } from "@stepwell/protocol";
import type { AttemptView, Segment, SpanStatus, StepOp, TraceSpan, WaitView } from "@stepwell/protocol/rest";
import { errorView, time } from "./run-view.ts";

export function traceView(detail: RunDetail, children: readonly Run[], functionName: string): TraceSpan {
  const { run } = detail;
  const steps = [...detail.steps].sort((left, right) => left.registeredAt - right.registeredAt || (left.position ?? 0) - (right.position ?? 0));
  const { error, output } = run;
  return {
    id: run.id,
    name: functionName,
    status: runSpanStatus(run),
    queuedAt: time(run.queuedAt),
    ...(run.startedAt === undefined ? {} : { startedAt: time(run.startedAt) }),
    ...(run.endedAt === undefined ? {} : { endedAt: time(run.endedAt), durationMs: run.endedAt - run.queuedAt }),
    segments: runSegments(run),
    attempts: attemptViews(detail.attempts, "step"),
    ...(output === undefined ? {} : { output: JSON.parse(output) as Json }),
    ...(error === undefined ? {} : { error: errorView(error) }),
    metadata: [],
    children: steps.map((step) => stepSpan(step, detail, children)),
  };
}

function runSpanStatus(run: Run): SpanStatus {
  const statuses = { queued: "QUEUED", running: "RUNNING", completed: "COMPLETED", failed: "FAILED", cancelled: "CANCELLED" } as const;
  return statuses[run.status];
}

/** Held back until the first call, then under way. */
function runSegments(run: Run): readonly Segment[] {
  const until = run.endedAt === undefined ? {} : { until: time(run.endedAt) };
  if (run.startedAt === undefined) return [{ kind: "queued", from: time(run.queuedAt), ...until }];
  const queued: Segment = { kind: "queued", from: time(run.queuedAt), until: time(run.startedAt) };
  return [queued, { kind: run.endedAt === undefined ? "running" : "ran", from: time(run.startedAt), ...until }];
}

const ops: Readonly<Record<Step["kind"], StepOp>> = {
  run: "RUN",
  sleep: "SLEEP",
  "wait-for-event": "WAIT_FOR_EVENT",
  "wait-for-signal": "WAIT_FOR_SIGNAL",
  invoke: "INVOKE",
};

function stepSpan(step: Step, detail: RunDetail, children: readonly Run[]): TraceSpan {
  const result = resultOf(step);
  const startedAt = step.startedAt ?? step.registeredAt;
  const attempts = detail.attempts.filter((attempt) => attempt.stepId === step.key);
  const wait = waitView(step);
  const child = children.find((run) => run.invokedBy?.stepKey === step.key);
  return {
    id: step.key,
    name: step.name,
    status: stepStatus(step, detail.run),
    stepOp: step.stepType === "step.sendEvent" ? "SEND_EVENT" : ops[step.kind],
    ...(step.userlandId === undefined ? {} : { stepId: step.userlandId, stepIndex: step.userlandIndex ?? 0 }),
    ...(step.stepType === undefined ? {} : { stepType: step.stepType }),
    queuedAt: time(step.registeredAt),
    startedAt: time(startedAt),
    ...(step.endedAt === undefined ? {} : { endedAt: time(step.endedAt), durationMs: Math.max(0, step.endedAt - startedAt) }),
    segments: stepSegments(step, startedAt),
    attempts: attemptViews(attempts, step.key),
    ...(step.input === undefined ? {} : { input: JSON.parse(step.input) as Json }),
    ...result,
    ...(wait === undefined ? {} : { wait }),
    ...(step.kind !== "invoke"
      ? {}
      : {
          invoke: {
            functionId: step.target ?? "",
            ...(child === undefined ? {} : { runId: child.id }),
            ...(step.eventId === undefined ? {} : { eventId: step.eventId }),
            ...(step.dueAt === undefined ? {} : { timeoutAt: time(step.dueAt) }),
          },
        }),
    ...(step.kind === "sleep" && step.dueAt !== undefined ? { sleepUntil: time(step.dueAt) } : {}),
    metadata: [],
    children: [],
  };
}

function resultOf(step: Step): { readonly output?: Json; readonly error?: ReturnType<typeof errorView> } {
  if (step.result === undefined) return {};
  const value = JSON.parse(step.result) as Json;
  if (step.kind === "wait-for-event" || step.kind === "sleep" || !isJsonObject(value)) return { output: value };
  if (value["error"] !== undefined) return { error: errorView(parseError(value["error"])) };
  return { output: value["data"] ?? null };
}

function stepStatus(step: Step, run: Run): SpanStatus {
  if (step.status === "failed") return "FAILED";
  if (step.status !== "open") return "COMPLETED";
  if (run.endedAt !== undefined) return "CANCELLED";
  if (step.kind === "sleep") return "SLEEPING";
  return step.kind === "run" ? "RUNNING" : "WAITING";
}

function stepSegments(step: Step, startedAt: number): readonly Segment[] {
  const until = step.endedAt === undefined ? {} : { until: time(step.endedAt) };
  if (step.kind === "sleep") return [{ kind: "sleeping", from: time(step.registeredAt), ...until }];
  if (step.kind === "invoke") return [{ kind: "invoking", from: time(step.registeredAt), ...until }];
  if (step.kind !== "run") return [{ kind: "waiting", from: time(step.registeredAt), ...until }];
  const kind = step.status === "failed" ? "failed" : step.status === "open" ? "running" : "ran";
  return [{ kind, from: time(startedAt), ...until }];
}

function attemptViews(attempts: readonly FailedAttempt[], stepId: string): readonly AttemptView[] {
  return attempts
    .filter((attempt) => attempt.stepId === stepId)
    .sort((left, right) => left.endedAt - right.endedAt)
    .map((attempt) => ({
      attempt: attempt.attempt,
      status: "FAILED",
      endedAt: time(attempt.endedAt),
      error: errorView(attempt.error),
      ...(attempt.retryAt === undefined ? {} : { retryAt: time(attempt.retryAt) }),
    }));
}

function waitView(step: Step): WaitView | undefined {
  if (step.kind !== "wait-for-event" && step.kind !== "wait-for-signal") return undefined;
  const outcome = step.status === "open" ? "open" : step.status === "expired" ? "expired" : "matched";
  return {
    kind: step.kind === "wait-for-event" ? "event" : "signal",
    name: step.target ?? "",
    ...(step.expression === undefined ? {} : { expression: step.expression }),
    timeoutAt: time(step.dueAt ?? step.registeredAt),
    outcome,
    ...(step.eventId === undefined ? {} : { matchedEventId: step.eventId }),
  };
}
