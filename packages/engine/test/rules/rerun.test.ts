// C15.1–3: running again, wholly and from a step, on the real engine.

import { asRunId, stepKey } from "@stepwell/protocol";
import { describe, expect, test } from "vitest";
import { op, ops, Rig, returned, type Script, type ScriptedCall, sequence, thrown } from "./rig.ts";

const go = { triggers: [{ event: "go" }] };
const event = { name: "go", data: { n: 1 } };

/** Steps a, b and c in turn; each gives its name with the number of the call that ran it. */
function threeSteps(executed: string[] = []): Script {
  return (call) => {
    const next = ["a", "b", "c"].find((id) => !call.has(id) || "input" in call.memo(id));
    if (next === undefined) return returned(["a", "b", "c"].map((id) => call.memo(id).data));
    executed.push(next);
    return ops([op.ran(next, `${next}${executed.length}`, { userland: { id: next } })]);
  };
}

async function finished(script: Script): Promise<Rig> {
  const rig = await new Rig().start({ f: { ...go, script } });
  await rig.send(event);
  return rig;
}

/** Runs the only run of `f` again and gives the new run with its calls. */
async function rerunFrom(rig: Rig, fromStep?: { readonly stepId: string; readonly input?: string }) {
  const [original] = rig.runs("f");
  if (original === undefined) throw new Error("There is no run.");
  const outcome = await rig.engine.rerun(original.id, fromStep === undefined ? {} : { fromStep });
  await rig.settle();
  if (outcome.kind !== "started") return { outcome, original, run: undefined, calls: [] };
  const run = rig.rows.tables.runs.get(outcome.runId);
  const calls = rig.calls.filter((call) => call.request.runId === outcome.runId);
  return { outcome, original, run, calls };
}

function stepsOf(rig: Rig, runId: string | undefined) {
  return [...rig.rows.tables.steps.values()]
    .filter((step) => step.runId === runId)
    .sort((left, right) => (left.position ?? 99) - (right.position ?? 99));
}

describe("C15.1 rerun", () => {
  test("C15.1 a rerun has the same events, the current code, and is listed among the event's runs", async () => {
    const executed: string[] = [];
    const rig = await finished(threeSteps(executed));
    const { run, original } = await rerunFrom(rig);
    expect(run).toMatchObject({
      status: "completed",
      eventIds: original.eventIds,
      output: '["a4","b5","c6"]',
    });
    const [eventId] = original.eventIds;
    if (eventId === undefined) throw new Error("The run has no event.");
    const listed = await rig.engine.reader.runsOfEvent(eventId);
    expect(listed.map(({ id }) => id)).toEqual([original.id, run?.id]);
  });

  test("C15.1 a rerun of a rerun names the first run of the chain", async () => {
    const rig = await finished(threeSteps());
    const { run, original } = await rerunFrom(rig);
    const again = await rig.engine.rerun(run?.id ?? original.id);
    await rig.settle();
    const third = again.kind === "started" ? rig.rows.tables.runs.get(again.runId) : undefined;
    expect([run?.originalRunId, third?.originalRunId]).toEqual([original.id, original.id]);
  });

  test("C15.1 a rerun bypasses deduplication", async () => {
    const rig = await new Rig().start({ f: { ...go, script: () => returned(1) } });
    await rig.send({ ...event, id: "once" }, { ...event, id: "once" });
    expect(rig.runs("f").length).toBe(1);
    await rerunFrom(rig);
    expect(rig.statuses("f")).toEqual(["completed", "completed"]);
  });

  test("C15.1 a run whose events are gone is refused with a sentence that says so", async () => {
    const rig = await finished(threeSteps());
    const [original] = rig.runs("f");
    for (const id of original?.eventIds ?? []) rig.rows.tables.events.delete(id);
    await rig.restart();
    const { outcome } = await rerunFrom(rig);
    expect(outcome).toMatchObject({ kind: "refused", reason: expect.stringMatching(/not stored any more/) });
  });

  test("C15.1 a run that does not exist is unknown", async () => {
    const rig = await finished(threeSteps());
    expect(await rig.engine.rerun(asRunId("01ARZ3NDEKTSV4RRFFQ69G5FAV"))).toEqual({ kind: "unknown-run" });
  });

  test("C15.3 the original and its steps stay as they were", async () => {
    const rig = await finished(threeSteps());
    const [original] = rig.runs("f");
    const before = JSON.stringify([original, stepsOf(rig, original?.id)]);
    await rerunFrom(rig);
    await rerunFrom(rig, { stepId: "b", input: "[1]" });
    const after = rig.rows.tables.runs.get(original?.id ?? "");
    expect(JSON.stringify([after, stepsOf(rig, original?.id)])).toBe(before);
  });
});

