// Runs as the REST API shows them: from rows to the words and figures of `@stepwell/protocol/rest`.

import type { App, FailedAttempt, FunctionSettings, Run, Step, StoredEvent } from "@stepwell/core";
import type { RunDetail } from "@stepwell/engine";
import type { Json, SerializedError } from "@stepwell/protocol";
import type {
  AppReference,
  ErrorView,
  FunctionReference,
  RestRunStatus,
  RunActivity,
  RunDetailView,
  RunView,
} from "@stepwell/protocol/rest";

/** Larger outputs are left out of lists. */
const listedOutputMax = 2048;

export const time = (at: number): string => new Date(at).toISOString();

export const restStatus: Readonly<Record<Run["status"], RestRunStatus>> = {
  queued: "QUEUED",
  running: "RUNNING",
  completed: "COMPLETED",
  failed: "FAILED",
  cancelled: "CANCELLED",
};

/** The functions and apps by id, read once per request. */
export interface Directory {
  readonly functions: ReadonlyMap<string, FunctionSettings>;
  readonly apps: ReadonlyMap<string, App>;
}

export function appReference(settings: FunctionSettings | undefined): AppReference {
  return { id: settings?.appId ?? "", name: settings?.appName ?? "" };
}

/** A function that retention or a new database has forgotten is shown by its id. */
export function functionReference(directory: Directory, id: string): FunctionReference {
  const settings = directory.functions.get(id);
  return { id, slug: settings?.slug ?? id, name: settings?.name ?? id, app: appReference(settings) };
}

export function errorView(error: SerializedError): ErrorView {
  const { name, message, stack, code, data, cause } = error;
  return {
    name,
    message,
    ...(stack === undefined ? {} : { stack }),
    ...(code === undefined ? {} : { code }),
    ...(data === undefined ? {} : { data }),
    ...(cause === undefined ? {} : { cause }),
  };
}

/** One row of a list. */
export function runView(run: Run, directory: Directory, detail: RunDetail | undefined, isListed: boolean): RunView {
  const reference = functionReference(directory, run.functionId);
  const { output, error } = run;
  const showsOutput = output !== undefined && (!isListed || output.length <= listedOutputMax);
  const failedStepName = detail === undefined ? undefined : failedStep(detail)?.name;
  const activity = detail === undefined || run.endedAt !== undefined ? undefined : activityOf(detail, directory);
  return {
    id: run.id,
    status: restStatus[run.status],
    function: reference,
    app: reference.app,
    queuedAt: time(run.queuedAt),
    ...(run.startedAt === undefined ? {} : { startedAt: time(run.startedAt) }),
    ...(run.endedAt === undefined ? {} : { endedAt: time(run.endedAt), durationMs: run.endedAt - run.queuedAt }),
    trigger: triggerOf(run, detail),
    ...(activity === undefined ? {} : { activity }),
    ...(showsOutput ? { output: JSON.parse(output) as Json } : {}),
    ...(output === undefined ? {} : { outputBytes: Buffer.byteLength(output) }),
    ...(run.status === "failed" && error !== undefined ? { error: errorView(error) } : {}),
    ...(run.status === "cancelled" ? { reason: String(error?.cause ?? "").replace(/\.$/, "") } : {}),
    ...(failedStepName === undefined || run.status !== "failed" ? {} : { failedStepName }),
    ...(run.originalRunId === undefined ? {} : { originalRunId: run.originalRunId }),
  };
}

function triggerOf(run: Run, detail: RunDetail | undefined): RunView["trigger"] {
  const eventName = detail?.events[0]?.name;
  return {
    eventIds: run.eventIds,
    ...(eventName === undefined ? {} : { eventName }),
    isBatch: run.eventIds.length > 1,
    ...(run.invokedBy === undefined ? {} : { invokedBy: { runId: run.invokedBy.runId } }),
  };
}

function failedStep(detail: RunDetail): Step | undefined {
  return [...detail.steps].reverse().find((step) => step.status === "failed");
}

/** The most telling thing: running before retrying before waiting before sleeping before queued. */
function activityOf(detail: RunDetail, directory: Directory): RunActivity {
  const { run } = detail;
  const maxAttempts = directory.functions.get(run.functionId)?.maxAttempts;
  const calls = detail.jobs.filter((job) => job.kind === "call");
  if (run.status === "queued") {
    const [first] = calls;
    return first !== undefined && first.dueAt > run.queuedAt ? { kind: "queued", startsAt: time(first.dueAt) } : { kind: "queued" };
  }
  const ready = calls.find((call) => call.attempt === 0);
  const stepNames = new Map(detail.steps.map((step) => [step.key as string, step.name]));
  const named = (stepId: string) => (stepNames.has(stepId) ? { stepName: stepNames.get(stepId) ?? "" } : {});
  const attempts = maxAttempts === undefined ? {} : { maxAttempts };
  if (ready !== undefined) return { kind: "running", ...named(ready.stepId), attempt: 0, ...attempts };
  const [retry] = calls;
  if (retry !== undefined) {
    const last = lastAttempt(detail.attempts);
    const error = last === undefined ? {} : { error: errorView(last.error) };
    return { kind: "retrying", ...named(retry.stepId), attempt: retry.attempt, ...attempts, retryAt: time(retry.dueAt), ...error };
  }
  return parkedActivity(detail) ?? { kind: "running" };
}

function lastAttempt(attempts: readonly FailedAttempt[]): FailedAttempt | undefined {
  return [...attempts].sort((left, right) => right.endedAt - left.endedAt)[0];
}

function parkedActivity(detail: RunDetail): RunActivity | undefined {
  const open = detail.steps.filter((step) => step.status === "open");
  const waits = open.filter((step) => step.kind !== "sleep" && step.kind !== "run");
  const [wait] = waits;
  if (wait !== undefined) {
    const targetKind = wait.kind === "invoke" ? "function" : wait.kind === "wait-for-signal" ? "signal" : "event";
    return {
      kind: "waiting",
      stepName: wait.name,
      target: wait.target ?? "",
      targetKind,
      since: time(wait.registeredAt),
      ...(wait.dueAt === undefined ? {} : { until: time(wait.dueAt) }),
      ...(waits.length > 1 ? { openWaits: waits.length } : {}),
    };
  }
  const sleep = open.find((step) => step.kind === "sleep");
  if (sleep?.dueAt === undefined) return undefined;
  return { kind: "sleeping", stepName: sleep.name, until: time(sleep.dueAt), since: time(sleep.registeredAt) };
}

/** The run by itself. */
export function runDetailView(detail: RunDetail, directory: Directory): RunDetailView {
  const maxAttempts = directory.functions.get(detail.run.functionId)?.maxAttempts;
  return {
    ...runView(detail.run, directory, detail, false),
    events: detail.events.map(triggerEvent),
    retries: detail.attempts.filter((attempt) => attempt.retryAt !== undefined).length,
    ...(maxAttempts === undefined ? {} : { maxAttempts }),
    jobs: [...detail.jobs]
      .sort((left, right) => left.dueAt - right.dueAt)
      .map((job) => ({
        id: job.id,
        kind: job.kind,
        dueAt: time(job.dueAt),
        ...(job.kind === "call" ? { attempt: job.attempt } : {}),
      })),
  };
}

function triggerEvent(event: StoredEvent): RunDetailView["events"][number] {
  const payload = JSON.parse(event.text) as { readonly data: Json; readonly user?: Json };
  return {
    id: event.id,
    externalId: event.externalId,
    name: event.name,
    receivedAt: time(event.receivedAt),
    data: payload.data,
    ...(payload.user === undefined ? {} : { user: payload.user }),
  };
}
