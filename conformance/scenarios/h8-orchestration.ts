// H8: sending events from a function and waiting for what they bring.

import { expect } from "vitest";
import type { Handler, Loose } from "../src/kit.ts";
import { scenario } from "../src/scenario.ts";

const secondMs = 1000;
const minuteMs = 60_000;
const match = "event.data.userId == async.data.userId";
const requests = ["email/welcome.requested", "subscription/trial.requested", "crm/contact.requested"];
const replies = ["email/welcome.sent", "subscription/trial.created", "crm/contact.added"];

/** The example's orchestrator: fan out, wait for three replies at once, complete. */
const orchestrate: Handler = async ({ event, step }) => {
  await step.sendEvent(
    "fan-out",
    requests.map((name) => ({ name, data: event.data })),
  );
  const wait = (id: string, name: string) => step.waitForEvent(id, { event: name, timeout: "5m", if: match });
  const [email, subscription, crm] = await Promise.all([
    wait("wait-email", replies[0] ?? ""),
    wait("wait-subscription", replies[1] ?? ""),
    wait("wait-crm", replies[2] ?? ""),
  ]);
  return await step.run("complete-onboarding", () => ({
    email: email?.name ?? null,
    subscription: subscription?.name ?? null,
    crm: crm?.name ?? null,
    data: email?.data ?? null,
  }));
};

const orchestrator = { id: "orchestrate-onboarding", triggers: [{ event: "user/signup.completed" }] };
const signUp = (userId = "u1") => ({ name: "user/signup.completed", data: { userId, plan: "pro" } });
const all = { email: replies[0], subscription: replies[1], crm: replies[2] };

scenario("H8.1 event is the trigger and async the awaited one", async (world) => {
  const client = await world.app((fn) => [
    fn({ id: "f", triggers: [{ event: "go" }] }, async ({ step }) => {
      const reply = await step.waitForEvent("w", {
        event: "reply",
        timeout: "1h",
        if: "event.data.a == async.data.b",
      });
      return reply.data;
    }),
  ]);
  await world.send(client, { name: "go", data: { a: "x", b: "y" } });
  await world.send(client, { name: "reply", data: { a: "x", b: "z" } });
  await world.send(client, { name: "reply", data: { a: "y", b: "y" } });
  expect(await world.statuses("f")).toEqual(["running"]);
  await world.send(client, { name: "reply", data: { b: "x" } });
  expect(await world.output("f")).toEqual({ b: "x" });
});

scenario("H8.2 H8.3 step.sendEvent sends all events, with the data as it is", async (world) => {
  const client = await world.app((fn) => [fn(orchestrator, orchestrate)]);
  await world.send(client, signUp());
  for (const name of requests)
    expect((await world.events(name)).map((event) => event.data)).toEqual([signUp().data]);
  const steps = await world.steps(await world.onlyRun("orchestrate-onboarding"));
  const sends = steps.filter((step) => step.name === "fan-out");
  expect(sends).toHaveLength(1);
  expect(JSON.parse(sends[0].result).data.ids).toHaveLength(3);
});

scenario("H8.4 three waits are open at once", async (world) => {
  const client = await world.app((fn) => [fn(orchestrator, orchestrate)]);
  await world.send(client, signUp());
  const steps = await world.steps(await world.onlyRun("orchestrate-onboarding"));
  expect(steps.filter((step) => step.kind === "wait-for-event" && step.status === "open")).toHaveLength(3);
});

scenario(
  "H8.5 without replies each wait gives null after five minutes and the run goes on",
  async (world) => {
    const client = await world.app((fn) => [fn(orchestrator, orchestrate)]);
    await world.send(client, signUp());
    await world.advance(5 * minuteMs - secondMs);
    expect(await world.statuses("orchestrate-onboarding")).toEqual(["running"]);
    await world.advance(2 * secondMs);
    expect(await world.output("orchestrate-onboarding")).toEqual({
      email: null,
      subscription: null,
      crm: null,
      data: null,
    });
  },
);

scenario(
  "H8.6 H8.7 H8.8 replies keep their places whatever their order, and the last step runs once",
  async (world) => {
    let completions = 0;
    const client = await world.app((fn) => [
      fn(orchestrator, async (context) => {
        const result = await (orchestrate as Loose)(context);
        await context.step.run("count", () => {
          completions += 1;
        });
        return result;
      }),
    ]);
    await world.send(client, signUp());
    for (const name of [replies[2], replies[0], replies[1]]) {
      await world.send(client, { name, data: { userId: "u1", by: name } });
      await world.advance(secondMs);
    }
    expect(await world.output("orchestrate-onboarding")).toEqual({
      ...all,
      data: { userId: "u1", by: replies[0] },
    });
    expect(completions).toBe(1);
  },
);