describe("C15.2 rerun from a step", () => {
  const cases: readonly { what: string; stepId: string; output: string; executed: string[] }[] = [
    {
      what: "the first step, which restores nothing",
      stepId: "a",
      output: '["a4","b5","c6"]',
      executed: ["a", "b", "c"],
    },
    {
      what: "a step in the middle, by its author's id",
      stepId: "b",
      output: '["a1","b4","c5"]',
      executed: ["b", "c"],
    },
    {
      what: "a step in the middle, by its key",
      stepId: stepKey("b"),
      output: '["a1","b4","c5"]',
      executed: ["b", "c"],
    },
    { what: "the last step", stepId: "c", output: '["a1","b2","c4"]', executed: ["c"] },
  ];
  for (const { what, stepId, output, executed } of cases) {
    test(`C15.2 from ${what}`, async () => {
      const all: string[] = [];
      const rig = await finished(threeSteps(all));
      const { run, original } = await rerunFrom(rig, { stepId });
      expect(run).toMatchObject({ status: "completed", output, originalRunId: original.id });
      expect(all.slice(3)).toEqual(executed);
    });
  }

  test("C15.2 the first call has the restored results, in the order of the stack, and nothing else", async () => {
    const rig = await finished(threeSteps());
    const { calls } = await rerunFrom(rig, { stepId: "c" });
    expect(calls[0]?.steps).toEqual({
      [stepKey("a")]: { data: "a1" },
      [stepKey("b")]: { data: "b2" },
    });
    expect(calls[0]?.ctx.stack.stack).toEqual([stepKey("a"), stepKey("b")]);
  });

  test("C15.2 restored steps name the run that they ran in, over a chain too", async () => {
    const rig = await finished(threeSteps());
    const { run, original } = await rerunFrom(rig, { stepId: "c" });
    const again = await rig.engine.rerun(run?.id ?? original.id, { fromStep: { stepId: "c" } });
    await rig.settle();
    const third = again.kind === "started" ? again.runId : undefined;
    expect(stepsOf(rig, third).map((step) => [step.name, step.restoredFrom])).toEqual([
      ["a", original.id],
      ["b", original.id],
      ["c", undefined],
    ]);
  });

  test("C15.2 an earlier step's error is restored as well", async () => {
    const script: Script = (call) => {
      if (!call.has("a")) return ops([op.failed("a", { name: "Error", message: "declined" })]);
      if (!call.has("b")) return ops([op.ran("b", call.memo("a").error.message)]);
      return returned(call.memo("b").data);
    };
    const rig = await finished(script);
    const { run, calls } = await rerunFrom(rig, { stepId: "b" });
    expect(calls[0]?.memo("a")).toMatchObject({ error: { message: "declined" } });
    expect([run?.output, calls.length]).toEqual(['"declined"', 2]);
  });

  test("C15.2 sleeps and waits before it are restored, and the run does not wait for them again", async () => {
    const rig = await new Rig().start({
      f: {
        ...go,
        script: sequence(
          [
            ["nap", op.sleep("nap", "1h")],
            ["reply", op.wait("reply", "reply", "1d")],
            ["last", op.ran("last", 1)],
          ],
          (call: ScriptedCall) => call.memo("reply").data.n,
        ),
      },
    });
    await rig.send(event);
    await rig.advance(3_600_000);
    await rig.send({ name: "reply", data: { n: 7 } });
    const { run } = await rerunFrom(rig, { stepId: "last" });
    expect(run).toMatchObject({ status: "completed", output: "7" });
  });

  test("C15.2 a wait may be the starting point: it waits anew", async () => {
    const rig = await new Rig().start({
      f: {
        ...go,
        script: sequence([["reply", op.wait("reply", "reply", "1d")]], (call) => call.memo("reply").data.n),
      },
    });
    await rig.send(event);
    await rig.send({ name: "reply", data: { n: 1 } });
    const { run } = await rerunFrom(rig, { stepId: "reply" });
    expect(run?.status).toBe("running");
    await rig.send({ name: "reply", data: { n: 2 } });
    expect(rig.runs("f").map(({ output }) => output)).toEqual(["1", "2"]);
  });

  test("C15.2 of parallel steps those that ended before it are restored", async () => {
    const executed: string[] = [];
    const script: Script = (call) => {
      const { step_id: stepId } = call.ctx;
      if (stepId !== "step") {
        const id = ["a", "b"].find((name) => stepKey(name) === stepId) ?? "";
        executed.push(id);
        return ops([op.ran(id, `${id}${executed.length}`)]);
      }
      if (!call.has("a") || !call.has("b")) {
        return ops(["a", "b"].filter((id) => !call.has(id)).map((id) => op.planned(id)));
      }
      return returned([call.memo("a").data, call.memo("b").data]);
    };
    const rig = await finished(script);
    const { run } = await rerunFrom(rig, { stepId: "b" });
    expect([run?.output, executed]).toEqual(['["a1","b3"]', ["a", "b", "b"]]);
  });

  test("C15.2 a step that had not ended may be the starting point: all that ended are restored", async () => {
    const rig = await new Rig().start({
      f: {
        ...go,
        script: sequence([
          ["a", op.ran("a", 1)],
          ["nap", op.sleep("nap", "1h")],
        ]),
      },
    });
    await rig.send(event);
    await rig.engine.cancelRun(rig.run("f").id);
    const { run, calls } = await rerunFrom(rig, { stepId: "nap" });
    expect([run?.status, Object.keys(calls[0]?.steps)]).toEqual(["running", [stepKey("a")]]);
  });
});

