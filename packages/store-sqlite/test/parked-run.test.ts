// What a parked run costs on disk (design: at most 2 KB beside its payload), measured on a real file.

import { mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createEngine, systemClock, systemRandom } from "@stepwell/engine";
import { type Json, parseOps, stepKey } from "@stepwell/protocol";
import { sqlite } from "@stepwell/store-sqlite";
import { expect, onTestFinished, test } from "vitest";

/** Enough for the tables that stay empty to count for little. */
const runs = 2000;
const bytesMax = 2048;

/** Bytes per run in the file once this many runs stand where the op left them. */
async function bytesPerRun(op: Json): Promise<number> {
  const directory = mkdtempSync(join(tmpdir(), "stepwell-parked-"));
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
  const file = join(directory, "parked.db");
  const parsed = parseOps([op]);
  if (parsed.kind === "invalid") throw new Error(parsed.reason);
  const store = sqlite(file);
  const engine = createEngine({
    store,
    clock: systemClock(),
    random: systemRandom(),
    transport: {
      call: async () => ({ kind: "ops", ops: parsed.value, retry: { kind: "backoff" }, requestVersion: 2 }),
    },
  });
  await engine.start();
  await engine.sync({
    appName: "shop",
    url: "http://shop",
    sdk: "test",
    functions: [
      {
        id: "shop-park",
        name: "park",
        triggers: [{ event: "shop/ordered" }],
        url: "http://shop",
        options: {},
      },
    ],
  });
  const events = Array.from({ length: runs }, (_, id) => ({ name: "shop/ordered", data: { id } }));
  await engine.ingest(events);
  await engine.whenIdle();
  expect((await engine.reader.functionFigures())[0]).toMatchObject({ queued: 0, running: runs });
  const [first] = (await engine.reader.listEvents({ limit: 1 })).rows;
  await engine.stop(1000);
  // Closing the last connection writes the log into the file.
  await store.close();
  return statSync(file).size / runs - (first?.text.length ?? 0);
}

const head = { id: stepKey("park"), displayName: "park" };

test("a sleeping run takes at most 2 KB beside its payload", async () => {
  expect(await bytesPerRun({ ...head, op: "Sleep", name: "3d" })).toBeLessThanOrEqual(bytesMax);
});

test("a run that waits for an event by its value takes at most 2 KB beside its payload", async () => {
  const opts = { timeout: "3d", if: "async.data.id == event.data.id" };
  expect(await bytesPerRun({ ...head, op: "WaitForEvent", name: "shop/answered", opts })).toBeLessThanOrEqual(
    bytesMax,
  );
});
