// H1–H3: what an event is, how it is named, and that it starts what listens.

import { expect } from "vitest";
import { oneAppOnly, scenario } from "../src/scenario.ts";

const hourMs = 3_600_000;
const ulid = /^[0-7][0-9A-HJKMNP-TV-Z]{25}$/;

scenario(
  "H1.1 a producer with a client alone sends, another app's function runs",
  async (world, kit) => {
    await world.app((fn) => [
      fn({ id: "consume", triggers: [{ event: "order/placed" }] }, ({ event }) => event.data.total),
    ]);
    const producer = kit.newClient({ id: "producer", baseUrl: world.url, eventKey: "test" });
    await world.send(producer, { name: "order/placed", data: { total: 7 } });
    expect(await world.output("consume")).toBe(7);
  },
  { without: { "stepwell embedded": "the producer is another process; it would send over HTTP" } },
);

scenario("H1.2 A10.1 one event and three functions give exactly three runs", async (world) => {
  const client = await world.app((fn) =>
    ["a", "b", "c"].map((id) => fn({ id, triggers: [{ event: "order/placed" }] }, () => id)),
  );
  const [id = ""] = await world.send(client, { name: "order/placed", data: {} });
  const runs = await world.runsOfEvent(id);
  expect(runs.map((run) => run.status)).toEqual(["completed", "completed", "completed"]);
  expect(new Set(runs.map((run) => run.functionId)).size).toBe(3);
});

scenario("H1.3 the same id runs once within 24 hours and again after them", async (world) => {
  const client = await world.app((fn) => [fn({ id: "f", triggers: [{ event: "order/placed" }] }, () => 1)]);
  const event = { name: "order/placed", id: "order-1", data: {} };
  await world.send(client, event);
  await world.advance(24 * hourMs - 60_000);
  await world.send(client, event);
  expect(await world.runs("f")).toHaveLength(1);
  await world.advance(2 * 60_000);
  await world.send(client, event);
  expect(await world.runs("f")).toHaveLength(2);
});

scenario("H1.6 A1.4 an event sent by plain HTTP and one sent by the SDK are stored alike", async (world) => {
  const client = await world.app((fn) => [
    fn({ id: "f", triggers: [{ event: "order/placed" }] }, ({ event }) => event),
  ]);
  const ts = world.clock.now();
  const payload = { name: "order/placed", id: "sdk", ts, data: { total: 1 } };
  await world.send(client, payload);
  await world.request("/e/test", { method: "POST", body: JSON.stringify({ ...payload, id: "http" }) });
  await world.settle();
  const [bySdk, byHttp] = await world.events("order/placed");
  expect({ ...byHttp, id: "" }).toEqual({ ...bySdk, id: "" });
  expect(await world.runs("f")).toHaveLength(2);
});

scenario("H2.1 A1.1 A6.2 an event is a JSON object, anything else is refused", async (world) => {
  const client = await world.app((fn) => [fn({ id: "f", triggers: [{ event: "a" }] }, () => 1)]);
  await world.send(client, { name: "a", data: {} });
  for (const body of ['"text"', "1", "true", "null"]) {
    const { status, body: answer } = await world.request("/e/test", { method: "POST", body });
    expect([body, status, typeof answer.error]).toEqual([body, 400, "string"]);
  }
  expect(await world.runs("f")).toHaveLength(1);
});

scenario("H2.2 A1.2 a name is required, and it decides what runs", async (world) => {
  const client = await world.app((fn) => [fn({ id: "f", triggers: [{ event: "a" }] }, () => 1)]);
  for (const event of [{ data: {} }, { name: "", data: {} }]) {
    const { status } = await world.request("/e/test", { method: "POST", body: JSON.stringify(event) });
    expect(status).toBe(400);
  }
  await world.send(client, { name: "b", data: {} });
  expect(await world.runs("f")).toHaveLength(0);
});

scenario("H2.3 data is an object: absent becomes empty, anything else is refused", async (world) => {
  const client = await world.app((fn) => [
    fn({ id: "f", triggers: [{ event: "a" }] }, ({ event }) => event.data),
  ]);
  await world.send(client, { name: "a" });
  expect(await world.output("f")).toEqual({});
  for (const data of [[1], "text", 3]) {
    const { status } = await world.request("/e/test", {
      method: "POST",
      body: JSON.stringify({ name: "a", data }),
    });
    expect(status).toBe(400);
  }
});

scenario("H2.4 data holds any nested JSON and comes out equal", async (world) => {
  const client = await world.app((fn) => [
    fn({ id: "f", triggers: [{ event: "a" }] }, ({ event }) => event.data),
  ]);
  const deep = JSON.parse(`${'{"n":'.repeat(25)}1${"}".repeat(25)}`);
  const data = {
    deep,
    list: [1, [2, [null]], { x: [] }],
    nothing: null,
    text: 'é😀\u2028 "q"',
    max: 2 ** 53,
    empty: "",
  };
  await world.send(client, { name: "a", data });
  expect(await world.output("f")).toEqual(data);
});

