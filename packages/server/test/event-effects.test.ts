// What an event did beside starting runs: waits that it ended, runs that it cancelled.

import { stepKey } from "@stepwell/protocol";
import { eventOutcomesPath, eventPath, runPath } from "@stepwell/protocol/rest";
import { expect, test } from "vitest";
import { answered, op, type Rig, returned, rig } from "./rig.ts";

async function sent(world: Rig, name: string): Promise<string> {
  const { body } = await world.post("/api/v2/events", { name, data: {} });
  await world.engine.whenIdle();
  return body.data.eventId;
}

test("decisions row 6: an event that resumes a run says so, and is not called unheard", async () => {
  const world = await rig({}, (call) =>
    call.steps.some((step) => step.key === stepKey("reply"))
      ? returned()
      : answered(op.wait("reply", "x/reply", "1h")),
  );
  await world.register("app", { f: { triggers: [{ event: "x/asked" }] } });
  await sent(world, "x/asked");
  const reply = await sent(world, "x/reply");
  const { body } = await world.request(eventOutcomesPath(reply));
  expect(body.data).toEqual({
    functions: [],
    waits: [
      {
        kind: "resumed",
        runId: expect.any(String),
        function: expect.objectContaining({ slug: "app-f" }),
        stepName: "reply",
      },
    ],
  });
  expect((await world.request(eventPath(reply))).body.data.effects).toEqual({
    runs: 0,
    notStarted: 0,
    resumed: 1,
  });
});

test("C6: an event that cancels a run says which, and the run says by which", async () => {
  const world = await rig({}, () => answered(op.sleep("nap", "1h")));
  await world.register("app", { f: { triggers: [{ event: "x/asked" }], cancel: [{ event: "x/closed" }] } });
  await sent(world, "x/asked");
  const closed = await sent(world, "x/closed");
  const { body } = await world.request(eventOutcomesPath(closed));
  expect(body.data.waits).toMatchObject([{ kind: "cancelled", function: { slug: "app-f" } }]);
  const run = await world.request(runPath(body.data.waits[0].runId));
  expect(run.body.data).toMatchObject({ status: "CANCELLED", cancelledByEventId: closed });
  expect((await world.request(eventPath(closed))).body.data.effects).toMatchObject({ cancelled: 1 });
});
