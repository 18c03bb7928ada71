// A, B and C: events, fan-out, system events, retries and statuses, as rules on the real engine.

import { asRunId, seededUlid, ulidTime } from "@stepwell/protocol";
import { describe, expect, test } from "vitest";
import { never, op, ops, opsOf, Rig, returned, sequence, thrown } from "./rig.ts";

const secondMs = 1000;
const minuteMs = 60_000;
const go = { triggers: [{ event: "go" }] };
const event = { name: "go", data: {} };

describe("A1 A2 payload and ids", () => {
  test("A1.5 handlers see the sender's id, else the internal one; user is an object, absent v stays absent", async () => {
    const rig = await new Rig().start({ f: { ...go, script: (call) => returned(call.event) } });
    const [first = "", second = ""] = await rig.send({ ...event, id: "mine", v: "2" }, event);
    expect(rig.runs("f").map((run) => JSON.parse(run.output ?? ""))).toEqual([
      { name: "go", data: {}, user: {}, id: "mine", v: "2", ts: rig.clock.now() },
      { name: "go", data: {}, user: {}, id: second, ts: rig.clock.now() },
    ]);
    expect(first).not.toBe("mine");
  });

  test("A2.3 A2.4 the same seeded request gives the same ids and no second run", async () => {
    const rig = await new Rig().start({ f: { ...go, script: () => returned(1) } });
    const seed = { atMs: 1_700_000_000_000, entropy: Uint8Array.from({ length: 10 }, (_, index) => index) };
    const answers = [
      await rig.engine.ingest([event, event], seed),
      await rig.engine.ingest([event, event], seed),
    ];
    await rig.settle();
    const ids = [seededUlid(seed, 1), seededUlid(seed, 2)];
    expect(answers).toEqual([
      { kind: "accepted", ids },
      { kind: "accepted", ids },
    ]);
    expect([rig.runs("f").length, rig.events("go").length]).toEqual([2, 2]);
  });
});

describe("A4 deduplication", () => {
  const same = { ...event, id: "same" };
  test("A4.1 A4.2 the same id runs once per function", async () => {
    const rig = await new Rig().start({
      a: { ...go, script: () => returned(1) },
      b: { ...go, script: () => returned(1) },
    });
    for (let count = 0; count < 5; count += 1) await rig.send(same);
    expect([rig.runs("a").length, rig.runs("b").length]).toEqual([1, 1]);
  });

  test("A4.4 a function that came later has no key yet", async () => {
    const a = { ...go, script: () => returned(1) };
    const rig = await new Rig().start({ a });
    await rig.send(same);
    await rig.sync({ a, b: a });
    await rig.send(same);
    expect([rig.runs("a").length, rig.runs("b").length]).toEqual([1, 1]);
  });

  test("A4.7 duplicates still cancel", async () => {
    const rig = await new Rig().start({
      f: { ...go, options: { cancel: [{ event: "stop" }] }, script: sequence([["s", op.sleep("s", "1h")]]) },
    });
    await rig.send({ name: "stop", id: "once", data: {} });
    await rig.send(event);
    await rig.send({ name: "stop", id: "once", data: {} });
    expect(rig.statuses("f")).toEqual(["cancelled"]);
  });

  test("A4.8 a rerun ignores the key and belongs to the same event", async () => {
    const rig = await new Rig().start({ f: { ...go, script: () => returned(1) } });
    await rig.send(same);
    const original = rig.run("f");
    const outcome = await rig.engine.rerun(original.id);
    await rig.settle();
    const fresh = rig.runs("f").find((run) => run.id !== original.id);
    expect([outcome.kind, fresh?.originalRunId, fresh?.eventIds, fresh?.status]).toEqual([
      "started",
      original.id,
      original.eventIds,
      "completed",
    ]);
  });
});

