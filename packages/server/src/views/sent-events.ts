// Which events a step sent, as far as its result tells: an encrypted one does not.

import type { Step } from "@stepwell/core";
import { asEventId, type EventId, isJsonObject, isUlid, parseJson } from "@stepwell/protocol";

/** `{ids}` from TypeScript, a bare array from Python. */
export function sentEventIds(step: Step): readonly EventId[] {
  if (step.stepType !== "step.sendEvent" || step.result === undefined) return [];
  const value = parseJson(step.result);
  const data = value.kind === "parsed" && isJsonObject(value.value) ? value.value.data : undefined;
  const ids: unknown = isJsonObject(data) ? data.ids : data;
  if (!Array.isArray(ids)) return [];
  return ids.filter((id) => typeof id === "string" && isUlid(id)).map((id) => asEventId(String(id)));
}
