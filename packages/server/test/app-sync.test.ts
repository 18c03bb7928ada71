import type { Engine } from "@stepwell/engine";
import { verifySignature } from "@stepwell/protocol";
import { describe, expect, onTestFinished, test } from "vitest";
import { type AppSync, appSync } from "../src/apps/app-sync.ts";
import { createOutbound } from "../src/outbound/outbound.ts";
import { deadUrl, httpServer } from "./loopback.ts";
import { registration, rig } from "./rig.ts";

function syncOf(engine: Engine, options: { readonly signingKey?: string } = {}): AppSync {
  const outbound = createOutbound();
  onTestFinished(() => outbound.close());
  return appSync({ engine, outbound, kind: "dev", ...options });
}

describe("protocol §3.2 asking an app to register", () => {
  test("in-band: the answer to the PUT brings the functions", async () => {
    const world = await rig();
    const app = await httpServer(({ body }, response) => {
      const { appName, ...config } = registration(
        "app",
        { f: { triggers: [{ event: "a" }] } },
        JSON.parse(body).url,
      );
      response.writeHead(200, { "x-inngest-sdk": "js", "x-inngest-sync-kind": "in_band" });
      response.end(JSON.stringify({ ...config, app_id: appName }));
    });
    const outcome = await syncOf(world.engine).sync(`${app.url}/api/inngest`);
    expect(outcome).toMatchObject({ kind: "synced", modified: true });
    expect(app.received[0]).toMatchObject({
      method: "PUT",
      headers: { "x-inngest-server-kind": "dev", "content-type": "application/json" },
    });
    const [settings] = await world.engine.reader.listFunctions();
    expect(settings).toMatchObject({ slug: "app-f", appName: "app" });
    expect(await syncOf(world.engine).sync(`${app.url}/api/inngest`)).toMatchObject({
      kind: "synced",
      modified: false,
    });
  });

  test("out-of-band: the app registers by a request of its own", async () => {
    const world = await rig();
    const app = await httpServer(async ({ body }, response) => {
      const reply = await world.post("/fn/register", registration("app", { f: {} }, JSON.parse(body).url));
      response.writeHead(200, { "x-inngest-sdk": "js", "x-inngest-sync-kind": "out_of_band" });
      response.end(JSON.stringify({ message: "Successfully registered", modified: reply.body.modified }));
    });
    expect(await syncOf(world.engine).sync(app.url)).toEqual({ kind: "synced", modified: true });
    expect((await world.engine.reader.listApps()).map(({ name }) => name)).toEqual(["app"]);
  });

  test("the PUT is signed when there is a key", async () => {
    const world = await rig();
    const app = await httpServer(
      (_, response) => void response.writeHead(200, { "x-inngest-sdk": "js" }).end("{}"),
    );
    await syncOf(world.engine, { signingKey: "signkey-test-abcd" }).sync(app.url);
    const [request] = app.received;
    const signature = String(request?.headers["x-inngest-signature"]);
    expect(verifySignature(signature, request?.body ?? "", "signkey-test-abcd", Date.now())).toEqual({
      kind: "valid",
    });
    expect(request?.headers["content-length"]).toBe(String(request?.body.length));
  });

  test("redirects are followed with method and body", async () => {
    const world = await rig();
    const target = await httpServer(
      (_, response) => void response.writeHead(200, { "x-inngest-sdk": "js" }).end("{}"),
    );
    const from = await httpServer(
      (_, response) => void response.writeHead(302, { location: target.url }).end(),
    );
    expect(await syncOf(world.engine).sync(from.url)).toMatchObject({ kind: "synced" });
    expect(target.received[0]).toMatchObject({ method: "PUT", body: from.received[0]?.body });
  });
});

describe("why an app could not be synced is told and kept", () => {
  const sdk = { "x-inngest-sdk": "js" };
  const cases: readonly (readonly [string, number, Record<string, string>, string, string, string])[] = [
    ["no SDK at that path", 404, {}, "", "url_not_found", "not from an SDK"],
    ["a page that is no SDK", 200, {}, "<h1>", "url_not_found", "not from an SDK"],
    ["a proxy that forbids", 403, {}, "", "forbidden", "not from an SDK"],
    [
      "a signature that is refused",
      401,
      { "x-inngest-sdk-handled": "true" },
      '{"message":"Unauthorized"}',
      "unauthorized",
      "the same signing key",
    ],
    [
      "an SDK that failed",
      500,
      sdk,
      '{"message":"Failed to register"}',
      "internal_server_error",
      "Failed to register",
    ],
    [
      "an SDK with a code of its own",
      400,
      sdk,
      '{"code":"missing_signing_key","message":"No key"}',
      "missing_signing_key",
      "No key",
    ],
    [
      "functions that make no sense",
      200,
      { ...sdk, "x-inngest-sync-kind": "in_band" },
      '{"app_id":"app","functions":[{"id":"app-f"}]}',
      "invalid_function",
      "has no name",
    ],
  ];
  test.each(cases)("%s", async (_, status, headers, body, code, sentence) => {
    const world = await rig();
    const app = await httpServer((_request, response) => void response.writeHead(status, headers).end(body));
    const outcome = await syncOf(world.engine).sync(app.url);
    expect(outcome).toMatchObject({ kind: "failed", code, reason: expect.stringContaining(sentence) });
    const [known] = await world.engine.reader.listApps();
    expect(known?.error).toContain(sentence);
  });

  test("nothing listens there", async () => {
    const world = await rig();
    const url = await deadUrl();
    const outcome = await syncOf(world.engine).sync(url);
    expect(outcome).toMatchObject({
      kind: "failed",
      code: "unreachable",
      reason: expect.stringContaining("connection refused"),
    });
  });

  test("what is no web address", async () => {
    const world = await rig();
    expect(await syncOf(world.engine).sync("ftp://x/")).toMatchObject({
      kind: "failed",
      code: "unsupported_protocol",
    });
  });

  test("an address that failed first stands for its app no longer once the app has answered", async () => {
    const world = await rig();
    let isUp = false;
    const app = await httpServer(({ body }, response) => {
      if (!isUp) return void response.writeHead(503).end();
      const { appName, ...config } = registration("app", { f: {} }, JSON.parse(body).url);
      response
        .writeHead(200, { ...sdk, "x-inngest-sync-kind": "in_band" })
        .end(JSON.stringify({ ...config, app_id: appName }));
    });
    const sync = syncOf(world.engine);
    await sync.sync(app.url);
    isUp = true;
    await sync.sync(app.url);
    const apps = await world.engine.reader.listApps();
    expect(apps.filter(({ archivedAt }) => archivedAt === undefined)).toMatchObject([{ name: "app" }]);
  });

  test("an app that goes away keeps its functions and gets the reason", async () => {
    const world = await rig();
    const url = await deadUrl();
    await world.post("/fn/register", registration("app", { f: {} }, `${url}/api/inngest`));
    await syncOf(world.engine).sync(`${url}/api/inngest`);
    const [app] = await world.engine.reader.listApps();
    expect(app).toMatchObject({ name: "app", error: expect.stringContaining("connection refused") });
    expect((await world.engine.reader.listFunctions())[0]?.archivedAt).toBeUndefined();
  });
});
