// One function's outcome in the words of the REST API, from the reason that admission kept and the run that came of
// the event (decisions row 6).

import type { Outcome as KeptOutcome, Run, StoredEvent } from "@stepwell/core";
import type { Outcome } from "@stepwell/protocol/rest";
import { restStatus } from "./run-view.ts";
import { timestamp } from "./time.ts";
import { whyNot } from "./why-not.ts";

/** @param run the run that the event has of the function, if any. */
export function outcomeReason({ reason }: KeptOutcome, run: Run | undefined, event: StoredEvent): Outcome {
  const ofRun = run === undefined ? {} : { runId: run.id };
  switch (reason.kind) {
    case "filtered":
    case "expression-error":
      return { ...reason, ...whyNot(reason.expression, event) };
    case "deduplicated":
      return { ...reason, until: timestamp(reason.until) };
    case "rate-limited": {
      const { byEventId: usedByEventId, freeAt, ...rest } = reason;
      return { ...rest, freeAt: timestamp(freeAt), usedByEventId };
    }
    case "debounced":
      return { kind: "debounced", startsAt: timestamp(reason.startsAt), ...ofRun };
    case "superseded":
      return { kind: "debounced", supersededByEventId: reason.byEventId };
    case "batched": {
      const { batchId, maxSize, closesAt } = reason;
      const size = run === undefined ? {} : { size: run.eventIds.length };
      return { kind: "batched", batchId, maxSize, startsAt: timestamp(closesAt), ...size, ...ofRun };
    }
    case "singleton-skipped":
      return { kind: "singleton-skipped", runId: reason.byRunId };
    case "paused":
    case "draining":
      return { kind: reason.kind, since: timestamp(reason.since) };
    case "started":
      return {
        ...createdReason(reason.runId, run),
        ...(reason.cancelledRunId === undefined ? {} : { cancelledRunId: reason.cancelledRunId }),
      };
  }
}

export function createdReason(
  runId: string,
  run: Run | undefined,
): Outcome & { readonly kind: "run-created" } {
  return { kind: "run-created", runId, ...(run === undefined ? {} : { runStatus: restStatus(run.status) }) };
}
