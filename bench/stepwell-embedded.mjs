// Stepwell inside this process, on SQLite with full durability.

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { embed } from "@stepwell/engine";
import { sqlite } from "@stepwell/store-sqlite";
import { Inngest, version } from "stepwell";
import { adapterOf, benchFunctions } from "./functions.mjs";
import { main, sleep } from "./peers/lib.mjs";

main(async () => {
  const directory = mkdtempSync(join(tmpdir(), "stepwell-bench-"));
  const client = new Inngest({ id: "bench" });
  const { engine, stop } = await embed({
    client,
    functions: benchFunctions(client),
    store: sqlite(join(directory, "main.db")),
    openCallsMax: 1000,
  });
  let unfinished = 0;
  engine.onCommitted((changes) => {
    for (const change of changes) {
      if (change.kind === "run.create") unfinished += 1;
      if (change.kind === "run.put" && change.run.endedAt !== undefined) unfinished -= 1;
    }
  });
  let parked = 0;
  return adapterOf(client, {
    name: "stepwell-embedded",
    version,
    settings: "SQLite in a worker thread, synchronous=FULL, one process",
    async drained() {
      while (unfinished > parked) await sleep(2);
    },
    async parked(count) {
      parked = count;
      await engine.whenIdle();
      return count;
    },
    async stop() {
      await stop(0);
      rmSync(directory, { recursive: true, force: true });
    },
  });
});
