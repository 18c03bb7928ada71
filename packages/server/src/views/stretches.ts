// Where a step's time went, from what is stored: its row has start and end, failed attempts have rows of their own,
// and an attempt begins when the former one's retry was due.

import type { FailedAttempt, Run, Step } from "@stepwell/core";
import type { TimePartKind } from "@stepwell/protocol/rest";

/** A part of time in unix ms; without `until` it lasts still. */
export interface Stretch {
  readonly kind: TimePartKind;
  readonly from: number;
  readonly until?: number;
  /** Counts from 0. */
  readonly attempt?: number;
}

/** What a step's time is told from, beside its own row. */
export interface StepFacts {
  /** Failed attempts of this step, oldest first. */
  readonly attempts: readonly FailedAttempt[];
  readonly run: Run;
  /** All steps of the run. */
  readonly steps: readonly Step[];
  readonly now: number;
}

export function stepStretches(step: Step, facts: StepFacts): readonly Stretch[] {
  const { run } = facts;
  switch (step.kind) {
    case "sleep":
      return [parked("sleeping", step, run)];
    case "wait-for-event":
    case "wait-for-signal":
      return [parked("waiting", step, run)];
    case "invoke":
      return [parked("invoking", step, run)];
    case "run":
      return ranStretches(step, facts);
  }
}

function parked(kind: TimePartKind, step: Step, run: Run): Stretch {
  const until = step.endedAt ?? run.endedAt;
  return {
    kind,
    from: step.registeredAt,
    ...(until === undefined ? {} : { until: Math.max(until, step.registeredAt) }),
  };
}

function ranStretches(step: Step, { attempts, run, steps, now }: StepFacts): readonly Stretch[] {
  const [first] = attempts;
  const begin = Math.min(step.registeredAt, step.startedAt ?? Number.POSITIVE_INFINITY);
  const isPlanned = first === undefined || begin < first.endedAt;
  const stretches = isPlanned
    ? [...attemptStretches(attempts, (_, previous) => previous?.retryAt ?? begin, run, now)]
    : [...inlineStretches(attempts, run, steps, now)];
  const last = stretches.at(-1);
  if (step.status === "failed" && attempts.length > 0) return stretches;
  if (last !== undefined && last.until === undefined) return stretches;
  const from = last?.until ?? begin;
  if (step.endedAt === undefined) return [...stretches, ...openStretch(from, attempts.length, run)];
  const startedAt = Math.max(from, step.startedAt ?? from);
  if (startedAt > from) stretches.push({ kind: "queued", from, until: startedAt });
  const kind = step.status === "failed" ? "failed" : "ran";
  const until = Math.max(startedAt, step.endedAt);
  return [...stretches, { kind, from: startedAt, until, attempt: attempts.length }];
}

/** What is still under way; in a run that ended, code that no answer was waited for any more. */
function openStretch(from: number, attempt: number, run: Run): readonly Stretch[] {
  if (run.endedAt === undefined) return [{ kind: "running", from, attempt }];
  return run.endedAt > from ? [{ kind: "cancelled", from, until: run.endedAt, attempt }] : [];
}

/** When an attempt began, from it and the failed one before it. */
type Beginning = (attempt: FailedAttempt, previous: FailedAttempt | undefined) => number;

/** Failed attempts of the code between steps, which began where a step ended or a retry was due. */
export function codeStretches(
  attempts: readonly FailedAttempt[],
  run: Run,
  steps: readonly Step[],
  now: number,
): readonly Stretch[] {
  const begin: Beginning = (attempt, previous) =>
    Math.max(previous?.retryAt ?? 0, latestEnd(run, steps, attempt.endedAt));
  return attemptStretches(attempts, begin, run, now);
}

/** Failed attempts of a step that was not planned: its first one began where the code before it did. */
export function inlineStretches(
  attempts: readonly FailedAttempt[],
  run: Run,
  steps: readonly Step[],
  now: number,
): readonly Stretch[] {
  const begin: Beginning = (attempt, previous) => previous?.retryAt ?? latestEnd(run, steps, attempt.endedAt);
  return attemptStretches(attempts, begin, run, now);
}

/** The latest moment up to `at` from which code can have gone on. */
function latestEnd(run: Run, steps: readonly Step[], at: number): number {
  let latest = run.startedAt ?? run.queuedAt;
  for (const { endedAt } of steps)
    if (endedAt !== undefined && endedAt <= at && endedAt > latest) latest = endedAt;
  return Math.min(latest, at);
}

/** Failed attempts and the pauses behind them; the last pause is open while the next attempt is not due. */
function attemptStretches(
  attempts: readonly FailedAttempt[],
  begin: Beginning,
  run: Run,
  now: number,
): readonly Stretch[] {
  const stretches: Stretch[] = [];
  for (const [index, attempt] of attempts.entries()) {
    const next = attempts[index + 1];
    const { endedAt, retryAt } = attempt;
    const from = Math.max(
      stretches.at(-1)?.until ?? 0,
      Math.min(endedAt, begin(attempt, attempts[index - 1])),
    );
    const until = Math.max(from, endedAt);
    stretches.push({ kind: "failed", from, until, attempt: attempt.attempt });
    if (retryAt === undefined) continue;
    const isPending = next === undefined && run.endedAt === undefined && retryAt > now;
    const cut = Math.min(retryAt, next?.endedAt ?? run.endedAt ?? retryAt);
    stretches.push({ kind: "retrying", from: until, ...(isPending ? {} : { until: Math.max(until, cut) }) });
  }
  return stretches;
}
