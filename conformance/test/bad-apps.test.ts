// Apps that answer badly: each failure is told in a sentence on the run, and a good function beside it is undisturbed.

import { mkdtempSync, rmSync } from "node:fs";
import { createServer, type RequestListener } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { functionIdOf, type Run } from "@stepwell/core";
import { createEngine, systemRandom } from "@stepwell/engine";
import { manualClock, settleTurns } from "@stepwell/engine/testing";
import { createServer as createStepwell, httpTransport } from "@stepwell/server";
import { sqlite } from "@stepwell/store-sqlite";
import { expect, test } from "vitest";

const sdk = { "x-inngest-sdk": "test:v1", "x-inngest-req-version": "2", "content-type": "application/json" };
const answer =
  (status: number, headers: Record<string, string>, body: string): RequestListener =>
  (_, response) =>
    response.writeHead(status, headers).end(body);

const apps: readonly (readonly [string, RequestListener, RegExp])[] = [
  [
    "HTML with status 200",
    answer(200, { "content-type": "text/html" }, "<h1>Hello</h1>"),
    /did not come from an Inngest SDK/,
  ],
  ["404 of a proxy", answer(404, {}, "not here"), /HTTP 404 before the SDK responded/],
  ["500 of a proxy", answer(500, {}, "<html>oops</html>"), /HTTP 500 before the SDK responded/],
  ["206 that is not JSON", answer(206, sdk, "{nonsense"), /not JSON/],
  ["206 with an op that is no object", answer(206, sdk, "[1]"), /op 0 .* not an object/],
  ["206 with an op without an id", answer(206, sdk, '[{"op":"StepRun"}]'), /no id/],
  ["206 with an op of the future", answer(206, sdk, '[{"op":"Teleport","id":"x"}]'), /Teleport/],
  ["206 without any op", answer(206, sdk, "[]"), /neither returned nor reported/],
  [
    "206 with the same finished step for ever",
    answer(206, sdk, '[{"op":"StepRun","id":"x","data":1}]'),
    /neither returned nor reported a step that is new/,
  ],
  [
    "a wait with an unreadable timeout",
    answer(206, sdk, '[{"op":"WaitForEvent","id":"x","name":"e","opts":{"timeout":"soonish"}}]'),
    /timeout "soonish" is unreadable/,
  ],
  [
    "500 of the SDK",
    answer(500, { ...sdk, "x-inngest-no-retry": "true" }, '{"name":"Error","message":"boom"}'),
    /^boom$/,
  ],
  ["a streamed answer that breaks off", answer(201, sdk, "   {"), /streamed answer/],
  [
    "an answer of nine megabytes",
    answer(200, sdk, JSON.stringify("x".repeat(9 * 1024 * 1024))),
    /larger than/,
  ],
  [
    "a connection that dies mid-answer",
    (_, response) => {
      response.writeHead(206, { ...sdk, "content-length": "1000" });
      response.write("[{");
      setTimeout(() => response.destroy(), 20);
    },
    /closed|terminated|aborted|broke/,
  ],
  ["a connection that is closed at once", (request) => request.socket.destroy(), /closed|reset|hang up/],
  ["an app that hangs", () => {}, /no complete answer within/],
];

interface World {
  advance(ms: number): Promise<void>;
  send(): Promise<void>;
  runOf(id: string): Promise<Run | undefined>;
}

/** A server with a bad function behind `listener` and a good one beside it. */
async function withApps(
  listener: RequestListener,
  retries: number,
  body: (world: World) => Promise<void>,
): Promise<void> {
  const directory = mkdtempSync(join(tmpdir(), "stepwell-bad-"));
  const bad = createServer(listener).listen(0, "127.0.0.1");
  const good = createServer(answer(200, sdk, '"fine"')).listen(0, "127.0.0.1");
  const url = (server: typeof bad) => `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  const clock = manualClock();
  const store = sqlite(join(directory, "main.db"));
  const transport = httpTransport({ callTimeoutMs: 500 });
  const engine = createEngine({ store, transport, clock, random: systemRandom() });
  await engine.start();
  const server = await createStepwell({ engine, mode: "dev", clock }).listen({ host: "127.0.0.1", port: 0 });
  const fn = (id: string, at: string) => ({
    id: `app-${id}`,
    name: id,
    triggers: [{ event: "go" }],
    url: at,
    retries,
    options: {},
  });
  await engine.sync({
    appName: "app",
    url: url(good),
    sdk: "test",
    functions: [fn("bad", url(bad)), fn("good", url(good))],
  });
  try {
    // A call over the network goes on in turns of its own.
    const settle = async () => {
      for (let round = 0; round < 3; round += 1) {
        await engine.whenIdle();
        await settleTurns();
      }
      await engine.whenIdle();
    };
    await body({
      advance: (ms) => clock.advance(ms, settle),
      async send() {
        await fetch(`${server.url}/e/x`, { method: "POST", body: '{"name":"go","data":{}}' });
        await engine.whenIdle();
      },
      runOf: async (id) =>
        (await engine.reader.listRuns({ functionIds: [functionIdOf(`app-${id}`)], limit: 1 })).rows[0],
    });
  } finally {
    for (const app of [bad, good]) {
      app.closeAllConnections();
      app.close();
    }
    await server.close();
    await engine.stop(0);
    await transport.close();
    await store.close();
    rmSync(directory, { recursive: true, force: true });
  }
}

test.each(apps)("C2.10 %s fails the run with a sentence, and nothing else", async (_, listener, reason) => {
  await withApps(listener, 0, async ({ send, runOf }) => {
    await send();
    const failed = await runOf("bad");
    expect([failed?.status, failed?.error?.message]).toEqual(["failed", expect.stringMatching(reason)]);
    expect((await runOf("good"))?.output).toBe('"fine"');
  });
});

const final = new Set([
  "500 of the SDK",
  "206 with an op of the future",
  "206 without any op",
  "206 with the same finished step for ever",
]);
const transient = apps.filter(([name]) => !final.has(name));
test.each(transient)("C2.10 %s once is retried, and nothing is lost", async (_, listener) => {
  let calls = 0;
  const healing: RequestListener = (request, response) => {
    calls += 1;
    if (calls === 1) listener(request, response);
    else answer(200, sdk, '"healed"')(request, response);
  };
  await withApps(healing, 1, async ({ advance, send, runOf }) => {
    await send();
    expect((await runOf("bad"))?.status).toBe("running");
    await advance(60_000);
    expect([(await runOf("bad"))?.output, calls, (await runOf("good"))?.output]).toEqual([
      '"healed"',
      2,
      '"fine"',
    ]);
  });
});
