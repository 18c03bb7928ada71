import { type LiveChange, parseLiveChange } from "@stepwell/protocol/rest";
import { describe, expect, test } from "vitest";
import { LiveChanges } from "../src/views/live-changes.ts";
import { type Rig, rig } from "./rig.ts";

/** Reads changes until `isEnough`. */
async function changesUntil(
  world: Rig,
  act: () => Promise<void>,
  isEnough: (changes: readonly LiveChange[]) => boolean,
) {
  const response = await world.server.fetch(new Request("http://stepwell.test/api/v2/live"));
  const reader = response.body?.getReader();
  const changes: LiveChange[] = [];
  const ids: number[] = [];
  let text = "";
  let hasActed = false;
  while (!isEnough(changes)) {
    const part = await reader?.read();
    if (part === undefined || part.done) break;
    text += new TextDecoder().decode(part.value);
    for (let end = text.indexOf("\n\n"); end >= 0; end = text.indexOf("\n\n")) {
      const message = text.slice(0, end);
      text = text.slice(end + 2);
      ids.push(Number(/^id: (\d+)$/m.exec(message)?.[1]));
      const change = parseLiveChange(/^data: (.*)$/m.exec(message)?.[1] ?? "");
      if (change !== undefined) changes.push(change);
    }
    if (!hasActed) {
      hasActed = true;
      await act();
    }
  }
  await reader?.cancel();
  return { changes, ids, response };
}

describe("GET /api/v2/live", () => {
  test("greets, and tells durable changes of events, runs and apps with rising ids", async () => {
    const world = await rig();
    const { changes, ids, response } = await changesUntil(
      world,
      async () => {
        await world.register("app", { f: { triggers: [{ event: "a" }] } });
        await world.post("/e/key", { name: "a", data: {} });
        await world.engine.whenIdle();
      },
      (seen) => seen.some((change) => change.kind === "run" && change.status === "COMPLETED"),
    );
    expect(response.headers.get("content-type")).toContain("text/event-stream");
    expect(changes[0]).toMatchObject({ kind: "hello", serverTime: expect.stringContaining("2026-01-01T") });
    const kinds = new Set(changes.map(({ kind }) => kind));
    expect(kinds).toEqual(new Set(["hello", "app", "function", "event", "run"]));
    expect(ids).toEqual([...ids].sort((left, right) => left - right));
    expect(new Set(ids).size).toBe(ids.length);
  });

  test("a reader that goes is forgotten", async () => {
    const world = await rig();
    let listeners = 0;
    const { onCommitted } = world.engine;
    Object.assign(world.engine, {
      onCommitted: (listener: Parameters<typeof onCommitted>[0]) => {
        listeners += 1;
        const stop = onCommitted(listener);
        return () => {
          listeners -= 1;
          stop();
        };
      },
    });
    await changesUntil(
      world,
      async () => expect(listeners).toBe(1),
      (seen) => seen.length > 0,
    );
    expect(listeners).toBe(0);
  });
});

describe("gathering changes", () => {
  const run = (id: string, status: "queued" | "running") =>
    ({ kind: "run.put", lazy: false, run: { id, status, functionId: "f" } }) as never;

  test("each thing is told once, by its newest change", () => {
    const changes = new LiveChanges();
    expect(changes.add([run("a", "queued"), run("b", "queued"), run("a", "running")])).toBe(true);
    expect(changes.take("now")).toEqual([
      { kind: "run", runId: "b", status: "QUEUED", functionId: "f" },
      { kind: "run", runId: "a", status: "RUNNING", functionId: "f" },
    ]);
    expect(changes.take("now")).toEqual([]);
  });

  test("what nobody sees is not told", () => {
    expect(new LiveChanges().add([{ kind: "job.remove", jobId: "j", runId: undefined } as never])).toBe(
      false,
    );
  });

  test("too much at once is a greeting, after which readers read again", () => {
    const changes = new LiveChanges();
    changes.add(Array.from({ length: 3000 }, (_, index) => run(String(index), "queued")));
    expect(changes.take("now")).toEqual([{ kind: "hello", serverTime: "now" }]);
    expect(changes.take("now")).toEqual([]);
  });
});
