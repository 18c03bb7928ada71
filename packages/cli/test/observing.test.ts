// `stepwell start` as an operator sees it: metrics behind the key, traces at a collector, and a log without secrets.

import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer, type IncomingHttpHeaders, type RequestListener } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { Inngest } from "stepwell";
import { serve } from "stepwell/node";
import { expect, onTestFinished, test } from "vitest";
import { otlpReceiver } from "../../server/test/otlp-receiver.ts";

const bin = fileURLToPath(new URL("../bin/stepwell.js", import.meta.url));
const eventKey = "event-key-that-nobody-may-see";
const signingKey = "signkey-test-0123456789abcdef0123456789abcdef";
const collectorToken = "token-of-the-collector";

interface Started {
  readonly url: string;
  readonly process: ChildProcess;
  /** Every line of its log so far. */
  readonly lines: () => readonly string[];
}

async function start(environment: Record<string, string>, ...args: readonly string[]): Promise<Started> {
  const directory = mkdtempSync(join(tmpdir(), "stepwell-observing-"));
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
  const { PATH = "" } = process.env;
  const child = spawn(
    process.execPath,
    [bin, "start", "--host", "127.0.0.1", "--port", "0", "--no-ui", "--log-level", "debug", ...args],
    { cwd: directory, env: { PATH, ...environment } },
  );
  onTestFinished(() => void child.kill("SIGKILL"));
  let text = "";
  const url = await new Promise<string>((resolve, reject) => {
    const add = (chunk: Buffer): void => {
      text += chunk.toString();
      const [found] = /http:\/\/127\.0\.0\.1:\d+(?=")/.exec(text) ?? [];
      if (found !== undefined && text.includes("is ready")) resolve(found);
    };
    child.stdout.on("data", add);
    child.stderr.on("data", add);
    child.once("exit", (code) => reject(new Error(`It ended with ${code}:\n${text}`)));
  });
  return { url, process: child, lines: () => text.split("\n").filter((line) => line !== "") };
}

async function listen(handler: RequestListener): Promise<string> {
  const server = createServer(handler);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

test("a run is counted, traced through events and calls, and logged with its ids; secrets stay secret", async () => {
  const collector = await otlpReceiver();
  const server = await start(
    { STEPWELL_EVENT_KEY: eventKey, INNGEST_SIGNING_KEY: signingKey, OTEL_SERVICE_NAME: "orders" },
    "--otlp-endpoint",
    collector.url,
    "--otlp-headers",
    `authorization=Bearer%20${collectorToken}`,
  );
  const quiet = { info() {}, warn() {}, error() {}, debug() {} };
  const client = new Inngest({
    id: "shop",
    isDev: false,
    baseUrl: server.url,
    eventKey,
    signingKey,
    logger: quiet,
  });
  const first = client.createFunction(
    { id: "first", triggers: [{ event: "shop/ordered" }] },
    async ({ step }) => {
      await step.run("a", () => 1);
      await step.sendEvent("tell", { name: "shop/told", data: {} });
    },
  );
  const second = client.createFunction(
    { id: "second", triggers: [{ event: "shop/told" }], retries: 0 },
    () => {
      throw new Error("no second thought");
    },
  );
  const calls: IncomingHttpHeaders[] = [];
  const handler = serve({ client, functions: [first, second] });
  const app = await listen((request, response) => {
    if (request.method === "POST") calls.push(request.headers);
    return handler(request, response);
  });
  expect((await fetch(`${app}/api/inngest`, { method: "PUT" })).status).toBe(200);
  await client.send({ name: "shop/ordered", data: {} });

  const told = await collector.spanWhere((span) => span.name === "shop-second");
  const ordered = await collector.spanWhere((span) => span.name === "shop-first");
  expect(ordered).toMatchObject({ parentSpanId: "", statusCode: 0, resource: { "service.name": "orders" } });
  expect(told).toMatchObject({
    traceId: ordered.traceId,
    parentSpanId: ordered.spanId,
    statusCode: 2,
    statusMessage: "no second thought",
  });
  expect(
    collector.spans.filter((span) => span.parentSpanId === ordered.spanId).map((span) => span.name),
  ).toEqual(expect.arrayContaining(["queued", "a", "tell", "shop-second"]));
  expect(collector.requests[0]?.headers).toMatchObject({ authorization: `Bearer ${collectorToken}` });
  const parents = calls.map((headers) => String(headers["traceparent"]).split("-")[2]);
  expect(parents).toContain(ordered.spanId);
  expect(parents).toContain(told.spanId);

  expect((await fetch(`${server.url}/metrics`)).status).toBe(401);
  const authorization = `Bearer ${signingKey}`;
  const metrics = await (await fetch(`${server.url}/metrics`, { headers: { authorization } })).text();
  expect(metrics).toContain(
    'stepwell_runs_finished_total{app="shop",function="shop-first",status="completed"} 1',
  );
  expect(metrics).toContain(
    'stepwell_runs_finished_total{app="shop",function="shop-second",status="failed"} 1',
  );
  expect(metrics).toContain(
    'stepwell_steps_total{app="shop",function="shop-first",kind="run",status="completed"} 2',
  );

  const ended = new Promise((resolve) => server.process.once("exit", resolve));
  server.process.kill("SIGTERM");
  expect(await ended).toBe(0);
  const entries = server.lines().map((line) => JSON.parse(line));
  const runId = ordered.attributes["stepwell.run.id"];
  const eventId = ordered.attributes["stepwell.event.id"];
  expect(entries).toContainEqual(
    expect.objectContaining({ runId, eventId, function: "shop-first", status: "completed", level: 30 }),
  );
  expect(entries).toContainEqual(
    expect.objectContaining({ runId, function: "shop-first", answer: "returned", level: 20 }),
  );
  const log = server.lines().join("\n");
  for (const secret of [eventKey, signingKey, signingKey.replace("signkey-test-", ""), collectorToken])
    expect(log).not.toContain(secret);
}, 60_000);
