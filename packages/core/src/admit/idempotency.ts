// A function's idempotency key: the first event with a value starts a run, others with it are turned away for 24 hours
// (semantics C3).

import { dedupeMs } from "../model/admission.ts";
import { keyPart } from "../schedule/lane.ts";
import type { Admission } from "./admission.ts";

/** An event whose key is missing is not limited at all (semantics C3.3). */
export function passesIdempotency(admission: Admission, expression: string): boolean {
  const { state, settings, event, now, keys } = admission;
  const value = keys.read("idempotency", expression);
  if (value.kind === "missing") return true;
  if (value.kind === "error") {
    admission.tell({ kind: "expression-error", expression, message: value.reason });
    admission.failInvoker(
      `invoked function is rate limited: its idempotency key cannot be evaluated: ${value.reason}`,
    );
    return false;
  }
  const key = `${settings.id}/idempotency/${keyPart(value.text)}`;
  const earlier = state.dedupe(key);
  if (earlier === undefined) {
    admission.needs.push({ kind: "dedupe", key });
    return false;
  }
  if (earlier === null || earlier.expiresAt <= now) {
    admission.changes.push({
      kind: "dedupe.put",
      dedupe: { key, eventId: event.id, expiresAt: now + dedupeMs },
    });
    return true;
  }
  admission.tell({
    kind: "deduplicated",
    byEventId: earlier.eventId,
    ...(earlier.runId === undefined ? {} : { runId: earlier.runId }),
    until: earlier.expiresAt,
    idempotencyKey: value.text,
  });
  admission.failInvoker(
    `invoked function is rate limited: its idempotency key ${JSON.stringify(value.text)} has started a run already`,
  );
  return false;
}
