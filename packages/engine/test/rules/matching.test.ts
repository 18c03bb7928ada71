// E7 and D5.8: how an event finds the waits that it ends, however many there are.

import type { Store } from "@stepwell/engine";
import { describe, expect, test } from "vitest";
import { type Loose, op, Rig, returned, sequence } from "./rig.ts";

const go = { triggers: [{ event: "go" }] };
const waits = (expression?: string) => ({
  ...go,
  script: sequence([["w", op.wait("w", "reply", "1h", expression)]], (call) => call.memo("w")?.data ?? null),
});

/** Calls of the store by method, with what they were asked and gave. */
function watched() {
  const asked: { readonly method: string; readonly given: readonly unknown[]; count: number }[] = [];
  const watch = (store: Store): Store =>
    new Proxy(store, {
      get(target, name: keyof Store) {
        const member = target[name];
        if (typeof member !== "function") return member;
        if (!String(name).startsWith("loadWait")) return (member as () => unknown).bind(target);
        return async (...given: readonly unknown[]) => {
          const result: readonly unknown[] = await Reflect.apply(member, target, given);
          asked.push({ method: String(name), given, count: result.length });
          return result;
        };
      },
    });
  return { rig: new Rig({}, watch), asked };
}

describe("D5 E7 matching", () => {
  test("D5.8 without a condition any event of the name ends the wait, another name none", async () => {
    const rig = await new Rig().start({ f: waits() });
    await rig.send({ name: "go", data: {} });
    await rig.send({ name: "reply/other", data: {} }, { name: "Reply", data: {} });
    expect(rig.statuses("f")).toEqual(["running"]);
    await rig.send({ name: "reply", data: { anything: true } });
    expect(rig.output("f")).toEqual({ anything: true });
  });

  test("E7.1 waits are found by name: an event that nobody waits for costs one lookup, and then none", async () => {
    const { rig, asked } = watched();
    await rig.start({ f: waits("async.data.id == event.data.id") });
    await rig.send({ name: "nobody", data: {} });
    await rig.send({ name: "nobody", data: {} }, { name: "nobody", data: {} });
    expect(asked.map(({ method, given }) => [method, given[0]])).toEqual([["loadWaitShapes", "nobody"]]);
  });

  test("E7.4 only candidates under the event's own values are loaded and evaluated", async () => {
    const { rig, asked } = watched();
    await rig.start({ f: waits("async.data.id == event.data.id") });
    await rig.send(...Array.from({ length: 200 }, (_, id) => ({ name: "go", data: { id } })));
    asked.length = 0;
    await rig.send({ name: "reply", data: { id: 77 } });
    const ended = rig.runs("f").filter((run) => run.status === "completed");
    expect([ended.length, JSON.parse(ended[0]?.output ?? "")]).toEqual([1, { id: 77 }]);
    const ofReply = asked.filter(({ given }) => given[0] === "reply");
    expect(ofReply.map(({ method, count }) => [method, count])).toEqual([
      ["loadWaitShapes", 1],
      ["loadWaits", 1],
    ]);
  });

  test("E7.4 a condition without an equality is evaluated for each event of the name", async () => {
    const rig = await new Rig().start({
      f: waits("async.data.n > event.data.n"),
      g: waits("async.data.n != 3"),
    });
    await rig.send({ name: "go", data: { n: 2 } });
    await rig.send({ name: "reply", data: { n: 2 } });
    expect([rig.statuses("f"), rig.statuses("g")]).toEqual([["running"], ["completed"]]);
    await rig.send({ name: "reply", data: { n: 3 } });
    expect(rig.output("f")).toEqual({ n: 3 });
  });

  test("E7.6 what is taken is gone at once: the wait and its timeout leave no row", async () => {
    const rig = await new Rig().start({
      f: {
        ...go,
        script: sequence([
          ["w", op.wait("w", "reply", "1h")],
          ["s", op.sleep("s", "1h")],
        ]),
      },
    });
    await rig.send({ name: "go", data: {} });
    expect([rig.rows.tables.waits.size, rig.rows.tables.jobs.size]).toEqual([1, 1]);
    await rig.send({ name: "reply", data: {} });
    const [only] = [...rig.rows.tables.jobs.values()];
    expect([rig.rows.tables.waits.size, rig.rows.tables.jobs.size, only?.kind]).toEqual([0, 1, "sleep"]);
  });

  test("E7.7 invoked runs and signals find their waiter by its name, without an index of waits", async () => {
    const { rig, asked } = watched();
    await rig.start({
      f: { ...go, script: sequence([["i", op.invoke("i", "app-g")]], (call) => call.memo("i")) },
      g: { script: sequence([["w", op.signal("w", "s", "1h")]], (call) => call.memo("w").data.data) },
    });
    await rig.send({ name: "go", data: {} });
    expect(rig.rows.tables.waits.size).toBe(0);
    asked.length = 0;
    await rig.engine.signal("s", "7");
    await rig.settle();
    expect(rig.output("f")).toEqual({ data: 7 });
    expect(asked.filter(({ method }) => method === "loadWaits")).toEqual([]);
  });

  test("E5.1 a wait whose condition cancellations may not have works, and its author is warned", async () => {
    const rig = await new Rig().start({ f: waits("async.data.list.exists(x, x == 1)") });
    await rig.send({ name: "go", data: {} });
    expect(rig.warnings).toEqual([
      expect.stringMatching(/condition of the wait "w" in function app-f .*"exists" cannot be used here/),
    ]);
    await rig.send({ name: "reply", data: { list: [1] } });
    expect(rig.statuses("f")).toEqual(["completed"]);
  });
});

