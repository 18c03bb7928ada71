// The server when nobody asks anything of it: cold start of `stepwell dev` up to the first 200 of /health, memory and
// processor time while idle, each against its budget. The second and later starts find the files in the system's cache.

import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { request } from "node:http";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const bin = fileURLToPath(new URL("../packages/cli/bin/stepwell.js", import.meta.url));
const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

/** What an idle server may cost. */
const budgets = { coldStartMs: 500, memoryMb: 120, cpuPercent: 0.5 };

/** Cold start is the median of several; memory and processor time are those of the last server. */
export async function measureIdle({ isQuick }) {
  const starts = isQuick ? 1 : 7;
  // What is loaded behind the first answer, and the engine's first collections of garbage, belong to the start.
  const times = isQuick ? { settleMs: 1000, idleMs: 1000 } : { settleMs: 10_000, idleMs: 30_000 };
  const measured = [];
  for (let start = 1; start <= starts; start += 1)
    measured.push(await measureOnce(start === starts ? times : undefined));
  const { memoryMb, cpuPercent } = measured.at(-1);
  // Beside a busy machine's clock: what the start itself takes, on all threads together.
  const startCpuMs = median(measured.map((one) => one.startCpuMs));
  const starting = measured.map((one) => one.coldStartMs);
  return {
    peer: "stepwell-http",
    workload: "idle",
    median: {
      coldStartMs: median(starting),
      fastestStartMs: Math.min(...starting),
      startCpuMs,
      memoryMb,
      cpuPercent,
    },
    runs: measured,
  };
}

export function idleLines({ peer, median: figures }) {
  const line = (name, key, unit) => {
    const isOver = figures[key] > budgets[key];
    return `idle ${peer}: ${name} ${figures[key]} ${unit}, ${isOver ? "OVER the" : "within the"} budget of ${budgets[key]} ${unit}`;
  };
  return [
    line("cold start to the first 200", "coldStartMs", "ms"),
    `idle ${peer}: fastest of these starts ${figures.fastestStartMs} ms; processor time of a start ${figures.startCpuMs} ms`,
    line("memory", "memoryMb", "MB"),
    line("processor", "cpuPercent", "%"),
  ];
}

async function measureOnce(times) {
  const directory = mkdtempSync(join(tmpdir(), "stepwell-idle-"));
  const port = await freePort();
  const begin = performance.now();
  const server = spawn(process.execPath, [bin, "dev", "--port", String(port), "--data-dir", directory], {
    stdio: ["ignore", "ignore", "inherit"],
  });
  const ended = new Promise((resolve) => server.once("exit", resolve));
  try {
    while (!(await isHealthy(port))) await sleep(2);
    const coldStartMs = Math.round(performance.now() - begin);
    const startCpuMs = usageOf(server.pid).cpuMs;
    if (times === undefined) return { coldStartMs, startCpuMs };
    const { settleMs, idleMs } = times;
    await sleep(settleMs);
    const before = usageOf(server.pid);
    await sleep(idleMs);
    const after = usageOf(server.pid);
    const cpuPercent = Math.round((10_000 * (after.cpuMs - before.cpuMs)) / idleMs) / 100;
    return { coldStartMs, startCpuMs, memoryMb: Math.round(after.memoryMb), cpuPercent };
  } finally {
    server.kill("SIGTERM");
    await ended;
    rmSync(directory, { recursive: true, force: true });
  }
}

function freePort() {
  const probe = createServer();
  return new Promise((resolve) => {
    probe.listen(0, "localhost", () => {
      const { port } = probe.address();
      probe.close(() => resolve(port));
    });
  });
}

function isHealthy(port) {
  return new Promise((resolve) => {
    const asked = request({ host: "127.0.0.1", port, path: "/health" }, (response) => {
      response.resume();
      resolve(response.statusCode === 200);
    });
    asked.on("error", () => resolve(false));
    asked.end();
  });
}

/** Resident memory, and processor time of all threads since the start; known where the system has /proc. */
function usageOf(pid) {
  const fields = readFileSync(`/proc/${pid}/stat`, "utf8").split(") ")[1].split(" ");
  // utime and stime are the 14th and 15th field, in ticks of 10 ms.
  const cpuMs = (Number(fields[11]) + Number(fields[12])) * 10;
  const [, kilobytes] = /VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, "utf8"));
  return { cpuMs, memoryMb: Number(kilobytes) / 1024 };
}

function median(numbers) {
  return [...numbers].sort((left, right) => left - right)[Math.floor(numbers.length / 2)];
}
