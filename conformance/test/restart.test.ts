// The real process is killed with SIGKILL in the middle of everything and started again on the same file.

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { type Loose, loadKit } from "../src/kit.ts";
import { freePort, StepwellProcess } from "../src/process.ts";

const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

test("a sleep, a wait, a retry, a delayed event and a running step survive SIGKILL, and no recorded step runs again", async () => {
  const kit = await loadKit("stepwell");
  const directory = mkdtempSync(join(tmpdir(), "stepwell-kill-"));
  const stepwell = new StepwellProcess(await freePort(), directory, "--retry-interval", "2");
  const client = kit.newClient({ id: "app", baseUrl: stepwell.url });
  const executed = new Map<string, number>();
  const note = (name: string): number => {
    executed.set(name, (executed.get(name) ?? 0) + 1);
    return executed.get(name) ?? 0;
  };
  const recorded = (step: Loose, name: string) =>
    step.run(`${name}-recorded`, () => note(`${name}-recorded`));
  const fn = (id: string, handler: (step: Loose) => Promise<unknown>) =>
    kit.createFunction(client, { id, triggers: [{ event: id }] }, async ({ step }) => {
      await recorded(step, id);
      return await handler(step);
    });
  let hold = true;
  const served = await kit.serve(client, [
    fn("sleeping", async (step) => {
      await step.sleep("nap", "3s");
      return "awake";
    }),
    fn("waiting", async (step) => (await step.waitForEvent("w", { event: "reply", timeout: "1m" })).data.n),
    fn("retrying", (step) =>
      step.run("flaky", () => {
        if (note("flaky") === 1) throw new Error("not yet");
        return "at last";
      }),
    ),
    fn("delayed", async () => "on time"),
    fn("running", (step) =>
      step.run("long", async () => {
        note("long");
        while (hold) await sleep(20);
        return "done";
      }),
    ),
  ]);
  try {
    await stepwell.start();
    await fetch(served.url, { method: "PUT" });
    const names = ["sleeping", "waiting", "retrying", "running"];
    const sent: Loose = await client.send([
      ...names.map((name) => ({ name, data: {} })),
      { name: "delayed", data: {}, ts: Date.now() + 3000 },
    ]);
    await until(
      () =>
        names.every((name) => executed.has(`${name}-recorded`)) &&
        executed.has("flaky") &&
        executed.has("long"),
    );
    await stepwell.end("SIGKILL");
    await stepwell.start();
    hold = false;
    await client.send({ name: "reply", data: { n: 7 } });
    const outputs: Loose[] = [];
    for (const id of sent.ids) outputs.push(await endedOutput(stepwell.url, id));
    expect(outputs).toEqual(["awake", 7, "at last", "done", "on time"]);
    for (const name of [...names, "delayed"])
      expect([name, executed.get(`${name}-recorded`)]).toEqual([name, 1]);
  } finally {
    await served.close();
    expect(await stepwell.end("SIGTERM")).toBe(0);
    rmSync(directory, { recursive: true, force: true });
  }
});

async function until(condition: () => boolean): Promise<void> {
  for (let count = 0; !condition(); count += 1) {
    if (count > 500) throw new Error("The steps did not begin.");
    await sleep(20);
  }
}

/** The output of the run that an event started, once it has ended. */
async function endedOutput(url: string, eventId: string): Promise<Loose> {
  for (let count = 0; count < 1000; count += 1) {
    const answer: Loose = await (await fetch(`${url}/v1/events/${eventId}/runs`)).json();
    const [run] = answer.data;
    if (run?.ended_at) return run.status === "Completed" ? run.output : run;
    await sleep(20);
  }
  throw new Error(`The run of event ${eventId} did not end.`);
}