scenario("H2.6 A1.3 ts is unix milliseconds", async (world) => {
  const client = await world.app((fn) => [
    fn({ id: "f", triggers: [{ event: "a" }] }, ({ event }) => event.ts),
  ]);
  const ts = world.clock.now() - 5000;
  await world.send(client, { name: "a", data: {}, ts });
  expect(await world.output("f")).toBe(ts);
  const seconds = { name: "a", data: {}, ts: 1_700_000_000 };
  const { status, body } = await world.request("/e/test", { method: "POST", body: JSON.stringify(seconds) });
  expect([status, body.error]).toEqual([400, expect.stringContaining("1980")]);
  await world.request("/e/test", {
    method: "POST",
    body: JSON.stringify({ name: "a", id: "now", data: {} }),
  });
  await world.settle();
  const events = await world.events("a");
  expect(events.find((event) => event.id === "now").ts).toBe(world.clock.now());
});

scenario("H2.7 A1.6 v travels with the event, and is absent without one", async (world) => {
  const client = await world.app((fn) => [
    fn({ id: "f", triggers: [{ event: "a" }] }, ({ event }) => event.v ?? "none"),
  ]);
  await world.send(client, [
    { name: "a", data: {}, v: "2024-01-15.1", ts: world.clock.now() - 2 },
    { name: "a", data: {}, ts: world.clock.now() - 1 },
  ]);
  expect((await world.runs("f")).map((run) => JSON.parse(run.output ?? ""))).toEqual([
    "2024-01-15.1",
    "none",
  ]);
});

scenario("H2.8 the example event arrives whole", async (world) => {
  const client = await world.app((fn) => [
    fn({ id: "f", triggers: [{ event: "billing/invoice.paid" }] }, ({ event }) => event.data),
  ]);
  const data = {
    customerId: "cus_1",
    invoiceId: "in_1",
    amount: 1000,
    metadata: { accountId: "acc_1", accountName: "Acme.ai" },
  };
  await world.send(client, { name: "billing/invoice.paid", data });
  const output = await world.output("f");
  expect([output.metadata.accountName, output.amount]).toEqual(["Acme.ai", 1000]);
});

scenario("H2.10 id, ts and v are optional in any combination", async (world) => {
  const client = await world.app((fn) => [fn({ id: "f", triggers: [{ event: "a" }] }, () => 1)]);
  for (let bits = 0; bits < 8; bits += 1) {
    await world.send(client, {
      name: "a",
      data: {},
      ...(bits & 1 ? { id: `id-${bits}` } : {}),
      ...(bits & 2 ? { ts: world.clock.now() } : {}),
      ...(bits & 4 ? { v: "1" } : {}),
    });
  }
  expect(await world.runs("f")).toHaveLength(8);
});

scenario("H3.2 A8.7 a wildcard behind a prefix receives that prefix alone", async (world) => {
  const client = await world.app((fn) => [
    fn({ id: "stripe", triggers: [{ event: "stripe/*" }] }, ({ event }) => event.name),
    fn({ id: "slack", triggers: [{ event: "slack/message.*" }] }, ({ event }) => event.name),
  ]);
  for (const name of [
    "stripe/customer.created",
    "intercom/customer.created",
    "slack/message.posted",
    "slack/user.left",
  ]) {
    await world.send(client, { name, data: {} });
  }
  expect(await world.output("stripe")).toBe("stripe/customer.created");
  expect(await world.output("slack")).toBe("slack/message.posted");
});

scenario("H3.3 A3.1 discouraged names are accepted", async (world) => {
  const names = ["payment", "user_update", "invoiceWasPaid"];
  const client = await world.app((fn) =>
    names.map((event) => fn({ id: event, triggers: [{ event }] }, () => 1)),
  );
  for (const name of names) await world.send(client, { name, data: {} });
  for (const name of names) expect(await world.statuses(name)).toEqual(["completed"]);
});

scenario("H3.5 dots express hierarchy", async (world) => {
  const client = await world.app((fn) => [
    fn({ id: "f", triggers: [{ event: "billing/invoice.*" }] }, ({ event }) => event.name),
  ]);
  await world.send(client, { name: "billing/invoice.paid", data: {} });
  await world.send(client, { name: "billing/customer.created", data: {} });
  expect(await world.output("f")).toBe("billing/invoice.paid");
});

scenario(
  "H7.8 A8.6 two apps are both started by one event",
  async (world) => {
    const client = await world.app(
      (fn) => [fn({ id: "f", triggers: [{ event: "user/created" }] }, () => 1)],
      "one",
    );
    await world.app((fn) => [fn({ id: "f", triggers: [{ event: "user/created" }] }, () => 2)], "two");
    await world.send(client, { name: "user/created", data: {} });
    expect([await world.output("f", "one"), await world.output("f", "two")]).toEqual([1, 2]);
  },
  { without: oneAppOnly },
);

scenario("H10.3 H10.5 H10.6 A2.1 A2.2 send answers internal ids in the array's order", async (world) => {
  const client = await world.app((fn) => [fn({ id: "f", triggers: [{ event: "a" }] }, () => 1)]);
  const ids = await world.send(client, [
    { name: "a", id: "second", data: { n: 2 }, ts: world.clock.now() },
    { name: "a", id: "first", data: { n: 1 }, ts: world.clock.now() - 1000 },
  ]);
  expect(ids).toHaveLength(2);
  for (const id of ids) expect(id).toMatch(ulid);
  expect([(await world.event(ids[0] ?? "")).data.n, (await world.event(ids[1] ?? "")).data.n]).toEqual([
    2, 1,
  ]);
});
