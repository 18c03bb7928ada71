// One step as a span of its run's trace.

import { compile, type FailedAttempt, type Run, type Step } from "@stepwell/core";
import { isJsonObject, type Json, parseError } from "@stepwell/protocol";
import type {
  AttemptView,
  InvokeView,
  SpanStatus,
  StepOp,
  TraceSpan,
  WaitView,
} from "@stepwell/protocol/rest";
import { errorView } from "./error-view.ts";
import { restStatus } from "./run-view.ts";
import { sentEventIds } from "./sent-events.ts";
import { inlineStretches, type Stretch, stepStretches } from "./stretches.ts";
import { timestamp } from "./time.ts";
import { segmentOf, type TraceFacts } from "./trace-facts.ts";
import { waitCondition } from "./wait-condition.ts";

/** @param attempts failed attempts of the step, oldest first. */
export function stepSpan(step: Step, attempts: readonly FailedAttempt[], facts: TraceFacts): TraceSpan {
  const { run, steps } = facts.detail;
  const stretches = stepStretches(step, { attempts, run, steps, now: facts.now });
  const startedAt = step.startedAt ?? step.registeredAt;
  const sent = sentEventIds(step);
  const settings = facts.known.functionById.get(run.functionId);
  const parallelSet = facts.parallelSets.get(step.key);
  return {
    id: step.key,
    name: step.name,
    status: stepStatus(step, stretches, run),
    stepOp: stepOp(step),
    ...(step.userlandId === undefined ? {} : { stepId: step.userlandId, stepIndex: step.userlandIndex ?? 0 }),
    ...(step.stepType === undefined ? {} : { stepType: step.stepType }),
    queuedAt: timestamp(Math.min(step.registeredAt, startedAt)),
    startedAt: timestamp(startedAt),
    ...(step.endedAt === undefined
      ? {}
      : { endedAt: timestamp(step.endedAt), durationMs: Math.max(0, step.endedAt - startedAt) }),
    ...(step.kind === "run" ? { ranMs: ranMs(stretches) } : {}),
    segments: stretches.map(segmentOf),
    ...(step.kind === "run"
      ? { attempts: [...attemptViews(attempts), ...lastAttempt(step, attempts.length)] }
      : {}),
    ...(step.kind === "run" && settings !== undefined ? { maxAttempts: settings.maxAttempts } : {}),
    ...(step.input === undefined ? {} : { input: JSON.parse(step.input) as Json }),
    ...resultOf(step),
    ...waitOf(step, facts),
    ...(step.kind === "sleep" && step.dueAt !== undefined ? { sleepUntil: timestamp(step.dueAt) } : {}),
    ...(step.kind === "invoke" ? { invoke: invokeView(step, facts) } : {}),
    ...(sent.length === 0 ? {} : { sentEventIds: sent }),
    ...(step.restoredFrom === undefined ? {} : { restoredFrom: step.restoredFrom }),
    ...(parallelSet === undefined ? {} : { parallelSet }),
    metadata: [],
    children: [],
  };
}

/** A step of which only failed attempts are known: the engine learns its name with its first result. */
export function attemptSpan(key: string, attempts: readonly FailedAttempt[], facts: TraceFacts): TraceSpan {
  const { run, steps } = facts.detail;
  const stretches = inlineStretches(attempts, run, steps, facts.now);
  const startedAt = stretches[0]?.from ?? run.queuedAt;
  const last = attempts.at(-1);
  const isOver = last?.retryAt === undefined || run.endedAt !== undefined;
  return {
    id: key,
    name: `step ${key.slice(0, 8)}`,
    status: isOver ? "FAILED" : "RUNNING",
    stepOp: "RUN",
    queuedAt: timestamp(startedAt),
    startedAt: timestamp(startedAt),
    segments: stretches.map(segmentOf),
    attempts: attemptViews(attempts),
    ...(last === undefined ? {} : { error: errorView(last.error) }),
    metadata: [],
    children: [],
  };
}

export function attemptViews(attempts: readonly FailedAttempt[]): readonly AttemptView[] {
  return attempts.map((attempt) => ({
    attempt: attempt.attempt,
    status: "FAILED",
    endedAt: timestamp(attempt.endedAt),
    error: errorView(attempt.error),
    ...(attempt.retryAt === undefined ? {} : { retryAt: timestamp(attempt.retryAt) }),
  }));
}