describe("A3 names", () => {
  test("A3.5 A8.2 names match exactly, with their case", async () => {
    const rig = await new Rig().start({
      f: { triggers: [{ event: "User/Created" }], script: () => returned(1) },
    });
    await rig.send(
      { name: "user/created", data: {} },
      { name: "User/Created.x", data: {} },
      { name: "User/Created", data: {} },
    );
    expect(rig.runs("f")).toHaveLength(1);
  });

  test("A2.6 a run's id tells when it was queued", async () => {
    const rig = await new Rig().start({ f: { ...go, script: () => returned(1) } });
    await rig.send(event);
    expect(ulidTime(rig.run("f").id)).toBe(rig.clock.now());
  });

  test("A5.11 E1.2 event.ts is a number in expressions, compared with whole ones", async () => {
    const rig = await new Rig().start({
      f: {
        triggers: [{ event: "go", expression: "event.ts >= 1000 && event.ts < 1e15" }],
        script: () => returned(1),
      },
    });
    await rig.send(event);
    expect(rig.runs("f")).toHaveLength(1);
  });

  test("B4.2 a run started by a cancelled event emits its own", async () => {
    const rig = await new Rig().start({
      f: { ...go, script: sequence([["s", op.sleep("s", "1h")]]) },
      g: { triggers: [{ event: "inngest/function.cancelled" }], script: () => returned(1) },
    });
    await rig.send(event);
    await rig.engine.cancelRun(rig.run("f").id);
    await rig.settle();
    expect(
      rig
        .events("inngest/function.finished")
        .map((item) => item.data.function_id)
        .sort(),
    ).toEqual(["app-f", "app-g"]);
  });

  test("B6.4 trigger expressions of an invoked function do not count", async () => {
    const rig = await new Rig().start({
      f: { triggers: [{ event: "go", expression: "event.data.never == true" }], script: () => returned(1) },
    });
    await rig.engine.invoke("app-f", { data: {} });
    await rig.settle();
    expect(rig.statuses("f")).toEqual(["completed"]);
  });

  test("D5.10 event in a wait is the first trigger; D5.13 a late event for an expired wait is ignored", async () => {
    const rig = await new Rig().start({
      f: {
        ...go,
        script: sequence(
          [
            ["w", op.wait("w", "reply", "1s", "async.data.n == event.data.n")],
            ["s", op.sleep("s", "1h")],
          ],
          (call) => call.memo("w"),
        ),
      },
    });
    await rig.send({ name: "go", data: { n: 1 } });
    await rig.advance(2000);
    await rig.send({ name: "reply", data: { n: 1 } });
    await rig.advance(60 * minuteMs);
    expect(rig.output("f")).toBeNull();
  });
});

describe("A5 ts", () => {
  test("A5.1 A5.8 a future ts queues the run, which holds no concurrency meanwhile", async () => {
    const rig = await new Rig().start({
      f: { ...go, options: { concurrency: 1 }, script: () => returned(1) },
    });
    await rig.send({ ...event, ts: rig.clock.now() + minuteMs });
    await rig.send(event);
    expect(rig.statuses("f")).toEqual(["queued", "completed"]);
    await rig.advance(minuteMs);
    expect(rig.statuses("f")).toEqual(["completed", "completed"]);
  });

  test("A5.7 a delayed run can be cancelled by API before it starts", async () => {
    const rig = await new Rig().start({ f: { ...go, script: () => returned(1) } });
    await rig.send({ ...event, ts: rig.clock.now() + minuteMs });
    expect(await rig.engine.cancelRun(rig.run("f").id)).toBe("cancelled");
    await rig.advance(2 * minuteMs);
    expect([rig.statuses("f"), rig.calls.length]).toEqual([["cancelled"], 0]);
  });
});

