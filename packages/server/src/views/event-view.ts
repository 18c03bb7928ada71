// Events as the REST API shows them.

import { payloadOf, type StoredEvent } from "@stepwell/core";
import type { EventEffectCounts } from "@stepwell/engine";
import { isJsonObject, reservedNamePrefix, stringAt, systemEvent } from "@stepwell/protocol";
import type { EventEffects, EventSource, EventView } from "@stepwell/protocol/rest";
import { timestamp } from "./time.ts";

/** What it did not do is left out, but for runs. */
export function effectsView(counts: EventEffectCounts): EventEffects {
  const { runs, notStarted, resumed, cancelled, duplicateOf } = counts;
  return {
    runs,
    notStarted,
    ...(resumed === 0 ? {} : { resumed }),
    ...(cancelled === 0 ? {} : { cancelled }),
    ...(duplicateOf === undefined ? {} : { duplicateOf }),
  };
}

/** @param dataLengthMax longest data shown, in UTF-16 units. */
export function eventView(event: StoredEvent, dataLengthMax: number, effects?: EventEffects): EventView {
  const { data, user, v } = payloadOf(event);
  const text = JSON.stringify(data);
  return {
    id: event.id,
    externalId: event.externalId,
    name: event.name,
    receivedAt: timestamp(event.receivedAt),
    ts: timestamp(event.ts),
    isSystem: event.name.startsWith(reservedNamePrefix),
    ...(text.length > dataLengthMax ? {} : { data }),
    dataBytes: Buffer.byteLength(text),
    ...(Object.keys(user).length === 0 ? {} : { user }),
    ...(v === undefined ? {} : { v }),
    source: sourceOf(event),
    ...(effects === undefined ? {} : { effects }),
  };
}

/** An invoke step's event names its run; what a run sent with `step.sendEvent` came in like any other. */
function sourceOf(event: StoredEvent): EventSource {
  if (event.sourceRunId !== undefined) return { kind: "engine", runId: event.sourceRunId };
  if (event.name !== systemEvent.invoked) {
    return { kind: event.name.startsWith(reservedNamePrefix) ? "engine" : "api" };
  }
  const meta = payloadOf(event).data._inngest;
  if (!isJsonObject(meta)) return { kind: "api" };
  const [runId] = (stringAt(meta, "correlation_id") ?? "").split(".");
  const stepName = stringAt(meta, "name");
  if (runId === undefined || runId === "") return { kind: "api" };
  return { kind: "run", runId, ...(stepName === undefined ? {} : { stepName }) };
}