describe("A8 triggers by kind", () => {
  test("A8 no triggers: the function is reached by invocations alone", async () => {
    const rig = await new Rig().start({ f: { script: () => returned(1) } });
    await rig.send({ name: "f", data: {} }, { name: "app-f", data: {} });
    expect(rig.runs("f")).toHaveLength(0);
    await rig.engine.invoke("app-f", { data: {} });
    await rig.settle();
    expect(rig.statuses("f")).toEqual(["completed"]);
  });

  test("A8 event trigger: a name of 256 characters, and no longer one; A3.2", async () => {
    const name = "x".repeat(256);
    const rig = await new Rig().start({ f: { triggers: [{ event: name }], script: () => returned(1) } });
    await rig.send({ name, data: {} });
    expect(rig.statuses("f")).toEqual(["completed"]);
    const refused = new Rig().start({ f: { triggers: [{ event: `${name}x` }], script: () => returned(1) } });
    await expect(refused).rejects.toThrow(/at most 256/);
  });

  test("A8.2 a trigger with event and cron, and one with neither, are refused", async () => {
    const wrong: readonly Loose[] = [{ event: "go", cron: "* * * * *" }, {}];
    for (const trigger of wrong) {
      const refused = new Rig().start({ f: { triggers: [trigger], script: () => returned(1) } });
      await expect(refused).rejects.toThrow(/app-f: triggers\[0\].*(both|neither)/);
    }
  });

  test("D8.11 a function of another app is invoked by its slug", async () => {
    const rig = await new Rig().start({
      f: {
        ...go,
        script: sequence([["i", op.invoke("i", "billing-charge", { n: 1 })]], (call) => call.memo("i")),
      },
    });
    await rig.engine.sync({
      appName: "billing",
      url: "http://billing",
      sdk: "rig",
      functions: [{ id: "billing-charge", name: "charge", triggers: [], url: "http://billing", options: {} }],
    });
    rig.answerFor("billing-charge", (call) => returned(call.event.data.n + 1));
    await rig.send({ name: "go", data: {} });
    expect(rig.output("f")).toEqual({ data: 2 });
  });
});

describe("an event that ends very many waits", () => {
  const runs = 2500;

  test("is decided in pages of a thousand; each wait is told once, and functions are started once", async () => {
    const { rig, asked } = watched();
    await rig.start({
      f: waits(),
      g: { triggers: [{ event: "reply" }], script: () => returned(null) },
    });
    await rig.send(...Array.from({ length: runs }, (_, n) => ({ name: "go", data: { n } })));
    asked.length = 0;
    await rig.send({ name: "reply", data: { to: "all" } });
    expect(rig.statuses("f").filter((status) => status === "completed")).toHaveLength(runs);
    expect(rig.runs("g")).toHaveLength(1);
    const pages = asked.filter(({ method, given }) => method === "loadWaits" && given[0] === "reply");
    // The last page is told by being short of a thousand.
    expect(pages.length).toBeGreaterThanOrEqual(3);
    expect(Math.max(...pages.map((page) => page.count))).toBe(1000);
    expect(pages.reduce((sum, page) => sum + page.count, 0)).toBe(runs);
  });

  test("goes on behind the page that was stored when the process died", async () => {
    const rig = await new Rig().start({ f: waits() });
    await rig.send(...Array.from({ length: runs }, (_, n) => ({ name: "go", data: { n } })));
    let died = false;
    void rig.engine.ingest([{ name: "reply", data: {} }]);
    while (!died) {
      await new Promise((resolve) => setImmediate(resolve));
      died = [...rig.rows.tables.jobs.values()].some(
        (job) => job.kind === "route" && job.waitsAfter !== undefined,
      );
    }
    await rig.restart();
    expect(rig.statuses("f").filter((status) => status === "completed")).toHaveLength(runs);
    expect(rig.rows.tables.jobs.size).toBe(0);
  });
});
