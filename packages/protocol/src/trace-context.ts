// W3C trace context: how a trace goes on through events, runs and calls. All ids follow from those of the run, so that
// spans that are written later, from what is stored, are the parents that apps have been told of.

import type { RunId, StepKey } from "./ids.ts";
import { sha256Hex } from "./signature.ts";
import { isUlid, ulidHex } from "./ulid.ts";

/** The headers `traceparent` and `tracestate`, as they travel. */
export interface TraceContext {
  readonly traceparent: string;
  readonly tracestate?: string;
}

/** Where a run stands among traces. */
export interface RunTrace {
  /** 32 lower-case hexadecimal digits: the trace of whoever sent the event, else one of the run's own. */
  readonly traceId: string;
  /** The span that sent the event or invoked the function. */
  readonly parentSpanId?: string;
  /** Whether whoever began the trace records it. */
  readonly isSampled: boolean;
  readonly tracestate?: string;
}

const pattern = /^([0-9a-f]{2})-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(-.*)?$/;
const tracestateMax = 512;
/** Entries of `tracestate` that a call adds anew (protocol §4.1). */
const ownEntry = /^\s*inngest@/;

/** Reads the headers; undefined when there is no trace, or none that the standard allows. */
export function parseTraceContext(
  traceparent: string | undefined,
  tracestate: string | undefined,
): TraceContext | undefined {
  const [, version = "ff", traceId = "", spanId = "", flags = "", more] =
    pattern.exec(traceparent?.trim().toLowerCase() ?? "") ?? [];
  const isZero = /^0*$/.test(traceId) || /^0*$/.test(spanId);
  if (version === "ff" || isZero || (version === "00" && more !== undefined)) return undefined;
  const state = (tracestate ?? "")
    .split(",")
    .filter((entry) => entry.trim() !== "" && !ownEntry.test(entry))
    .join(",");
  // What later versions add to the flags may not be passed on.
  const parent = `00-${traceId}-${spanId}-0${Number.parseInt(flags, 16) & 1}`;
  const isKept = state !== "" && state.length <= tracestateMax;
  return { traceparent: parent, ...(isKept ? { tracestate: state } : {}) };
}

/** @param context of the event that the run was started by; a run without one begins a trace of its own. */
export function runTrace(runId: RunId, context: TraceContext | undefined): RunTrace {
  if (context === undefined) return { traceId: runHex(runId), isSampled: true };
  const [, traceId = "", parentSpanId = "", flags] = context.traceparent.split("-");
  const { tracestate } = context;
  return {
    traceId,
    parentSpanId,
    isSampled: flags !== "00",
    ...(tracestate === undefined ? {} : { tracestate }),
  };
}

/** The run as a span. */
export function runSpanId(runId: RunId): string {
  return runHex(runId).slice(16);
}

/** A step of a run as a span, and whatever else a run has one of under a name. */
export function stepSpanId(runId: RunId, step: StepKey | string): string {
  return sha256Hex(`${runId}/${step}`).slice(0, 16);
}

/** The context under which a span does its work. */
export function contextWithin(trace: RunTrace, spanId: string): TraceContext {
  const { traceId, isSampled, tracestate } = trace;
  const traceparent = `00-${traceId}-${spanId}-${isSampled ? "01" : "00"}`;
  return { traceparent, ...(tracestate === undefined ? {} : { tracestate }) };
}

/** The 128 bits of a run's id: their second half is chance, so that it serves as a span's id. */
function runHex(runId: RunId): string {
  return isUlid(runId) ? ulidHex(runId) : sha256Hex(runId).slice(0, 32);
}
