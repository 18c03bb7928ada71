// Runs as the REST API shows them: from rows to the words and figures of `@stepwell/protocol/rest`.

import {
  failedStep,
  type LaneFigures,
  payloadOf,
  type Run,
  type RunStatus,
  type StoredEvent,
} from "@stepwell/core";
import type { RunDetail } from "@stepwell/engine";
import { discoveryStepId, type FunctionId, type Json, stringAt, systemEvent } from "@stepwell/protocol";
import type { RestRunStatus, RunEventView, RunTrigger, RunView } from "@stepwell/protocol/rest";
import { attemptsByUnit, namelessUnits } from "./attempts.ts";
import { functionReference, type Known } from "./directory.ts";
import { errorView } from "./error-view.ts";
import { heldBack } from "./held-back.ts";
import { runActivity } from "./run-activity.ts";
import { codeStretches, inlineStretches, type Stretch, stepStretches } from "./stretches.ts";
import { timestamp } from "./time.ts";
import { timeParts } from "./time-parts.ts";

/** Values with longer JSON are left out of lists, in UTF-16 units. */
export const listedLengthMax = 2048;

export function restStatus(status: RunStatus): RestRunStatus {
  switch (status) {
    case "queued":
      return "QUEUED";
    case "running":
      return "RUNNING";
    case "completed":
      return "COMPLETED";
    case "failed":
      return "FAILED";
    case "cancelled":
      return "CANCELLED";
    case "skipped":
      return "SKIPPED";
  }
}

export interface RunViewOptions {
  readonly known: Known;
  readonly now: number;
  /** Absent where a list would read too much. */
  readonly detail?: RunDetail | undefined;
  /** First triggering event, where it is at hand. */
  readonly event?: StoredEvent | undefined;
  /** The lanes of a function just now, which tell what holds queued runs back. */
  readonly lanesOf?: (functionId: FunctionId) => readonly LaneFigures[];
  /** Longest output shown, in UTF-16 units; 0 shows none. */
  readonly outputLengthMax: number;
  /** Whether the first triggering event is shown; default false. */
  readonly includeEvent?: boolean;
}

export function runView(run: Run, options: RunViewOptions): RunView {
  const { known, now, detail, outputLengthMax } = options;
  const reference = functionReference(known, run.functionId);
  const settings = known.functionById.get(run.functionId);
  const activity = detail && runActivity(detail, settings, now, (lane) => holdOf(run, lane, options));
  const time = detail === undefined ? undefined : timeParts(run, runStretches(detail, now), now);
  const event = options.event ?? detail?.events[0];
  return {
    id: run.id,
    status: restStatus(run.status),
    function: reference,
    app: reference.app,
    queuedAt: timestamp(run.queuedAt),
    ...(run.startedAt === undefined ? {} : { startedAt: timestamp(run.startedAt) }),
    ...(run.endedAt === undefined
      ? {}
      : { endedAt: timestamp(run.endedAt), durationMs: run.endedAt - run.queuedAt }),
    trigger: runTrigger(run, event),
    ...(activity === undefined ? {} : { activity }),
    ...outputOf(run, outputLengthMax),
    ...endOf(run, detail),
    ...(run.originalRunId === undefined ? {} : { originalRunId: run.originalRunId }),
    ...(run.replayId === undefined ? {} : { replayId: run.replayId }),
    ...(time === undefined ? {} : { time }),
    ...(options.includeEvent === true && event !== undefined ? { event: runEventView(event) } : {}),
  };
}

function runEventView(event: StoredEvent): RunEventView {
  const { data, user, v } = payloadOf(event);
  const text = JSON.stringify(data);
  return {
    id: event.externalId,
    name: event.name,
    ts: event.ts,
    ...(text.length > listedLengthMax ? {} : { data }),
    dataBytes: Buffer.byteLength(text),
    ...(Object.keys(user).length === 0 ? {} : { user }),
    ...(v === undefined ? {} : { v }),
  };
}

function holdOf(run: Run, lane: string | undefined, { known, now, lanesOf }: RunViewOptions) {
  const settings = known.functionById.get(run.functionId);
  if (settings === undefined || lanesOf === undefined) return undefined;
  const control = known.controlById.get(run.functionId);
  return heldBack(lane, { settings, control, lanes: lanesOf(run.functionId), now });
}

function outputOf({ output }: Run, lengthMax: number): Pick<RunView, "output" | "outputBytes"> {
  if (output === undefined) return {};
  const outputBytes = Buffer.byteLength(output);
  if (output.length > lengthMax) return { outputBytes };
  const value: Json = JSON.parse(output);
  return { output: value, outputBytes };
}

function skipWords(skip: NonNullable<Run["skip"]>): string {
  switch (skip.kind) {
    case "singleton":
      return `Run ${skip.byRunId} of the same key was not finished`;
    case "paused":
      return "The function was paused";
    case "draining":
      return "The function was draining and started nothing new";
  }
}

/** Why it failed, was cancelled or did not start. */
function endOf(
  run: Run,
  detail: RunDetail | undefined,
): Pick<RunView, "error" | "failedStepName" | "reason" | "cancelledByEventId"> {
  const { error } = run;
  if (run.status === "cancelled") {
    const cause = typeof error?.cause === "string" ? error.cause : "";
    const { cancelledByEventId } = run;
    return {
      ...(cause === "" ? {} : { reason: cause.replace(/\.$/, "") }),
      ...(cancelledByEventId === undefined ? {} : { cancelledByEventId }),
    };
  }
  if (run.skip !== undefined) return { reason: skipWords(run.skip) };
  if (run.status !== "failed" || error === undefined) return {};
  const step = failedStep(detail?.steps ?? [], error);
  return {
    error: errorView(error),
    ...(step === undefined ? {} : { failedStepName: step.name }),
  };
}

function runTrigger(run: Run, event: StoredEvent | undefined): RunTrigger {
  const cron = event?.name === systemEvent.scheduled ? stringAt(payloadOf(event).data, "cron") : undefined;
  return {
    eventIds: run.eventIds,
    ...(event === undefined || cron !== undefined ? {} : { eventName: event.name }),
    isBatch: run.batchId !== undefined || run.eventIds.length > 1,
    ...(run.batchId === undefined ? {} : { batchId: run.batchId }),
    ...(cron === undefined ? {} : { cronSchedule: cron }),
    ...(run.invokedBy === undefined ? {} : { invokedBy: { runId: run.invokedBy.runId } }),
  };
}

/** The time of all steps, and of the failures of the code between them. */
function runStretches(detail: RunDetail, now: number): readonly Stretch[] {
  const { run, steps } = detail;
  const units = attemptsByUnit(detail.attempts);
  const stretches = steps.flatMap((step) =>
    stepStretches(step, { attempts: units.get(step.key) ?? [], run, steps, now }),
  );
  stretches.push(...codeStretches(units.get(discoveryStepId) ?? [], run, steps, now));
  for (const unit of namelessUnits(units, steps)) {
    stretches.push(...inlineStretches(units.get(unit) ?? [], run, steps, now));
  }
  return stretches;
}
