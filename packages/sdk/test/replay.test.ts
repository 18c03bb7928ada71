// Execution: what a call does with known steps, and how it reports new ones.

import { stepKey } from "@stepwell/protocol";
import { type Context, NonRetriableError, RetryAfterError, StepError } from "stepwell";
import { describe, expect, test } from "vitest";
import { type CallOptions, call, devClient, type Loose, notingFetch, notingLogger } from "./endpoint.ts";

function app(handler: (context: Context) => unknown, options: object = {}) {
  const noted = notingFetch();
  const client = devClient(noted.fetch);
  const fn = client.createFunction({ id: "f", triggers: [{ event: "go" }], ...options }, handler);
  const run = (given: Partial<CallOptions> = {}) =>
    call({ client, functions: [fn] }, { functionId: "app-f", ...given });
  return { ...noted, run };
}

const ops = (body: Loose) => body.map((op: Loose) => [op.op, op.displayName]);

describe("D1 execution", () => {
  test("D1.1 the code goes on behind known steps; each new one is checkpointed, then the value returned", async () => {
    const { run, requests } = app(async ({ step }) => [
      await step.run("a", () => 1),
      await step.run("b", () => 2),
    ]);
    const answer = await run({ steps: { a: { data: 10 } } });
    expect([answer.status, answer.body]).toEqual([200, [10, 2]]);
    expect(requests.map(({ path, body }) => [path, ops(body.steps), body.qi_id])).toEqual([
      ["/v1/checkpoint/01H00000000000000000000001/async", [["StepRun", "b"]], "qi"],
    ]);
  });

  test("D1.2 D1.3 repeated ids count in the order of calls, a literal suffix takes its place", async () => {
    const { run } = app(({ step }) => Promise.all(["a", "a:1", "a"].map((id) => step.run(id, () => id))), {
      checkpointing: false,
    });
    const { body } = await run();
    expect(body.map((op: Loose) => op.id)).toEqual([stepKey("a"), stepKey("a:1"), stepKey("a", 2)]);
    expect(body.map((op: Loose) => op.userland.index)).toEqual([0, 0, 2]);
  });

  test("D1.5 results have their JSON form at once, not only after a replay", async () => {
    const { run } = app(({ step }) =>
      step
        .run("a", () => ({ at: new Date(0), gone: undefined, f: () => 1 }))
        .then((value) => typeof value.at),
    );
    expect((await run()).body).toBe("string");
  });

  test("D1.8 a step may have a name to show and an id of its own", async () => {
    const { run } = app(({ step }) => step.sleep({ id: "nap", name: "Sleep a little" }, "1m"));
    expect((await run()).body[0]).toMatchObject({
      op: "Sleep",
      id: stepKey("nap"),
      displayName: "Sleep a little",
      name: "60s",
    });
  });
});

describe("D3–D9 steps as they are reported", () => {
  const reports: readonly (readonly [string, (context: Context) => unknown, object])[] = [
    ["D4.2 a sleep of less than a second", ({ step }) => step.sleep("s", 300), { op: "Sleep", name: "1s" }],
    [
      "D4.1 sleepUntil",
      ({ step }) => step.sleepUntil("s", new Date(0)),
      { op: "Sleep", name: "1970-01-01T00:00:00.000Z" },
    ],
    [
      "D5.7 match",
      ({ step }) => step.waitForEvent("w", { event: "e", timeout: "2h", match: "data.id" }),
      { op: "WaitForEvent", name: "e", opts: { timeout: "7200s", if: "event.data.id == async.data.id" } },
    ],
    [
      "D5.7 match counts before if",
      ({ step }) => step.waitForEvent("w", { event: "e", timeout: "1s", match: "data.id", if: "true" }),
      { opts: { timeout: "1s", if: "event.data.id == async.data.id" } },
    ],
    [
      "D6.1 signal",
      ({ step }) => step.waitForSignal("w", { signal: "s", timeout: "1m", onConflict: "replace" }),
      { op: "WaitForSignal", opts: { signal: "s", timeout: "60s", conflict: "replace" } },
    ],
    [
      "D8.2 invoke by reference",
      ({ step }) => step.invoke("i", { function: { functionId: "g" }, data: { n: 1 }, timeout: "1m" }),
      { op: "InvokeFunction", opts: { function_id: "app-g", payload: { data: { n: 1 } }, timeout: "60s" } },
    ],
  ];
  test.each(reports)("%s", async (_, handler, expected) => {
    const { status, body } = await app(handler).run();
    expect([status, body[0]]).toEqual([206, expect.objectContaining(expected)]);
  });

  test("D4.4 an invalid date throws in the handler", async () => {
    const { status, body } = await app(({ step }) => step.sleepUntil("s", "never")).run();
    expect([status, body.message]).toEqual([500, expect.stringContaining("Invalid date")]);
  });

  test("D8.1 a name alone is no function to invoke", async () => {
    const { body } = await app(({ step }) => step.invoke("i", { function: "app-g" as never })).run();
    expect(body.message).toContain("referenceFunction");
  });

  test("D9.1 D13.3 steps started together are planned; a targeted call runs one of them alone", async () => {
    const executed: string[] = [];
    const { run } = app(({ step }) =>
      Promise.all(["a", "b"].map((id) => step.run(id, () => void executed.push(id)))),
    );
    expect(ops((await run()).body)).toEqual([
      ["StepPlanned", "a"],
      ["StepPlanned", "b"],
    ]);
    const targeted = await run({ stepId: stepKey("b"), disableImmediateExecution: true });
    expect([ops(targeted.body), executed]).toEqual([[["StepRun", "b"]], ["b"]]);
  });

  test("D9.3 group.parallel marks its steps as racing", async () => {
    const { run } = app(({ step, group }) =>
      group.parallel(() => Promise.race([step.run("a", () => 1), step.sleep("b", "1m")])),
    );
    expect((await run()).body.map((op: Loose) => op.opts.parallelMode)).toEqual(["race", "race"]);
  });

  test("D9.3 a race replays its winner: results come back in the order in which steps ended", async () => {
    const { run } = app(({ step }) => Promise.race([step.run("a", () => 1), step.run("b", () => 2)]));
    expect((await run({ steps: { b: { data: "b" }, a: { data: "a" } } })).body).toBe("b");
  });
});

