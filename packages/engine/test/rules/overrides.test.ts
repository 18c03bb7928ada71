// An operator's override of a limit: it counts at once for what waits, outlives syncs and restarts, and ends at its time
// or when it is taken back.

import { type ControlCommand, functionIdOf } from "@stepwell/core";
import type { JsonObject } from "@stepwell/protocol";
import { expect, test } from "vitest";
import { type HeldCalls, heldFunction, turns } from "./held-calls.ts";
import { Rig, returned } from "./rig.ts";

const f = functionIdOf("app-f");
const minute = 60_000;

const go = { triggers: [{ event: "go" }] };
const numbers = (from: number, to: number) =>
  Array.from({ length: to - from + 1 }, (_, index) => ({ n: from + index }));

const sync = (held: HeldCalls, options: JsonObject) =>
  held.rig.sync({ f: { ...go, options, script: held.script() } });

test("an override of a number is in force after a restart, for what waits too, and ends by itself at its time", async () => {
  const held = await heldFunction({ concurrency: 1 });
  await held.send(...numbers(1, 6));
  const until = held.rig.clock.now() + 5 * minute;
  const override = { limit: "concurrency.0", value: 3, until } as const;
  await held.rig.engine.controlFunction(f, { kind: "override", override });
  await turns();
  expect(held.open).toEqual([1, 2, 3]);
  await held.restart();
  expect(held.open).toEqual([1, 2, 3]);
  await held.finish();
  expect(held.open).toEqual([2, 3, 4]);
  await held.advance(5 * minute);
  await held.finish();
  await held.finish();
  expect(held.open).toEqual([4]);
  await held.finish();
  expect(held.open).toEqual([5]);
  expect(held.rig.controls("f")?.overrides).toEqual([]);
});

test("an override below the number holds work back after a restart as before it, until it is removed", async () => {
  const held = await heldFunction({ concurrency: [{ limit: 9 }, { limit: 9, key: "event.data.u" }] });
  await held.rig.control("f", { kind: "override", override: { limit: "concurrency.1", value: 1 } });
  await held.send({ n: 1, u: "a" }, { n: 2, u: "a" }, { n: 3, u: "b" });
  expect(held.open).toEqual([1, 3]);
  await held.restart();
  expect(held.open).toEqual([1, 3]);
  await held.rig.engine.controlFunction(f, { kind: "remove-override", limit: "concurrency.1" });
  await turns();
  expect(held.open).toEqual([1, 3, 2]);
});

test("an override starts what waits, outlives a sync, and gives way when it is removed", async () => {
  const held = await heldFunction({ concurrency: 1 });
  await held.send(...numbers(1, 9));
  await held.rig.engine.controlFunction(f, {
    kind: "override",
    override: { limit: "concurrency.0", value: 3, by: "ann", reason: "backlog" },
  });
  await turns();
  expect(held.open).toEqual([1, 2, 3]);
  await sync(held, { concurrency: 2 });
  await turns();
  await held.finish();
  expect(held.open).toEqual([2, 3, 4]);
  expect(held.rig.controls("f")?.overrides).toMatchObject([{ value: 3, by: "ann", reason: "backlog" }]);
  await held.rig.engine.controlFunction(f, { kind: "remove-override", limit: "concurrency.0" });
  await held.finish();
  await held.finish();
  expect(held.open).toHaveLength(2);
  await held.finish();
  expect(held.open).toHaveLength(2);
});

test("an override of a rate limit survives a restart, and ends by itself at its time", async () => {
  const calls: number[] = [];
  const rig = await new Rig().start({
    f: {
      ...go,
      options: { rateLimit: { limit: 1, period: "60s" } },
      script: (call) => {
        calls.push(call.event.data.n);
        return returned(1);
      },
    },
  });
  const until = rig.clock.now() + 5 * minute;
  await rig.control("f", { kind: "override", override: { limit: "rateLimit", value: 3, until } });
  await rig.restart();
  await rig.send(...numbers(1, 4).map((data) => ({ name: "go", data })));
  expect(calls).toHaveLength(3);
  await rig.advance(5 * minute);
  await rig.send(...numbers(5, 8).map((data) => ({ name: "go", data })));
  expect(calls).toHaveLength(4);
  expect(rig.controls("f")?.overrides).toEqual([]);
});

test("an override of a second limit does not come back as another one when a sync takes that limit away", async () => {
  const held = await heldFunction({ concurrency: [{ limit: 9 }, { limit: 9, key: "event.data.u" }] });
  await held.rig.control("f", { kind: "override", override: { limit: "concurrency.1", value: 1 } });
  await sync(held, { concurrency: [{ limit: 9 }] });
  await held.send(...numbers(1, 4));
  expect(held.open).toHaveLength(4);
});

type Override = Extract<ControlCommand, { kind: "override" }>["override"];

const senseless: readonly [Override, string][] = [
  [{ limit: "concurrency.0", value: 1.5 }, "must be a whole number, 0 or more, not 1.5"],
  [{ limit: "throttle", value: 0 }, "must be a whole number, 1 or more, not 0"],
  [{ limit: "throttle", value: 2 }, "has no throttle whose limit could be overridden"],
  [{ limit: "rateLimit", value: 2 }, "has no rate limit that could be overridden"],
  [{ limit: "concurrency.1", value: 2 }, "has no second concurrency limit that could be overridden"],
  [{ limit: "concurrency.0", value: 2, until: 1 }, 'would have ended already. Give a later "until"'],
];
test.each(senseless)("an override %j that makes no sense is refused", async (override, reason) => {
  const { rig } = await heldFunction({ concurrency: 1 });
  const outcome = await rig.engine.controlFunction(f, {
    kind: "override",
    override,
  });
  expect(outcome).toMatchObject({ kind: "refused", reason: expect.stringContaining(reason) });
});
