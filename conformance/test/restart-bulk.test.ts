// The real process is killed with SIGKILL in the middle of a replay and of a bulk cancellation, again and again: no run
// is started twice, none is left out.

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { type Loose, loadKit } from "../src/kit.ts";
import { freePort, StepwellProcess } from "../src/process.ts";

const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
const killsMax = 3;
/** The process is started again and again, which takes its time on a busy machine. */
const patienceMs = 90_000;

async function get(stepwell: StepwellProcess, path: string): Promise<Loose> {
  const response = await fetch(`${stepwell.url}${path}`);
  if (!response.ok) throw new Error(`${path} answered ${response.status}: ${await response.text()}`);
  return await response.json();
}

async function startBulk(stepwell: StepwellProcess, request: object): Promise<string> {
  const response = await fetch(`${stepwell.url}/api/v2/bulks`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(request),
  });
  const { data }: Loose = await response.json();
  return data.id;
}

/** All runs that a query means. */
async function runsOf(stepwell: StepwellProcess, query: string): Promise<Loose[]> {
  const runs: Loose[] = [];
  let cursor = "";
  do {
    const { data, page } = await get(stepwell, `/api/v2/runs?limit=200&${query}${cursor}`);
    runs.push(...data);
    cursor = page.cursor === undefined ? "" : `&cursor=${encodeURIComponent(page.cursor)}`;
  } while (cursor !== "");
  return runs;
}

async function until(what: string, condition: () => Promise<boolean>): Promise<void> {
  for (let count = 0; !(await condition()); count += 1) {
    if (count > 1500) throw new Error(`It never came to this: ${what}.`);
    await sleep(20);
  }
}

/** Kills and starts the process each time the operation has come further; gives how often it was in the middle. */
async function killAlongTheWay(stepwell: StepwellProcess, id: string, total: number): Promise<number> {
  const counted = async () => (await get(stepwell, `/api/v2/bulks/${id}`)).data;
  let killed = 0;
  let seen = 0;
  while (killed < killsMax) {
    const { status, counts } = await counted();
    if (status === "DONE") break;
    if (counts.done > seen) {
      seen = counts.done;
      await stepwell.end("SIGKILL");
      await stepwell.start();
      if (seen < total) killed += 1;
    }
    await sleep(10);
  }
  await until("done", async () => (await counted()).status === "DONE");
  return killed;
}

/** A server and an app whose `bad` fails until `fix` is called, and whose `asleep` sleeps. */
async function world() {
  const kit = await loadKit("stepwell");
  const directory = mkdtempSync(join(tmpdir(), "stepwell-kill-"));
  const stepwell = new StepwellProcess(await freePort(), directory);
  const client = kit.newClient({ id: "app", baseUrl: stepwell.url });
  let isFixed = false;
  const served = await kit.serve(client, [
    kit.createFunction(client, { id: "bad", retries: 0, triggers: [{ event: "bad" }] }, ({ event }) => {
      if (!isFixed) throw new Error("not fixed");
      return event.data.n;
    }),
    kit.createFunction(client, { id: "asleep", triggers: [{ event: "asleep" }] }, ({ step }) =>
      step.sleep("nap", "1d"),
    ),
  ]);
  await stepwell.start();
  await fetch(served.url, { method: "PUT" });
  return {
    stepwell,
    fix: () => {
      isFixed = true;
    },
    send: (name: string, count: number): Promise<Loose> =>
      client.send(Array.from({ length: count }, (_, n) => ({ name, data: { n } }))),
    async close(): Promise<void> {
      await served.close();
      expect(await stepwell.end("SIGTERM")).toBe(0);
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

test(
  "C15.4 a replay that is killed in the middle, again and again, replays each failed run exactly once",
  async () => {
    const total = 120;
    const { stepwell, fix, send, close } = await world();
    try {
      await send("bad", total);
      await until(
        "all failed",
        async () => (await runsOf(stepwell, "status=FAILED&includeOutput=false")).length === total,
      );
      fix();
      const selection = { functionId: ["app-bad"] };
      const id = await startBulk(stepwell, { kind: "replay", perMinute: 1800, selection });
      expect(await killAlongTheWay(stepwell, id, total)).toBeGreaterThan(1);
      await until(
        "all repeated",
        async () => (await runsOf(stepwell, `replayId=${id}&status=COMPLETED`)).length === total,
      );
      const originals = await runsOf(stepwell, "status=FAILED");
      const fresh = await runsOf(stepwell, `replayId=${id}`);
      expect(fresh.map((run) => run.output).sort((a, b) => a - b)).toEqual(
        Array.from({ length: total }, (_, n) => n),
      );
      expect(fresh.map((run) => run.originalRunId).sort()).toEqual(originals.map((run) => run.id).sort());
      const { counts } = (await get(stepwell, `/api/v2/bulks/${id}`)).data;
      expect(counts).toMatchObject({ total, done: total, skipped: 0, left: 0 });
    } finally {
      await close();
    }
  },
  patienceMs,
);

test(
  "C6.13 a bulk cancellation that is killed in the middle cancels every run, and each emits its event once",
  async () => {
    const total = 800;
    const { stepwell, send, close } = await world();
    try {
      await send("asleep", total);
      await until(
        "all asleep",
        async () => (await get(stepwell, "/api/v2/runs?status=RUNNING&limit=1")).page.total === total,
      );
      const id = await startBulk(stepwell, { kind: "cancel", selection: { functionId: ["app-asleep"] } });
      expect(await killAlongTheWay(stepwell, id, total)).toBeGreaterThan(0);
      await until(
        "all cancelled",
        async () => (await get(stepwell, "/api/v2/runs?status=CANCELLED&limit=1")).page.total === total,
      );
      const events = new Set<string>();
      let cursor: string | undefined;
      do {
        const after = cursor === undefined ? "" : `&cursor=${encodeURIComponent(cursor)}`;
        const { data, page } = await get(
          stepwell,
          `/api/v2/events?name=inngest/function.cancelled&limit=200${after}`,
        );
        for (const event of data) {
          expect(events.has(event.externalId)).toBe(false);
          events.add(event.externalId);
        }
        cursor = page.cursor;
      } while (cursor !== undefined);
      expect(events.size).toBe(total);
    } finally {
      await close();
    }
  },
  patienceMs,
);
