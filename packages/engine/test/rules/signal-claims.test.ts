// D6: claims of signals that are made and given back within one decision.

import { expect, test } from "vitest";
import { op, ops, Rig, returned } from "./rig.ts";

const go = { triggers: [{ event: "go" }] };

test("D6.2 C5 a run whose time is over as it begins to wait for a signal leaves the name to others", async () => {
  let open: () => void = () => {};
  const gate = new Promise<void>((resolve) => {
    open = resolve;
  });
  const rig = await new Rig().start({
    late: {
      ...go,
      options: { timeouts: { finish: "10s" } },
      script: async () => {
        await gate;
        return ops([op.signal("s", "name", "1h")]);
      },
    },
  });
  await rig.engine.ingest([{ name: "go", data: {} }]);
  await rig.clock.advance(20_000, async () => {
    for (let turn = 0; turn < 20; turn += 1) await new Promise((resolve) => setImmediate(resolve));
  });
  open();
  await rig.settle();
  expect(rig.statuses("late")).toEqual(["cancelled"]);
  expect(rig.rows.tables.signals.size).toBe(0);
});

test("D6.2 of two waits for one name in one answer the second is told that the first has it", async () => {
  const rig = await new Rig().start({
    twice: {
      ...go,
      script: (call) =>
        call.has("a") ? returned(1) : ops([op.signal("a", "name", "1h"), op.signal("b", "name", "1h")]),
    },
  });
  await rig.send({ name: "go", data: {} });
  expect(rig.run("twice")).toMatchObject({
    status: "failed",
    error: { message: expect.stringMatching(/waits for the signal "name" already/) },
  });
  expect(rig.rows.tables.signals.size).toBe(0);
});
