// A14, A15 and D8.10: typed events, and what is checked where.

import {
  type Context,
  cron,
  eventType,
  type Inngest,
  invoke,
  type StandardSchema,
  serve,
  staticSchema,
} from "stepwell";
import { describe, expect, test } from "vitest";
import { call, devClient, type Loose, notingFetch } from "./endpoint.ts";

/** Accepts a number under `key`, and says what it would turn it into. */
function numberAt(key: string): StandardSchema<Record<string, number>> {
  return {
    "~standard": {
      version: 1,
      vendor: "test",
      validate(value) {
        const found = (value as Record<string, unknown>)[key];
        return typeof found === "number"
          ? { value: { [key]: found * 100, added: 1 } }
          : { issues: [{ message: "expected a number", path: [{ key }] }] };
      },
    },
  };
}

async function registered(triggers: Loose): Promise<Loose> {
  const noted = notingFetch();
  const client = devClient(noted.fetch);
  const fn = client.createFunction({ id: "f", triggers, cancelOn: [{ event: eventType("stop") }] }, () => 1);
  await serve({ client, functions: [fn] })(new Request("http://localhost/api/inngest", { method: "PUT" }));
  return noted.requests[0]?.body.functions[0];
}

const sentEvents = (noted: ReturnType<typeof notingFetch>) =>
  noted.requests.filter(({ path }) => path.startsWith("/e/")).flatMap(({ body }) => body);

describe("A14 what the helpers make", () => {
  test("A14 eventType: a trigger, an awaited event and a cancelling one, by its name", async () => {
    const paid = eventType("order/paid", { version: "2" });
    expect(await registered([paid, { event: paid, if: "event.data.n == 1" }])).toMatchObject({
      triggers: [{ event: "order/paid" }, { event: "order/paid", expression: "event.data.n == 1" }],
      cancel: [{ event: "stop" }],
    });
    const client = devClient(notingFetch().fetch);
    const fn = client.createFunction({ id: "f", triggers: [paid] }, ({ step }) =>
      step.waitForEvent("w", { event: paid, timeout: "1m" }),
    );
    expect((await call({ client, functions: [fn] }, { functionId: "app-f" })).body[0].name).toBe(
      "order/paid",
    );
  });

  test("A14 create: an event of the type, with v from its version unless given, that sends like any other", async () => {
    const paid = eventType("order/paid", { version: "2" });
    const noted = notingFetch();
    await devClient(noted.fetch).send([
      paid.create({ n: 1 }),
      paid.create({ n: 2 }, { id: "x", ts: 1_700_000_000_000, v: "3", meta: { sessions: { chat: "c" } } }),
    ]);
    expect(sentEvents(noted)).toEqual([
      { name: "order/paid", data: { n: 1 }, v: "2", ts: expect.any(Number) },
      {
        name: "order/paid",
        data: { n: 2 },
        id: "x",
        ts: 1_700_000_000_000,
        v: "3",
        meta: { sessions: { chat: "c" } },
      },
    ]);
  });

  test("A14 staticSchema: types alone, everything passes when it runs", async () => {
    const typed = eventType("order/paid", { schema: staticSchema<{ n: number }>() });
    const noted = notingFetch();
    await devClient(noted.fetch).send(typed.create({ n: "no number" as never }));
    expect(sentEvents(noted)[0].data).toEqual({ n: "no number" });
  });

  test("A14 A8 invoke trigger: it types and checks direct invocations, and is no trigger of the registration", async () => {
    expect((await registered([invoke(numberAt("n"))])).triggers).toEqual([]);
    expect((await registered([{ event: "go" }, invoke(numberAt("n"))])).triggers).toEqual([{ event: "go" }]);
  });

  test("A14 cron: a schedule as a trigger; A8 cron trigger", async () => {
    expect((await registered([cron("TZ=Europe/Paris 0 9 * * 1")])).triggers).toEqual([
      { cron: "TZ=Europe/Paris 0 9 * * 1" },
    ]);
  });
});

