// Our spans as OpenTelemetry's exporters take them.

import type { Attributes, HrTime } from "@opentelemetry/api";
import type { Resource } from "@opentelemetry/resources";
import type { ReadableSpan } from "@opentelemetry/sdk-trace-base";
import type { SerializedError } from "@stepwell/protocol";
import type { Span } from "./run-spans.ts";

/** SpanKind, SpanStatusCode and TraceFlags of the API, by their numbers: no module is loaded for them. */
const spanKind = { internal: 0, consumer: 4 } as const;
const statusUnset = 0;
const statusError = 2;
const isSampled = 1;

export function readableSpan(span: Span, resource: Resource, version: string): ReadableSpan {
  const { traceId, spanId, parentSpanId, startedAt, endedAt, error } = span;
  const context = { traceId, spanId, traceFlags: isSampled };
  return {
    name: span.name,
    kind: spanKind[span.kind],
    spanContext: () => context,
    ...(parentSpanId === undefined
      ? {}
      : {
          parentSpanContext: {
            traceId,
            spanId: parentSpanId,
            traceFlags: isSampled,
            isRemote: span.hasRemoteParent,
          },
        }),
    startTime: timeOf(startedAt),
    endTime: timeOf(endedAt),
    duration: timeOf(endedAt - startedAt),
    ended: true,
    status: error === undefined ? { code: statusUnset } : { code: statusError, message: error.message },
    attributes: span.attributes,
    links: span.links.map((link) => ({ context: { ...link, traceFlags: isSampled, isRemote: true } })),
    events:
      error === undefined ? [] : [{ name: "exception", time: timeOf(endedAt), attributes: exception(error) }],
    resource,
    instrumentationScope: { name: "stepwell", version },
    droppedAttributesCount: 0,
    droppedEventsCount: 0,
    droppedLinksCount: 0,
  };
}

/** Seconds and nanoseconds. */
function timeOf(ms: number): HrTime {
  const seconds = Math.floor(ms / 1000);
  return [seconds, Math.round((ms - seconds * 1000) * 1e6)];
}

function exception({ name, message, stack }: SerializedError): Attributes {
  return {
    "exception.type": name,
    "exception.message": message,
    ...(stack === undefined ? {} : { "exception.stacktrace": stack }),
  };
}