describe("C15.2 edited input", () => {
  test("C15.2 the first call is for the step alone, with what came before it restored", async () => {
    const rig = await finished(threeSteps());
    const { calls } = await rerunFrom(rig, { stepId: "b", input: "[1]" });
    expect(calls.map((call) => call.ctx.step_id)).toEqual([stepKey("b"), "step", "step"]);
    expect(Object.keys(calls[0]?.steps)).toEqual([stepKey("a"), stepKey("b")]);
  });

  test("C15.2 the step's call carries the input under its key, and its result replaces it", async () => {
    const rig = await finished((call) => {
      if (!call.has("a")) return ops([op.ran("a", "a")]);
      const memo = call.memo("b");
      if (memo === undefined || "input" in memo) return ops([op.ran("b", memo?.input ?? "as written")]);
      return returned(memo.data);
    });
    expect(rig.output("f")).toBe("as written");
    const { run, calls } = await rerunFrom(rig, { stepId: "b", input: '[{"amount":2}]' });
    expect(calls[0]?.steps).toEqual({
      [stepKey("a")]: { data: "a" },
      [stepKey("b")]: { input: [{ amount: 2 }] },
    });
    expect([run?.status, run?.output]).toEqual(["completed", '[{"amount":2}]']);
  });

  test("C15.2 a planned step with edited input is called, and retried with the input", async () => {
    const seen: unknown[] = [];
    const rig = await finished((call) => {
      if (call.ctx.step_id === stepKey("a")) {
        seen.push(call.memo("a")?.input ?? null);
        return seen.length === 2 ? ops([op.error("a")]) : ops([op.ran("a", seen.length)]);
      }
      const memo = call.memo("a");
      if (memo === undefined || "input" in memo) return ops([op.planned("a"), op.sleep("z", "1s")]);
      return call.has("z") ? returned(memo.data) : ops([op.sleep("z", "1s")]);
    });
    await rig.advance(2000);
    expect(rig.output("f")).toBe(1);
    const { outcome } = await rerunFrom(rig, { stepId: "a", input: "[5]" });
    await rig.advance(600_000);
    const run = outcome.kind === "started" ? rig.rows.tables.runs.get(outcome.runId) : undefined;
    expect([seen, run?.status, run?.output]).toEqual([[null, [5], [5]], "completed", "3"]);
  });

  for (const [what, answer] of [
    ["says so", thrown('Could not find step "a" to run; timed out.')],
    ["says nothing", ops([])],
  ] as const) {
    test(`C15.2 D2 code that does not have the edited step any more, and ${what}, runs as it is now`, async () => {
      let isNew = false;
      const rig = await finished((call) => {
        if (isNew) return call.ctx.step_id === "step" ? returned("new") : answer;
        return call.has("a") ? returned(1) : ops([op.ran("a", 1)]);
      });
      isNew = true;
      const { run } = await rerunFrom(rig, { stepId: "a", input: "[5]" });
      expect([run?.status, run?.output]).toEqual(["completed", '"new"']);
    });
  }
});

