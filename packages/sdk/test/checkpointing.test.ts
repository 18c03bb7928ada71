// D9.7 and D13: when steps are reported while a call goes on, option by option.

import { stepKey } from "@stepwell/protocol";
import type { Context } from "stepwell";
import { describe, expect, test } from "vitest";
import { type CallOptions, call, devClient, type Loose, notingFetch, notingLogger } from "./endpoint.ts";

function app(handler: (context: Context) => unknown, options: object = {}, clientOptions: object = {}) {
  const noted = notingFetch();
  const client = devClient(noted.fetch, clientOptions);
  const fn = client.createFunction({ id: "f", triggers: [{ event: "go" }], ...options }, handler);
  const run = (given: Partial<CallOptions> = {}) =>
    call({ client, functions: [fn] }, { functionId: "app-f", ...given });
  const reported = () => noted.requests.map(({ body }) => body.steps.map((op: Loose) => op.displayName));
  return { run, reported };
}

const names = (body: Loose) => body.map((op: Loose) => [op.op, op.displayName]);
const inOrder =
  (...ids: readonly string[]) =>
  async ({ step }: Context) => {
    for (const id of ids) await step.run(id, () => id);
    return "done";
  };
const elapsed = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

describe("D13 the options of checkpointing", () => {
  test("D13.1 D13.2 bufferedSteps: 1 by default, each step is reported by itself before the next one runs", async () => {
    const { run, reported } = app(inOrder("a", "b"));
    expect((await run()).body).toBe("done");
    expect(reported()).toEqual([["a"], ["b"]]);
  });

  test("D13.2 bufferedSteps: that many are collected, the rest goes out at the end", async () => {
    const { run, reported } = app(inOrder("a", "b", "c"), { checkpointing: { bufferedSteps: 2 } });
    expect((await run()).body).toBe("done");
    expect(reported()).toEqual([["a", "b"], ["c"]]);
  });

  test("D13.2 maxInterval: what is collected is reported in time, before enough is", async () => {
    const settings = { bufferedSteps: 100, maxInterval: 20 };
    let reportedSoFar: Loose;
    const { run, reported } = app(
      async ({ step }) => {
        await step.run("a", () => 1);
        await step.run("b", () => elapsed(100));
        reportedSoFar = reported();
        await step.run("c", () => 1);
      },
      { checkpointing: settings },
    );
    await run();
    expect(reportedSoFar).toEqual([["a"]]);
    expect(reported().flat()).toEqual(["a", "b", "c"]);
  });

  test("D13.2 maxRuntime: a call that is older starts no further step, the server plans it", async () => {
    const { run } = app(
      async ({ step }) => {
        await step.run("a", () => elapsed(30));
        await step.run("b", () => 1);
      },
      { checkpointing: { maxRuntime: 10 } },
    );
    expect(names((await run()).body)).toEqual([["StepPlanned", "b"]]);
  });

  test("D13.2 maxRuntime: 0 is no limit", async () => {
    const { run } = app(
      async ({ step }) => {
        await step.run("a", () => elapsed(30));
        return await step.run("b", () => "done");
      },
      { checkpointing: { maxRuntime: 0 } },
    );
    expect((await run()).body).toBe("done");
  });

  test("D13.2 the function's own setting counts before the client's", async () => {
    const off = app(inOrder("a", "b"), {}, { checkpointing: false });
    expect([names((await off.run()).body), off.reported()]).toEqual([[["StepRun", "a"]], []]);
    const on = app(inOrder("a", "b"), { checkpointing: true }, { checkpointing: false });
    await on.run();
    expect(on.reported()).toEqual([["a"], ["b"]]);
  });

  const fallbacks: readonly (readonly [string, (context: Context) => unknown, readonly string[]])[] = [
    ["a sleep", ({ step }) => step.sleep("s", "1m"), ["Sleep"]],
    ["a wait", ({ step }) => step.waitForEvent("w", { event: "e", timeout: "1m" }), ["WaitForEvent"]],
    ["an invoke", ({ step }) => step.invoke("i", { function: { functionId: "g" } }), ["InvokeFunction"]],
    [
      "a signal",
      ({ step }) => step.waitForSignal("w", { signal: "s", timeout: "1m", onConflict: "fail" }),
      ["WaitForSignal"],
    ],
    [
      "an error that will be retried",
      ({ step }) => step.run("e", () => Promise.reject(new Error("x"))),
      ["StepError"],
    ],
    [
      "parallel steps",
      ({ step }) => Promise.all([step.run("p", () => 1), step.run("q", () => 1)]),
      ["StepPlanned", "StepPlanned"],
    ],
  ];
  test.each(fallbacks)(
    "D13.3 %s ends the call, after what was collected is reported",
    async (_, then, expected) => {
      const { run, reported } = app(
        async (context) => {
          await context.step.run("a", () => 1);
          await then(context);
        },
        { checkpointing: { bufferedSteps: 10 } },
      );
      expect((await run()).body.map((op: Loose) => op.op)).toEqual(expected);
      expect(reported()).toEqual([["a"]]);
    },
  );

  test("D9.7 parallel sections are not checkpointed; what follows them is", async () => {
    const { run, reported } = app(async ({ step }) => {
      await Promise.all([step.run("a", () => 1), step.run("b", () => 2)]);
      return await step.run("c", () => "done");
    });
    expect(names((await run()).body)).toEqual([
      ["StepPlanned", "a"],
      ["StepPlanned", "b"],
    ]);
    for (const id of ["a", "b"]) {
      const targeted = await run({ stepId: stepKey(id), disableImmediateExecution: true });
      expect(names(targeted.body)).toEqual([["StepRun", id]]);
    }
    expect(reported()).toEqual([]);
    expect((await run({ steps: { a: { data: 1 }, b: { data: 2 } } })).body).toBe("done");
    expect(reported()).toEqual([["c"]]);
  });
});

describe("D1 ids in parallel", () => {
  const warned = async (handler: (context: Context) => unknown) => {
    const { warnings, logger } = notingLogger();
    await app(handler, {}, { logger }).run();
    return warnings;
  };

  test("D1.4 repeating an id in parallel branches warns once", async () => {
    const warnings = await warned(({ step }) =>
      Promise.all(["a", "a", "a"].map((id) => step.run(id, () => 1))),
    );
    expect(warnings).toEqual([expect.stringMatching(/AUTOMATIC_PARALLEL_INDEXING.*"a"/)]);
  });

  test("D1.4 repeating an id one after the other does not, as in a loop", async () => {
    expect(await warned(inOrder("a", "a", "a"))).toEqual([]);
  });
});
