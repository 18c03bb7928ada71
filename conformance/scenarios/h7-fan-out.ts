// H7: one event, many functions, each on its own.

import { stepKey } from "@stepwell/protocol";
import { expect } from "vitest";
import type { Handler, Loose } from "../src/kit.ts";
import { scenario } from "../src/scenario.ts";
import type { World } from "../src/world.ts";

const trigger = { event: "user/signup.completed" };
const signUp = { name: "user/signup.completed", data: { userId: "u1", email: "u1@example.com" } };

/** The three functions of the example, with one of them replaced. */
function signUpApp(world: World, createTrial: Handler, options: Readonly<Record<string, unknown>> = {}) {
  return world.app((fn) => [
    fn({ id: "send-welcome-email", triggers: [trigger] }, ({ step }) => step.run("send-email", () => "sent")),
    fn({ id: "create-trial", triggers: [trigger], ...options }, createTrial),
    fn({ id: "add-to-crm", triggers: [trigger] }, ({ step }) => step.run("crm-sync", () => "added")),
  ]);
}

scenario("H7.1 H7.2 H7.3 the three functions of the example run, each with its own step", async (world) => {
  const client = await signUpApp(world, ({ step }) => step.run("create-subscription", () => "trial"));
  await world.send(client, signUp);
  for (const [id, step] of [
    ["send-welcome-email", "send-email"],
    ["create-trial", "create-subscription"],
    ["add-to-crm", "crm-sync"],
  ] as const) {
    const run = await world.onlyRun(id);
    expect([run.status, await world.stepNames(run)]).toEqual(["completed", [step]]);
  }
});

scenario("H7.4 a field that the event lacks is undefined for the consumer, no error", async (world) => {
  const client = await signUpApp(world, ({ event }) => typeof event.data.stripeCustomerId);
  await world.send(client, signUp);
  expect(await world.output("create-trial")).toBe("undefined");
});

scenario(
  "H7.5 H7.10 A10.2 C2.2 a function that fails after five attempts leaves the others alone",
  async (world) => {
    const attempts: number[] = [];
    const client = await signUpApp(world, ({ step, attempt }) =>
      step.run("create-subscription", () => {
        attempts.push(attempt);
        throw new Error("card declined");
      }),
    );
    await world.send(client, signUp);
    expect([await world.statuses("send-welcome-email"), await world.statuses("add-to-crm")]).toEqual([
      ["completed"],
      ["completed"],
    ]);
    await world.advance(10 * 60_000);
    expect(await world.statuses("create-trial")).toEqual(["failed"]);
    expect(attempts).toEqual([0, 1, 2, 3, 4]);
  },
);

scenario("H7.6 A10.3 functions of one event run at the same time", async (world) => {
  let inside = 0;
  let most = 0;
  let open: () => void = () => {};
  const gate = new Promise<void>((resolve) => {
    open = resolve;
  });
  const handler: Handler = ({ step }) =>
    step.run("meet", async () => {
      inside += 1;
      most = Math.max(most, inside);
      if (inside === 3) open();
      await gate;
    });
  const client = await world.app((fn) =>
    ["a", "b", "c"].map((id) => fn({ id, triggers: [trigger] }, handler)),
  );
  await world.send(client, signUp);
  expect(most).toBe(3);
});

/** Three runs of the example: those of `create-trial` fail for good, until the returned function is called. */
async function failedTrials(world: World): Promise<() => void> {
  let isFixed = false;
  const createTrial: Handler = ({ event, step }) =>
    step.run("create-subscription", () => {
      if (!isFixed) throw new Error("card declined");
      return `trial of ${event.data.userId}`;
    });
  const client = await signUpApp(world, createTrial, { retries: 0 });
  const people = ["u1", "u2", "u3"].map((userId) => ({ ...signUp, data: { ...signUp.data, userId } }));
  await world.send(client, people);
  return () => {
    isFixed = true;
  };
}

async function post(world: World, path: string, body: Loose): Promise<Loose> {
  return await world.request(path, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body),
  });
}

scenario(
  "H7.7 C15.4 C15.5 a replay of one function's failed runs starts those anew, and no other function's",
  async (world) => {
    const fix = await failedTrials(world);
    const originals = await world.runs("create-trial");
    const range = { from: new Date(world.clock.now() - 60_000).toISOString() };
    fix();
    const asked = await post(world, "/api/v2/bulks", {
      kind: "replay",
      selection: { functionId: ["app-create-trial"], status: ["FAILED"], ...range },
    });
    expect(asked.status).toBe(201);
    await world.advance(5000);
    const { body } = await world.request(`/api/v2/bulks/${asked.body.data.id}`);
    expect(body.data).toMatchObject({ status: "DONE", counts: { total: 3, done: 3, skipped: 0 } });
    expect(body.data.newRuns).toEqual({ COMPLETED: 3 });

    const ids = new Set<string>(originals.map((run) => run.id));
    const after = await world.runs("create-trial");
    const fresh = after.filter((run) => !ids.has(run.id));
    expect(after.filter((run) => ids.has(run.id))).toEqual(originals);
    expect(fresh.map((run) => JSON.parse(run.output ?? "null")).sort()).toEqual([
      "trial of u1",
      "trial of u2",
      "trial of u3",
    ]);
    expect(fresh.map((run) => run.originalRunId).sort()).toEqual([...ids].sort());
    for (const other of ["send-welcome-email", "add-to-crm"]) {
      expect(await world.statuses(other)).toEqual(["completed", "completed", "completed"]);
    }
  },
);

