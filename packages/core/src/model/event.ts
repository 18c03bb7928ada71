// A stored event: an immutable fact with its place in the order of receipt.

import {
  type EventId,
  type EventPayload,
  type FunctionId,
  isJsonObject,
  parseEventPayload,
  type RunId,
  stringAt,
  type TraceContext,
} from "@stepwell/protocol";

export interface StoredEvent {
  readonly id: EventId;
  /** Order of receipt on this shard; the only order that rules compare (semantics H8.9). */
  readonly sequence: number;
  /** Unix ms. */
  readonly receivedAt: number;
  readonly name: string;
  /** The id that handlers see: the sender's, else the internal one. It is what deduplication compares. */
  readonly externalId: string;
  /** Event time in unix ms, as given or the time of receipt. */
  readonly ts: number;
  /** The payload as JSON text, exactly as handlers see it. */
  readonly text: string;
  /** The run whose end emitted this system event. */
  readonly sourceRunId?: RunId;
  /** The trace of whoever sent it, if it told one. */
  readonly trace?: TraceContext;
  /** The function whose schedule emitted it: it starts that one whatever its triggers say. */
  readonly forFunctionId?: FunctionId;
}

const payloads = new WeakMap<StoredEvent, EventPayload>();

/** The parsed payload; parsed once per stored event held in memory. */
export function payloadOf(event: StoredEvent): EventPayload {
  const known = payloads.get(event);
  if (known !== undefined) return known;
  const payload = parseEventPayload(event.text);
  payloads.set(event, payload);
  return payload;
}

/** Where an invocation event goes (protocol §8.1); undefined for every other event. */
export interface InvocationTarget {
  /** Slug or UUID. */
  readonly functionId: string;
  readonly invokedBy?: { readonly runId: string; readonly stepKey: string };
}

export function invocationTarget(event: StoredEvent): InvocationTarget | undefined {
  if (event.name !== "inngest/function.invoked") return undefined;
  const meta = payloadOf(event).data._inngest;
  if (!isJsonObject(meta)) return undefined;
  const functionId = stringAt(meta, "fn_id");
  if (functionId === undefined) return undefined;
  const [runId, stepKey] = (stringAt(meta, "correlation_id") ?? "").split(".");
  return {
    functionId,
    ...(runId === undefined || stepKey === undefined ? {} : { invokedBy: { runId, stepKey } }),
  };
}
