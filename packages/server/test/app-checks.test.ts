// Looking at an app step by step: what each check says, and that the first failure ends them.

import { type AppCheck, appChecksPath } from "@stepwell/protocol/rest";
import { describe, expect, onTestFinished, test } from "vitest";
import { appChecks } from "../src/apps/app-checks.ts";
import { appSync } from "../src/apps/app-sync.ts";
import { createOutbound } from "../src/outbound/outbound.ts";
import { deadUrl, httpServer } from "./loopback.ts";
import { rig } from "./rig.ts";

const sdk = { "x-inngest-sdk": "js:v4.24.0" };

async function checked(
  status: number,
  body: object,
  options: { readonly headers?: object; readonly isDev?: boolean; readonly syncError?: string } = {},
): Promise<readonly string[]> {
  const { headers = sdk, isDev = true, syncError } = options;
  const checks = await appChecks({
    url: "http://127.0.0.1:3000/api/inngest",
    ask: async () => ({
      kind: "answered",
      url: "http://127.0.0.1:3000/api/inngest",
      status,
      headers: { ...headers },
      body: JSON.stringify(body),
    }),
    isDev,
    now: () => 0,
    ...(syncError === undefined ? {} : { syncError }),
  });
  return checks.map(told);
}

const told = ({ status, found }: AppCheck): string => `${status}: ${found}`;

describe("the checks of an app", () => {
  const rows: readonly (readonly [string, Parameters<typeof checked>, readonly string[]])[] = [
    [
      "all is well in dev",
      [200, { mode: "dev", function_count: 3 }],
      ["passed: 127.0.0.1", "passed: in 0 ms", "passed: not needed in dev", "passed: 3"],
    ],
    [
      "a page that is no SDK",
      [404, {}, { headers: {} }],
      ["passed: 127.0.0.1", "failed: HTTP 404", "not-checked: not checked", "not-checked: not checked"],
    ],
    [
      "an app in cloud mode beside a dev server",
      [401, { message: "Unauthorized" }],
      ["passed: 127.0.0.1", "passed: in 0 ms", "failed: cloud mode", "not-checked: not checked"],
    ],
    [
      "another signing key",
      [401, {}, { isDev: false }],
      ["passed: 127.0.0.1", "passed: in 0 ms", "failed: refused", "not-checked: not checked"],
    ],
    [
      "an SDK that answers without authentication",
      [200, { authentication_succeeded: false }, { isDev: false }],
      ["passed: 127.0.0.1", "passed: in 0 ms", "failed: refused", "not-checked: not checked"],
    ],
    [
      "functions that the last sync refused",
      [200, { authentication_succeeded: true }, { isDev: false, syncError: "Its key does not compile." }],
      ["passed: 127.0.0.1", "passed: in 0 ms", "passed: accepted", "failed: refused"],
    ],
  ];
  test.each(rows)("%s", async (_, given, expected) => {
    expect(await checked(...given)).toEqual(expected);
  });

  test("an address that is none is not asked", async () => {
    const [first, second] = await appChecks({
      url: "localhost:3000",
      ask: () => Promise.reject(new Error("asked")),
      isDev: true,
      now: () => 0,
    });
    expect([first?.status, second?.status]).toEqual(["failed", "not-checked"]);
  });
});

test("POST /apps/{id}/checks looks at the app now, and registers nothing", async () => {
  const outbound = createOutbound();
  onTestFinished(() => outbound.close());
  const app = await httpServer((_, response) => {
    response.writeHead(200, sdk);
    response.end(JSON.stringify({ mode: "dev", function_count: 1 }));
  });
  const world = await rig();
  const sync = appSync({ engine: world.engine, outbound, kind: "dev" });
  const good = await sync.check(app.url);
  expect(good.map(({ status }) => status)).toEqual(["passed", "passed", "passed", "passed"]);
  expect(app.received.map(({ method }) => method)).toEqual(["GET"]);
  expect(await world.engine.reader.listApps()).toEqual([]);
  const [, port] = await sync.check(await deadUrl());
  expect(port).toMatchObject({
    name: "port-answers",
    status: "failed",
    found: "refused",
    message: "Nothing listens there (connection refused). Start the app, or correct the address.",
  });
});

test("a server that does not sync makes no checks, and an unknown app has none", async () => {
  const world = await rig();
  await world.register("app", {});
  expect((await world.post(appChecksPath("app"), undefined)).status).toBe(501);
  expect((await world.post(appChecksPath("other"), undefined)).status).toBe(404);
});
