// W3C trace context: what is accepted, what is passed on, and ids that follow from a run's.

import { describe, expect, test } from "vitest";
import {
  asRunId,
  asStepKey,
  contextWithin,
  parseTraceContext,
  runSpanId,
  runTrace,
  stepSpanId,
  ulidHex,
} from "../src/index.ts";

const traceId = "0af7651916cd43dd8448eb211c80319c";
const spanId = "b7ad6b7169203331";

describe("parseTraceContext", () => {
  const rows: readonly (readonly [string, string | undefined, string | undefined])[] = [
    ["a recorded trace", `00-${traceId}-${spanId}-01`, `00-${traceId}-${spanId}-01`],
    ["one that is not recorded", `00-${traceId}-${spanId}-00`, `00-${traceId}-${spanId}-00`],
    ["capitals and spaces", ` 00-${traceId.toUpperCase()}-${spanId}-01 `, `00-${traceId}-${spanId}-01`],
    ["flags of later versions are dropped", `00-${traceId}-${spanId}-ff`, `00-${traceId}-${spanId}-01`],
    ["a later version with more parts", `cc-${traceId}-${spanId}-01-more`, `00-${traceId}-${spanId}-01`],
    ["version 00 with more parts", `00-${traceId}-${spanId}-01-more`, undefined],
    ["version ff", `ff-${traceId}-${spanId}-01`, undefined],
    ["a trace of zeros", `00-${"0".repeat(32)}-${spanId}-01`, undefined],
    ["a span of zeros", `00-${traceId}-${"0".repeat(16)}-01`, undefined],
    ["too short", `00-${traceId.slice(1)}-${spanId}-01`, undefined],
    ["nothing", undefined, undefined],
  ];
  for (const [what, given, expected] of rows)
    test(`${what}: ${expected === undefined ? "no trace" : "is read"}`, () => {
      expect(parseTraceContext(given, undefined)?.traceparent).toBe(expected);
    });

  test("tracestate is kept without our own entries, and dropped where it is too long", () => {
    const parent = `00-${traceId}-${spanId}-01`;
    const state = (text: string) => parseTraceContext(parent, text)?.tracestate;
    expect(state("a=1,inngest@app=x, inngest@fn=y,b=2")).toBe("a=1,b=2");
    expect(state("inngest@app=x")).toBe(undefined);
    expect(state(`a=${"x".repeat(600)}`)).toBe(undefined);
  });
});

describe("ids", () => {
  const runId = asRunId("01ARZ3NDEKTSV4RRFFQ69G5FAV");

  test("a ULID is 128 bits", () => {
    expect(ulidHex(runId)).toBe("01563e3ab5d3d6764c61efb99302bd5b");
    expect(ulidHex("7ZZZZZZZZZZZZZZZZZZZZZZZZZ")).toBe("f".repeat(32));
    expect(ulidHex("00000000000000000000000000")).toBe("0".repeat(32));
  });

  test("a run without a sender's trace has its own id as trace; steps are spans of their own", () => {
    const own = runTrace(runId, undefined);
    expect(own).toEqual({ traceId: "01563e3ab5d3d6764c61efb99302bd5b", isSampled: true });
    expect(runSpanId(runId)).toBe("4c61efb99302bd5b");
    const step = stepSpanId(runId, asStepKey("a"));
    expect(step).toMatch(/^[0-9a-f]{16}$/);
    expect(stepSpanId(asRunId("01ARZ3NDEKTSV4RRFFQ69G5FAW"), asStepKey("a"))).not.toBe(step);
    expect(contextWithin(own, step).traceparent).toBe(`00-${own.traceId}-${step}-01`);
  });

  test("a sender's trace goes on, its state and its wish not to be recorded too", () => {
    const context = { traceparent: `00-${traceId}-${spanId}-00`, tracestate: "a=1" };
    const trace = runTrace(runId, context);
    expect(trace).toEqual({ traceId, parentSpanId: spanId, isSampled: false, tracestate: "a=1" });
    expect(contextWithin(trace, runSpanId(runId))).toEqual({
      traceparent: `00-${traceId}-4c61efb99302bd5b-00`,
      tracestate: "a=1",
    });
  });
});
