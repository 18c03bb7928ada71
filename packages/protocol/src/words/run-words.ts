// What happened to a run: one line for lists, one sentence for itself.

import type { ErrorView, RunActivity, RunDetailView, RunView } from "../rest/run.ts";
import { at, dueWords, moment, onMoment } from "./moment.ts";
import { counted, durationWords } from "./number.ts";
import { harmless, oneLine } from "./one-line.ts";
import { bad, code, name, type Sentence } from "./part.ts";

/** `TypeError: fetch failed`; the name is left out where it says nothing. */
export function errorLine(error: ErrorView): string {
  const first = harmless(error.message.split("\n", 1)[0] ?? "");
  const errorName = harmless(error.name);
  if (errorName === "" || errorName === "Error") return first === "" ? "Error without a message" : first;
  return first === "" ? errorName : `${errorName}: ${first}`;
}

/** `, attempt 2 of 5`; nothing for a first attempt. */
function attemptWords(attempt: number | undefined, max: number | undefined): string {
  if (attempt === undefined || attempt === 0) return "";
  return max === undefined ? `, attempt ${attempt + 1}` : `, attempt ${attempt + 1} of ${max}`;
}

/** The column "What happened". */
export function whatHappened(run: RunView, now: number): Sentence {
  switch (run.status) {
    case "QUEUED":
    case "RUNNING":
      return run.activity === undefined ? [] : activityLine(run.activity, now);
    case "COMPLETED":
      if (run.output === undefined && run.outputBytes !== undefined) return ["returned a large value"];
      return ["returned ", code(oneLine(run.output ?? null))];
    case "FAILED":
      return [bad(run.error === undefined ? "Failed without an error" : errorLine(run.error))];
    case "CANCELLED":
    case "SKIPPED":
      return run.reason === undefined ? [] : [run.reason];
  }
}

function activityLine(activity: RunActivity, now: number): Sentence {
  switch (activity.kind) {
    case "queued":
      if (activity.heldBackBy !== undefined) return [`Held back: ${activity.heldBackBy.text}`];
      if (activity.startsAt !== undefined) return [`Starts ${moment(at(activity.startsAt), now)}`];
      return ["Due now"];
    case "running": {
      const attempt = attemptWords(activity.attempt, activity.maxAttempts);
      return activity.stepName === undefined
        ? [`Between steps${attempt}`]
        : [code(activity.stepName), ...(attempt === "" ? [] : [attempt])];
    }
    case "retrying": {
      const attempt = attemptWords(activity.attempt, activity.maxAttempts);
      const retry = `${attempt} ${dueWords(at(activity.retryAt), now)}`;
      return activity.stepName === undefined ? [`Between steps${retry}`] : [code(activity.stepName), retry];
    }
    case "waiting": {
      const until = activity.until === undefined ? "" : ` until ${moment(at(activity.until), now)}`;
      return [
        activity.targetKind === "function" ? "run of " : "",
        code(activity.target),
        `${andOthers(activity.openWaits, "more", "more")}${until}`,
      ];
    }
    case "sleeping":
      return [code(activity.stepName), ` until ${moment(at(activity.until), now)}`];
  }
}

/** The first words of a run by itself. They go on from its state: `Waiting`, `41 minutes so far for order/paid.` */
export function runSentence(run: RunDetailView, now: number): Sentence {
  const took = run.durationMs === undefined ? undefined : durationWords(run.durationMs);
  const inTime = took === undefined ? "" : ` after ${took}`;
  switch (run.status) {
    case "QUEUED":
    case "RUNNING":
      return run.activity === undefined ? ["No news of it yet."] : activitySentence(run.activity, run, now);
    case "COMPLETED":
      return [
        `It finished${inTime}`,
        ...(run.retries === undefined || run.retries === 0
          ? ["."]
          : [
              `; ${counted(run.retries, "attempt")} failed on the way and ${run.retries === 1 ? "was" : "were"} tried again.`,
            ]),
      ];
    case "FAILED": {
      const error = run.error === undefined ? "an error without a message" : errorLine(run.error);
      return [
        ...(run.failedStepName === undefined
          ? ["Its code threw "]
          : ["Step ", name(run.failedStepName), " threw "]),
        bad(error),
        `${inTime}. ${run.maxAttempts === 1 ? "It has no retries." : "It is not tried again."}`,
      ];
    }
    case "CANCELLED":
      return [
        `${run.reason === undefined ? "It was stopped" : `Stopped ${run.reason}`}${inTime}. Finished steps keep their results.`,
      ];
    case "SKIPPED":
      return [`It did not start${run.reason === undefined ? "" : `: ${run.reason}`}.`];
  }
}

function activitySentence(activity: RunActivity, run: RunView, now: number): Sentence {
  switch (activity.kind) {
    case "queued": {
      const waited = durationWords(now - at(run.queuedAt));
      if (activity.heldBackBy !== undefined)
        return [`for ${waited}. Held back: ${activity.heldBackBy.text}.`];
      if (activity.startsAt !== undefined)
        return ["It starts ", name(onMoment(at(activity.startsAt), now)), "."];
      return [`for ${waited}. It is due and waits for its first call.`];
    }
    case "running": {
      const attempt = attemptWords(activity.attempt, activity.maxAttempts);
      return activity.stepName === undefined
        ? [`its code between steps${attempt}.`]
        : ["step ", name(activity.stepName), `${attempt}.`];
    }
    case "retrying":
      return [
        ...(activity.stepName === undefined ? ["Its code"] : ["Step ", name(activity.stepName)]),
        " failed",
        ...(activity.error === undefined ? [] : [" with ", bad(errorLine(activity.error))]),
        `. It is tried again ${dueWords(at(activity.retryAt), now, durationWords)}${attemptWords(activity.attempt, activity.maxAttempts)}.`,
      ];
    case "waiting":
      return waitingSentence(activity, now);
    case "sleeping":
      return [
        "in step ",
        name(activity.stepName),
        " until ",
        name(moment(at(activity.until), now)),
        ". It costs nothing meanwhile.",
      ];
  }
}

function waitingSentence(activity: RunActivity & { readonly kind: "waiting" }, now: number): Sentence {
  const since = activity.since === undefined ? "" : `${durationWords(now - at(activity.since))} so far `;
  const target =
    activity.targetKind === "event"
      ? name(activity.target, `/events?name=${encodeURIComponent(activity.target)}`)
      : name(activity.target);
  const kind =
    activity.targetKind === "event" ? "" : activity.targetKind === "signal" ? "the signal " : "a run of ";
  const more = andOthers(activity.openWaits, "other wait");
  if (activity.until === undefined) return [`${since}for ${kind}`, target, `${more}.`];
  const until = name(moment(at(activity.until), now));
  return activity.targetKind === "function"
    ? [`${since}for ${kind}`, target, `${more}. If it has not ended by `, until, ", the step fails."]
    : [
        `${since}for ${kind}`,
        target,
        `${more}. If none arrives by `,
        until,
        ", the wait returns null and the run goes on.",
      ];
}

/** ` and 2 other waits`; nothing for a single one. */
function andOthers(openWaits = 1, one: string, many?: string): string {
  return openWaits < 2 ? "" : ` and ${counted(openWaits - 1, one, many)}`;
}
