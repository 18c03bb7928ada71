// The events that a wait was offered and that did not match it.

import type { Timestamp } from "./envelope.ts";
import type { Truth } from "./outcome.ts";
import { restPath, segment } from "./query.ts";

/** One of `GET /runs/{id}/steps/{stepId}/misses`, newest first. */
export interface WaitMiss {
  readonly eventId: string;
  readonly receivedAt: Timestamp;
  /** The wait's condition over this event, taken apart. Absent for a condition that does not compile. */
  readonly truth?: Truth;
}

/** @param stepId the step's key, as the trace has it in `id`. */
export function waitMissesPath(runId: string, stepId: string): string {
  return restPath(`/runs/${segment(runId)}/steps/${segment(stepId)}/misses`);
}
