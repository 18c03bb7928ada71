import { type LiveChange, parseLiveChange } from "@stepwell/protocol/rest";
import { describe, expect, test } from "vitest";
import { createServer } from "../src/create-server.ts";
import { LiveChanges } from "../src/views/live-changes.ts";
import { fakeEngine, type Rig, rig } from "./rig.ts";

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

describe("ten thousand changes a second", () => {
  /** An engine that commits what a test wants, and the server on it. */
  function committing() {
    let commit: (changes: readonly never[]) => void = () => {};
    const engine = fakeEngine({
      onCommitted: (listener) => {
        commit = listener;
        return () => {};
      },
    });
    const server = createServer({ engine, mode: "dev" });
    const open = async (): Promise<ReadableStreamDefaultReader<Uint8Array>> => {
      const response = await server.fetch(new Request("http://stepwell.test/api/v2/live"));
      const reader = response.body?.getReader();
      if (reader === undefined) throw new Error("The stream has no body.");
      return reader;
    };
    return { open, commit: (changes: readonly unknown[]) => commit(changes as readonly never[]) };
  }

  const run = (number: number) => ({
    kind: "run.put",
    lazy: false,
    run: { id: `run-${number}`, status: "queued", functionId: "f" },
  });

  async function nextMessages(
    reader: ReadableStreamDefaultReader<Uint8Array>,
  ): Promise<readonly LiveChange[]> {
    const { value } = await reader.read();
    const text = new TextDecoder().decode(value);
    return [...text.matchAll(/^data: (.*)$/gm)].flatMap(([, data = ""]) => parseLiveChange(data) ?? []);
  }

  test("a burst of them is one message, after which a reader reads again what it shows", async () => {
    const { open, commit } = committing();
    const reader = await open();
    expect(await nextMessages(reader)).toMatchObject([{ kind: "hello" }]);
    for (let part = 0; part < 100; part += 1) {
      commit(Array.from({ length: 100 }, (_, index) => run(part * 100 + index)));
    }
    expect(await nextMessages(reader)).toMatchObject([{ kind: "hello" }]);
    // What comes while the hub rests is told when it goes on, one by one.
    commit([run(1), run(1), run(2)]);
    expect(await nextMessages(reader)).toMatchObject([
      { kind: "run", runId: "run-1" },
      { kind: "run", runId: "run-2" },
    ]);
    await reader.cancel();
  });

  test("a reader that does not read costs a bounded number of texts, and others nothing", async () => {
    const { open, commit } = committing();
    const [idle, busy] = [await open(), await open()];
    expect(await nextMessages(busy)).toHaveLength(1);
    for (let number = 0; number < 20; number += 1) {
      commit([run(number)]);
      expect(await nextMessages(busy)).toMatchObject([{ kind: "run", runId: `run-${number}` }]);
    }
    const unread: LiveChange[] = [];
    while (unread.filter(({ kind }) => kind === "hello").length < 2)
      unread.push(...(await nextMessages(idle)));
    // Its first greeting, what fitted, and a greeting for all that it missed.
    expect(unread.length).toBeLessThanOrEqual(17);
    await Promise.all([idle.cancel(), busy.cancel()]);
  });
});
