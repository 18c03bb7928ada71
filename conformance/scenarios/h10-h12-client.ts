// H10–H12: the client, sending, versions, and the steps and expressions that the others link to.

import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { expect } from "vitest";
import type { Loose } from "../src/kit.ts";
import { scenario } from "../src/scenario.ts";

const minuteMs = 60_000;

scenario("H10.1 an id is enough for a client, and needed", async (_world, kit) => {
  expect(() => kit.newClient({ id: "app" })).not.toThrow();
  expect(() => kit.newClient({ id: "" })).toThrow();
});

scenario(
  "H10.2 A6.7 in production sending needs an event key, which stands in the path",
  async (_world, kit) => {
    const paths: string[] = [];
    const fetch = async (url: string | URL): Promise<Response> => {
      paths.push(new URL(url).pathname);
      return new Response(JSON.stringify({ ids: ["01H00000000000000000000000"], status: 200 }), {
        status: 200,
      });
    };
    const options = { id: "app", isDev: false, baseUrl: "http://events.example", fetch };
    await expect(kit.newClient(options).send({ name: "a", data: {} })).rejects.toThrow(/event key/i);
    expect(paths).toEqual([]);
    await kit.newClient({ ...options, eventKey: "secret-key" }).send({ name: "a", data: {} });
    expect(paths).toEqual(["/e/secret-key"]);
  },
);

scenario("H10.4 A10.4 returned ids find the event and its runs", async (world) => {
  const client = await world.app((fn) => [fn({ id: "f", triggers: [{ event: "a" }] }, () => 7)]);
  const [id = ""] = await world.send(client, { name: "a", id: "mine", data: { n: 1 } });
  const event = await world.request(`/v1/events/${id}`);
  expect([event.status, event.body.data.internal_id, event.body.data.id]).toEqual([200, id, "mine"]);
  const runs = await world.request(`/v1/events/${id}/runs`);
  expect(runs.body.data.map((run: Loose) => [run.status, run.output])).toEqual([["Completed", 7]]);
});

scenario("H10.7 an order with nested items arrives whole", async (world) => {
  const client = await world.app((fn) => [
    fn({ id: "f", triggers: [{ event: "order/created" }] }, ({ event }) => event.data),
  ]);
  const data = {
    orderId: "o1",
    items: [
      { sku: "a", qty: 2, options: { size: "L" } },
      { sku: "b", qty: 1 },
    ],
  };
  await world.send(client, { name: "order/created", data });
  expect(await world.output("f")).toEqual(data);
});

scenario(
  "H10.8 A7.1 A7.2 half a megabyte of events is accepted, too large an event and too many are refused",
  async (world) => {
    const client = await world.app((fn) => [fn({ id: "f", triggers: [{ event: "never" }] }, () => 1)]);
    const ids = await world.send(
      client,
      Array.from({ length: 1000 }, (_, n) => ({ name: "bulk", data: { n, text: "x".repeat(400) } })),
    );
    expect(ids).toHaveLength(1000);
    const post = (body: Loose) => world.request("/e/test", { method: "POST", body: JSON.stringify(body) });
    const large = await post({ name: "large", data: { text: "x".repeat(600 * 1024) } });
    expect(large.status).toBeGreaterThanOrEqual(400);
    expect(large.body.error).toMatch(/max size/i);
    const many = await post(Array.from({ length: 5001 }, () => ({ name: "many", data: {} })));
    expect([many.status, many.body.error]).toEqual([400, expect.stringContaining("5000")]);
  },
);

scenario("H10.9 a mapped array gives as many events and runs", async (world) => {
  const client = await world.app((fn) => [
    fn({ id: "f", triggers: [{ event: "item/added" }] }, ({ event }) => event.data.sku),
  ]);
  const items = ["a", "b", "c", "d"];
  await world.send(
    client,
    items.map((sku) => ({ name: "item/added", data: { sku } })),
  );
  const outputs = (await world.runs("f")).map((run) => JSON.parse(run.output ?? ""));
  expect([(await world.events("item/added")).length, outputs.sort()]).toEqual([4, items]);
});

scenario("H10.10 A6.6 an empty array sends nothing", async (world) => {
  const client = await world.app((fn) => [fn({ id: "f", triggers: [{ event: "a" }] }, () => 1)]);
  expect(await client.send([])).toEqual({ ids: [] });
});

