// The real `stepwell` process, to be killed and started again on the same files.

import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { createServer } from "node:net";
import { fileURLToPath } from "node:url";

const bin = fileURLToPath(new URL("../../packages/cli/bin/stepwell.js", import.meta.url));
const startPatienceMs = 15_000;

export async function freePort(): Promise<number> {
  const server = createServer();
  server.listen(0, "localhost");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, "close");
  return port;
}

export class StepwellProcess {
  readonly url: string;
  readonly #args: readonly string[];
  #child: ChildProcess | undefined;
  output = "";

  constructor(port: number, dataDir: string, ...args: readonly string[]) {
    this.url = `http://localhost:${port}`;
    this.#args = [
      "dev",
      "--no-discovery",
      "--no-poll",
      "--port",
      String(port),
      "--data-dir",
      dataDir,
      ...args,
    ];
  }

  async start(): Promise<void> {
    const child = spawn(process.execPath, [bin, ...this.#args], { stdio: ["ignore", "pipe", "pipe"] });
    this.#child = child;
    for (const stream of [child.stdout, child.stderr])
      stream.on("data", (chunk) => (this.output += String(chunk)));
    const until = Date.now() + startPatienceMs;
    while (Date.now() < until) {
      const isUp = await fetch(`${this.url}/health`).then(
        (response) => response.ok,
        () => false,
      );
      if (isUp) return;
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    throw new Error(`stepwell did not start: ${this.output}`);
  }

  /** Ends it with a signal; resolves with its exit code once it is gone. */
  async end(signal: "SIGKILL" | "SIGTERM"): Promise<number | null> {
    const child = this.#child;
    if (child === undefined || child.exitCode !== null) return child?.exitCode ?? null;
    const ended = once(child, "exit");
    child.kill(signal);
    const [code] = await ended;
    return code as number | null;
  }
}
