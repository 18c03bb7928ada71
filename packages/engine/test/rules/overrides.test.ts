// An operator's override of a limit is a row like any other: what waits under it goes on waiting under it when the
// process dies and comes back.

import { functionIdOf } from "@stepwell/core";
import { expect, test } from "vitest";
import { heldFunction, turns } from "./held-calls.ts";

const f = functionIdOf("app-f");
const minute = 60_000;

test("an override of a number is in force after a restart, for what waits too, and ends by itself at its time", async () => {
  const held = await heldFunction({ concurrency: 1 });
  await held.send(...[1, 2, 3, 4, 5, 6].map((n) => ({ n })));
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