scenario(
  "H10.11 a send whose first answer is lost is repeated without a second run",
  async (world, kit) => {
    await world.app((fn) => [fn({ id: "f", triggers: [{ event: "a" }] }, () => 1)]);
    let requests = 0;
    const proxy = createServer(async (request, response) => {
      const chunks: Buffer[] = [];
      for await (const chunk of request) chunks.push(chunk as Buffer);
      const headers = { "x-inngest-event-id-seed": String(request.headers["x-inngest-event-id-seed"] ?? "") };
      const answer = await fetch(`${world.url}${request.url}`, {
        method: "POST",
        body: Buffer.concat(chunks),
        headers,
      });
      requests += 1;
      if (requests === 1) return void request.socket.destroy();
      response.writeHead(answer.status, { "content-type": "application/json" }).end(await answer.text());
    });
    await new Promise<void>((resolve) => proxy.listen(0, "127.0.0.1", resolve));
    const { port } = proxy.address() as AddressInfo;
    const client = kit.newClient({ id: "sender", baseUrl: `http://127.0.0.1:${port}`, eventKey: "test" });
    const ids = await world.send(client, { name: "a", data: {} });
    proxy.closeAllConnections();
    proxy.close();
    expect([requests, ids.length, (await world.runs("f")).length]).toEqual([2, 1, 1]);
    expect((await world.event(ids[0] ?? "")).name).toBe("a");
  },
  { without: { "stepwell embedded": "sends do not go over the network" } },
);

scenario("H10.12 step.sendEvent sends once however often the handler runs", async (world) => {
  let executions = 0;
  const client = await world.app((fn) => [
    fn({ id: "f", triggers: [{ event: "go" }] }, async ({ step }) => {
      executions += 1;
      await step.sendEvent("tell", { name: "told", data: {} });
      await step.sleep("a", "1m");
      await step.sleep("b", "1m");
    }),
  ]);
  await world.send(client, { name: "go", data: {} });
  await world.advance(3 * minuteMs);
  expect([await world.statuses("f"), (await world.events("told")).length]).toEqual([["completed"], 1]);
  expect(executions).toBeGreaterThan(2);
});

scenario("H10.13 H10.15 a chained function runs with data chosen by the sender", async (world) => {
  const client = await world.app((fn) => [
    fn({ id: "process-order", triggers: [{ event: "order/placed" }] }, ({ event, step }) =>
      step.sendEvent("trigger-fulfillment", {
        name: "fulfillment/order.received",
        data: { priority: event.data.customerTier === "premium" ? "high" : "normal" },
      }),
    ),
    fn({ id: "fulfil", triggers: [{ event: "fulfillment/order.received" }] }, ({ event, runId }) => [
      event.data.priority,
      runId,
    ]),
  ]);
  await world.send(client, { name: "order/placed", data: { customerTier: "premium" } });
  await world.send(client, { name: "order/placed", data: { customerTier: "basic" } });
  const runs = await world.runs("fulfil");
  expect(runs.map((run) => JSON.parse(run.output ?? ""))).toEqual([
    ["high", runs[0]?.id],
    ["normal", runs[1]?.id],
  ]);
});

scenario("H10.14 a function that is created but not served does not run", async (world) => {
  let executions = 0;
  const client = await world.app((fn) => {
    fn({ id: "unserved", triggers: [{ event: "a" }] }, () => {
      executions += 1;
    });
    return [fn({ id: "served", triggers: [{ event: "a" }] }, () => 1)];
  });
  await world.send(client, { name: "a", data: {} });
  expect([await world.statuses("served"), executions]).toEqual([["completed"], 0]);
});

scenario("H11.1 v is readable in trigger expressions, absent v differs from any", async (world) => {
  const client = await world.app((fn) => [
    fn({ id: "new", triggers: [{ event: "a", if: 'event.v == "2024-01-15.1"' }] }, () => 1),
    fn({ id: "old", triggers: [{ event: "a", if: 'event.v != "2024-01-15.1"' }] }, () => 1),
  ]);
  await world.send(client, { name: "a", data: {}, v: "2024-01-15.1" });
  await world.send(client, { name: "a", data: {} });
  expect([(await world.runs("new")).length, (await world.runs("old")).length]).toEqual([1, 1]);
});

scenario("H11.2 a consumer ignores fields that a newer version adds", async (world) => {
  const client = await world.app((fn) => [
    fn({ id: "f", triggers: [{ event: "a" }] }, ({ event }) => event.data.amount),
  ]);
  await world.send(client, { name: "a", v: "2", data: { amount: 5, auditInfo: { by: "x" } } });
  expect(await world.output("f")).toBe(5);
});

