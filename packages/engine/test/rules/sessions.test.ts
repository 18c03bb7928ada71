// A13: sessions on the real engine: what they group, and how they travel.

import { describe, expect, test } from "vitest";
import { never, op, ops, Rig, returned, sequence, thrown } from "./rig.ts";

const go = { triggers: [{ event: "go" }] };
const inSession = { name: "go", data: {}, meta: { sessions: { chat: "c1" } } };

describe("A13 sessions", () => {
  test("A13.1 sessions change neither which functions start nor which waits and cancellations match", async () => {
    const rig = await new Rig().start({
      f: { ...go, script: sequence([["w", op.wait("w", "reply", "1h")]]) },
      g: {
        ...go,
        options: { cancel: [{ event: "stop" }] },
        script: sequence([["s", op.sleep("s", "1h")]]),
      },
    });
    await rig.send(inSession);
    await rig.send({ name: "reply", data: {}, meta: { sessions: { chat: "other" } } });
    await rig.send({ name: "stop", data: {} });
    expect([rig.statuses("f"), rig.statuses("g")]).toEqual([["completed"], ["cancelled"]]);
  });

  test("A13.5 E1.1 handlers and expressions see the merged sessions", async () => {
    const rig = await new Rig().start({
      f: {
        triggers: [{ event: "go", expression: "event.meta.sessions.chat == 'c1'" }],
        script: (call) => returned(call.event.meta),
      },
    });
    await rig.send({ name: "go", data: {}, meta: { propagated_sessions: { chat: "c1" } } });
    await rig.send({ name: "go", data: {} });
    expect(rig.output("f")).toEqual({ sessions: { chat: "c1" } });
  });

  test("A13.5 a run's system events are in its sessions", async () => {
    const rig = await new Rig().start({
      f: { ...go, script: () => thrown("no", never) },
      g: { ...go, script: sequence([["s", op.sleep("s", "1h")]]) },
    });
    await rig.send(inSession);
    await rig.engine.cancelRun(rig.run("g").id);
    await rig.settle();
    const of = (name: string) => rig.events(`inngest/function.${name}`).map((event) => event.meta);
    const meta = { sessions: { chat: "c1" } };
    expect([of("finished"), of("failed"), of("cancelled")]).toEqual([[meta, meta], [meta], [meta]]);
  });

  test("A13.5 an invocation merges what its author gives with what its run hands down", async () => {
    const invoke = op.invoke("i", "app-c");
    const meta = { sessions: { own: 7, gone: null }, propagated_sessions: { chat: "c1", gone: "x" } };
    const opts = { ...invoke.opts, payload: { data: {}, meta } };
    const rig = await new Rig().start({
      f: { ...go, script: sequence([["i", { ...invoke, opts }]], (call) => call.memo("i")) },
      c: { script: (call) => returned(call.event.meta) },
    });
    await rig.send(inSession);
    expect(rig.output("f")).toEqual({ data: { sessions: { own: "7", chat: "c1" } } });
  });

  test("A13.3 an invocation with sessions that no event may have fails its step, not its run", async () => {
    const invoke = op.invoke("i", "app-c");
    const opts = { ...invoke.opts, payload: { data: {}, meta: { sessions: { "": "x" } } } };
    const rig = await new Rig().start({
      f: {
        ...go,
        script: (call) =>
          call.has("i") ? returned(call.memo("i").error.message) : ops([{ ...invoke, opts }]),
      },
      c: { script: () => returned(1) },
    });
    await rig.send(inSession);
    expect([rig.output("f"), rig.runs("c").length]).toEqual([
      'The invoke "i" cannot be sent: meta.sessions has an empty key.',
      0,
    ]);
  });
});
