// The real process is killed with SIGKILL while batches, debounces, throttles, a schedule, a pause and cancellations are
// under way, and started again on the same file.

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { type Loose, loadKit } from "../src/kit.ts";
import { freePort, StepwellProcess } from "../src/process.ts";

const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

/** The first call of a run: what it was called with, and when. A call whose answer was lost is made again. */
interface Started {
  readonly id: string;
  readonly runId: string;
  readonly at: number;
  readonly numbers: readonly number[];
}

test("C7.8 C8 C10 C11 A9.7 C14 C6 batches, debounces, throttles, schedules, pauses and cancellations survive SIGKILL", async () => {
  const kit = await loadKit("stepwell");
  const directory = mkdtempSync(join(tmpdir(), "stepwell-kill-flow-"));
  const stepwell = new StepwellProcess(await freePort(), directory);
  const client = kit.newClient({ id: "app", baseUrl: stepwell.url });
  const started: Started[] = [];
  const fn = (id: string, options: object, handler: (step: Loose) => Promise<unknown> = async () => null) =>
    kit.createFunction(
      client,
      { id, triggers: [{ event: id }], ...options },
      async ({ events, step, runId }) => {
        const numbers = events.map((event: Loose) => event.data.n);
        if (!started.some((one) => one.runId === runId)) started.push({ id, runId, at: Date.now(), numbers });
        return await handler(step);
      },
    );
  const served = await kit.serve(client, [
    fn("batched", { batchEvents: { maxSize: 50, timeout: "4s" } }),
    fn("debounced", { debounce: { period: "4s" } }),
    fn("throttled", { throttle: { limit: 1, period: "2s" } }),
    fn("paused", {}),
    fn("cancelled", { cancelOn: [{ event: "stop" }] }, (step) => step.sleep("long", "1h")),
    fn("single", { concurrency: { fn: [{ limit: 1 }] } }, (step) => step.sleep("long", "1h")),
    fn("ticking", { triggers: [{ cron: "* * * * *" }] }),
  ]);
  const numbersOf = (id: string) => started.filter((one) => one.id === id).map((one) => one.numbers);
  const killAndStart = async () => {
    await stepwell.end("SIGKILL");
    await stepwell.start();
  };
  try {
    await stepwell.start();
    await fetch(served.url, { method: "PUT" });
    const begin = Date.now();
    const steer = (what: string) =>
      fetch(`${stepwell.url}/api/v2/functions/app-paused/${what}`, { method: "POST" });
    expect((await steer("pause")).status).toBe(200);
    for (const n of [1, 2, 3]) {
      const names = ["batched", "debounced", "throttled", "cancelled", "paused", "single"];
      await client.send(names.map((name) => ({ name, data: { n } })));
      await sleep(100 * n);
      if (n === 3) await client.send({ name: "stop", data: {} });
      await killAndStart();
    }
    await until(() => numbersOf("batched").length > 0 && numbersOf("debounced").length > 0);
    await until(() => numbersOf("throttled").length === 3);
    // Each event is in one batch, and a debounce keeps the newest alone.
    expect(numbersOf("batched").flat().sort()).toEqual([1, 2, 3]);
    expect(numbersOf("debounced").flat().at(-1)).toBe(3);
    const starts = started.filter((one) => one.id === "throttled").map((one) => one.at);
    for (const [index, at] of starts.slice(1).entries())
      expect(at - (starts[index] ?? 0)).toBeGreaterThan(1500);
    expect(await endedStatuses(stepwell.url, "app-cancelled")).toEqual([
      "CANCELLED",
      "CANCELLED",
      "CANCELLED",
    ]);
    // The pause has outlived three deaths, and so has the slot that the first run holds.
    expect(await endedStatuses(stepwell.url, "app-paused")).toEqual(["SKIPPED", "SKIPPED", "SKIPPED"]);
    expect((await readStatuses(stepwell.url, "app-single")).sort()).toEqual(["QUEUED", "QUEUED", "RUNNING"]);
    expect((await steer("resume")).status).toBe(200);
    await client.send({ name: "paused", data: { n: 4 } });
    await until(() => numbersOf("paused").length === 1);
    await until(() => started.some((one) => one.id === "ticking"));
    await killAndStart();
    // A minute that has just begun may still owe its tick.
    await until(() => Date.now() % 60_000 > 3000);
    const minutes = Math.floor(Date.now() / 60_000) - Math.floor(begin / 60_000);
    expect(started.filter((one) => one.id === "ticking")).toHaveLength(minutes);
  } finally {
    await served.close();
    expect(await stepwell.end("SIGTERM")).toBe(0);
    rmSync(directory, { recursive: true, force: true });
  }
}, 180_000);

async function until(condition: () => boolean): Promise<void> {
  for (let count = 0; !condition(); count += 1) {
    if (count > 4000) throw new Error("What should have happened did not.");
    await sleep(20);
  }
}

async function readStatuses(url: string, slug: string): Promise<string[]> {
  const answer: Loose = await (await fetch(`${url}/api/v2/runs?functionId=${slug}&limit=40`)).json();
  return answer.data.map((run: Loose) => run.status);
}

/** The statuses of a function's three runs once all have ended. */
async function endedStatuses(url: string, slug: string): Promise<readonly string[]> {
  for (let count = 0; ; count += 1) {
    const found = await readStatuses(url, slug);
    const isOver = found.length === 3 && found.every((status) => status !== "RUNNING" && status !== "QUEUED");
    if (isOver || count > 200) return found;
    await sleep(50);
  }
}
