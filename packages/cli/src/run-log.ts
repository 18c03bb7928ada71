// The log of runs: one line per run that ended and per attempt that is tried again; at debug level one per event and
// per call. Each carries the ids of run, function and event, so that a line leads to what it speaks of.

import type { Change, FailedAttempt, FunctionSettings, Run } from "@stepwell/core";
import type { CallReport, Observer } from "@stepwell/engine";
import { discoveryStepId } from "@stepwell/protocol";
import type { Log } from "./log.ts";

/** An observer that writes what it is told. */
export function runLog(log: Log): Observer {
  const slugs = new Map<string, string>();
  const learn = ({ id, slug }: FunctionSettings): void => void slugs.set(id, slug);
  const slugOf = (id: string): string => slugs.get(id) ?? id;
  return {
    claimed(functions) {
      for (const settings of functions) learn(settings);
    },
    committed(changes) {
      for (const change of changes) {
        if (change.kind === "function.put") learn(change.settings);
        else logChange(change, slugOf, log);
      }
    },
    callDone: (report) => logCall(report, log),
  };
}

function logChange(change: Change, slugOf: (id: string) => string, log: Log): void {
  switch (change.kind) {
    case "event.put": {
      const { id, name } = change.event;
      log.debug(`Event ${name} (${id})`, { eventId: id, eventName: name });
      return;
    }
    case "run.create":
    case "run.put":
      if (change.run.endedAt !== undefined) logEnd(change.run, change.run.endedAt, slugOf, log);
      return;
    case "attempt.put":
      logAttempt(change.attempt, slugOf(change.functionId), log);
      return;
    default:
      return;
  }
}

function logEnd(run: Run, endedAt: number, slugOf: (id: string) => string, log: Log): void {
  const slug = slugOf(run.functionId);
  const durationMs = endedAt - run.queuedAt;
  const line = `${slug} ${run.status} after ${words(durationMs)} (run ${run.id})`;
  const [eventId] = run.eventIds;
  const detail = { runId: run.id, function: slug, eventId, status: run.status, durationMs };
  if (run.status === "failed")
    log.warn(`${line}: ${run.error?.name ?? "Error"}: ${run.error?.message ?? ""}`, detail);
  else log.info(line, detail);
}

/** The last attempt's error is told by the end of its run, or caught by the function. */
function logAttempt(attempt: FailedAttempt, slug: string, log: Log): void {
  const { runId, stepId, error, endedAt, retryAt } = attempt;
  if (retryAt === undefined) return;
  const detail = { runId, function: slug, stepId, attempt: attempt.attempt, retryAt };
  const line = `${slug} attempt ${attempt.attempt + 1} failed, next one in ${words(retryAt - endedAt)} (run ${runId})`;
  log.info(`${line}: ${error.name}: ${error.message}`, detail);
}

function logCall(report: CallReport, log: Log): void {
  const { functionSlug, runId, stepId, attempt, waitedMs, durationMs, answer } = report;
  const unit = stepId === discoveryStepId ? "" : ` for step ${stepId.slice(0, 8)}`;
  const took = words(Math.round(durationMs));
  const detail = {
    runId,
    function: functionSlug,
    stepId,
    attempt,
    waitedMs,
    durationMs,
    answer: answer.kind,
  };
  log.debug(
    `Called ${functionSlug}${unit}: ${answerWords[answer.kind]} after ${took} (run ${runId})`,
    detail,
  );
}

const answerWords: Readonly<Record<CallReport["answer"]["kind"], string>> = {
  returned: "it returned",
  ops: "it reported steps",
  failed: "it failed",
};

function words(ms: number): string {
  if (ms < 1000) return `${ms} ms`;
  if (ms < 60_000) return `${(ms / 1000).toFixed(1)} s`;
  return ms < 3_600_000 ? `${Math.round(ms / 60_000)} min` : `${(ms / 3_600_000).toFixed(1)} h`;
}