scenario("H7.7 C15.1 C15.3 one run is run again by itself", async (world) => {
  const fix = await failedTrials(world);
  const [original, second, third] = await world.runs("create-trial");
  fix();
  const { status, body } = await post(world, `/api/v2/runs/${original?.id}/rerun`, {});
  await world.settle();
  expect(status).toBe(200);
  const after = await world.runs("create-trial");
  const fresh = after.find((run) => run.id === body.data.runId);
  expect(fresh).toMatchObject({
    status: "completed",
    eventIds: original?.eventIds,
    originalRunId: original?.id,
    output: '"trial of u1"',
  });
  expect(after.filter((run) => run.id !== fresh?.id)).toEqual([original, second, third]);
  expect((await world.runsOfEvent(original?.eventIds[0] ?? "")).length).toBe(4);
});

/** Steps that tell how often each ran; `charge` takes an argument. */
async function order(world: World) {
  const executed: string[] = [];
  const ran = (name: string) => executed.push(name);
  const client = await world.app((fn) => [
    fn({ id: "order", triggers: [{ event: "order" }], retries: 0 }, async ({ step }) => {
      const stock: string = await step.run("reserve", () => {
        ran("reserve");
        return "shelf 3";
      });
      await step.sleep("settle", "1s");
      const problem: string = await step
        .run("check", () => {
          ran("check");
          throw new Error("no stock");
        })
        .catch((error: Error) => error.message);
      const charged: number = await step.run(
        "charge",
        (amount: number) => {
          ran("charge");
          return amount;
        },
        5,
      );
      return `${stock}, ${problem}, ${charged}`;
    }),
  ]);
  await world.send(client, { name: "order", data: {} });
  await world.advance(60_000);
  return executed;
}

for (const [what, stepId] of [
  ["its author's id", "charge"],
  ["its key", stepKey("charge")],
] as const) {
  scenario(
    `H7.7 C15.2 a rerun from a step, told by ${what}, restores what came before, outputs and errors`,
    async (world) => {
      const executed = await order(world);
      const original = await world.onlyRun("order");
      expect(await world.output("order")).toBe("shelf 3, no stock, 5");
      const { body } = await post(world, `/api/v2/runs/${original.id}/rerun`, { fromStep: { stepId } });
      await world.advance(60_000);
      const fresh = (await world.runs("order")).find((run) => run.id === body.data.runId);
      expect([fresh?.status, fresh?.output]).toEqual(["completed", '"shelf 3, no stock, 5"']);
      expect(executed).toEqual(["reserve", "check", "charge", "charge"]);
    },
  );
}

scenario("H7.7 C15.2 a rerun from a step in the middle runs it and all later ones again", async (world) => {
  const executed = await order(world);
  const original = await world.onlyRun("order");
  await post(world, `/api/v2/runs/${original.id}/rerun`, { fromStep: { stepId: "settle" } });
  await world.advance(60_000);
  expect(await world.statuses("order")).toEqual(["completed", "completed"]);
  expect(executed).toEqual(["reserve", "check", "charge", "check", "charge"]);
});

scenario("C15.2 a rerun from a step may give its function other arguments", async (world) => {
  const executed = await order(world);
  const original = await world.onlyRun("order");
  const { body } = await post(world, `/api/v2/runs/${original.id}/rerun`, {
    fromStep: { stepId: "charge", input: [2] },
  });
  await world.advance(60_000);
  const fresh = (await world.runs("order")).find((run) => run.id === body.data.runId);
  expect([fresh?.status, fresh?.output]).toEqual(["completed", '"shelf 3, no stock, 2"']);
  expect(executed).toEqual(["reserve", "check", "charge", "charge"]);
});

scenario("C15.2 what cannot be a starting point is told in a sentence", async (world) => {
  await order(world);
  const original = await world.onlyRun("order");
  const unknown = await post(world, `/api/v2/runs/${original.id}/rerun`, { fromStep: { stepId: "refund" } });
  expect([unknown.status, unknown.body.errors[0].message]).toEqual([
    404,
    expect.stringContaining('no step "refund"'),
  ]);
  const asleep = await post(world, `/api/v2/runs/${original.id}/rerun`, {
    fromStep: { stepId: "settle", input: [1] },
  });
  expect([asleep.status, asleep.body.errors[0].message]).toEqual([
    400,
    expect.stringContaining("takes no other input"),
  ]);
  expect(await world.statuses("order")).toEqual(["completed"]);
});

scenario("C6.12 C6.13 a bulk cancellation ends sleeping runs of one function", async (world) => {
  const nap: Handler = ({ step }) => step.sleep("nap", "1d");
  const client = await world.app((fn) => ["a", "b"].map((id) => fn({ id, triggers: [trigger] }, nap)));
  await world.send(client, [signUp, signUp]);
  const { status } = await post(world, "/api/v2/bulks", {
    kind: "cancel",
    selection: { functionId: ["app-a"] },
  });
  await world.advance(1000);
  expect([status, await world.statuses("a"), await world.statuses("b")]).toEqual([
    201,
    ["cancelled", "cancelled"],
    ["running", "running"],
  ]);
});