describe("A8 A10 triggers and fan-out", () => {
  const matching: readonly (readonly [string, string, boolean])[] = [
    ["app/*", "app/user.created", true],
    ["app/user.*", "app/user.created", true],
    ["api/v1/*", "api/v1/users", true],
    ["app/*", "app/blog.post.published", true],
    ["simple", "simple", true],
    ["*", "simple", false],
    ["app/user.update*", "app/user.updated", false],
    ["app/*.created", "app/user.created", false],
    ["app/*", "app2/user", false],
  ];
  test.each(matching)("A8.7–A8.10 %s on %s: %s", async (trigger, name, isMatch) => {
    const rig = await new Rig().start({ f: { triggers: [{ event: trigger }], script: () => returned(1) } });
    await rig.send({ name, data: {} });
    expect(rig.runs("f")).toHaveLength(isMatch ? 1 : 0);
  });

  test("A8.3 several matching triggers of one function start one run", async () => {
    const triggers = [{ event: "go", expression: "event.data.n == 2" }, { event: "go" }];
    const rig = await new Rig().start({ f: { triggers, script: () => returned(1) } });
    await rig.send({ name: "go", data: { n: 2 } });
    expect(rig.runs("f")).toHaveLength(1);
  });

  test("A8.4 A8.14 an expression that errs or gives no boolean does not match, and says so", async () => {
    const rig = await new Rig().start({
      f: { triggers: [{ event: "go", expression: "event.data.name" }], script: () => returned(1) },
    });
    await rig.send({ name: "go", data: { name: "truthy" } });
    expect(rig.runs("f")).toHaveLength(0);
    expect([...rig.rows.tables.outcomes.values()][0]?.reason.kind).toBe("expression-error");
  });

  test.each([
    ["A8.1", { triggers: Array.from({ length: 11 }, (_, n) => ({ event: `e${n}` })) }, /at most 10/],
    ["A8.1", { triggers: [{ event: "a" }, { event: "a" }] }, /repeats/],
    ["A8.13", { triggers: [{ event: "a", expression: "event.data ==" }] }, /expression/],
    ["C1", { options: { throttle: { limit: 1, period: "8d" } } }, /throttle\.period: must be from 1s to 7d/],
    ["C6", { options: { cancel: [{ event: "a", if: "async.data.x + 1 == 2" }] } }, /cancelOn\[0\]\.if/],
    ["C6", { options: { cancel: Array.from({ length: 6 }, () => ({ event: "a" })) } }, /at most 5/],
  ])("%s a wrong configuration is refused with function and field", async (_, spec, reason) => {
    const rig = new Rig();
    await expect(rig.start({ f: { ...go, script: () => returned(1), ...spec } })).rejects.toThrow(reason);
    await expect(rig.sync({ f: { ...go, script: () => returned(1), ...spec } })).rejects.toThrow(/app-f/);
  });

  test("A10.2 A10.5 siblings are independent, and a function registered later gets no earlier event", async () => {
    const good = { ...go, script: () => returned(1) };
    const rig = await new Rig().start({ good, bad: { ...go, script: () => thrown("no", never) } });
    await rig.send(event);
    await rig.sync({ good, late: good });
    expect([rig.statuses("good"), rig.statuses("bad"), rig.statuses("late")]).toEqual([
      ["completed"],
      ["failed"],
      [],
    ]);
  });

  test("protocol 3.3 a function that is missing from a sync starts no more, its ids stay when it comes back", async () => {
    const f = { ...go, script: () => returned(1) };
    const rig = await new Rig().start({ f });
    await rig.sync({ g: { script: () => returned(1) } });
    await rig.send(event);
    expect(rig.runs("f")).toHaveLength(0);
    await rig.sync({ f });
    await rig.send(event);
    expect(rig.runs("f")).toHaveLength(1);
  });
});

