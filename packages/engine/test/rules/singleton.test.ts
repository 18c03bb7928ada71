// C12: at most one unfinished run per key.

import type { Json, JsonObject } from "@stepwell/protocol";
import { describe, expect, test } from "vitest";
import { type FunctionSpec, op, ops, Rig, returned, type ScriptedCall, sequence, thrown } from "./rig.ts";

const go = { triggers: [{ event: "go" }] };
const second = 1000;
const hour = 3600 * second;

/** Sleeps an hour between its two calls. */
const sleeper = (singleton: Json, more: Partial<FunctionSpec> = {}): FunctionSpec => ({
  ...go,
  options: { singleton },
  script: (call: ScriptedCall) => (call.has("s") ? returned(call.event.data.n) : ops([op.sleep("s", "1h")])),
  ...more,
});

const send = (rig: Rig, ...data: readonly JsonObject[]) =>
  rig.send(...data.map((each) => ({ name: "go", data: each })));

describe("C12.1 C12.5 one run", () => {
  test("C12.1 a run holds its key from when it is queued until it has ended, sleeping and retrying included", async () => {
    const rig = await new Rig({ retryIntervalMs: hour }).start({
      f: {
        ...go,
        options: { singleton: { mode: "skip" } },
        script: (call) => {
          if (call.has("s")) return call.ctx.attempt === 0 ? thrown("again") : returned(1);
          return ops([op.sleep("s", "1h")]);
        },
      },
    });
    await rig.send({ name: "go", data: {}, ts: rig.clock.now() + hour });
    for (let hours = 0; hours < 3; hours += 1) {
      await send(rig, {});
      await rig.advance(hour);
    }
    expect(rig.statuses("f")).toEqual(["completed", "skipped", "skipped", "skipped"]);
  });

  test("C12.5 other keys run by themselves, and other functions with the same key do too", async () => {
    const singleton = { mode: "skip", key: "event.data.u" };
    const rig = await new Rig().start({ f: sleeper(singleton), g: sleeper(singleton) });
    await send(rig, { u: "a" }, { u: "b" }, { u: "a" });
    expect(rig.statuses("f")).toEqual(["running", "running", "skipped"]);
    expect(rig.statuses("g")).toEqual(["running", "running", "skipped"]);
  });

  test("C12.4 I15 without a key there is one run of the function", async () => {
    const rig = await new Rig().start({ f: sleeper({ mode: "skip" }) });
    await send(rig, { u: "a" }, { u: "b" });
    expect(rig.statuses("f")).toEqual(["running", "skipped"]);
  });

  test("C12.4 an event whose key is false, missing or fails is no singleton", async () => {
    const rig = await new Rig().start({ f: sleeper({ mode: "skip", key: "event.data.u" }) });
    await send(rig, {}, {}, { u: false }, { u: false });
    expect(rig.statuses("f")).toEqual(["running", "running", "running", "running"]);
    const failing = await new Rig().start({ f: sleeper({ mode: "skip", key: "1 / int(event.data.u)" }) });
    await send(failing, { u: 0 }, { u: 0 });
    expect(failing.statuses("f")).toEqual(["running", "running"]);
  });
});

describe("C12.2 skip", () => {
  test("C12.2 a trigger is skipped for good, with the reason and the run that holds the key", async () => {
    const rig = await new Rig().start({ f: sleeper({ mode: "skip", key: "event.data.u" }) });
    await send(rig, { u: 1, n: 1 });
    const [held] = rig.runs("f");
    await send(rig, { u: 1, n: 2 });
    const skipped = rig.runs("f")[1];
    expect(skipped).toMatchObject({ status: "skipped", skip: { kind: "singleton", byRunId: held?.id } });
    expect([skipped?.startedAt, skipped?.endedAt]).toEqual([undefined, skipped?.queuedAt]);
    expect(rig.reasons("f")).toEqual([{ kind: "singleton-skipped", byRunId: held?.id, runId: skipped?.id }]);
    await rig.advance(2 * hour);
    expect(rig.callsOf("f").every((call) => call.event.data.n === 1)).toBe(true);
    expect(rig.events("inngest/function.finished")).toHaveLength(1);
  });

  test("C12.7 decisions row 4: a skipped invocation fails its invoker at once and says why", async () => {
    const rig = await new Rig().start({
      f: sleeper({ mode: "skip" }),
      caller: {
        triggers: [{ event: "call" }],
        script: sequence([["i", op.invoke("i", "app-f")]], (call) => call.memo("i")),
      },
    });
    await send(rig, { n: 1 });
    await rig.send({ name: "call", data: {} });
    expect(rig.output("caller").error.message).toMatch(
      /^The invocation was skipped: function app-f is a singleton, and run .* is not finished\.$/,
    );
  });
});

