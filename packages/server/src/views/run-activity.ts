// What an unfinished run does right now: the most telling of what its steps and jobs say.

import type { FunctionSettings, RunJob, Step } from "@stepwell/core";
import type { RunDetail } from "@stepwell/engine";
import type { RunActivity } from "@stepwell/protocol/rest";
import { errorView } from "./error-view.ts";
import type { heldBack } from "./held-back.ts";
import { timestamp } from "./time.ts";

type CallJob = Extract<RunJob, { kind: "call" }>;

/** Running before retrying before waiting before sleeping before queued; undefined once the run has ended. */
export function runActivity(
  detail: RunDetail,
  settings: FunctionSettings | undefined,
  now: number,
  heldBackFrom: (lane: string | undefined) => ReturnType<typeof heldBack> = () => undefined,
): RunActivity | undefined {
  const { run } = detail;
  if (run.endedAt !== undefined) return undefined;
  const calls = detail.jobs.filter((job) => job.kind === "call");
  if (run.status === "queued") return queued(calls, now, heldBackFrom);
  const due = calls.find((call) => call.dueAt <= now);
  if (due !== undefined) return { kind: "running", ...unitOf(due, detail, settings), attempt: due.attempt };
  const soonest = [...calls].sort((left, right) => left.dueAt - right.dueAt)[0];
  if (soonest !== undefined) return retrying(soonest, detail, settings);
  return waiting(detail.steps) ?? sleeping(detail.steps) ?? { kind: "running" };
}

function queued(
  calls: readonly CallJob[],
  now: number,
  heldBackFrom: (lane: string | undefined) => ReturnType<typeof heldBack>,
): RunActivity {
  const [call] = calls;
  if (call === undefined) return { kind: "queued" };
  if (call.dueAt > now) return { kind: "queued", startsAt: timestamp(call.dueAt) };
  return { kind: "queued", ...heldBackFrom(call.lane) };
}

function unitOf(
  call: CallJob,
  detail: RunDetail,
  settings: FunctionSettings | undefined,
): { readonly stepName?: string; readonly maxAttempts?: number } {
  const step = detail.steps.find(({ key }) => key === call.stepId);
  return {
    ...(step === undefined ? {} : { stepName: step.name }),
    ...(settings === undefined ? {} : { maxAttempts: settings.maxAttempts }),
  };
}

function retrying(call: CallJob, detail: RunDetail, settings: FunctionSettings | undefined): RunActivity {
  const last = [...detail.attempts].sort((left, right) => right.endedAt - left.endedAt)[0];
  return {
    kind: "retrying",
    ...unitOf(call, detail, settings),
    attempt: call.attempt,
    retryAt: timestamp(call.dueAt),
    ...(last === undefined ? {} : { error: errorView(last.error) }),
  };
}

function waiting(steps: readonly Step[]): RunActivity | undefined {
  const waits = steps.filter(
    (step) => step.status === "open" && step.kind !== "sleep" && step.kind !== "run",
  );
  const [wait] = waits;
  if (wait === undefined) return undefined;
  return {
    kind: "waiting",
    stepName: wait.name,
    target: wait.target ?? "",
    targetKind: targetKind(wait),
    since: timestamp(wait.registeredAt),
    ...(wait.dueAt === undefined ? {} : { until: timestamp(wait.dueAt) }),
    ...(waits.length > 1 ? { openWaits: waits.length } : {}),
  };
}

function targetKind(wait: Step): "event" | "signal" | "function" {
  if (wait.kind === "invoke") return "function";
  return wait.kind === "wait-for-signal" ? "signal" : "event";
}

function sleeping(steps: readonly Step[]): RunActivity | undefined {
  const sleep = steps.find((step) => step.status === "open" && step.kind === "sleep");
  if (sleep?.dueAt === undefined) return undefined;
  return {
    kind: "sleeping",
    stepName: sleep.name,
    until: timestamp(sleep.dueAt),
    since: timestamp(sleep.registeredAt),
  };
}
