// Failed attempts by the unit that failed: a step's key, or `step` for the code between steps.

import type { FailedAttempt } from "@stepwell/core";

export type AttemptsByUnit = ReadonlyMap<string, readonly FailedAttempt[]>;

/** Oldest first within each unit. */
export function attemptsByUnit(attempts: readonly FailedAttempt[]): AttemptsByUnit {
  const units = new Map<string, FailedAttempt[]>();
  for (const attempt of [...attempts].sort((left, right) => left.endedAt - right.endedAt)) {
    const unit = units.get(attempt.stepId);
    if (unit === undefined) units.set(attempt.stepId, [attempt]);
    else unit.push(attempt);
  }
  return units;
}
