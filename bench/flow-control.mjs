// Very many keys: each with ten jobs and a limit of one at a time, beside the same load without keys. Each variant runs
// in a process of its own, which prints its figures as JSON; progress goes to standard error.

import { fork } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { embed } from "@stepwell/engine";
import { sqlite } from "@stepwell/store-sqlite";
import { Inngest } from "stepwell";

const variants = ["no-keys", "keys"];
const jobsPerKey = 10;
const eventsPerSend = 1000;

/** @returns one result per variant. */
export async function measureFlowControl({ isQuick }) {
  const keys = isQuick ? 1000 : 100_000;
  const results = [];
  for (const variant of variants) results.push(await inProcess(variant, keys));
  const [plain, keyed] = results;
  return {
    workload: "flow-control",
    keys,
    jobsPerKey,
    plain,
    keyed,
    ratio: round(keyed.msPerJob / plain.msPerJob),
  };
}

export function flowControlLines({ keys, plain, keyed, ratio }) {
  const line = (text) => `flow-control stepwell-embedded: ${text}`;
  const memory = ({ rssMb, liveMb }) => `${rssMb} MB at most, ${liveMb} MB in use with all events in`;
  return [
    line(
      `${keys} keys with ${jobsPerKey} jobs each, one at a time per key: ${keyed.msPerJob} ms per job, ${memory(keyed)}`,
    ),
    line(`the same jobs without keys: ${plain.msPerJob} ms per job, ${memory(plain)}`),
    line(
      `ratio ${ratio}; jobs of one key at once: ${keyed.mostAtOnce} at most; keys with all jobs done: ${keyed.finishedKeys}`,
    ),
    line(
      `a key's first job was done after p50 ${keyed.firstMs.p50} ms, p99 ${keyed.firstMs.p99} ms, the last key's after ${keyed.firstMs.max} ms`,
    ),
  ];
}

function inProcess(variant, keys) {
  const child = fork(fileURLToPath(import.meta.url), [variant, String(keys)], {
    execArgv: ["--expose-gc"],
    stdio: ["ignore", "inherit", "inherit", "ipc"],
  });
  return new Promise((resolve, reject) => {
    child.once("message", resolve);
    child.once("exit", (code) => {
      if (code !== 0) reject(new Error(`The variant ${variant} ended with code ${code}.`));
    });
  });
}

async function measureVariant(variant, keys) {
  const directory = mkdtempSync(join(tmpdir(), "stepwell-bench-"));
  const client = new Inngest({ id: "bench" });
  const total = keys * jobsPerKey;
  const done = new Uint8Array(keys);
  const active = new Uint8Array(keys);
  const firstMs = new Float64Array(keys);
  let mostAtOnce = 0;
  let finished = 0;
  let begin = 0;
  let end = () => {};
  const isOver = new Promise((resolve) => {
    end = resolve;
  });
  const job = client.createFunction(
    {
      id: "job",
      triggers: [{ event: "bench/job" }],
      ...(variant === "keys" ? { concurrency: { limit: 1, key: "event.data.key" } } : {}),
    },
    async ({ event }) => {
      const { key } = event.data;
      active[key] += 1;
      if (active[key] > mostAtOnce) mostAtOnce = active[key];
      // Long enough for two jobs of one key to meet, if nothing kept them apart.
      await new Promise((resolve) => setImmediate(resolve));
      active[key] -= 1;
      if (done[key] === 0) firstMs[key] = performance.now() - begin;
      done[key] += 1;
      finished += 1;
      if (finished === total) end();
    },
  );
  const { stop } = await embed({ client, functions: [job], store: sqlite(join(directory, "main.db")) });
  let rssMb = 0;
  const watch = setInterval(() => {
    rssMb = Math.max(rssMb, process.memoryUsage().rss / 1_048_576);
    process.stderr.write(`\rflow-control ${variant}: ${finished} of ${total} jobs, ${Math.round(rssMb)} MB `);
  }, 500);
  begin = performance.now();
  // One job of every key, then the next one of every key: no key's jobs stand together.
  let batch = [];
  for (let index = 0; index < total; index += 1) {
    batch.push({ name: "bench/job", data: { key: index % keys } });
    if (batch.length === eventsPerSend || index === total - 1) {
      await client.send(batch);
      batch = [];
    }
  }
  // What stands in memory when the most stands in line, without what is only not collected yet.
  globalThis.gc?.();
  const liveMb = Math.round(process.memoryUsage().heapUsed / 1_048_576);
  await isOver;
  const ms = performance.now() - begin;
  clearInterval(watch);
  process.stderr.write("\n");
  await stop(5000);
  rmSync(directory, { recursive: true, force: true });
  const sorted = [...firstMs].sort((left, right) => left - right);
  const at = (share) => Math.round(sorted[Math.min(keys - 1, Math.floor(share * keys))]);
  return {
    msPerJob: round(ms / total),
    rssMb: Math.round(rssMb),
    liveMb,
    mostAtOnce,
    finishedKeys: done.filter((count) => count === jobsPerKey).length,
    firstMs: { p50: at(0.5), p99: at(0.99), max: at(1) },
  };
}

function round(value) {
  return Math.round(value * 1000) / 1000;
}

if (process.send !== undefined && process.argv[1] === fileURLToPath(import.meta.url)) {
  const [variant, keys] = process.argv.slice(2);
  const result = await measureVariant(variant, Number(keys));
  process.send(result, () => process.exit(0));
}