describe("A14 what is checked", () => {
  const priced = eventType("order/paid", { schema: numberAt("amount") });

  test("A14.3 checking changes nothing: neither what is sent nor what the handler gets", async () => {
    const noted = notingFetch();
    const client = devClient(noted.fetch);
    await client.send(priced.create({ amount: 5 }));
    expect(sentEvents(noted)[0].data).toEqual({ amount: 5 });
    const fn = client.createFunction({ id: "f", triggers: [priced] }, ({ event }) => event.data);
    const event = { name: "order/paid", data: { amount: 5, more: "kept" }, id: "e", ts: 1, user: {} };
    expect((await call({ client, functions: [fn] }, { functionId: "app-f", event })).body).toEqual(
      event.data,
    );
  });

  test("A14.2 data that is missing where there is a schema is told as such", async () => {
    const sent = devClient(notingFetch().fetch).send(priced.create(undefined as never));
    await expect(sent).rejects.toThrow("data is required");
  });

  test("D5.11 an awaited event of a type is checked when it comes: the step fails, the author may catch it", async () => {
    const client = devClient(notingFetch().fetch);
    const fn = client.createFunction({ id: "f", triggers: [{ event: "go" }] }, async ({ step }) => {
      try {
        return await step.waitForEvent("w", { event: priced, timeout: "1m" });
      } catch (error) {
        return [(error as Error).name, (error as Error).message];
      }
    });
    const memo = { name: "order/paid", data: { amount: "five" }, id: "e", ts: 1, user: {} };
    const { body } = await call({ client, functions: [fn] }, { functionId: "app-f", steps: { w: memo } });
    expect(body).toEqual([
      "EventValidationError",
      "The event order/paid is invalid: amount: expected a number",
    ]);
  });

  const invocation = (data: object) => ({ name: "inngest/function.invoked", data, id: "e", ts: 1, user: {} });
  const checks: readonly (readonly [string, Loose, object, number])[] = [
    ["by the invoke schema, where there is one", [priced, invoke(numberAt("n"))], { n: 1 }, 200],
    ["by the invoke schema alone, where there is one", [priced, invoke(numberAt("n"))], { amount: 1 }, 400],
    [
      "else by the events' schemas, of which one must fit",
      [priced, eventType("b", { schema: numberAt("b") })],
      { b: 1 },
      200,
    ],
    [
      "else by the events' schemas, of which none fits",
      [priced, eventType("b", { schema: numberAt("b") })],
      { c: 1 },
      400,
    ],
    ["not at all without schemas", [{ event: "go" }], { anything: true }, 200],
  ];
  test.each(checks)(
    "D8.10 an invocation's data is checked by its receiver %s",
    async (_, triggers, data, status) => {
      const client = devClient(notingFetch().fetch);
      const fn = client.createFunction({ id: "f", triggers }, () => 1);
      const answer = await call(
        { client, functions: [fn] },
        { functionId: "app-f", event: invocation(data) },
      );
      expect(answer.status).toBe(status);
      if (status === 400) expect(answer.headers.get("x-inngest-no-retry")).toBe("true");
    },
  );
});

describe("A15 sending from functions", () => {
  async function sending(handler: (context: Context, client: Inngest) => unknown, times: number) {
    const noted = notingFetch();
    const client = devClient(noted.fetch);
    const fn = client.createFunction(
      { id: "f", triggers: [{ event: "go" }], checkpointing: false },
      (context) => handler(context, client),
    );
    for (let count = 0; count < times; count += 1)
      await call({ client, functions: [fn] }, { functionId: "app-f" });
    return noted;
  }

  test("A15.2 a plain send repeats with each execution of the code around it", async () => {
    const noted = await sending((_, client) => client.send({ name: "told" }), 3);
    expect(sentEvents(noted)).toHaveLength(3);
  });

  test("A15.3 a sending step gives its events no ids: when its result is lost they are sent again as others", async () => {
    const noted = await sending(({ step }) => step.sendEvent("s", { name: "told" }), 2);
    expect(sentEvents(noted).map((event) => event.id)).toEqual([undefined, undefined]);
    const seeds = noted.requests.map(({ headers }) => headers.get("x-inngest-event-id-seed"));
    expect(new Set(seeds).size).toBe(2);
  });

  test("A15.5 more events than a request may have are refused by the server, and the step hears of it", async () => {
    const refusal = { ids: [], status: 400, error: "Cannot have more than 5000 events in a batch" };
    const noted = notingFetch(({ path, body }) =>
      path.startsWith("/e/") && body.length > 5000 ? Response.json(refusal, { status: 400 }) : undefined,
    );
    const client = devClient(noted.fetch);
    const many = Array.from({ length: 5001 }, () => ({ name: "told" }));
    const fn = client.createFunction({ id: "f", triggers: [{ event: "go" }] }, ({ step }) =>
      step.sendEvent("s", many),
    );
    const { body } = await call({ client, functions: [fn] }, { functionId: "app-f" });
    expect([body[0].op, body[0].error.message]).toEqual([
      "StepError",
      "Inngest API Error: 400 Cannot have more than 5000 events in a batch",
    ]);
  });
});
