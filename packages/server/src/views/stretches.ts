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

/** @param attempts failed attempts of this step, oldest first. */
export function stepStretches(
  step: Step,
  attempts: readonly FailedAttempt[],
  run: Run,
  now: number,
): readonly Stretch[] {
  switch (step.kind) {
    case "sleep":
      return [parked("sleeping", step, run)];
    case "wait-for-event":
    case "wait-for-signal":
      return [parked("waiting", step, run)];
    case "invoke":
      return [parked("invoking", step, run)];
    case "run":
      return ranStretches(step, attempts, run, now);
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

function ranStretches(
  step: Step,
  attempts: readonly FailedAttempt[],
  run: Run,
  now: number,
): readonly Stretch[] {
  const firstFailure = attempts[0]?.endedAt ?? Number.POSITIVE_INFINITY;
  const begin = Math.min(step.registeredAt, step.startedAt ?? Number.POSITIVE_INFINITY, firstFailure);
  const stretches = [...attemptStretches(attempts, begin, run, now)];
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

/** Failed attempts and the pauses behind them; the last pause is open while the next attempt is not due. */
export function attemptStretches(
  attempts: readonly FailedAttempt[],
  begin: number,
  run: Run,
  now: number,
): readonly Stretch[] {
  const stretches: Stretch[] = [];
  let from = begin;
  for (const [index, attempt] of attempts.entries()) {
    const failedAt = Math.max(from, attempt.endedAt);
    stretches.push({ kind: "failed", from, until: failedAt, attempt: attempt.attempt });
    from = failedAt;
    if (attempt.retryAt === undefined) continue;
    const next = attempts[index + 1];
    const retryAt = Math.max(
      failedAt,
      Math.min(attempt.retryAt, next?.endedAt ?? run.endedAt ?? attempt.retryAt),
    );
    const isPending = next === undefined && run.endedAt === undefined && attempt.retryAt > now;
    stretches.push({ kind: "retrying", from, ...(isPending ? {} : { until: retryAt }) });
    from = retryAt;
  }
  return stretches;
}
