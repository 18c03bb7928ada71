// Stepwell as a server of its own: events, calls and checkpoints over HTTP, the app in this process.

import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { Inngest, version } from "stepwell";
import { serve } from "stepwell/node";
import { adapterOf, benchFunctions } from "./functions.mjs";
import { main, sleep } from "./peers/lib.mjs";

const bin = fileURLToPath(new URL("../packages/cli/bin/stepwell.js", import.meta.url));

async function listen(server, port = 0) {
  await new Promise((resolve) => server.listen(port, "localhost", resolve));
  return server.address().port;
}

main(async () => {
  const directory = mkdtempSync(join(tmpdir(), "stepwell-bench-"));
  const probe = createServer();
  const port = await listen(probe);
  await new Promise((resolve) => probe.close(resolve));
  const args = [
    "dev",
    "--no-discovery",
    "--no-poll",
    "--port",
    String(port),
    "--data-dir",
    directory,
    "--log-level",
    "error",
    "--queue-workers",
    "200",
  ];
  const server = spawn(process.execPath, [bin, ...args], { stdio: ["ignore", "ignore", "inherit"] });
  process.on("exit", () => server.kill("SIGKILL"));
  const url = `http://localhost:${port}`;
  for (let isUp = false; !isUp; ) {
    await sleep(50);
    isUp = await fetch(`${url}/health`).then(
      (response) => response.ok,
      () => false,
    );
  }
  const client = new Inngest({ id: "bench", isDev: true, baseUrl: url });
  const app = createServer(serve({ client, functions: benchFunctions(client) }));
  const appPort = await listen(app);
  await fetch(`http://localhost:${appPort}/api/inngest`, { method: "PUT" });
  const unfinished = async () => {
    const { data } = await (await fetch(`${url}/api/v2/functions`)).json();
    const busy = data.filter((fn) => !fn.slug.endsWith("park"));
    return busy.reduce((sum, { figures }) => sum + figures.queued + figures.running, 0);
  };
  return adapterOf(client, {
    name: "stepwell-http",
    version,
    settings: "stepwell dev on SQLite, synchronous=FULL, app in another process",
    async drained() {
      while ((await unfinished()) > 0) await sleep(10);
    },
    pids: () => [server.pid],
    async stop() {
      app.closeAllConnections();
      app.close();
      server.kill("SIGTERM");
      await new Promise((resolve) => server.once("exit", resolve));
      rmSync(directory, { recursive: true, force: true });
    },
  });
});