scenario("H11.3 deep context round-trips and is readable in expressions", async (world) => {
  const client = await world.app((fn) => [
    fn(
      { id: "f", triggers: [{ event: "a", if: "event.data.paymentMethod.type == 'card'" }] },
      ({ event }) => event.data,
    ),
  ]);
  const data = {
    subscription: { id: "s", plan: { name: "pro", seats: 3 } },
    invoice: { lines: [{ amount: 1 }, { amount: 2 }] },
    paymentMethod: { type: "card", last4: "4242" },
    metadata: { source: "stripe_webhook" },
  };
  await world.send(client, { name: "a", data });
  await world.send(client, { name: "a", data: { paymentMethod: { type: "sepa" } } });
  expect(await world.output("f")).toEqual(data);
});

scenario("H11.5 A1.7 a stored event stays as it was sent", async (world) => {
  const client = await world.app((fn) => [
    fn({ id: "f", triggers: [{ event: "a" }] }, ({ event }) => {
      event.data.changed = true;
      return event.data;
    }),
  ]);
  const [id = ""] = await world.send(client, { name: "a", data: { n: 1 } });
  expect((await world.event(id)).data).toEqual({ n: 1 });
});

scenario("H12.2 sleeps, retries and parallel steps of one run", async (world) => {
  const executions: string[] = [];
  const client = await world.app((fn) => [
    fn({ id: "f", triggers: [{ event: "go" }] }, async ({ step }) => {
      const first = await step.run("first", () => {
        executions.push("first");
        return { at: new Date(0), nothing: undefined };
      });
      await step.sleep("nap", "1h");
      const both = await Promise.all([
        step.run("left", () => {
          executions.push("left");
          return "l";
        }),
        step.run("right", ({ attempt }: Loose = {}) => {
          executions.push("right");
          if (executions.filter((name) => name === "right").length === 1) throw new Error(`again ${attempt}`);
          return "r";
        }),
      ]);
      return { first, both };
    }),
  ]);
  await world.send(client, { name: "go", data: {} });
  await world.advance(60 * minuteMs - 1000);
  expect(executions).toEqual(["first"]);
  await world.advance(2 * minuteMs);
  expect(await world.output("f")).toEqual({ first: { at: "1970-01-01T00:00:00.000Z" }, both: ["l", "r"] });
  expect([...executions].sort()).toEqual(["first", "left", "right", "right"]);
});

scenario("H12.2 signals reach the run that waits", async (world) => {
  const client = await world.app((fn) => [
    fn({ id: "f", triggers: [{ event: "go" }] }, ({ step }) =>
      step.waitForSignal("w", { signal: "approval/1", timeout: "1h", onConflict: "fail" }),
    ),
  ]);
  await world.send(client, { name: "go", data: {} });
  const send = (signal: string) =>
    world.request("/v1/signals", { method: "POST", body: JSON.stringify({ signal, data: { ok: true } }) });
  expect((await send("approval/2")).status).toBe(404);
  const sent = await send("approval/1");
  await world.settle();
  expect(sent.body.data?.run_id ?? sent.body.run_id).toBe((await world.onlyRun("f")).id);
  expect(await world.output("f")).toEqual({ signal: "approval/1", data: { ok: true } });
});

scenario("H12.3 operators, ternary, single quotes and match in expressions", async (world) => {
  const client = await world.app((fn) => [
    fn(
      {
        id: "trigger",
        triggers: [
          { event: "go", if: "event.data.n > 1 && (event.data.vip ? event.data.tier == 'gold' : true)" },
        ],
      },
      () => 1,
    ),
    fn({ id: "match", triggers: [{ event: "wait" }] }, async ({ step }) => {
      const reply = await step.waitForEvent("w", { event: "reply", timeout: "1h", match: "data.id" });
      return reply?.data ?? null;
    }),
  ]);
  for (const data of [
    { n: 1 },
    { n: 2 },
    { n: 2, vip: true, tier: "gold" },
    { n: 2, vip: true, tier: "tin" },
  ]) {
    await world.send(client, { name: "go", data });
  }
  expect(await world.runs("trigger")).toHaveLength(2);
  await world.send(client, { name: "wait", data: { id: 5 } });
  await world.send(client, { name: "reply", data: { id: 6 } });
  await world.send(client, { name: "reply", data: { id: 5, ok: true } });
  expect(await world.output("match")).toEqual({ id: 5, ok: true });
});

