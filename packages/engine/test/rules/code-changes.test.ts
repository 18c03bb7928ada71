// D2: code that changes while runs of it are under way. A run sleeps under the old code and goes on under the new.

import { stepKey } from "@stepwell/protocol";
import { describe, expect, test } from "vitest";
import { type FunctionSpec, op, ops, Rig, returned, type ScriptedCall, thrown } from "./rig.ts";

const minuteMs = 60_000;
const go = { triggers: [{ event: "go" }] };
const event = { name: "go", data: {} };

/** Code that runs steps in order, each giving a text of its own; `nap` is a sleep of a minute. */
function code(steps: readonly string[], version = "v1"): FunctionSpec {
  const script = (call: ScriptedCall) => {
    const next = steps.find((id) => !call.has(id));
    if (next === undefined) return returned(steps.map((id) => call.memo(id)?.data ?? null));
    return ops([next === "nap" ? op.sleep("nap", "1m") : op.ran(next, `${next} by ${version}`)]);
  };
  return { ...go, script };
}

describe("D2 code that changes under a run", () => {
  const rows: readonly (readonly [
    string,
    readonly string[],
    readonly string[],
    readonly (string | null)[],
  ])[] = [
    [
      "an added step runs when it is reached",
      ["a", "nap"],
      ["a", "nap", "added"],
      ["a by v1", null, "added by v2"],
    ],
    [
      "an added step before the sleep runs, too",
      ["a", "nap"],
      ["a", "added", "nap"],
      ["a by v1", "added by v2", null],
    ],
    [
      "a changed body of a finished step keeps the memoised value",
      ["a", "nap"],
      ["a", "nap"],
      ["a by v1", null],
    ],
    ["a changed body of an unfinished step is what runs", ["nap", "a"], ["nap", "a"], [null, "a by v2"]],
    ["a renamed step runs again under its new id", ["a", "nap"], ["new", "nap"], ["new by v2", null]],
    ["a removed step's value is ignored", ["a", "b", "nap"], ["b", "nap"], ["b by v1", null]],
    ["reordered steps keep their values", ["a", "b", "nap"], ["nap", "b", "a"], [null, "b by v1", "a by v1"]],
  ];
  test.each(rows)("D2 %s", async (_, before, after, expected) => {
    const rig = await new Rig().start({ f: code(before) });
    await rig.send(event);
    await rig.sync({ f: code(after, "v2") });
    await rig.advance(minuteMs);
    expect([rig.statuses("f"), rig.output("f")]).toEqual([["completed"], expected]);
  });

  test("D2 a planned step that no longer exists brings a discovery instead of failing the run", async () => {
    const rig = await new Rig().start({
      f: {
        ...go,
        script: (call) => {
          if (call.ctx.step_id === stepKey("gone"))
            return thrown('Could not find step "gone" to run; timed out.');
          if (call.ctx.step_id === stepKey("stays")) return ops([op.ran("stays", 1)]);
          return call.has("stays")
            ? returned("found what there is")
            : ops([op.planned("gone"), op.planned("stays")]);
        },
      },
    });
    await rig.send(event);
    expect(rig.output("f")).toBe("found what there is");
  });

  test("D2 a deleted function's runs make their next call, and fail when the app has no such function any more", async () => {
    const rig = await new Rig({ retryIntervalMs: 1000 }).start({ f: { ...code(["a", "nap"]), retries: 1 } });
    await rig.send(event);
    await rig.sync({ other: code([]) });
    await rig.advance(minuteMs);
    expect(rig.statuses("f")).toEqual(["running"]);
    await rig.advance(1000);
    expect([rig.statuses("f"), rig.run("f").error?.message]).toEqual([
      ["failed"],
      "Function app-f was not found in this app.",
    ]);
    await rig.send(event);
    expect(rig.runs("f")).toHaveLength(1);
  });

  test("D2 a changed app URL is where the next call of a run goes", async () => {
    const rig = await new Rig().start({ f: code(["a", "nap", "b"]) });
    await rig.send(event);
    await rig.sync({ f: code(["a", "nap", "b"]) }, "http://moved");
    await rig.advance(minuteMs);
    expect(rig.calls.map((call) => call.request.appUrl)).toEqual([
      "http://app",
      "http://app",
      "http://moved",
      "http://moved",
    ]);
  });

  test("D1.7 results are matched by id alone: asked for in another order, each gives its own", async () => {
    const rig = await new Rig().start({ f: code(["a", "b", "nap"]) });
    await rig.send(event);
    await rig.sync({ f: code(["b", "a", "nap"], "v2") });
    await rig.advance(minuteMs);
    expect(rig.output("f")).toEqual(["b by v1", "a by v1", null]);
  });

  test("C2.9 a failed step stays failed for the run's life, whatever its code has become", async () => {
    const failing = (call: ScriptedCall, fixed: boolean) => {
      if (!call.has("a")) return ops([fixed ? op.ran("a", "healed") : op.failed("a")]);
      if (!call.has("nap")) return ops([op.sleep("nap", "1m")]);
      return returned(call.memo("a"));
    };
    const rig = await new Rig().start({ f: { ...go, script: (call) => failing(call, false) } });
    await rig.send(event);
    await rig.sync({ f: { ...go, script: (call) => failing(call, true) } });
    await rig.advance(minuteMs);
    expect(rig.output("f")).toEqual({ error: { name: "Error", message: "boom" } });
    await rig.send(event);
    await rig.advance(minuteMs);
    expect(
      rig
        .runs("f")
        .map((run) => JSON.parse(run.output ?? ""))
        .at(-1),
    ).toEqual({ data: "healed" });
  });
});

describe("C1 identity", () => {
  const once: FunctionSpec = { ...go, script: () => returned(1) };

  test("C1.4 a changed id is a new function, and the former one is archived: it starts nothing more", async () => {
    const rig = await new Rig().start({ before: once });
    await rig.send({ ...event, id: "same" });
    await rig.sync({ after: once });
    await rig.send({ ...event, id: "same" });
    // The new one has no key of the former's.
    expect([rig.runs("before").length, rig.runs("after").length]).toEqual([1, 1]);
    const archived = [...rig.rows.tables.functions.values()].filter((one) => one.archivedAt !== undefined);
    expect(archived.map((one) => one.slug)).toEqual(["app-before"]);
  });

  test("C1.4 with its id back, a function is the same one again", async () => {
    const rig = await new Rig().start({ f: once });
    await rig.send({ ...event, id: "same" });
    await rig.sync({ other: once });
    await rig.sync({ f: once });
    await rig.send({ ...event, id: "same" });
    expect(rig.runs("f")).toHaveLength(1);
  });

  test("C1.5 a changed app id is a new app with functions of its own, beside the former one", async () => {
    const rig = await new Rig().start({ f: once });
    await rig.engine.sync({
      appName: "renamed",
      url: "http://renamed",
      sdk: "rig",
      functions: [{ id: "renamed-f", name: "f", triggers: go.triggers, url: "http://renamed", options: {} }],
    });
    rig.answerFor("renamed-f", () => returned(2));
    await rig.send({ ...event, id: "same" });
    expect(rig.runs().map((run) => run.output)).toEqual(["1", "2"]);
    expect(rig.rows.tables.apps.size).toBe(2);
  });
});
