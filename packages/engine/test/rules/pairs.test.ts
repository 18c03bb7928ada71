// Every pair of options that may be combined keeps both rules, and every pair that may not is refused. The pairs come
// from the list of rules, and the list from the options that exist, so that a new option cannot be forgotten.

import { readFileSync } from "node:fs";
import { isJsonObject, type Json } from "@stepwell/protocol";
import { describe, expect, test } from "vitest";
import { type OptionRule, observe, optionRules } from "./option-rules.ts";
import { Rig, returned } from "./rig.ts";

type Options = OptionRule["options"];

/** What says something of single events says nothing of a batch (semantics C1.2, I10). */
const notWithBatch = ["cancelOn", "debounce", "singleton", "priority", "idempotency", "rateLimit"];

const names = Object.keys(optionRules);
const ruleOf = (name: string): OptionRule => {
  const rule = optionRules[name];
  if (rule === undefined) throw new Error(`There is no rule ${name}.`);
  return rule;
};
const optionOf = (name: string): string => name.split(" ")[0] ?? name;

const pairs = names.flatMap((one, index) =>
  names
    .slice(index + 1)
    .flatMap((other) => (optionOf(one) === optionOf(other) ? [] : [[one, other] as const])),
);
const isRefused = ([one, other]: readonly [string, string]) =>
  (one === "batch" && notWithBatch.includes(optionOf(other))) ||
  (other === "batch" && notWithBatch.includes(optionOf(one)));

/** Both options; limits are joined. */
function together(one: Options, other: Options): Options {
  const joined: Record<string, Json> = { ...one, ...other };
  if (one.concurrency !== undefined && other.concurrency !== undefined)
    joined.concurrency = joinedLimits([one.concurrency, other.concurrency]);
  return joined;
}

function joinedLimits(values: readonly Json[]): Json {
  const parts = values.map((value) =>
    isJsonObject(value) && value.fn !== undefined ? value : { step: value },
  );
  const all = (kind: "fn" | "step") => parts.flatMap((part) => part[kind] ?? []) as Json;
  return { fn: all("fn"), step: all("step") };
}

describe("the options that exist", () => {
  test("each option of flow control has a rule here", () => {
    const source = readFileSync(new URL("../../../core/src/model/flow-control.ts", import.meta.url), "utf8");
    const body = /export interface FlowControl \{(.*?)\n\}/s.exec(source)?.[1] ?? "";
    const options = [...body.matchAll(/readonly (\w+)\??:/g)].map(([, name]) => name);
    expect(options.length).toBeGreaterThan(5);
    expect(new Set(names.map(optionOf))).toEqual(new Set([...options, "cancelOn"]));
  });

  test.each(names)("%s: its rule is broken without the option, and kept with it", async (name) => {
    const rule = ruleOf(name);
    // An option that the workload of this one needs to be felt stays.
    const { [wireName(name)]: _, ...others } = rule.options;
    expect(rule.problem(await observe(others as Options))).toBeDefined();
    expect(rule.problem(await observe(rule.options))).toBeUndefined();
  });
});

function wireName(name: string): string {
  const option = optionOf(name);
  return { batch: "batchEvents", cancelOn: "cancel", wholeRuns: "concurrency" }[option] ?? option;
}

describe("C13 pairs that may be combined", () => {
  test.each(pairs.filter((pair) => !isRefused(pair)))("%s and %s: both rules hold", async (one, other) => {
    const trace = await observe(together(ruleOf(one).options, ruleOf(other).options));
    for (const [name, beside] of [
      [one, other],
      [other, one],
    ] as const) {
      if (ruleOf(name).yieldsTo?.includes(beside)) continue;
      expect([name, ruleOf(name).problem(trace)]).toEqual([name, undefined]);
    }
    expect(trace.runs.every((run) => run.endedAt !== undefined)).toBe(true);
  });
});

describe("C1.2 I10 pairs that may not be combined", () => {
  test.each(pairs.filter(isRefused))("%s and %s: the registration is refused", async (one, other) => {
    const options = together(ruleOf(one).options, ruleOf(other).options);
    const sync = new Rig().start({ f: { triggers: [{ event: "go" }], options, script: () => returned(1) } });
    const name = optionOf(one === "batch" ? other : one);
    await expect(sync).rejects.toThrow(
      `Function app-f: batchEvents with ${name}: this combination is not supported; remove one of the two.`,
    );
  });
});
