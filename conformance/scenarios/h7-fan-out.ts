// H7: one event, many functions, each on its own.

import { expect } from "vitest";
import type { Handler } from "../src/kit.ts";
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