describe("D1 D3 the finer rules of step.run", () => {
  test("D1.9 a step id may be a kilobyte long", async () => {
    const id = "x".repeat(1024);
    const { body } = await app(({ step }) => step.run(id, () => 1), { checkpointing: false }).run();
    expect(body[0].id).toBe(stepKey(id));
  });

  test("D3.1 sync and async functions run, further arguments are recorded as input", async () => {
    const { run } = app(({ step }) => step.run("add", (a: number, b: number) => a + b, 1, 2), {
      checkpointing: false,
    });
    expect((await run()).body[0]).toMatchObject({ op: "StepRun", data: 3, opts: { input: [1, 2] } });
  });

  test("D3.4 a function may return without a step that it did not await", async () => {
    const { run } = app(({ step }) => {
      void step.run("later", () => 1);
      return "returned";
    });
    expect((await run()).body).toBe("returned");
  });

  test("D3.5 a step inside a step is warned about", async () => {
    const { warnings, logger } = notingLogger();
    const client = devClient(notingFetch().fetch, { logger });
    const fn = client.createFunction({ id: "f", triggers: { event: "go" } }, ({ step }) =>
      step.run("outer", () => {
        void step.run("inner", () => 1);
      }),
    );
    await call({ client, functions: [fn] }, { functionId: "app-f" });
    expect(warnings).toEqual([expect.stringContaining("NESTING_STEPS")]);
  });

  test("A8.5 triggers may be one object or an array", async () => {
    const client = devClient(notingFetch().fetch);
    const fn = client.createFunction({ id: "f", triggers: { event: "go" } }, () => 7);
    expect((await call({ client, functions: [fn] }, { functionId: "app-f" })).body).toBe(7);
  });
});

describe("D10 model calls", () => {
  test("D10.2 step.ai.wrap is a step whose arguments are recorded as its input, for reruns to replace", async () => {
    const { run } = app(({ step }) => step.ai.wrap("ask", (prompt: string) => ({ said: prompt }), "hello"), {
      checkpointing: false,
    });
    expect((await run()).body[0]).toMatchObject({
      op: "StepRun",
      data: { said: "hello" },
      opts: { type: "step.ai.wrap", input: ["hello"] },
    });
    expect((await run({ steps: { ask: { input: ["edited"] } } })).body[0].data).toEqual({ said: "edited" });
  });
});

