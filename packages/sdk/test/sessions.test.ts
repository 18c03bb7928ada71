// A13.5: sessions travel with what a run sends and invokes.

import type { Context, Inngest } from "stepwell";
import { describe, expect, test } from "vitest";
import { call, devClient, notingFetch } from "./endpoint.ts";

const event = (sessions: object) => ({ name: "go", data: {}, id: "e", ts: 1, user: {}, meta: { sessions } });

async function metasOf(handler: (context: Context, client: Inngest) => unknown, options: object = {}) {
  const noted = notingFetch();
  const client = devClient(noted.fetch, options);
  const fn = client.createFunction({ id: "f", triggers: [{ event: "go" }] }, (context) =>
    handler(context, client),
  );
  const answer = await call(
    { client, functions: [fn] },
    { functionId: "app-f", event: event({ chat: "c1", user: "u" }) },
  );
  const sent = noted.requests.filter(({ path }) => path.startsWith("/e/")).flatMap(({ body }) => body);
  return { sent: sent.map(({ meta }) => meta), answer };
}

const inherited = { propagated_sessions: { chat: "c1", user: "u" } };

describe("A13.5 a run's sessions", () => {
  test("travel with step.sendEvent, beside what the author gives", async () => {
    const { sent } = await metasOf(({ step }) =>
      step.sendEvent("s", [
        { name: "a" },
        { name: "b", meta: { sessions: { user: null, order: 7 } } },
        { name: "c", meta: { sessions: null } },
      ]),
    );
    expect(sent).toEqual([
      inherited,
      { sessions: { user: null, order: 7 }, ...inherited },
      { sessions: null, ...inherited },
    ]);
  });

  test("travel with a plain send, inside a step and between steps, also behind an await", async () => {
    const { sent } = await metasOf(async ({ step }, client) => {
      await step.run("s", () => client.send({ name: "inside" }));
      await Promise.resolve();
      await client.send({ name: "between" });
    });
    expect(sent).toEqual([inherited, inherited]);
  });

  test("travel with step.invoke", async () => {
    const { answer } = await metasOf(({ step }) =>
      step.invoke("i", { function: { functionId: "g" }, meta: { sessions: { order: 7 } } }),
    );
    expect(answer.body[0].opts.payload).toEqual({ data: {}, meta: { sessions: { order: 7 }, ...inherited } });
  });

  test("are the handler's to see and to change", async () => {
    const { sent, answer } = await metasOf(async ({ step, sessions }) => {
      delete sessions["user"];
      await step.sendEvent("s", { name: "a" });
      return sessions;
    });
    expect([sent, answer.body]).toEqual([[{ propagated_sessions: { chat: "c1" } }], { chat: "c1" }]);
  });

  test("stay where they are when propagation is off: the option counts before the variable", async () => {
    const send = ({ step }: Context) => step.sendEvent("s", { name: "a" });
    expect((await metasOf(send, { sessionPropagation: false })).sent).toEqual([undefined]);
    const client = devClient(notingFetch().fetch).setEnvVars({ INNGEST_SESSION_PROPAGATION: "false" });
    expect(client.propagatesSessions).toBe(false);
    const asked = devClient(notingFetch().fetch, { sessionPropagation: true });
    expect(asked.setEnvVars({ INNGEST_SESSION_PROPAGATION: "0" }).propagatesSessions).toBe(true);
  });

  test("do not leak to what is sent outside of runs", async () => {
    const noted = notingFetch();
    await devClient(noted.fetch).send({ name: "a" });
    expect(noted.requests[0]?.body[0]).not.toHaveProperty("meta");
  });

  test("A13.3 sessions that no server accepts are refused before anything is sent", async () => {
    const noted = notingFetch();
    const sent = devClient(noted.fetch).send({ name: "a", meta: { sessions: { n: Number.NaN } } });
    await expect(sent).rejects.toThrow("meta.sessions.n must be a finite number");
    expect(noted.requests).toHaveLength(0);
  });
});
