// Where a run stands among traces: told by the event that started it.

import {
  contextWithin,
  isJsonObject,
  parseTraceContext,
  type RunId,
  type RunTrace,
  runSpanId,
  runTrace,
  stringAt,
  systemEvent,
  type TraceContext,
} from "@stepwell/protocol";
import { payloadOf, type StoredEvent } from "./event.ts";

/** The trace that an event carries: its sender's, that of an invoking step, or that of the run whose end emitted it. */
export function traceOfEvent(event: StoredEvent): TraceContext | undefined {
  if (event.trace !== undefined) return event.trace;
  if (event.name === systemEvent.invoked) return invokingTrace(event);
  const { sourceRunId } = event;
  return sourceRunId === undefined
    ? undefined
    : contextWithin(runTrace(sourceRunId, undefined), runSpanId(sourceRunId));
}

/** What an invoke step puts into its event (protocol §8.1, `tc`). */
function invokingTrace(event: StoredEvent): TraceContext | undefined {
  const meta = payloadOf(event).data._inngest;
  const carrier = isJsonObject(meta) ? meta.tc : undefined;
  if (!isJsonObject(carrier)) return undefined;
  return parseTraceContext(stringAt(carrier, "traceparent"), stringAt(carrier, "tracestate"));
}

/** @param events the triggering events, first one first. */
export function traceOfRun(runId: RunId, events: readonly StoredEvent[]): RunTrace {
  const [first] = events;
  return runTrace(runId, first === undefined ? undefined : traceOfEvent(first));
}