describe("B system events", () => {
  const failing = { ...go, script: () => thrown("it broke", never, "TypeError") };
  test("B2.1 a failed run emits finished and failed, a completed one finished, a cancelled one finished and cancelled", async () => {
    const rig = await new Rig().start({
      bad: failing,
      good: { ...go, script: () => returned({ n: 1 }) },
      long: { ...go, script: sequence([["s", op.sleep("s", "1d")]]) },
    });
    await rig.send(event);
    await rig.engine.cancelRun(rig.run("long").id);
    await rig.settle();
    const of = (name: string) =>
      rig
        .events(`inngest/function.${name}`)
        .map((item) => item.data.function_id)
        .sort();
    expect([of("finished"), of("failed"), of("cancelled")]).toEqual([
      ["app-bad", "app-good", "app-long"],
      ["app-bad"],
      ["app-long"],
    ]);
  });

  test("B2 the payload tells function, run, event, error or result, and status", async () => {
    const rig = await new Rig().start({ bad: failing });
    await rig.send({ name: "go", data: { n: 1 } });
    const [failed] = rig.events("inngest/function.failed");
    expect(failed).toMatchObject({
      id: rig.run("bad").id,
      data: {
        function_id: "app-bad",
        run_id: rig.run("bad").id,
        event: { name: "go", data: { n: 1 } },
        events: [{ name: "go" }],
        error: { name: "TypeError", message: "it broke" },
        _inngest: { status: "Failed" },
      },
    });
  });

  test("B2.3 an error's code is kept", async () => {
    const error = { name: "Error", message: "x", code: "RATE_LIMIT_EXCEEDED" };
    const rig = await new Rig().start({
      bad: { ...go, script: () => ({ kind: "failed", error, retry: never }) },
    });
    await rig.send(event);
    expect(rig.events("inngest/function.failed")[0].data.error.code).toBe("RATE_LIMIT_EXCEEDED");
  });

  test("B4.1 B4.3 A8.11 runs started by failed or finished events emit none themselves", async () => {
    const rig = await new Rig().start({
      bad: failing,
      all: { triggers: [{ event: "inngest/*" }], script: () => thrown("monitor", never) },
    });
    await rig.send(event);
    expect([
      rig.events("inngest/function.failed").length,
      rig.events("inngest/function.finished").length,
    ]).toEqual([1, 1]);
  });

  test("B3.2 B5.3 B5.5 a failure handler runs once per failed run, not for its own", async () => {
    const rig = await new Rig().start({
      bad: failing,
      "bad-failure": {
        triggers: [{ event: "inngest/function.failed", expression: "event.data.function_id == 'app-bad'" }],
        retries: 1,
        script: () => thrown("handler", never),
      },
    });
    await rig.send(event);
    expect(rig.statuses("bad-failure")).toEqual(["failed"]);
  });

  test("B6.2 an invocation starts its target alone, by slug", async () => {
    const rig = await new Rig().start({
      f: { triggers: [{ event: "inngest/function.invoked" }], script: () => returned(1) },
      g: { script: (call) => returned(call.event.data.n) },
    });
    const outcome = await rig.engine.invoke("app-g", { data: { n: 3 } });
    await rig.settle();
    expect([outcome.kind, rig.output("g"), rig.runs("f").length]).toEqual(["accepted", 3, 0]);
    expect((await rig.engine.invoke("app-none", { data: {} })).kind).toBe("unknown-function");
  });
});

