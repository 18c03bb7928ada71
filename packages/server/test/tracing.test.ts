// Traces of runs, as a real OTLP receiver gets them, and the trace context on its way through events and calls.

import { type CallRequest, stepKey } from "@stepwell/protocol";
import { describe, expect, test } from "vitest";
import { type OtlpReceiver, otlpReceiver, type ReceivedSpan } from "./otlp-receiver.ts";
import { answered, op, type Rig, returned, rig, type Script } from "./rig.ts";

const hour = 3_600_000;

async function traced(
  receiver: Pick<OtlpReceiver, "url">,
  script: Script,
  protocol: "http/json" | "http/protobuf" = "http/protobuf",
): Promise<Rig> {
  const here = await rig({}, script, {
    url: `${receiver.url}/v1/traces`,
    headers: { authorization: "Bearer collector-secret" },
    protocol,
    version: "1.2.3",
  });
  await here.register("shop", {
    work: { triggers: [{ event: "shop/ordered" }], retries: 1 },
    child: { triggers: [] },
  });
  return here;
}

async function settle(here: Rig, ms: number): Promise<void> {
  await here.clock.advance(ms, () => here.engine.whenIdle());
  await here.tracing?.stop(1000);
}

const failedOnce: Script = (call) => {
  if (call.functionSlug !== "shop-work") return returned(1);
  if (call.stepId !== "step")
    return call.attempt === 0 ? answered(op.error("a", "no luck")) : answered(op.ran("a", 1));
  switch (call.steps.length) {
    case 0:
      return answered({ ...(op.ran("a") as object), op: "StepPlanned" }, op.sleep("nap", "1h"));
    case 2:
      return answered(op.wait("answer", "shop/answered", "2h"));
    case 3:
      return answered(op.invoke("child", "shop-child"));
    default:
      return returned("done");
  }
};

/** One line per span below another, with the attempts and times that matter. */
function tree(
  spans: readonly ReceivedSpan[],
  parent: ReceivedSpan,
  start = parent.startMs,
): readonly string[] {
  const children = spans.filter(
    (span) => span.parentSpanId === parent.spanId && span.traceId === parent.traceId,
  );
  return children
    .sort((left, right) => left.startMs - right.startMs || left.name.localeCompare(right.name))
    .flatMap((span) => {
      const times = `${span.startMs - start}–${span.endMs - start}`;
      const line = `${span.name} ${times}${span.statusCode === 2 ? ` failed: ${span.statusMessage}` : ""}`;
      return [line, ...tree(spans, span, start).map((below) => `  ${below}`)];
    });
}

