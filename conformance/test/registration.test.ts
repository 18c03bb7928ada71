// C1: an app registers the same with our SDK and with the official one, option by option, so that the two can take
// each other's place. Only what names the SDK and what it can do differs.

import { Inngest as OfficialClient, cron as officialCron, eventType as officialType } from "inngest";
import { serve as officialServe } from "inngest/edge";
import { cron, eventType, Inngest, serve } from "stepwell";
import { expect, test } from "vitest";
import type { Loose } from "../src/kit.ts";

interface Sdk {
  readonly client: Loose;
  readonly serve: (options: Loose) => (request: Request) => Promise<Response>;
  readonly cron: Loose;
  readonly eventType: Loose;
}

const url = "http://localhost:3000/api/inngest";

/** What the app sends to the server when it is asked to register. */
async function registration(
  make: (fetch: typeof globalThis.fetch) => Sdk,
  define: (sdk: Sdk) => Loose,
): Promise<Loose> {
  let sent: Loose;
  const sdk = make(async (_, init) => {
    sent = JSON.parse(String(init?.body));
    return Response.json({ ok: true, modified: true });
  });
  const handler = sdk.serve({ client: sdk.client, functions: [define(sdk)] });
  const response = await handler(
    new Request(url, {
      method: "PUT",
      body: "{}",
      headers: { "content-type": "application/json", host: "localhost:3000" },
    }),
  );
  if (sent === undefined) throw new Error(`Nothing was sent: ${response.status} ${await response.text()}`);
  return sent;
}

const quiet = { info() {}, warn() {}, error() {}, debug() {} };
const ours = (fetch: typeof globalThis.fetch): Sdk => ({
  client: new Inngest({ id: "app", isDev: true, fetch, logger: quiet, appVersion: "7" }),
  serve: serve as Loose,
  cron,
  eventType,
});
const official = (fetch: typeof globalThis.fetch): Sdk => ({
  client: new OfficialClient({ id: "app", isDev: true, fetch, logger: quiet, appVersion: "7" }),
  serve: officialServe as Loose,
  cron: officialCron,
  eventType: officialType,
});

type Options = Readonly<Record<string, unknown>>;

const go = [{ event: "go" }];
const cases: readonly (readonly [string, Options | ((sdk: Sdk) => Options)])[] = [
  ["nothing but an id", {}],
  ["name and description", { triggers: go, name: "Say hello", description: "Says hello" }],
  ["one trigger without an array", { triggers: { event: "go" } }],
  ["a trigger with a condition", { triggers: [{ event: "go", if: "event.data.n == 1" }] }],
  ["a typed trigger", (sdk) => ({ triggers: [sdk.eventType("go")] })],
  ["a typed trigger with a condition", (sdk) => ({ triggers: [{ event: sdk.eventType("go"), if: "true" }] })],
  ["wildcards", { triggers: [{ event: "app/*" }, { event: "app/user.*" }] }],
  ["cron by its helper", (sdk) => ({ triggers: [sdk.cron("0 9 * * *")] })],
  ["cron with jitter and zone", { triggers: [{ cron: "TZ=Europe/Paris 0 9 * * 1", jitter: "30s" }] }],
  ["retries", { triggers: go, retries: 2 }],
  ["no retries", { triggers: go, retries: 0 }],
  ["idempotency", { triggers: go, idempotency: "event.data.orderId" }],
  ["concurrency as a number", { triggers: go, concurrency: 5 }],
  ["concurrency as an option", { triggers: go, concurrency: { limit: 5, key: "event.data.u" } }],
  [
    "two concurrency options",
    {
      triggers: go,
      concurrency: [
        { limit: 5, scope: "fn" },
        { limit: 10, scope: "account", key: "'openai'" },
      ],
    },
  ],
  ["throttle", { triggers: go, throttle: { limit: 1, period: "60s", burst: 2, key: "event.data.u" } }],
  ["throttle, least", { triggers: go, throttle: { limit: 1, period: "1m" } }],
  ["rateLimit", { triggers: go, rateLimit: { limit: 1, period: "4h", key: "event.data.u" } }],
  ["debounce", { triggers: go, debounce: { period: "90s", key: "event.data.u", timeout: "10m" } }],
  ["debounce, least", { triggers: go, debounce: { period: "5m" } }],
  [
    "batchEvents",
    {
      triggers: go,
      batchEvents: { maxSize: 10, timeout: "5s", key: "event.data.u", if: "event.data.batch" },
    },
  ],
  ["priority", { triggers: go, priority: { run: "event.data.plan == 'pro' ? 120 : 0" } }],
  ["singleton", { triggers: go, singleton: { mode: "skip" } }],
  ["singleton with a key", { triggers: go, singleton: { mode: "cancel", key: "event.data.u" } }],
  ["timeouts", { triggers: go, timeouts: { start: "10s", finish: "1h30m" } }],
  ["one timeout", { triggers: go, timeouts: { finish: "2w" } }],
  [
    "cancelOn",
    (sdk) => ({
      triggers: go,
      cancelOn: [
        { event: "stop" },
        { event: sdk.eventType("halt"), match: "data.id" },
        { event: "end", if: "event.data.id == async.data.id", timeout: "1h" },
        { event: "wait", timeout: "90s" },
      ],
    }),
  ],
  ["onFailure", { triggers: go, name: "Named", retries: 7, onFailure: () => null }],
  [
    "options that stay in the app",
    { triggers: go, checkpointing: { bufferedSteps: 3 }, optimizeParallelism: false },
  ],
  [
    "everything at once",
    {
      triggers: go,
      concurrency: [{ limit: 1, key: "event.data.a", scope: "env" }],
      throttle: { limit: 3, period: "10s" },
      priority: { run: "1" },
      timeouts: { start: "1m" },
      cancelOn: [{ event: "stop" }],
      retries: 20,
    },
  ],
];

test.each(cases)("C1 protocol 3.3 %s", async (_, options) => {
  const define = (sdk: Sdk) => {
    const given = typeof options === "function" ? options(sdk) : options;
    return sdk.client.createFunction({ id: "f", ...given }, () => null);
  };
  const [own, reference] = [await registration(ours, define), await registration(official, define)];
  expect(own.functions).toEqual(reference.functions);
  const outer = ({ appName, appVersion, deployType, url, v }: Loose) => [
    appName,
    appVersion,
    deployType,
    url,
    v,
  ];
  expect(outer(own)).toEqual(outer(reference));
  expect(own.capabilities).toMatchObject(reference.capabilities);
});
