// The whole way over HTTP with the published SDKs: events in, apps synced and called, checkpoints, large state.

import { createServer as createHttpServer } from "node:http";
import { createRequire } from "node:module";
import type { AddressInfo } from "node:net";
import { pathToFileURL } from "node:url";
import { createEngine, type Engine, systemClock, systemRandom } from "@stepwell/engine";
import { modelStore } from "@stepwell/engine/testing";
import { asEventId } from "@stepwell/protocol";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type AppSync, appSync } from "../src/apps/app-sync.ts";
import { createServer } from "../src/create-server.ts";
import type { Listening } from "../src/http/listen.ts";
import type { ServerOptions } from "../src/options.ts";
import { createOutbound, type Outbound } from "../src/outbound/outbound.ts";
import { httpTransport } from "../src/outbound/transport.ts";
import type { Loose } from "./rig.ts";

const signingKey = "signkey-test-0123456789abcdef0123456789abcdef";
const eventKey = "an-event-key";

interface World {
  readonly engine: Engine;
  readonly listening: Listening;
  readonly sync: AppSync;
  readonly outbound: Outbound;
  close(): Promise<void>;
}

async function world(options: Partial<ServerOptions> = {}): Promise<World> {
  const outbound = createOutbound();
  const store = modelStore();
  const { signingKey: key } = options;
  const keyed = key === undefined ? {} : { signingKey: key };
  const engine = createEngine({
    store,
    transport: httpTransport({ outbound, ...keyed }),
    clock: systemClock(),
    random: systemRandom(),
  });
  await engine.start();
  const mode = options.mode ?? "dev";
  const sync = appSync({ engine, outbound, kind: mode === "dev" ? "dev" : "cloud", ...keyed });
  const listening = await createServer({ engine, mode, appSync: sync, ...options }).listen({
    host: "127.0.0.1",
    port: 0,
  });
  const close = async (): Promise<void> => {
    await listening.close();
    await engine.stop(1000);
    await outbound.close();
  };
  return { engine, listening, sync, outbound, close };
}

/** The SDKs are installed for the conformance scenarios. */
const sdkRequire = createRequire(new URL("../../../conformance/package.json", import.meta.url));

interface Sdk {
  readonly name: string;
  load(): Promise<{ Inngest: Loose; serve: Loose }>;
  define(client: Loose, id: string, event: string, handler: Loose): Loose;
}

async function load(name: string): Promise<{ Inngest: Loose; serve: Loose }> {
  const path = (entry: string): string => pathToFileURL(sdkRequire.resolve(entry)).href;
  const [main, node] = await Promise.all([import(path(name)), import(path(`${name}/node`))]);
  return { Inngest: main.Inngest, serve: node.serve };
}

/** Two majors of the SDK cannot live in one process, so each has a file of its own. */
export const sdk4: Sdk = {
  name: "inngest 4.24",
  load: () => load("inngest"),
  define: (client, id, event, handler) =>
    client.createFunction({ id, triggers: [{ event }], retries: 0 }, handler),
};

export const sdk3: Sdk = {
  name: "inngest 3.54",
  load: () => load("inngest-v3"),
  define: (client, id, event, handler) => client.createFunction({ id, retries: 0 }, { event }, handler),
};

const quiet = { info() {}, warn() {}, error() {}, debug() {} };

