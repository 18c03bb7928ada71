// C2, D8.4 and D1.11: attempts unit by unit, and sizes that are too large.

import { stepKey } from "@stepwell/protocol";
import { describe, expect, test } from "vitest";
import { op, ops, opsOf, Rig, returned, thrown } from "./rig.ts";

const go = { triggers: [{ event: "go" }] };
const event = { name: "go", data: {} };
const large = "x".repeat(4 * 1024 * 1024);

describe("C2 attempts", () => {
  test("C2.1 the counter of the code between steps begins again after each step that ends", async () => {
    const rig = await new Rig({ retryIntervalMs: 1000 }).start({
      f: {
        ...go,
        retries: 1,
        script: (call) => {
          if (call.ctx.attempt === 0) return thrown("once per stretch");
          return call.has("a") ? returned("done") : ops([op.ran("a")]);
        },
      },
    });
    await rig.send(event);
    await rig.advance(5000);
    expect([rig.output("f"), rig.calls.map((call) => call.ctx.attempt)]).toEqual(["done", [0, 1, 0, 1]]);
  });

  test("C2.15 D9.1 the retry of one parallel step leaves its siblings alone, each has attempts of its own", async () => {
    const rig = await new Rig({ retryIntervalMs: 1000 }).start({
      f: {
        ...go,
        retries: 2,
        script: (call) => {
          if (call.ctx.step_id === stepKey("flaky"))
            return ops([call.ctx.attempt < 2 ? op.error("flaky") : op.ran("flaky", call.ctx.attempt)]);
          if (call.ctx.step_id === stepKey("steady")) return ops([op.ran("steady", call.ctx.attempt)]);
          return call.has("flaky")
            ? returned([call.memo("flaky").data, call.memo("steady").data])
            : ops([op.planned("flaky"), op.planned("steady")]);
        },
      },
    });
    await rig.send(event);
    expect(rig.rows.tables.steps.size).toBe(2);
    await rig.advance(2000);
    expect(rig.output("f")).toEqual([2, 0]);
    const of = (id: string) => rig.calls.filter((call) => call.ctx.step_id === stepKey(id)).length;
    expect([of("flaky"), of("steady"), of("nothing")]).toEqual([3, 1, 0]);
  });

  test("C2.2 attempt counts from 0 and maxAttempts is retries + 1; more than 20 retries are 20", async () => {
    const rig = await new Rig({ retryIntervalMs: 1000 }).start({
      f: { ...go, script: () => returned(1) },
      g: { ...go, retries: 99, script: () => returned(1) },
    });
    await rig.send(event);
    expect(rig.calls.map((call) => [call.ctx.attempt, call.ctx.max_attempts])).toEqual([
      [0, 5],
      [0, 21],
    ]);
  });

  test("D8.4 an invoke without a timeout waits for a year", async () => {
    const rig = await new Rig().start({
      f: { ...go, script: () => ops([op.invoke("i", "app-c")]) },
      c: { script: () => ops([op.sleep("s", "366d")]) },
    });
    await rig.send(event);
    const expiry = [...rig.rows.tables.jobs.values()].find((job) => job.kind === "expire");
    expect((expiry?.dueAt ?? 0) - rig.clock.now()).toBe(365 * 86_400_000);
  });
});

describe("D1.11 sizes", () => {
  test("D1.11 a result of exactly 4 MB with its quotes is accepted", async () => {
    const rig = await new Rig().start({
      f: {
        ...go,
        retries: 0,
        script: (call) => (call.has("a") ? returned("kept") : ops([op.ran("a", large.slice(2))])),
      },
    });
    await rig.send(event);
    expect(rig.output("f")).toBe("kept");
  });

  test("D1.11 a result that is too large is refused in a checkpoint, too: it comes in the answer and is retried", async () => {
    const rig = new Rig();
    const outcomes: string[] = [];
    await rig.start({
      f: {
        ...go,
        retries: 0,
        script: async (call) => {
          if (call.has("a")) return returned(call.memo("a").error.name);
          const outcome = await rig.engine.checkpoint({
            queueItemId: call.ctx.qi_id,
            ops: opsOf([op.ran("a", large)]),
          });
          outcomes.push(outcome.kind);
          return ops([op.ran("a", large)]);
        },
      },
    });
    await rig.send(event);
    expect([outcomes, rig.output("f")]).toEqual([["refused"], "output_too_large"]);
  });

  const inputs: readonly (readonly [string, object])[] = [
    ["a step that ran", op.ran("a", 1, { opts: { input: [large] } })],
    ["a planned step", op.planned("a", { input: [large] })],
    ["an invoke", op.invoke("a", "app-g", { text: large })],
  ];
  test.each(inputs)("D1.11 an input of more than 4 MB fails its step: %s", async (_, reported) => {
    const rig = await new Rig().start({
      f: {
        ...go,
        retries: 0,
        script: (call) => (call.has("a") ? returned(call.memo("a").error.name) : ops([reported])),
      },
      g: { script: () => returned(1) },
    });
    await rig.send(event);
    expect([rig.output("f"), rig.runs("g").length]).toEqual(["input_too_large", 0]);
  });
});
