// Admission: whether an event that matches a function starts a run of it, and the reason when it does not.

import { asRunId, asStepKey } from "@stepwell/protocol";
import type { Change } from "../change.ts";
import { dedupeMs } from "../model/admission.ts";
import { invocationTarget, type StoredEvent } from "../model/event.ts";
import type { FunctionSettings } from "../model/function.ts";
import { newRunId } from "../model/ids.ts";
import { invocationFailed } from "../route/invocation.ts";
import { queuedRun, startRun } from "../run/start.ts";
import type { ShardState } from "../state.ts";

/**
 * The deduplication key that must be known before admission: only an id that the sender chose can come twice
 * (semantics A4). An internal id, and that of an event of the engine itself, is unique.
 */
export function dedupeNeed(settings: FunctionSettings, event: StoredEvent): string | undefined {
  const isUnique = event.externalId === event.id || event.sourceRunId !== undefined;
  return isUnique ? undefined : `${settings.id}/${event.externalId}`;
}

export function admit(
  state: ShardState,
  settings: FunctionSettings,
  event: StoredEvent,
  now: number,
): readonly Change[] {
  const target = invocationTarget(event);
  const key = dedupeNeed(settings, event);
  const earlier = key === undefined ? undefined : state.dedupe(key);
  if (earlier !== undefined && earlier !== null && earlier.expiresAt > now) {
    const reason = { kind: "deduplicated" as const, byEventId: earlier.eventId, runId: earlier.runId };
    const told: Change = {
      kind: "outcome.put",
      outcome: { eventId: event.id, functionId: settings.id, reason },
    };
    if (target?.invokedBy === undefined) return [told];
    const message = `The invocation was deduplicated: run ${earlier.runId} has the same event id ${event.externalId}.`;
    return [told, invocationFailed(target.invokedBy, message, now)];
  }
  const id = newRunId(now, `${settings.id}/${event.id}`);
  const invokedBy = target?.invokedBy;
  const run = {
    ...queuedRun({
      id,
      functionId: settings.id,
      queuedAt: now,
      eventIds: [event.id],
      sequence: event.sequence,
    }),
    ...(invokedBy === undefined
      ? {}
      : { invokedBy: { runId: asRunId(invokedBy.runId), stepKey: asStepKey(invokedBy.stepKey) } }),
  };
  const changes = [...startRun(settings, [event], run, Math.max(now, event.ts), state.sequence)];
  if (key !== undefined) {
    changes.push({
      kind: "dedupe.put",
      dedupe: { key, eventId: event.id, runId: id, expiresAt: now + dedupeMs },
    });
  }
  return changes;
}