scenario(
  "A13.4 A13.5 sessions travel with step.sendEvent, step.invoke and a plain send",
  async (world) => {
    const client = await world.app((fn, own) => [
      fn({ id: "f", triggers: [{ event: "go" }] }, async ({ step }: Loose) => {
        await step.sendEvent("by-step", {
          name: "told",
          data: {},
          meta: { sessions: { order: 7, user: null } },
        });
        await step.run("by-send", () => own.send({ name: "told", data: {} }).then(() => null));
        return await step.invoke("by-invoke", { function: fn({ id: "g" }, () => 0) });
      }),
      fn({ id: "g" }, ({ event }: Loose) => event.meta),
    ]);
    await world.send(client, { name: "go", data: {}, meta: { sessions: { chat: "c1", user: "u" } } });
    expect((await world.events("told")).map((event) => event.meta)).toEqual([
      { sessions: { chat: "c1", order: "7" } },
      { sessions: { chat: "c1", user: "u" } },
    ]);
    expect(await world.output("f")).toEqual({ sessions: { chat: "c1", user: "u" } });
  },
  { without: { "inngest v3": "this version knows no sessions" } },
);

scenario(
  "D13.5 with and without checkpointing a run has the same steps, attempts, errors and output",
  async (world, kit) => {
    const seen: Record<string, Loose[]> = { on: [], off: [] };
    const code =
      (name: "on" | "off") =>
      async ({ step, attempt }: Loose) => {
        seen[name]?.push(["code", attempt]);
        const first = await step.run("first", () => ({ at: new Date(0), gone: undefined }));
        await step.run("twice", () => {
          seen[name]?.push(["twice"]);
          if (seen[name]?.filter(([what]) => what === "twice").length === 1) throw new Error("once");
        });
        const caught = await step
          .run("never", () => Promise.reject(new kit.NonRetriableError("no")))
          .catch((error: Error) => error.message);
        await step.sleep("nap", "1m");
        const both = await Promise.all([step.run("left", () => 1), step.run("right", () => 2)]);
        return { first, caught, both, last: await step.run("last", () => "end") };
      };
    const client = await world.app((fn) => [
      fn({ id: "on", triggers: [{ event: "go" }], checkpointing: true }, code("on")),
      fn({ id: "off", triggers: [{ event: "go" }], checkpointing: false }, code("off")),
    ]);
    await world.send(client, { name: "go", data: {} });
    await world.advance(5 * minuteMs);
    const about = async (id: string) => {
      const run = await world.onlyRun(id);
      const steps = (await world.steps(run)).map((one) => [one.name, one.kind, one.status, one.result]);
      const results = steps.map(([name, kind, status, result]) => [
        name,
        kind,
        status,
        // The stack names the file's lines, which differ between the two calls of one function.
        String(result).replace(/"stack":"[^"]*"/, ""),
      ]);
      return [run.status, await world.output(id), results.sort()];
    };
    expect(await about("on")).toEqual(await about("off"));
    expect(await world.output("on")).toEqual({
      first: { at: "1970-01-01T00:00:00.000Z" },
      caught: "no",
      both: [1, 2],
      last: "end",
    });
    const count = (name: string) => seen[name]?.filter(([what]) => what === "twice").length;
    expect([count("on"), count("off")]).toEqual([2, 2]);
  },
  { without: { "inngest v3": "this version checkpoints nothing unless its client asks for it" } },
);

scenario("H11.8 an expression over the payload finds the runs of its event", async (world) => {
  const client = await world.app((fn) => [fn({ id: "f", triggers: [{ event: "paid" }] }, () => 1)]);
  const sources = ["stripe_webhook", "manual", "stripe_webhook"];
  for (const source of sources) await world.send(client, { name: "paid", data: { metadata: { source } } });
  const expression = encodeURIComponent('event.data.metadata.source == "stripe_webhook"');
  const { status, body } = await world.request(`/api/v2/runs?expression=${expression}`);
  const runs = await world.runs("f");
  expect([status, body.data.map((run: Loose) => run.id).sort()]).toEqual([
    200,
    [runs[0]?.id, runs[2]?.id].sort(),
  ]);
});

scenario(
  "H11.8 an expression over the payload finds the event, and counts the runs it started",
  async (world) => {
    const client = await world.app((fn) => [fn({ id: "f", triggers: [{ event: "paid" }] }, () => 1)]);
    const sources = ["manual", "stripe_webhook", "manual"];
    const ids: string[] = [];
    for (const source of sources) {
      const [id = ""] = await world.send(client, { name: "paid", data: { metadata: { source } } });
      ids.push(id);
    }
    const expression = encodeURIComponent('event.data.metadata.source == "stripe_webhook"');
    const events = await world.request(`/api/v2/events?expression=${expression}`);
    expect([events.status, events.body.data.map((event: Loose) => event.id)]).toEqual([200, [ids[1]]]);
    const figures = await world.request(`/api/v2/figures/runs?expression=${expression}`);
    expect(figures.body.data.counts).toEqual({ COMPLETED: 1 });
  },
);