describe("C2 retries", () => {
  const base = [15, 30, 60, 120];
  test("C2 the backoff table with up to 30 seconds of jitter, five attempts by default", async () => {
    const at: number[] = [];
    const rig = new Rig();
    await rig.start({
      f: {
        ...go,
        script: () => {
          at.push(rig.clock.now());
          return thrown("boom");
        },
      },
    });
    await rig.send(event);
    await rig.advance(10 * minuteMs);
    expect([at.length, rig.statuses("f")]).toEqual([5, ["failed"]]);
    for (const [index, seconds] of base.entries()) {
      const delay = ((at[index + 1] ?? 0) - (at[index] ?? 0)) / secondMs;
      expect(delay).toBeGreaterThanOrEqual(seconds);
      expect(delay).toBeLessThanOrEqual(seconds + 30);
    }
  });

  test("C2 --retry-interval replaces the table, without jitter", async () => {
    const rig = await new Rig({ retryIntervalMs: 2000 }).start({
      f: { ...go, retries: 1, script: () => thrown("boom") },
    });
    await rig.send(event);
    await rig.advance(1999);
    expect(rig.calls).toHaveLength(1);
    await rig.advance(1);
    expect(rig.calls.map((call) => [call.ctx.attempt, call.ctx.max_attempts])).toEqual([
      [0, 2],
      [1, 2],
    ]);
  });

  test("C2.1 D3.3 each step has its own attempts; C2.4 an exhausted step is memoised and the handler goes on", async () => {
    const rig = await new Rig({ retryIntervalMs: 1000 }).start({
      f: {
        ...go,
        retries: 1,
        script: (call) =>
          call.has("b")
            ? returned([call.memo("a").error.message, call.ctx.attempt])
            : ops([op.error(call.has("a") ? "b" : "a")]),
      },
    });
    await rig.send(event);
    await rig.advance(minuteMs);
    expect([rig.output("f"), rig.calls.map((call) => call.ctx.attempt)]).toEqual([
      ["boom", 0],
      [0, 1, 0, 1, 0],
    ]);
  });

  test("C2.3 retries 0 is one attempt", async () => {
    const rig = await new Rig().start({ f: { ...go, retries: 0, script: () => thrown("boom") } });
    await rig.send(event);
    expect([rig.statuses("f"), rig.calls.length]).toEqual([["failed"], 1]);
  });

  test("C2.6 no-retry is final at once, for a function and for a step", async () => {
    const rig = await new Rig().start({
      f: { ...go, script: () => thrown("boom", never) },
      g: {
        ...go,
        script: (call) =>
          call.has("s") ? returned(call.memo("s").error.message) : ops([op.error("s")], never),
      },
    });
    await rig.send(event);
    expect([rig.statuses("f"), rig.output("g")]).toEqual([["failed"], "boom"]);
  });

  test("C2.7 retry-after is followed, between a second and a day", async () => {
    const rig = await new Rig().start({
      f: { ...go, retries: 1, script: () => thrown("later", { kind: "after", delayMs: 5000 }) },
      soon: { ...go, retries: 1, script: () => thrown("soon", { kind: "after", delayMs: 0 }) },
    });
    await rig.send(event);
    await rig.advance(secondMs);
    expect([rig.callsOf("f").length, rig.callsOf("soon").length]).toEqual([1, 2]);
    await rig.advance(4 * secondMs);
    expect(rig.callsOf("f")).toHaveLength(2);
  });

  test("C2.14 C2.15 a retry that waits holds no concurrency and leaves siblings alone", async () => {
    const rig = await new Rig().start({
      f: {
        ...go,
        options: { concurrency: 1 },
        script: (call) => (call.event.data.bad ? thrown("boom") : returned(1)),
      },
    });
    await rig.send({ name: "go", data: { bad: true } }, { name: "go", data: {} });
    expect(rig.statuses("f")).toEqual(["running", "completed"]);
  });
});