describe("a trace per run", () => {
  for (const protocol of ["http/protobuf", "http/json"] as const) {
    test(`spans of queue, steps, attempts, sleep, wait and invoke reach the collector as ${protocol}`, async () => {
      const receiver = await otlpReceiver();
      const here = await traced(receiver, failedOnce, protocol);
      await here.post("/e/key", { name: "shop/ordered", data: {} });
      await settle(here, 5 * hour);
      const [run] = await here.engine.reader
        .listRuns({ limit: 10, order: "oldest" })
        .then(({ rows }) => rows);
      const root = receiver.spans.find((span) => span.name === "shop-work");
      if (root === undefined || run === undefined) throw new Error("There is no span of the run.");
      expect(root).toMatchObject({
        parentSpanId: "",
        kind: 5,
        startMs: run.queuedAt,
        endMs: run.endedAt,
        statusCode: 0,
        attributes: {
          "stepwell.run.id": run.id,
          "stepwell.run.status": "completed",
          "stepwell.function": "shop-work",
          "stepwell.app": "shop",
          "stepwell.event.name": "shop/ordered",
        },
        resource: { "service.name": "stepwell", "service.version": "1.2.3" },
      });
      const retryMs = here.calls.find((call) => call.attempt === 1) === undefined ? 0 : 1;
      expect(retryMs).toBe(1);
      const lines = tree(receiver.spans, root);
      const again = /attempt 2 (\d+)/.exec(lines.join("\n"))?.[1];
      expect(lines).toEqual([
        `a 0–${again}`,
        "  attempt 1 0–0 failed: no luck",
        `  attempt 2 ${again}–${again}`,
        `nap 0–${hour}`,
        "queued 0–0",
        `answer ${hour}–${3 * hour}`,
        `child ${3 * hour}–${3 * hour}`,
        `  shop-child ${3 * hour}–${3 * hour}`,
        `    queued ${3 * hour}–${3 * hour}`,
      ]);
      expect(receiver.requests[0]).toMatchObject({
        path: "/v1/traces",
        headers: { authorization: "Bearer collector-secret" },
      });
    });
  }

  test("a failed run's span carries the error, its failed attempts theirs", async () => {
    const receiver = await otlpReceiver();
    const here = await traced(receiver, () => ({
      kind: "failed",
      error: { name: "TypeError", message: "x is no function", stack: "at line 1" },
      retry: { kind: "backoff" },
    }));
    await here.post("/e/key", { name: "shop/ordered", data: {} });
    await settle(here, hour);
    const root = receiver.spans.find((span) => span.name === "shop-work");
    expect(root).toMatchObject({
      statusCode: 2,
      statusMessage: "x is no function",
      events: [
        {
          name: "exception",
          attributes: {
            "exception.type": "TypeError",
            "exception.message": "x is no function",
            "exception.stacktrace": "at line 1",
          },
        },
      ],
    });
    const attempts = receiver.spans.filter(
      (span) => span.parentSpanId === root?.spanId && /^attempt/.test(span.name),
    );
    expect(attempts.map((span) => [span.name, span.statusCode])).toEqual([
      ["attempt 1", 2],
      ["attempt 2", 2],
    ]);
  });

  test("a cancelled run ends its open steps with it", async () => {
    const receiver = await otlpReceiver();
    const here = await traced(receiver, () => answered(op.sleep("nap", "1h")));
    await here.post("/e/key", { name: "shop/ordered", data: {} });
    await here.clock.advance(1000, () => here.engine.whenIdle());
    const [run] = await here.engine.reader.listRuns({ limit: 1 }).then(({ rows }) => rows);
    if (run !== undefined) await here.engine.cancelRun(run.id);
    await settle(here, 1000);
    const nap = receiver.spans.find((span) => span.name === "nap");
    expect(nap?.attributes).toMatchObject({ "stepwell.step.status": "cancelled" });
    expect((nap?.endMs ?? 0) - (nap?.startMs ?? 0)).toBe(1000);
  });
});

