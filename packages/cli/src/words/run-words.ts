// What happened to a run: its state, one line for lists, one sentence for itself. The words are the dashboard's; they
// are built from facts and foretell nothing.

import type { ErrorView, RunActivity, RunDetailView, RunView, SpanStatus } from "@stepwell/protocol/rest";
import { at, moment } from "./moment.ts";
import { counted, duration } from "./number.ts";
import { harmless, oneLine } from "./one-line.ts";

export type State =
  | "queued"
  | "running"
  | "waiting"
  | "sleeping"
  | "completed"
  | "failed"
  | "cancelled"
  | "skipped"
  | "retrying";

export function runState(run: Pick<RunView, "status" | "activity">): State {
  switch (run.status) {
    case "QUEUED":
      return "queued";
    case "RUNNING": {
      const kind = run.activity?.kind;
      return kind === "waiting" || kind === "sleeping" || kind === "retrying" ? kind : "running";
    }
    case "COMPLETED":
      return "completed";
    case "FAILED":
      return "failed";
    case "CANCELLED":
      return "cancelled";
    case "SKIPPED":
      return "skipped";
  }
}

export function spanState(status: SpanStatus): State {
  switch (status) {
    case "UNKNOWN":
    case "QUEUED":
      return "queued";
    case "RUNNING":
      return "running";
    case "WAITING":
      return "waiting";
    case "SLEEPING":
      return "sleeping";
    case "COMPLETED":
      return "completed";
    case "FAILED":
      return "failed";
    case "CANCELLED":
      return "cancelled";
    case "SKIPPED":
      return "skipped";
  }
}

/** `TypeError: fetch failed`; the name is left out where it says nothing. */
export function errorLine(error: ErrorView): string {
  const first = harmless(error.message.split("\n", 1)[0] ?? "");
  const name = harmless(error.name);
  if (name === "" || name === "Error") return first === "" ? "Error without a message" : first;
  return first === "" ? name : `${name}: ${first}`;
}

/** `, attempt 2 of 5`; nothing for a first attempt. */
function attemptWords(attempt: number | undefined, attemptsMax: number | undefined): string {
  if (attempt === undefined || attempt === 0) return "";
  return attemptsMax === undefined
    ? `, attempt ${attempt + 1}`
    : `, attempt ${attempt + 1} of ${attemptsMax}`;
}

/** The column "What happened". */
export function whatHappened(run: RunView, now: number): string {
  switch (run.status) {
    case "QUEUED":
    case "RUNNING":
      return run.activity === undefined ? "" : activityLine(run.activity, now);
    case "COMPLETED":
      if (run.output === undefined && run.outputBytes !== undefined) return "returned a large value";
      return `returned ${oneLine(run.output ?? null)}`;
    case "FAILED":
      return run.error === undefined ? "failed without an error" : errorLine(run.error);
    case "CANCELLED":
    case "SKIPPED":
      return harmless(run.reason ?? "");
  }
}

function activityLine(activity: RunActivity, now: number): string {
  switch (activity.kind) {
    case "queued":
      if (activity.heldBackBy !== undefined) return `held back: ${harmless(activity.heldBackBy.text)}`;
      return activity.startsAt === undefined ? "due now" : `starts ${moment(at(activity.startsAt), now)}`;
    case "running":
      return `${stepOr(activity.stepName, "between steps")}${attemptWords(activity.attempt, activity.maxAttempts)}`;
    case "retrying":
      return `${stepOr(activity.stepName, "between steps")}${attemptWords(activity.attempt, activity.maxAttempts)} ${dueWords(at(activity.retryAt), now)}`;
    case "waiting": {
      const more = (activity.openWaits ?? 1) < 2 ? "" : ` and ${(activity.openWaits ?? 1) - 1} more`;
      const until = activity.until === undefined ? "" : ` until ${moment(at(activity.until), now)}`;
      return `${activity.targetKind === "function" ? "run of " : ""}${harmless(activity.target)}${more}${until}`;
    }
    case "sleeping":
      return `${harmless(activity.stepName)} until ${moment(at(activity.until), now)}`;
  }
}

