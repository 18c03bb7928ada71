// The trace that a request belongs to, so that what it starts goes on in it.

import { parseTraceContext, type TraceContext } from "@stepwell/protocol";
import type { Context } from "hono";

export function traceOfRequest(context: Context): TraceContext | undefined {
  return parseTraceContext(context.req.header("traceparent"), context.req.header("tracestate"));
}
