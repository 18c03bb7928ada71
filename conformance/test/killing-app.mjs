// An app with the engine inside it, one of whose functions kills the process: argv[2] is the database file. It ends by
// itself, with what became of the runs, once none is left.

import { embed } from "@stepwell/engine";
import { sqlite } from "@stepwell/store-sqlite";
import { Inngest } from "stepwell";

const client = new Inngest({ id: "app", isDev: true });
const killer = client.createFunction({ id: "killer", triggers: [{ event: "go" }] }, async ({ step }) => {
  await step.run("survives", () => 1);
  await step.run("kills", () => process.kill(process.pid, "SIGKILL"));
});
const good = client.createFunction({ id: "good", triggers: [{ event: "go" }] }, async ({ step }) => {
  await step.run("works", () => 1);
  return await step.run("works-again", () => 2);
});

const file = process.argv[2];
if (file === undefined) throw new Error("Name the database file.");
const { engine, stop } = await embed({ client, functions: [killer, good], store: sqlite(file) });
const { rows } = await engine.reader.listRuns({ limit: 10 });
if (rows.length === 0) await client.send({ name: "go", data: {} });
for (;;) {
  const ended = await engine.reader.listRuns({ limit: 10, statuses: ["completed", "failed"] });
  if (ended.rows.length === 2) {
    const poisons = await engine.reader.listPoisons(10);
    const runs = ended.rows.map(({ status, error }) => ({ status, message: error?.message ?? "" }));
    console.log(JSON.stringify({ runs, poisons: poisons.length }));
    break;
  }
  await new Promise((resolve) => setTimeout(resolve, 20));
}
await stop();