/** Serves functions on a free port. */
async function serveApp(handler: Loose): Promise<{ url: string; close(): void }> {
  const server = createHttpServer(handler);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/api/inngest`,
    close() {
      server.closeAllConnections();
      server.close();
    },
  };
}

async function runOf(engine: Engine, eventId: string, isThere: (status: string) => boolean): Promise<Loose> {
  for (;;) {
    const [run] = await engine.reader.runsOfEvent(asEventId(eventId));
    if (run !== undefined && isThere(run.status)) return run;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

const hasEnded = (status: string): boolean => status !== "queued" && status !== "running";

export function endToEnd(sdk: Sdk): void {
  describe(`${sdk.name} against the server in dev`, () => inDev(sdk));
  describe(`${sdk.name} against the server in start`, () => inStart(sdk));
}

function inDev(sdk: Sdk): void {
  let here: World;
  let client: Loose;
  let app: { url: string; close(): void };
  const executed: string[] = [];

  beforeAll(async () => {
    here = await world();
    const { Inngest, serve } = await sdk.load();
    client = new Inngest({ id: "app", isDev: true, baseUrl: here.listening.url, logger: quiet });
    const functions = [
      sdk.define(client, "steps", "demo/steps", async ({ event, step }: Loose) => {
        const a = await step.run("a", () => {
          executed.push("a");
          return { n: event.data.n };
        });
        const [b, c] = await Promise.all([step.run("b", () => 2), step.run("c", () => 3)]);
        const sent = await step.sendEvent("send", { name: "demo/sent", data: {} });
        return { a, b, c, sent: sent.ids.length };
      }),
      sdk.define(client, "fails", "demo/fails", async () => {
        throw new Error("boom 42");
      }),
      sdk.define(client, "large", "demo/large", async ({ step }: Loose) => {
        const texts: string[] = [];
        for (let index = 0; index < 3; index += 1)
          texts.push(await step.run(`part-${index}`, () => String(index).repeat(1_800_000)));
        await step.sleep("pause", "1s");
        return texts.map((text) => text.length);
      }),
      sdk.define(client, "signal", "demo/signal", async ({ step }: Loose) => {
        const signal = await step.waitForSignal("wait", { signal: "approve", timeout: "1h" });
        return signal?.data;
      }),
      sdk.define(client, "approve", "demo/approve", async ({ step }: Loose) =>
        step.sendSignal("send", { signal: "approve", data: { by: "me" } }),
      ),
    ];
    app = await serveApp(serve({ client, functions }));
    expect(await here.sync.sync(app.url)).toMatchObject({ kind: "synced" });
  });

  afterAll(async () => {
    app.close();
    await here.close();
  });

  test("a run with steps, a parallel set and a sent event completes, each step once", async () => {
    const { ids } = await client.send({ name: "demo/steps", data: { n: 7 } });
    const run = await runOf(here.engine, ids[0], hasEnded);
    expect(run).toMatchObject({ status: "completed" });
    expect(JSON.parse(run.output)).toEqual({ a: { n: 7 }, b: 2, c: 3, sent: 1 });
    expect(executed.filter((name) => name === "a")).toHaveLength(1);
  });

  test("a failing function fails the run with its error", async () => {
    const { ids } = await client.send({ name: "demo/fails", data: {} });
    expect(await runOf(here.engine, ids[0], hasEnded)).toMatchObject({
      status: "failed",
      error: { message: "boom 42" },
    });
  });

  test("protocol §6 state of more than 4 MiB is fetched by the SDK", async () => {
    const { ids } = await client.send({ name: "demo/large", data: {} });
    const run = await runOf(here.engine, ids[0], hasEnded);
    expect(run.error?.message ?? JSON.parse(run.output)).toEqual([1_800_000, 1_800_000, 1_800_000]);
  });

  test("D6 a signal sent by one run reaches the other", async () => {
    const { ids } = await client.send({ name: "demo/signal", data: {} });
    const isParked = async (): Promise<boolean> => {
      const [run] = await here.engine.reader.runsOfEvent(ids[0]);
      const detail = run === undefined ? undefined : await here.engine.reader.readRun(run.id);
      return detail?.steps.some((step) => step.kind === "wait-for-signal") === true;
    };
    while (!(await isParked())) await new Promise((resolve) => setTimeout(resolve, 10));
    await client.send({ name: "demo/approve", data: {} });
    const run = await runOf(here.engine, ids[0], hasEnded);
    expect(JSON.parse(run.output)).toEqual({ by: "me" });
  });

  test("A6.5 what the server refuses, send throws", async () => {
    await expect(client.send({ name: "inngest/not-yours", data: {} })).rejects.toThrow(/reserved/);
  });
}

function inStart(sdk: Sdk): void {
  test("keys are checked on the way in, calls are signed, the SDK's bearer token is accepted", async () => {
    const here = await world({ mode: "start", signingKey, eventKeys: [eventKey] });
    const { Inngest, serve } = await sdk.load();
    const options = {
      id: "app",
      isDev: false,
      baseUrl: here.listening.url,
      eventKey,
      signingKey,
      logger: quiet,
    };
    const client = new Inngest(options);
    const functions = [
      sdk.define(client, "f", "demo/f", async ({ step }: Loose) => [
        await step.run("a", () => 1),
        await step.run("b", () => 2),
      ]),
    ];
    const app = await serveApp(serve({ client, functions, signingKey }));
    expect(await here.sync.sync(app.url)).toMatchObject({ kind: "synced" });
    const { ids } = await client.send({ name: "demo/f", data: {} });
    const run = await runOf(here.engine, ids[0], hasEnded);
    expect(run.error?.message ?? JSON.parse(run.output)).toEqual([1, 2]);
    const stranger = new Inngest({ ...options, eventKey: "another-key" });
    await expect(stranger.send({ name: "demo/f", data: {} })).rejects.toThrow(/key/i);
    app.close();
    await here.close();
  });

  test("an app with another signing key refuses the sync, and the reason is kept", async () => {
    const here = await world({ mode: "start", signingKey, eventKeys: [eventKey] });
    const { Inngest, serve } = await sdk.load();
    const other = "signkey-test-ffffffffffffffffffffffffffffffff";
    const client = new Inngest({
      id: "app",
      isDev: false,
      baseUrl: here.listening.url,
      eventKey,
      signingKey: other,
      logger: quiet,
    });
    const app = await serveApp(
      serve({ client, functions: [sdk.define(client, "f", "demo/f", async () => 1)], signingKey: other }),
    );
    const outcome = await here.sync.sync(app.url);
    expect(outcome.kind).toBe("failed");
    const [known] = await here.engine.reader.listApps();
    expect(known?.error).toBe(outcome.kind === "failed" ? outcome.reason : "");
    app.close();
    await here.close();
  });
}