describe("C12.3 cancel", () => {
  test("C12.3 the active run is cancelled between steps, and the new one begins once it has ended", async () => {
    const rig = await new Rig().start({ f: sleeper({ mode: "cancel", key: "event.data.u" }) });
    await send(rig, { u: 1, n: 1 });
    await send(rig, { u: 1, n: 2 }, { u: 2, n: 3 });
    expect(rig.statuses("f")).toEqual(["cancelled", "running", "running"]);
    await rig.advance(hour);
    expect(rig.runs("f").map((run) => run.output)).toEqual([undefined, "2", "3"]);
    expect(rig.events("inngest/function.cancelled")).toHaveLength(1);
  });

  test("C12.3 of 50 events at once exactly one run completes, and it is the last one", async () => {
    const rig = await new Rig().start({ f: sleeper({ mode: "cancel", key: "event.data.u" }) });
    await send(rig, ...Array.from({ length: 50 }, (_, n) => ({ u: 1, n })));
    await rig.advance(hour);
    const statuses = rig.statuses("f");
    expect(statuses.filter((status) => status === "completed")).toHaveLength(1);
    expect(statuses.filter((status) => status === "cancelled")).toHaveLength(49);
    expect(rig.runs("f").find((run) => run.status === "completed")?.output).toBe("49");
    expect(rig.rows.tables.limits.size).toBe(0);
  });

  test("C12.3 a run that waits for the one before it survives a restart", async () => {
    let isHeld = true;
    const rig = await new Rig().start({
      f: {
        ...go,
        options: { singleton: { mode: "cancel" } },
        script: async (call) => {
          if (isHeld) await new Promise(() => undefined);
          return returned(call.event.data.n);
        },
      },
    });
    await rig.engine.ingest([1, 2, 3].map((n) => ({ name: "go", data: { n } })));
    for (let count = 0; count < 100; count += 1) await new Promise((resolve) => setImmediate(resolve));
    isHeld = false;
    await rig.restart();
    expect(rig.runs("f").map((run) => run.output ?? run.status)).toEqual(["cancelled", "cancelled", "3"]);
  });
});

describe("C12.6 C12 release and combinations", () => {
  test.each([
    ["completion", (rig: Rig) => rig.send({ name: "end", data: { how: "well" } })],
    ["failure", (rig: Rig) => rig.send({ name: "end", data: { how: "badly" } })],
    ["cancellation", (rig: Rig) => rig.engine.cancelRun(rig.run("f").id)],
    ["its finish timeout", (rig: Rig) => rig.advance(hour)],
  ])("C12.6 the key is free again after %s", async (_, end) => {
    const rig = await new Rig().start({
      f: {
        ...go,
        retries: 0,
        options: { singleton: { mode: "skip" }, timeouts: { finish: "1h" } },
        script: (call) => {
          if (!call.has("w")) return ops([op.wait("w", "end", "2h")]);
          return call.memo("w").data.how === "well" ? returned(1) : thrown("failed");
        },
      },
    });
    await send(rig, {});
    await end(rig);
    await rig.settle();
    await send(rig, {});
    expect(rig.statuses("f")[1]).toBe("running");
  });

  test("C12.6 with batches it is refused", async () => {
    await expect(
      new Rig().start({
        f: sleeper(
          { mode: "skip" },
          {
            options: { singleton: { mode: "skip" }, batchEvents: { maxSize: 2, timeout: "10s" } },
          },
        ),
      }),
    ).rejects.toThrow("batchEvents with singleton: this combination is not supported");
  });

  test("C12.6 a fired debounce asks the singleton", async () => {
    const rig = await new Rig().start({
      f: sleeper({ mode: "skip" }, { options: { singleton: { mode: "skip" }, debounce: { period: "1s" } } }),
    });
    await send(rig, { n: 1 }, { n: 2 });
    await rig.advance(second);
    await send(rig, { n: 3 });
    await rig.advance(second);
    expect(rig.statuses("f")).toEqual(["running", "skipped"]);
  });
});

describe("C1 registration", () => {
  test.each([
    [{}, 'Function app-f: singleton.mode: must be "skip" or "cancel", not null.'],
    [{ mode: "queue" }, 'Function app-f: singleton.mode: must be "skip" or "cancel", not "queue".'],
    [{ mode: "skip", key: "event.(" }, 'Function app-f: singleton.key "event.(" is invalid'],
  ])("C1.1 a singleton of %j is refused with function, field, value and rule", async (singleton, reason) => {
    await expect(new Rig().start({ f: sleeper(singleton) })).rejects.toThrow(reason);
  });
});