describe("C4 C6 C7 statuses, cancellation and concurrency", () => {
  test("C4.1 C4.3 times and output, undefined becomes null", async () => {
    const rig = await new Rig().start({ f: { ...go, script: sequence([["s", op.sleep("s", "5s")]]) } });
    await rig.send(event);
    await rig.advance(5 * secondMs);
    const run = rig.run("f");
    expect([(run.startedAt ?? 0) - run.queuedAt, (run.endedAt ?? 0) - run.queuedAt, run.output]).toEqual([
      0,
      5000,
      "null",
    ]);
  });

  test("C4.4 the end of a run leaves neither jobs nor waits", async () => {
    const rig = await new Rig().start({
      f: {
        ...go,
        options: { cancel: [{ event: "stop" }] },
        script: sequence([["w", op.wait("w", "x", "1d")]]),
      },
    });
    await rig.send(event);
    expect([rig.rows.tables.jobs.size > 0, rig.rows.tables.waits.size]).toEqual([true, 2]);
    await rig.send({ name: "stop", data: {} });
    expect([rig.statuses("f"), rig.rows.tables.jobs.size, rig.rows.tables.waits.size]).toEqual([
      ["cancelled"],
      0,
      0,
    ]);
  });

  test("C6.2 C6.3 C6.6 any later event of the name cancels every run, an earlier one none", async () => {
    const rig = await new Rig().start({
      f: { ...go, options: { cancel: [{ event: "stop" }] }, script: sequence([["s", op.sleep("s", "1h")]]) },
    });
    await rig.send({ name: "stop", data: {} });
    await rig.send(event, event);
    expect(rig.statuses("f")).toEqual(["running", "running"]);
    await rig.send({ name: "stop", data: {} });
    expect(rig.statuses("f")).toEqual(["cancelled", "cancelled"]);
  });

  test("C6.4 C6.5 conditions are fixed at the start, listeners end with their timeout", async () => {
    const cancel = [{ event: "stop", if: "event.data.id == async.data.id", timeout: "1m" }];
    const rig = await new Rig().start({
      f: { ...go, options: { cancel }, script: sequence([["s", op.sleep("s", "1h")]]) },
    });
    await rig.send({ name: "go", data: { id: 1 } });
    await rig.send({ name: "stop", data: { id: 2 } });
    expect(rig.statuses("f")).toEqual(["running"]);
    await rig.advance(2 * minuteMs);
    await rig.send({ name: "stop", data: { id: 1 } });
    expect(rig.statuses("f")).toEqual(["running"]);
  });

  test("C6.9 C6.11 cancelling takes effect once, an ended run stays as it is", async () => {
    const rig = await new Rig().start({ f: { ...go, script: () => returned(1) } });
    await rig.send(event);
    expect(await rig.engine.cancelRun(rig.run("f").id)).toBe("already-finished");
    expect(await rig.engine.cancelRun(asRunId("01H00000000000000000000000"))).toBe("unknown-run");
  });

  test("C7.1 C7.6 a limit of one serialises calls in the order of receipt", async () => {
    const order: number[] = [];
    let inside = 0;
    const rig = await new Rig().start({
      f: {
        ...go,
        options: { concurrency: 1 },
        script: async (call) => {
          inside += 1;
          expect(inside).toBe(1);
          await Promise.resolve();
          order.push(call.event.data.n);
          inside -= 1;
          return returned(1);
        },
      },
    });
    await rig.send(...[0, 1, 2, 3].map((n) => ({ name: "go", data: { n } })));
    expect(order).toEqual([0, 1, 2, 3]);
  });
});

describe("design 5 budgets", () => {
  test("at most three statements per step, and one commit from event to first step", async () => {
    const steps = Array.from({ length: 20 }, (_, n): [string, object] => [`s${n}`, op.ran(`s${n}`, n)]);
    const rig = await new Rig().start({ f: { ...go, script: sequence(steps) } });
    rig.written.length = 0;
    await rig.send(event);
    expect(rig.statuses("f")).toEqual(["completed"]);
    const [first, ...later] = rig.written;
    // One commit takes the event to its first call: the event, the run and its job. Each step is one commit more.
    expect(first).toBeLessThanOrEqual(3);
    const ofSteps = later.slice(0, steps.length);
    // The step, its former job and the next one; the mark that the run has started rides along once.
    expect(ofSteps.filter((rows) => rows > 3).length).toBeLessThanOrEqual(1);
    expect(rig.written.length).toBeLessThanOrEqual(steps.length + 4);
  });

  test("a checkpointed step costs one statement and one commit, a parked run none", async () => {
    const rig = new Rig();
    const ids = Array.from({ length: 20 }, (_, n) => `s${n}`);
    await rig.start({
      f: {
        ...go,
        script: async (call) => {
          if (call.has("nap")) return returned(null);
          rig.written.length = 0;
          for (const id of ids)
            await rig.engine.checkpoint({ queueItemId: call.ctx.qi_id, ops: opsOf([op.ran(id, id)]) });
          return ops([op.sleep("nap", "1h")]);
        },
      },
    });
    await rig.send(event);
    // The mark that the run has started rides along with the first.
    expect(rig.written.slice(1, ids.length)).toEqual(ids.slice(1).map(() => 1));
    rig.written.length = 0;
    await rig.advance(30 * minuteMs);
    expect(rig.written).toEqual([]);
  });
});
