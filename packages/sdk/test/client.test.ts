// The client and the endpoint: sending, typed events, signatures, registration.

import { parseEventIdSeed } from "@stepwell/protocol";
import { eventType, Inngest, invoke, type StandardSchema, serve } from "stepwell";
import { describe, expect, test } from "vitest";
import { call, devClient, notingFetch } from "./endpoint.ts";

/** A schema of ours, as any library would give one. */
const withAmount: StandardSchema<{ amount: number }> = {
  "~standard": {
    version: 1,
    vendor: "test",
    validate: (value) => {
      const isValid = typeof (value as { amount?: unknown }).amount === "number";
      return isValid
        ? { value: value as { amount: number } }
        : { issues: [{ message: "expected a number", path: ["amount"] }] };
    },
  },
};

describe("A2 A6 sending", () => {
  test("A2.5 a failed send is repeated with the same seed, and gives up after five attempts", async () => {
    const flaky = notingFetch((_, count) => (count < 3 ? new Response("gone", { status: 502 }) : undefined));
    await devClient(flaky.fetch).send({ name: "a", data: {} });
    const seeds = flaky.requests.map(({ headers }) => headers.get("x-inngest-event-id-seed"));
    expect([
      seeds.length,
      new Set(seeds).size,
      parseEventIdSeed(seeds[0] ?? undefined)?.entropy.length,
    ]).toEqual([3, 1, 10]);
    const dead = notingFetch(() => new Response("gone", { status: 502 }));
    await expect(devClient(dead.fetch).send({ name: "a" })).rejects.toThrow(/502/);
    expect(dead.requests).toHaveLength(5);
  });

  test("A1.4 data and ts are always sent; A6.5 the server's words reach the author, bad input is not repeated", async () => {
    const noted = notingFetch((_, count) =>
      count === 2
        ? Response.json({ ids: [], status: 400, error: "event name is reserved" }, { status: 400 })
        : undefined,
    );
    const client = devClient(noted.fetch);
    await client.send({ name: "a", ts: 0 });
    expect(noted.requests[0]?.body).toEqual([{ name: "a", data: {}, ts: expect.any(Number) }]);
    await expect(client.send({ name: "inngest/x" })).rejects.toThrow(
      "Inngest API Error: 400 event name is reserved",
    );
    expect(noted.requests).toHaveLength(2);
  });

  test("F1 addresses and mode come from options, then from the environment", () => {
    const of = (environment: Record<string, string>, options: object = {}) => {
      const { isDev, eventUrl, apiUrl } = new Inngest({ id: "a", ...options }).setEnvVars({
        INNGEST_DEV: "",
        INNGEST_BASE_URL: "",
        ...environment,
      }).connection;
      return [isDev, eventUrl, apiUrl];
    };
    expect(of({ INNGEST_DEV: "1" })).toEqual([true, "http://localhost:8288", "http://localhost:8288"]);
    expect(of({ INNGEST_DEV: "localhost:9999" })).toEqual([
      true,
      "http://localhost:9999",
      "http://localhost:9999",
    ]);
    expect(of({ INNGEST_DEV: "1" }, { isDev: false, baseUrl: "https://x/" })).toEqual([
      false,
      "https://x",
      "https://x",
    ]);
    expect(of({ INNGEST_EVENT_API_BASE_URL: "https://e", INNGEST_BASE_URL: "https://b" })).toEqual([
      false,
      "https://e",
      "https://b",
    ]);
  });
});

describe("A12 environments", () => {
  test("A12.3 the option names the environment, then INNGEST_ENV, then the platform's branch", async () => {
    const none = Object.fromEntries(
      [
        "INNGEST_ENV",
        "BRANCH_NAME",
        "VERCEL_GIT_COMMIT_REF",
        "BRANCH",
        "CF_PAGES_BRANCH",
        "RENDER_GIT_BRANCH",
      ].map((name) => [name, ""]),
    );
    const of = (environment: Record<string, string>, options: object = {}) =>
      devClient(notingFetch().fetch, options).setEnvVars({ ...none, ...environment }).env;
    const branch = { VERCEL_GIT_COMMIT_REF: "feature" };
    expect(of({ ...branch, INNGEST_ENV: "named" }, { env: "given" })).toBe("given");
    expect(of({ ...branch, INNGEST_ENV: "named" })).toBe("named");
    expect(of(branch)).toBe("feature");
    expect(of({})).toBeUndefined();
    const noted = notingFetch();
    await devClient(noted.fetch, { env: "given" }).send({ name: "a" });
    expect(noted.requests[0]?.headers.get("x-inngest-env")).toBe("given");
  });
});

