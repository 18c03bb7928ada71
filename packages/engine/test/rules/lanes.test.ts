// Lanes that are longer than memory holds: what was left to the store comes back.

import { expect, test } from "vitest";
import { Rig, returned } from "./rig.ts";

test("a lane of many calls is called to its end, also when all that memory kept of it were calls under way", async () => {
  let open: () => void = () => {};
  const gate = new Promise<void>((resolve) => {
    open = resolve;
  });
  const rig = await new Rig({ openCallsMax: 100 }).start({
    f: {
      triggers: [{ event: "go" }],
      script: async () => {
        await gate;
        return returned(1);
      },
    },
  });
  await rig.engine.ingest(Array.from({ length: 1000 }, (_, n) => ({ name: "go", data: { n } })));
  for (let turn = 0; turn < 200 && rig.calls.length < 100; turn += 1)
    await rig.clock.advance(0, async () => {});
  open();
  await rig.settle();
  expect(rig.statuses("f").filter((status) => status === "completed").length).toBe(1000);
});