describe("C15.2 what cannot be a starting point is told", () => {
  test("C15.2 an id that no step has", async () => {
    const rig = await finished(threeSteps());
    const { outcome } = await rerunFrom(rig, { stepId: "z" });
    expect(outcome).toMatchObject({ kind: "unknown-step", reason: expect.stringMatching(/no step "z"/) });
    expect(rig.runs("f").length).toBe(1);
  });

  test("C15.2 an id that several steps have; the keys in the sentence tell them apart", async () => {
    const twice = [stepKey("a"), stepKey("a", 1)];
    const rig = await finished((call) => {
      const next = twice.findIndex((key) => !(key in call.steps));
      if (next < 0) return returned("done");
      return ops([{ ...op.ran("a", next), id: twice[next], userland: { id: "a", index: next } }]);
    });
    const { outcome } = await rerunFrom(rig, { stepId: "a" });
    expect(outcome).toMatchObject({ kind: "refused", reason: expect.stringMatching(/2 steps/) });
    for (const key of twice) expect(JSON.stringify(outcome)).toContain(key);
    expect((await rerunFrom(rig, { stepId: twice[1] ?? "" })).outcome.kind).toBe("started");
  });

  test("C15.2 an earlier step whose output is gone", async () => {
    const rig = await finished(threeSteps());
    for (const [key, step] of rig.rows.tables.steps) {
      const { result: _, ...rest } = step;
      if (step.name === "a") rig.rows.tables.steps.set(key, rest);
    }
    await rig.restart();
    const { outcome } = await rerunFrom(rig, { stepId: "c" });
    expect(outcome).toMatchObject({
      kind: "refused",
      reason: expect.stringMatching(/output of step "a".*not stored/),
    });
  });

  for (const [what, step] of [
    ["sleep", op.sleep("s", "1s")],
    ["sent event", op.sent("s", [])],
  ] as const) {
    test(`C15.2 other input for a ${what}, which takes none`, async () => {
      const rig = await finished(sequence([["s", step]]));
      await rig.advance(2000);
      const { outcome } = await rerunFrom(rig, { stepId: "s", input: "[1]" });
      expect(outcome).toMatchObject({
        kind: "refused",
        reason: expect.stringMatching(/takes no other input/),
      });
      expect((await rerunFrom(rig, { stepId: "s" })).outcome.kind).toBe("started");
    });
  }
});

test("C15.1 a rerun survives a restart before its first call", async () => {
  const rig = await new Rig().start({ f: { ...go, script: () => thrown("no") } });
  await rig.send(event);
  const outcome = await rig.engine.rerun(rig.runs("f")[0]?.id ?? asRunId(""));
  await rig.restart();
  const run = outcome.kind === "started" ? rig.rows.tables.runs.get(outcome.runId) : undefined;
  expect(run?.status).toBe("running");
});
