// What a wait's panel tells: the condition with the run's values, and the last events that did not match it.

import { stepKey } from "@stepwell/protocol";
import { runsPath, tracePath, waitMissesPath } from "@stepwell/protocol/rest";
import { describe, expect, test } from "vitest";
import { answered, type Loose, op, type Rig, returned, rig } from "./rig.ts";

const reply = stepKey("reply");

/** A run of an order that waits for its payment under a condition. */
async function waiting(expression?: string): Promise<{ readonly world: Rig; readonly runId: string }> {
  const world = await rig({}, ({ steps }) =>
    steps.length === 0 ? answered(op.ran("load"), op.wait("reply", "paid", "1h", expression)) : returned(),
  );
  await world.register("app", { f: { triggers: [{ event: "order" }] } });
  await send(world, "paid", { order: "A1" });
  await world.clock.advance(10, () => world.engine.whenIdle());
  await send(world, "order", { id: "A1" });
  const { body } = await world.request(runsPath());
  return { world, runId: body.data[0].id };
}

async function send(world: Rig, name: string, data: object): Promise<string> {
  const { body } = await world.post("/e/k", { name, data });
  await world.engine.whenIdle();
  return body.ids[0];
}

const misses = async (world: Rig, runId: string): Promise<Loose> =>
  (await world.request(waitMissesPath(runId, reply))).body;

async function waitOf(world: Rig, runId: string): Promise<Loose> {
  const { body } = await world.request(tracePath(runId));
  return body.data.rootSpan.children.find(({ id }: Loose) => id === reply).wait;
}

const condition = "async.data.order == event.data.id && async.data.total > 5";
const fixed = '(async.data.order == "A1") && (async.data.total > 5)';

describe("what a wait did not match", () => {
  test("the events since its registration, newest first, each with the truth of the condition", async () => {
    const { world, runId } = await waiting(condition);
    const first = await send(world, "paid", { order: "B2", total: 9 });
    const second = await send(world, "paid", { order: "A1", total: "9" });
    await send(world, "refunded", { order: "A1" });
    const { data, page } = await misses(world, runId);
    expect(data.map(({ eventId }: Loose) => eventId)).toEqual([second, first]);
    expect(page).toMatchObject({ hasMore: false });
    expect(data[1].truth).toMatchObject({
      value: "false",
      join: "all",
      parts: [
        { value: "false", text: 'async.data.order == "A1"', path: "data.order", found: "B2" },
        { value: "not-reached", path: "data.total" },
      ],
    });
    expect(data[0].truth.parts).toMatchObject([{ value: "true" }, { value: "error", found: "9" }]);
  });

  test("the five newest, and that there were more", async () => {
    const { world, runId } = await waiting(condition);
    const sent: string[] = [];
    for (let order = 0; order < 12; order += 1)
      sent.push(await send(world, "paid", { order: `B${order}`, total: 9 }));
    const { data, page } = await misses(world, runId);
    expect(data.map(({ eventId }: Loose) => eventId)).toEqual(sent.slice(-5).reverse());
    expect(page).toMatchObject({ hasMore: true, limit: 5 });
  });

  test("neither the event that ended it, nor any after its end", async () => {
    const { world, runId } = await waiting(condition);
    const missed = await send(world, "paid", { order: "B2", total: 9 });
    await send(world, "paid", { order: "A1", total: 9 });
    await world.clock.advance(1000, () => world.engine.whenIdle());
    await send(world, "paid", { order: "C3", total: 9 });
    const { data } = await misses(world, runId);
    expect(data.map(({ eventId }: Loose) => eventId)).toEqual([missed]);
  });

  test("those before it expired are told for good", async () => {
    const { world, runId } = await waiting(condition);
    const missed = await send(world, "paid", { order: "B2", total: 9 });
    await world.clock.advance(7_200_000, () => world.engine.whenIdle());
    await send(world, "paid", { order: "C3", total: 9 });
    expect(await waitOf(world, runId)).toMatchObject({ outcome: "expired", expression: fixed });
    const { data } = await misses(world, runId);
    expect(data.map(({ eventId }: Loose) => eventId)).toEqual([missed]);
  });

  test("none for a wait without a condition", async () => {
    const { world, runId } = await waiting();
    expect((await misses(world, runId)).data).toEqual([]);
  });

  test("a step that does not wait for an event, and one that is not there, are refused with a sentence", async () => {
    const { world, runId } = await waiting(condition);
    for (const [step, words] of [
      [stepKey("load"), "Step load of run"],
      ["nothing", "has no step nothing"],
    ] as const) {
      const { status, text } = await world.request(waitMissesPath(runId, step));
      expect(status).toBe(404);
      expect(text).toContain(words);
    }
  });
});

describe("the condition in the trace", () => {
  test("has the run's values in place, open and ended", async () => {
    const { world, runId } = await waiting(condition);
    expect(await waitOf(world, runId)).toMatchObject({ outcome: "open", expression: fixed });
    await send(world, "paid", { order: "A1", total: 9 });
    expect(await waitOf(world, runId)).toMatchObject({ outcome: "matched", expression: fixed });
  });

  test("that the run's values decide alone stands as it was written, with what follows", async () => {
    const never = 'event.data.id == "Z" && async.data.order == "A1"';
    const { world, runId } = await waiting(never);
    await send(world, "paid", { order: "A1" });
    expect(await waitOf(world, runId)).toMatchObject({ expression: never, meets: "no-event" });
    const [miss] = (await misses(world, runId)).data;
    expect(miss.truth.parts).toMatchObject([{ value: "false" }, { value: "not-reached" }]);
    const always = await waiting('event.data.id == "A1"');
    expect(await waitOf(always.world, always.runId)).toMatchObject({ meets: "every-event" });
  });
});
