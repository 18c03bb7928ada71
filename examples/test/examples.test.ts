// Each example is started and driven with a real event over HTTP.

import { execFile } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { createEngine, type Engine, systemClock, systemRandom } from "@stepwell/engine";
import { createServer, httpTransport, type Listening } from "@stepwell/server";
import { sqlite } from "@stepwell/store-sqlite";
import { afterAll, beforeAll, expect, test } from "vitest";
import { start as startExpress } from "../src/frameworks/express.ts";
import { start as startFastify } from "../src/frameworks/fastify.ts";
import type { Served } from "../src/frameworks/greeting.ts";
import { start as startHono } from "../src/frameworks/hono.ts";
import { start as startNext } from "../src/frameworks/next.ts";
import { start as startNodeHttp } from "../src/frameworks/node-http.ts";

const directory = mkdtempSync(join(tmpdir(), "stepwell-examples-"));
const store = sqlite(join(directory, "main.db"));
const transport = httpTransport({});
let engine: Engine;
let server: Listening;

beforeAll(async () => {
  engine = createEngine({ store, transport, clock: systemClock(), random: systemRandom() });
  await engine.start();
  server = await createServer({ engine, mode: "dev" }).listen({ host: "localhost", port: 0 });
});

afterAll(async () => {
  await server.close();
  await engine.stop(0);
  await transport.close();
  await store.close();
  rmSync(directory, { recursive: true, force: true });
});

const examples: readonly (readonly [string, (baseUrl: string) => Promise<Served>])[] = [
  ["node:http", startNodeHttp],
  ["Express", startExpress],
  ["Hono", startHono],
  ["Fastify", startFastify],
  ["Next.js", startNext],
];

test.each(examples)("an app on %s is synced and runs its steps on a real event", async (_, start) => {
  const served = await start(server.url);
  const synced = await fetch(served.url, {
    method: "PUT",
    headers: { "content-type": "application/json" },
    body: "{}",
  });
  expect([synced.status, await synced.json()]).toEqual([
    200,
    { message: "Successfully registered", modified: true },
  ]);
  const about = (await (await fetch(served.url)).json()) as { function_count: number; mode: string };
  expect([about.function_count, about.mode]).toEqual([1, "dev"]);
  const ended = nextEnd(engine);
  await fetch(`${server.url}/e/test`, {
    method: "POST",
    body: JSON.stringify({ name: "greeting/asked", data: { name: "Ada" } }),
  });
  expect(await ended).toEqual({ status: "completed", output: '"Hello, ADA"' });
  await served.close();
  // The next example takes this one's place; its functions must not run here any more.
  const apps = await engine.reader.listApps();
  for (const app of apps) await engine.removeApp(app.id);
});

test("the embedded example runs in its own process", async () => {
  const script = fileURLToPath(new URL("../dist/embedded.js", import.meta.url));
  const { stdout } = await promisify(execFile)(process.execPath, [script, join(directory, "embedded.db")], {
    timeout: 20_000,
  });
  expect(stdout).toBe("handed over: label for 42\n");
});

test("the quick start ends with 0 when all runs ended as they should", async () => {
  const script = fileURLToPath(new URL("../dist/quickstart/main.js", import.meta.url));
  const { stdout } = await promisify(execFile)(process.execPath, [script, "--once"], { timeout: 60_000 });
  expect(stdout).toContain("All runs ended as they should");
});

/** The next run that ends. */
function nextEnd(running: Engine): Promise<{ readonly status: string; readonly output: string | undefined }> {
  return new Promise((resolve) => {
    const stop = running.onCommitted((changes) => {
      for (const change of changes) {
        if (change.kind !== "run.put" || change.run.endedAt === undefined) continue;
        stop();
        resolve({ status: change.run.status, output: change.run.output });
      }
    });
  });
}
