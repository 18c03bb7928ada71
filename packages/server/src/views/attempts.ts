// Failed attempts by the unit that failed: a step's key, or `step` for the code between steps.

import type { FailedAttempt, Step } from "@stepwell/core";
import { discoveryStepId } from "@stepwell/protocol";

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

/** Steps of which only failed attempts are known: a step whose first call failed gets its row with its first result. */
export function namelessUnits(units: AttemptsByUnit, steps: readonly Step[]): readonly string[] {
  const known = new Set<string>(steps.map((step) => step.key));
  return [...units.keys()].filter((unit) => unit !== discoveryStepId && !known.has(unit));
}