/** The attempt that no failed row tells of: the one that succeeded. */
function lastAttempt(step: Step, attempt: number): readonly AttemptView[] {
  if (step.status !== "completed" || step.endedAt === undefined) return [];
  const startedAt = step.startedAt === undefined ? {} : { startedAt: timestamp(step.startedAt) };
  return [{ attempt, status: "COMPLETED", ...startedAt, endedAt: timestamp(step.endedAt) }];
}

function stepOp(step: Step): StepOp {
  switch (step.kind) {
    case "run":
      return step.stepType === "step.sendEvent" ? "SEND_EVENT" : "RUN";
    case "sleep":
      return "SLEEP";
    case "wait-for-event":
      return "WAIT_FOR_EVENT";
    case "wait-for-signal":
      return "WAIT_FOR_SIGNAL";
    case "invoke":
      return "INVOKE";
  }
}

function stepStatus(step: Step, stretches: readonly Stretch[], run: Run): SpanStatus {
  if (step.status === "failed") return "FAILED";
  if (step.status !== "open") return "COMPLETED";
  if (run.endedAt !== undefined) return "CANCELLED";
  switch (step.kind) {
    case "sleep":
      return "SLEEPING";
    case "run":
      return stretches.at(-1)?.kind === "queued" ? "QUEUED" : "RUNNING";
    default:
      return "WAITING";
  }
}

function ranMs(stretches: readonly Stretch[]): number {
  let total = 0;
  for (const { kind, from, until } of stretches) {
    if ((kind === "ran" || kind === "failed") && until !== undefined) total += until - from;
  }
  return total;
}

function resultOf(step: Step): Pick<TraceSpan, "output" | "outputBytes" | "error"> {
  if (step.result === undefined) return {};
  const value: Json = JSON.parse(step.result);
  const isWrapped = step.kind !== "wait-for-event" && step.kind !== "sleep" && isJsonObject(value);
  if (!isWrapped) return { output: value, outputBytes: Buffer.byteLength(step.result) };
  if (value.error !== undefined) return { error: errorView(parseError(value.error)) };
  const output = value.data ?? null;
  return { output, outputBytes: Buffer.byteLength(JSON.stringify(output)) };
}

function waitOf(step: Step, facts: TraceFacts): { readonly wait?: WaitView } {
  if (step.kind !== "wait-for-event" && step.kind !== "wait-for-signal") return {};
  const event = step.eventId === undefined ? undefined : facts.matched.get(step.eventId);
  const lookbackMs = event === undefined ? 0 : step.registeredAt - event.receivedAt;
  const condition = waitCondition(step, facts.detail);
  const warnings = step.expression === undefined ? [] : warningsOf(step.expression);
  const wait: WaitView = {
    kind: step.kind === "wait-for-event" ? "event" : "signal",
    name: step.target ?? "",
    ...condition,
    ...(warnings.length === 0 ? {} : { warnings }),
    timeoutAt: timestamp(step.dueAt ?? step.registeredAt),
    outcome: step.status === "open" ? "open" : step.status === "expired" ? "expired" : "matched",
    ...(step.eventId === undefined ? {} : { matchedEventId: step.eventId }),
    ...(lookbackMs > 0 ? { lookbackMs } : {}),
  };
  return { wait };
}

function warningsOf(expression: string): readonly string[] {
  const compiled = compile(expression, "wait");
  return compiled.kind === "compiled" ? compiled.expression.warnings : [];
}

function invokeView(step: Step, facts: TraceFacts): InvokeView {
  const child = facts.children.find((run) => run.invokedBy?.stepKey === step.key);
  const runId = step.invokedRunId ?? child?.id;
  const invoked = facts.known.functions.find(({ id, slug }) => slug === step.target || id === step.target);
  return {
    functionId: step.target ?? "",
    ...(invoked === undefined ? {} : { functionName: invoked.name }),
    ...(runId === undefined ? {} : { runId }),
    ...(child === undefined ? {} : { runStatus: restStatus(child.status) }),
    ...(step.eventId === undefined ? {} : { eventId: step.eventId }),
    ...(step.dueAt === undefined ? {} : { timeoutAt: timestamp(step.dueAt) }),
  };
}