describe("trace context", () => {
  const sender = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
  const called = (here: Rig, slug: string): CallRequest[] =>
    here.calls.filter((call) => call.functionSlug === slug);

  test("an event's trace goes on in its run, in the calls, in what it invokes and in its system events", async () => {
    const receiver = await otlpReceiver();
    const here = await traced(receiver, failedOnce);
    await here.register("watch", { ends: { triggers: [{ event: "inngest/function.finished" }] } });
    await here.post(
      "/e/key",
      { name: "shop/ordered", data: {} },
      { traceparent: sender, tracestate: "vendor=1" },
    );
    await settle(here, 5 * hour);
    const root = receiver.spans.find((span) => span.name === "shop-work");
    expect(root).toMatchObject({
      traceId: "0af7651916cd43dd8448eb211c80319c",
      parentSpanId: "b7ad6b7169203331",
    });
    expect(new Set(receiver.spans.map((span) => span.traceId))).toEqual(new Set([root?.traceId]));
    const [discovery, planned] = called(here, "shop-work");
    expect(discovery?.trace).toEqual({
      traceparent: `00-${root?.traceId}-${root?.spanId}-01`,
      tracestate: "vendor=1",
    });
    const step = receiver.spans.find((span) => span.name === "a");
    expect([planned?.stepId, planned?.trace.traceparent]).toEqual([
      stepKey("a"),
      `00-${root?.traceId}-${step?.spanId}-01`,
    ]);
    const invoke = receiver.spans.find((span) => span.name === "child");
    const child = receiver.spans.find((span) => span.name === "shop-child");
    expect(child?.parentSpanId).toBe(invoke?.spanId);
    const monitors = receiver.spans.filter((span) => span.name === "watch-ends");
    expect(monitors.map((span) => span.parentSpanId).sort()).toEqual([root?.spanId, child?.spanId].sort());
  });

  test("a run without a sender's trace has one of its own, which monitors of its end go on with", async () => {
    const receiver = await otlpReceiver();
    const here = await traced(receiver, () => returned());
    await here.register("watch", { ends: { triggers: [{ event: "inngest/function.finished" }] } });
    await here.post("/e/key", { name: "shop/ordered", data: {} });
    await here.post("/e/key", { name: "shop/ordered", data: {} }, { traceparent: "nonsense" });
    await settle(here, 1000);
    const roots = receiver.spans.filter((span) => span.name === "shop-work");
    expect(new Set(roots.map((span) => span.traceId)).size).toBe(2);
    expect(roots.map((span) => span.parentSpanId)).toEqual(["", ""]);
    const monitors = receiver.spans.filter((span) => span.name === "watch-ends");
    expect(monitors.map((span) => span.parentSpanId).sort()).toEqual(roots.map((span) => span.spanId).sort());
  });

  test("a trace that its sender does not record is passed on as such and not sent", async () => {
    const receiver = await otlpReceiver();
    const here = await traced(receiver, () => returned());
    await here.post(
      "/e/key",
      { name: "shop/ordered", data: {} },
      { traceparent: sender.replace(/01$/, "00") },
    );
    await settle(here, 1000);
    expect(called(here, "shop-work")[0]?.trace.traceparent).toMatch(/-00$/);
    expect(receiver.spans).toEqual([]);
  });

  test("a direct invocation goes on in its caller's trace", async () => {
    const receiver = await otlpReceiver();
    const here = await traced(receiver, () => returned());
    await here.post("/invoke/shop-work", { data: {} }, { traceparent: sender });
    await settle(here, 1000);
    expect(receiver.spans.find((span) => span.name === "shop-work")?.parentSpanId).toBe("b7ad6b7169203331");
  });
});

describe("a collector that is away", () => {
  test("costs the runs nothing, is told once, and its return is told too", async () => {
    const gone = await otlpReceiver();
    gone.status = 400;
    const here = await traced(gone, () => returned());
    for (let round = 0; round < 3; round += 1) {
      await here.post("/e/key", { name: "shop/ordered", data: { round } });
      await here.engine.whenIdle();
      await here.clock.advance(1000);
      while (gone.requests.length <= round) await new Promise((resolve) => setTimeout(resolve, 5));
    }
    gone.status = 200;
    await here.post("/e/key", { name: "shop/ordered", data: {} });
    await settle(here, 1000);
    expect((await here.engine.reader.listRuns({ statuses: ["completed"], limit: 10 })).rows).toHaveLength(4);
    expect(gone.spans.filter((span) => span.name === "shop-work")).toHaveLength(1);
    const told = here.logged.filter((line) => line.includes("OTLP collector"));
    expect(told).toHaveLength(2);
    expect(told[0]).toContain(`${gone.url}/v1/traces`);
    expect(told[1]).toBe("Traces reach the OTLP collector again.");
    expect(here.logged.join("\n")).not.toContain("collector-secret");
  });

  test("more ended runs than are kept for it lose their traces, and that is told once", async () => {
    const gone = await otlpReceiver();
    gone.status = 400;
    const here = await traced(gone, () => returned());
    const many = Array.from({ length: 10_005 }, (_, index) => ({
      kind: "run.put" as const,
      lazy: false,
      run: { id: `run-${index}`, functionId: "f", endedAt: 1 } as never,
    }));
    here.tracing?.observer.committed?.(many);
    expect(here.logged.filter((line) => line.includes("wait for the OTLP collector"))).toHaveLength(1);
  });
});