describe("A14 typed events", () => {
  const paid = eventType("order/paid", { schema: withAmount, version: "2" });
  test("A14.2 created events are checked when they are sent, and v defaults to the version", async () => {
    const noted = notingFetch();
    const client = devClient(noted.fetch);
    await client.send(paid.create({ amount: 1 }, { id: "x" }));
    expect(noted.requests[0]?.body[0]).toMatchObject({
      name: "order/paid",
      data: { amount: 1 },
      id: "x",
      v: "2",
    });
    await expect(client.send(paid.create({ amount: "1" as never }))).rejects.toThrow(
      "amount: expected a number",
    );
    expect(noted.requests).toHaveLength(1);
  });

  test("A14.4 a received event that does not fit fails the run for good, without running it", async () => {
    const client = devClient(notingFetch().fetch);
    let executions = 0;
    const fn = client.createFunction({ id: "f", triggers: [paid, invoke(withAmount)] }, () => {
      executions += 1;
    });
    for (const name of ["order/paid", "inngest/function.invoked"]) {
      const event = { name, data: { amount: "x" }, id: "e", ts: 1, user: {} };
      const answer = await call({ client, functions: [fn] }, { functionId: "app-f", event });
      expect([answer.status, answer.headers.get("x-inngest-no-retry"), answer.body.message]).toEqual([
        400,
        "true",
        expect.stringContaining("amount: expected a number"),
      ]);
    }
    expect(executions).toBe(0);
  });

  test("A8.12 a wildcard cannot have a schema", () => {
    expect(() => eventType("order/*", { schema: withAmount })).toThrow(/wildcard/);
  });

  test("F2.1 the old order of arguments is answered with guidance", () => {
    const client = devClient(notingFetch().fetch);
    expect(() => client.createFunction({ id: "f" }, { event: "a" } as never)).toThrow(
      /triggers stand in the options/,
    );
  });
});

describe("the endpoint in production", () => {
  const signingKey = "signkey-prod-00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff";
  const production = (options: object = {}) => {
    const client = devClient(notingFetch().fetch, { isDev: false, ...options });
    const fn = client.createFunction(
      {
        id: "f",
        triggers: [{ event: "go" }],
        cancelOn: [{ event: "stop", match: "data.id" }],
        retries: 2,
        onFailure: () => 1,
      },
      () => 7,
    );
    return { client, functions: [fn] };
  };

  test("only signed calls run, and their answers are signed; the fallback key counts", async () => {
    const options = production({ signingKey });
    expect((await call(options, { functionId: "app-f" })).status).toBe(401);
    expect((await call(options, { functionId: "app-f" }, signingKey.replace("0011", "1100"))).status).toBe(
      401,
    );
    const answer = await call(options, { functionId: "app-f" }, signingKey);
    expect([answer.status, answer.body, answer.headers.get("x-inngest-signature")]).toEqual([
      200,
      7,
      expect.stringMatching(/^t=\d+&s=[0-9a-f]{64}$/),
    ]);
    const rotated = production({ signingKey: "signkey-prod-ff", signingKeyFallback: signingKey });
    expect((await call(rotated, { functionId: "app-f" }, signingKey)).status).toBe(200);
  });

  test("without a key every request is refused with a sentence", async () => {
    const { status, body } = await call(production(), { functionId: "app-f" });
    expect([status, body.message]).toEqual([500, expect.stringContaining("INNGEST_SIGNING_KEY")]);
  });

  test("B5.1 protocol 3.3 PUT registers the functions, the failure handler beside its own", async () => {
    const noted = notingFetch();
    const client = devClient(noted.fetch);
    const fn = client.createFunction(
      {
        id: "f",
        triggers: [{ event: "go", if: "event.data.x == 1" }],
        cancelOn: [{ event: "stop", match: "data.id" }],
        retries: 2,
        onFailure: () => 1,
      },
      () => 7,
    );
    const response = await serve({ client, functions: [fn] })(
      new Request("http://localhost:3000/api/inngest", { method: "PUT", body: "{}" }),
    );
    expect(response.status).toBe(200);
    const [registration] = noted.requests;
    expect([registration?.path, registration?.body.appName, registration?.body.url]).toEqual([
      "/fn/register",
      "app",
      "http://localhost:3000/api/inngest",
    ]);
    expect(registration?.body.functions).toEqual([
      {
        id: "app-f",
        name: "f",
        triggers: [{ event: "go", expression: "event.data.x == 1" }],
        cancel: [{ event: "stop", if: "event.data.id == async.data.id" }],
        steps: {
          step: {
            id: "step",
            name: "step",
            runtime: { type: "http", url: "http://localhost:3000/api/inngest?fnId=app-f&stepId=step" },
            retries: { attempts: 2 },
          },
        },
      },
      expect.objectContaining({
        id: "app-f-failure",
        triggers: [{ event: "inngest/function.failed", expression: "event.data.function_id == 'app-f'" }],
      }),
    ]);
  });

  test("protocol 5.8 a streamed answer is wrapped behind 201", async () => {
    const client = devClient(notingFetch().fetch);
    const fn = client.createFunction({ id: "f", triggers: [{ event: "go" }] }, () => ({ ok: true }));
    const answer = await call({ client, functions: [fn], streaming: true }, { functionId: "app-f" });
    expect([answer.status, answer.body.status, JSON.parse(answer.body.body)]).toEqual([
      201,
      200,
      { ok: true },
    ]);
  });
});
