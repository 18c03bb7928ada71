// npm run quickstart: starts the dev server on SQLite and an app, sends one sign-up, shows each step as it happens,
// says how it ended, and stays up. With --once it ends by itself: 0 when all runs ended as they should.

import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer, type Server } from "node:http";
import { type AddressInfo, createServer as createSocketServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { serve } from "stepwell/node";
import { expectedRuns, quickstartApp } from "./functions.ts";
import { Watcher } from "./watcher.ts";

const isOnce = process.argv.includes("--once");
const stepwell = fileURLToPath(new URL("../../../packages/cli/bin/stepwell.js", import.meta.url));
const patienceMs = 45_000;

let server: ChildProcess | undefined;
let app: Server | undefined;
const dataDir = mkdtempSync(join(tmpdir(), "stepwell-quickstart-"));

/** The usual port, or any free one when it is taken. */
async function freePort(wanted: number): Promise<number> {
  const tryPort = (port: number): Promise<number | undefined> =>
    new Promise((resolve) => {
      const socket = createSocketServer();
      socket.once("error", () => resolve(undefined));
      socket.listen(port, "localhost", () => {
        const { port: found } = socket.address() as AddressInfo;
        socket.close(() => resolve(found));
      });
    });
  return (await tryPort(wanted)) ?? (await tryPort(0)) ?? 0;
}

async function startServer(): Promise<string> {
  const port = await freePort(8288);
  const args = [
    stepwell,
    "dev",
    "--no-discovery",
    "--no-poll",
    "--port",
    String(port),
    "--data-dir",
    dataDir,
    "--log-level",
    "warn",
  ];
  server = spawn(process.execPath, args, { stdio: ["ignore", "inherit", "inherit"] });
  server.once("exit", (code) => {
    if (code !== null && code !== 0) fail(`The server ended with status ${code}.`);
  });
  const url = `http://localhost:${port}`;
  const until = Date.now() + 15_000;
  while (Date.now() < until) {
    const isUp = await fetch(`${url}/health`).then(
      (response) => response.ok,
      () => false,
    );
    if (isUp) return url;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  return fail("The server did not come up within 15 seconds.");
}

async function startApp(options: ReturnType<typeof quickstartApp>): Promise<string> {
  const listener = createServer(serve(options));
  app = listener;
  const port = await freePort(3000);
  await new Promise<void>((resolve) => listener.listen(port, "localhost", resolve));
  const url = `http://localhost:${port}/api/inngest`;
  const synced = await fetch(url, { method: "PUT" });
  if (!synced.ok) fail(`The app could not be synced: ${await synced.text()}`);
  return url;
}

async function stop(): Promise<void> {
  app?.closeAllConnections();
  app?.close();
  const running = server;
  if (running !== undefined && running.exitCode === null) {
    const ended = new Promise((resolve) => running.once("exit", resolve));
    running.kill("SIGTERM");
    await ended;
  }
  rmSync(dataDir, { recursive: true, force: true });
}

function fail(message: string): never {
  console.error(message);
  server?.kill("SIGTERM");
  process.exit(1);
}

async function main(): Promise<void> {
  console.log("Starting the Stepwell dev server on SQLite …");
  const url = await startServer();
  const options = quickstartApp(url);
  const appUrl = await startApp(options);
  console.log(`The app with ${options.functions.length} functions is at ${appUrl}`);
  console.log("Sending user/signup.completed …\n");
  await options.client.send({
    name: "user/signup.completed",
    data: { userId: "u1", email: "ada@example.com" },
  });
  const problems = await new Watcher(url, expectedRuns).watch(patienceMs);
  if (problems.length === 0)
    console.log(
      "\nAll runs ended as they should; the one that failed was meant to, and its failure was handled.",
    );
  else
    console.error(
      `\nNot everything went as it should:\n${problems.map((problem) => `  ${problem}`).join("\n")}`,
    );
  if (isOnce) {
    await stop();
    process.exit(problems.length === 0 ? 0 : 1);
  }
  console.log(`\nThe dashboard is at ${url}\nPress Ctrl-C to stop.`);
}

for (const signal of ["SIGINT", "SIGTERM"] as const) {
  process.once(signal, () => {
    stop().then(
      () => process.exit(0),
      () => process.exit(1),
    );
  });
}
main().catch((error: unknown) => fail(error instanceof Error ? error.message : String(error)));
