// Rate limit: at most `limit` admissions in any window of the period; the rest is dropped (decisions row 1). The last
// `limit` admissions have a row each; the one that is `limit` back must have left the window.

import type { RateLimit } from "../model/flow-control.ts";
import { keyPart } from "../schedule/lane.ts";
import type { Admission } from "./admission.ts";

export function passesRateLimit(admission: Admission): boolean {
  const { rateLimit } = admission.settings;
  if (rateLimit === undefined) return true;
  const value = rateKey(admission, rateLimit);
  return value === undefined ? false : value === "unlimited" || admitWithin(admission, rateLimit, value.key);
}

/** An event whose key is missing is not limited (semantics C8.5). */
function rateKey(
  admission: Admission,
  { key }: RateLimit,
): { readonly key: string } | "unlimited" | undefined {
  const head = `${admission.settings.id}/rate/`;
  if (key === undefined) return { key: head };
  const value = admission.keys.read("rateLimit.key", key);
  switch (value.kind) {
    case "missing":
      return "unlimited";
    case "value":
      return { key: `${head}${keyPart(value.text)}` };
    case "error":
      admission.tell({ kind: "expression-error", expression: key, message: value.reason });
      admission.failInvoker(`invoked function is rate limited: its key cannot be evaluated: ${value.reason}`);
      return undefined;
  }
}

function admitWithin(
  admission: Admission,
  { limit, periodMs, key: source }: RateLimit,
  key: string,
): boolean {
  const { event, now } = admission;
  const count = admission.limit("rate", key)?.count ?? 0;
  if (admission.isWaiting) return false;
  const oldest = count < limit ? undefined : admission.limit("rate-start", startKey(key, count - limit));
  if (admission.isWaiting) return false;
  if (oldest !== undefined && oldest.at > now - periodMs) {
    admission.tell({
      kind: "rate-limited",
      limit,
      periodMs,
      ...(source === undefined ? {} : { key: key.slice(`${admission.settings.id}/rate/`.length) }),
      freeAt: oldest.at + periodMs,
      byEventId: oldest.eventId,
    });
    admission.failInvoker("invoked function is rate limited");
    return false;
  }
  const expiresAt = now + periodMs;
  admission.putLimit({ kind: "rate", key, count: count + 1, expiresAt });
  admission.putLimit({
    kind: "rate-start",
    key: startKey(key, count),
    at: now,
    eventId: event.id,
    expiresAt,
  });
  if (count >= limit) admission.removeLimit(startKey(key, count - limit));
  return true;
}

function startKey(key: string, number: number): string {
  return `${key}#${number}`;
}