describe("C2 errors", () => {
  const failing = (error: () => Error) => app(({ step }) => step.run("s", () => Promise.reject(error())));
  test("C2.4 a step's error is retriable while attempts remain, then final", async () => {
    const { run } = failing(() => new Error("boom"));
    const first = await run();
    expect([
      first.status,
      first.body[0].op,
      first.body[0].error.message,
      first.headers.get("x-inngest-no-retry"),
    ]).toEqual([206, "StepError", "boom", "false"]);
    expect((await run({ attempt: 4 })).body[0].op).toBe("StepFailed");
  });

  test("C2.6 NonRetriableError is final; C2.7 RetryAfterError says when", async () => {
    expect((await failing(() => new NonRetriableError("no")).run()).body[0].op).toBe("StepFailed");
    const later = await failing(() => new RetryAfterError("later", "1500ms")).run();
    expect([later.body[0].op, later.headers.get("retry-after")]).toEqual(["StepError", "2"]);
    expect(() => new RetryAfterError("bad", "soon")).toThrow();
  });

  test("C2.4 C2.5 C2.13 a failed step rejects with StepError; escaping it fails at once, another error is retried", async () => {
    const steps = { s: { error: { name: "TypeError", message: "boom", code: "E1" } } };
    const escaping = await failing(() => new Error("not run")).run({ steps });
    expect([escaping.status, escaping.headers.get("x-inngest-no-retry"), escaping.body.code]).toEqual([
      400,
      "true",
      "E1",
    ]);
    const wrapping = app(async ({ step }) => {
      await step
        .run("s", () => 1)
        .catch((error: unknown) => {
          if (error instanceof StepError) throw new Error(`${error.stepId}: ${error.name}: ${error.message}`);
        });
    });
    const wrapped = await wrapping.run({ steps });
    expect([wrapped.status, wrapped.body.message, wrapped.headers.get("x-inngest-no-retry")]).toEqual([
      500,
      "s: TypeError: boom",
      "false",
    ]);
  });

  test("C2.12 name, message, stack, code and causes are serialised, other values become errors", async () => {
    const error = Object.assign(new TypeError("outer", { cause: new Error("inner") }), { code: 7 });
    const { body } = await app(() => Promise.reject(error)).run();
    expect(body).toMatchObject({
      name: "TypeError",
      message: "outer",
      code: 7,
      cause: { name: "Error", message: "inner" },
      __serialized: true,
    });
    expect((await app(() => Promise.reject("text")).run()).body.message).toBe("text");
  });

  test("a function that is not there is an error that is retried", async () => {
    const { status, body } = await app(() => 1).run({ functionId: "app-gone" });
    expect([status, body.message]).toEqual([500, expect.stringContaining('"app-gone" was not found')]);
  });
});

describe("D13 checkpointing", () => {
  const twoSteps = async ({ step }: Context) => [await step.run("a", () => 1), await step.run("b", () => 2)];
  test("D13.2 off, or buffered", async () => {
    expect(ops((await app(twoSteps, { checkpointing: false }).run()).body)).toEqual([["StepRun", "a"]]);
    const buffered = app(twoSteps, { checkpointing: { bufferedSteps: 5 } });
    await buffered.run();
    expect(buffered.requests.map(({ body }) => ops(body.steps))).toEqual([
      [
        ["StepRun", "a"],
        ["StepRun", "b"],
      ],
    ]);
  });

  test("a refused checkpoint ends the call at once, without the next step", async () => {
    const executed: string[] = [];
    const noted = notingFetch(() => new Response(null, { status: 409 }));
    const client = devClient(noted.fetch);
    const fn = client.createFunction({ id: "f", triggers: [{ event: "go" }] }, async ({ step }) => {
      for (const id of ["a", "b"]) await step.run(id, () => void executed.push(id));
    });
    const answer = await call({ client, functions: [fn] }, { functionId: "app-f" });
    expect([
      answer.status,
      answer.headers.get("x-inngest-no-retry"),
      executed,
      noted.requests.length,
    ]).toEqual([400, "true", ["a"], 1]);
  });

  test("the first step of a retried call is answered, so that attempts count per step", async () => {
    expect(ops((await app(twoSteps).run({ attempt: 1 })).body)).toEqual([["StepRun", "a"]]);
  });
});

test("events that a step sends go on in the trace of the call", async () => {
  const traceparent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
  const { run, requests } = app(
    async ({ step }) => await step.sendEvent("send", { name: "next", data: {} }),
    {
      checkpointing: false,
    },
  );
  await run({ headers: { traceparent, tracestate: "inngest@app=a,vendor=1" } });
  const sent = requests.find(({ path }) => path.startsWith("/e/"));
  expect([sent?.headers.get("traceparent"), sent?.headers.get("tracestate")]).toEqual([
    traceparent,
    "vendor=1",
  ]);
  const without = app(async ({ step }) => await step.sendEvent("send", { name: "next", data: {} }));
  await without.run();
  expect(without.requests.find(({ path }) => path.startsWith("/e/"))?.headers.get("traceparent")).toBe(null);
});