scenario("H8.9 D5.3 replies that come at once, before the waits, are caught", async (world) => {
  const client = await world.app((fn) => [
    fn(orchestrator, orchestrate),
    ...requests.map((event, index) =>
      fn({ id: `respond-${index}`, triggers: [{ event }] }, ({ event: request, step }) =>
        step.sendEvent("reply", { name: replies[index] ?? "", data: { userId: request.data.userId } }),
      ),
    ),
  ]);
  await world.send(client, signUp());
  expect(await world.output("orchestrate-onboarding")).toEqual({ ...all, data: { userId: "u1" } });
});

scenario("H8.9 replies that come two seconds later are caught", async (world) => {
  const client = await world.app((fn) => [
    fn(orchestrator, orchestrate),
    ...requests.map((event, index) =>
      fn({ id: `respond-${index}`, triggers: [{ event }] }, async ({ event: request, step }) => {
        await step.sleep("think", "2s");
        await step.sendEvent("reply", { name: replies[index] ?? "", data: { userId: request.data.userId } });
      }),
    ),
  ]);
  await world.send(client, signUp());
  await world.advance(3 * secondMs);
  expect(await world.output("orchestrate-onboarding")).toEqual({ ...all, data: { userId: "u1" } });
});

scenario("H8.9 a reply received before the sending step is recorded is caught", async (world) => {
  const client = await world.app((fn, client) => [
    fn({ id: "f", triggers: [{ event: "go" }] }, async ({ step }) => {
      await step.sendEvent("ask", { name: "ask", data: {} });
      const reply = await step.waitForEvent("w", { event: "reply", timeout: "5m" });
      return reply?.data.n ?? null;
    }),
    fn({ id: "answer", triggers: [{ event: "ask" }] }, async () => {
      await client.send({ name: "reply", data: { n: 1 } });
    }),
  ]);
  await world.send(client, { name: "go", data: {} });
  expect(await world.output("f")).toBe(1);
});

scenario("H8.9 a loop of send and wait takes each reply once, in the order of receipt", async (world) => {
  const client = await world.app((fn) => [
    fn({ id: "f", triggers: [{ event: "go" }] }, async ({ step }) => {
      const seen: number[] = [];
      await step.sendEvent("ask", { name: "ask", data: {} });
      for (const round of [0, 1, 2]) {
        const reply = await step.waitForEvent(`w${round}`, { event: "reply", timeout: "5m" });
        seen.push(reply?.data.n);
      }
      return seen;
    }),
    fn({ id: "answer", triggers: [{ event: "ask" }] }, ({ step }) =>
      step.sendEvent(
        "replies",
        [1, 2, 3].map((n) => ({ name: "reply", data: { n } })),
      ),
    ),
  ]);
  await world.send(client, { name: "go", data: {} });
  await world.advance(6 * minuteMs);
  expect(await world.output("f")).toEqual([1, 2, 3]);
});

scenario("H8.10 with concurrency 1 a second run goes on while the first waits", async (world) => {
  const client = await world.app((fn) => [
    fn({ id: "f", concurrency: 1, triggers: [{ event: "go" }] }, async ({ event, step }) => {
      if (event.data.waits) await step.waitForEvent("w", { event: "never", timeout: "1h" });
      return event.data.waits;
    }),
  ]);
  await world.send(client, { name: "go", data: { waits: true } });
  await world.send(client, { name: "go", data: { waits: false } });
  expect(await world.statuses("f")).toEqual(["running", "completed"]);
});

scenario("H8.11 each run resumes with its own replies", async (world) => {
  const client = await world.app((fn) => [fn(orchestrator, orchestrate)]);
  await world.send(client, signUp("u1"));
  await world.send(client, signUp("u2"));
  for (const name of replies) await world.send(client, { name, data: { userId: "u2" } });
  expect(await world.statuses("orchestrate-onboarding")).toEqual(["running", "completed"]);
});

scenario("H8.12 a partly failed orchestration is seen as a mix of events and null", async (world) => {
  const client = await world.app((fn) => [fn(orchestrator, orchestrate)]);
  await world.send(client, signUp());
  await world.send(client, { name: replies[0], data: { userId: "u1" } });
  await world.send(client, { name: replies[2], data: { userId: "u1" } });
  await world.advance(5 * minuteMs + secondMs);
  expect(await world.output("orchestrate-onboarding")).toEqual({
    ...all,
    subscription: null,
    data: { userId: "u1" },
  });
});

scenario("H8.13 B6.1 D8.3 step.invoke runs another function and gives its result", async (world) => {
  const client = await world.app((fn) => {
    const child = fn({ id: "child" }, ({ event }) => ({ doubled: event.data.n * 2 }));
    const parent = fn({ id: "parent", triggers: [{ event: "go" }] }, async ({ step }) => {
      const result = await step.invoke("call", { function: child, data: { n: 21 } });
      return result.doubled;
    });
    return [parent, child];
  });
  await world.send(client, { name: "go", data: {} });
  expect(await world.output("parent")).toBe(42);
});