function stepOr(name: string | undefined, otherwise: string): string {
  return name === undefined ? otherwise : harmless(name);
}

function dueWords(dueAt: number, now: number): string {
  if (dueAt <= now) return "now";
  return dueAt - now < 60_000 ? `in ${duration(dueAt - now)}` : `at ${moment(dueAt, now)}`;
}

/** The first words of a run by itself. */
export function runSentence(run: RunDetailView, now: number): string {
  const inTime = run.durationMs === undefined ? "" : ` after ${duration(run.durationMs)}`;
  switch (run.status) {
    case "QUEUED":
    case "RUNNING":
      return run.activity === undefined ? "No news of it yet." : activitySentence(run.activity, run, now);
    case "COMPLETED":
      return `It finished${inTime}${retriesWords(run.retries)}.`;
    case "FAILED": {
      const where = run.failedStepName === undefined ? "Its code" : `Step ${harmless(run.failedStepName)}`;
      const error = run.error === undefined ? "an error without a message" : errorLine(run.error);
      const next = run.maxAttempts === 1 ? "It has no retries." : "It is not tried again.";
      return `${where} threw ${error}${inTime}. ${next}`;
    }
    case "CANCELLED": {
      const by = run.reason === undefined ? "It was stopped" : `Stopped ${harmless(run.reason)}`;
      return `${by}${inTime}. Finished steps keep their results.`;
    }
    case "SKIPPED":
      return `It did not start${run.reason === undefined ? "" : `: ${harmless(run.reason)}`}.`;
  }
}

function retriesWords(retries: number | undefined): string {
  if (retries === undefined || retries === 0) return "";
  return `; ${counted(retries, "attempt")} failed on the way and ${retries === 1 ? "was" : "were"} tried again`;
}

function activitySentence(activity: RunActivity, run: RunView, now: number): string {
  switch (activity.kind) {
    case "queued": {
      const waited = duration(now - at(run.queuedAt));
      if (activity.heldBackBy !== undefined)
        return `Queued for ${waited}. Held back: ${harmless(activity.heldBackBy.text)}.`;
      if (activity.startsAt !== undefined) return `It starts at ${moment(at(activity.startsAt), now)}.`;
      return `Queued for ${waited}. It is due and waits for its first call.`;
    }
    case "running":
      return `It runs ${activity.stepName === undefined ? "its code between steps" : `step ${harmless(activity.stepName)}`}${attemptWords(activity.attempt, activity.maxAttempts)}.`;
    case "retrying": {
      const where = activity.stepName === undefined ? "Its code" : `Step ${harmless(activity.stepName)}`;
      const why = activity.error === undefined ? "" : ` with ${errorLine(activity.error)}`;
      const next = attemptWords(activity.attempt, activity.maxAttempts).replace(/^, /, "");
      const due = dueWords(at(activity.retryAt), now);
      return `${where} failed${why}. It is tried again ${due}${next === "" ? "" : ` (${next})`}.`;
    }
    case "waiting":
      return waitingSentence(activity, now);
    case "sleeping":
      return `It sleeps in step ${harmless(activity.stepName)} until ${moment(at(activity.until), now)}. It costs nothing meanwhile.`;
  }
}

function waitingSentence(activity: RunActivity & { readonly kind: "waiting" }, now: number): string {
  const waits =
    activity.since === undefined ? "It waits" : `It has waited since ${moment(at(activity.since), now)}`;
  const kind =
    activity.targetKind === "event" ? "" : activity.targetKind === "signal" ? "the signal " : "a run of ";
  const more =
    (activity.openWaits ?? 1) < 2 ? "" : ` and ${counted((activity.openWaits ?? 1) - 1, "other wait")}`;
  const start = `${waits} for ${kind}${harmless(activity.target)}${more}.`;
  if (activity.until === undefined) return start;
  const until = moment(at(activity.until), now);
  return activity.targetKind === "function"
    ? `${start} If it has not ended by ${until}, the step fails.`
    : `${start} If none arrives by ${until}, the wait returns null and the run goes on.`;
}
