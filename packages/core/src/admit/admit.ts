// Admission: what becomes of an event that matches a function, in the order of semantics C13. Each rule either lets
// the event through to the next one or ends its way with a reason that is kept (decisions row 6).

import type { StoredEvent } from "../model/event.ts";
import type { FunctionSettings } from "../model/function.ts";
import type { ShardState } from "../state.ts";
import { Admission, type Admitted, admitted } from "./admission.ts";
import { joinBatch } from "./batch.ts";
import { openDebounce } from "./debounce.ts";
import { passesIdempotency } from "./idempotency.ts";
import { passesRateLimit } from "./rate-limit.ts";
import { startSingly } from "./start.ts";

export function admit(
  state: ShardState,
  settings: FunctionSettings,
  event: StoredEvent,
  now: number,
): Admitted {
  const admission = new Admission(state, settings, event, now);
  takeIn(admission);
  return admitted(admission);
}

function takeIn(admission: Admission): void {
  const { settings, keys } = admission;
  const { batch, debounce } = settings;
  if (batch !== undefined && (batch.condition === undefined || keys.isTrue(batch.condition)))
    return joinBatch(admission, batch);
  // An idempotency key is a rate limit of one in 24 hours, and takes the place of another one (semantics C3.1).
  const isWithinRate =
    settings.idempotency === undefined
      ? passesRateLimit(admission)
      : passesIdempotency(admission, settings.idempotency);
  if (!isWithinRate || admission.isWaiting) return;
  if (debounce !== undefined) return openDebounce(admission, debounce);
  startSingly(admission, { dueAt: Math.max(admission.now, admission.event.ts) });
}
