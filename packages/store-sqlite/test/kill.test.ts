// A process that is killed while it commits: what was acknowledged is there, and no commit is there in part.

import { spawn } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { asEventId } from "@stepwell/protocol";
import { sqlite, storeFile } from "@stepwell/store-sqlite";
import { expect, test } from "vitest";
import { rowsPerCommit } from "./committing-process.mjs";

/** Commits until it is killed, after it has told of `acknowledged` commits; returns the last one it told of. */
async function commitUntilKilled(path: string, acknowledged: number): Promise<number> {
  const child = spawn(process.execPath, [join(import.meta.dirname, "committing-process.mjs"), path], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const ended = new Promise((resolve) => child.once("exit", resolve));
  let last = 0;
  let told = 0;
  for await (const line of createInterface({ input: child.stdout })) {
    last = Number(line);
    told += 1;
    if (told === acknowledged) child.kill("SIGKILL");
  }
  await ended;
  return last;
}

test("every acknowledged commit survives SIGKILL, whole", { timeout: 60_000 }, async () => {
  const directory = await mkdtemp(join(tmpdir(), "stepwell-kill-"));
  const path = storeFile(directory);
  for (const acknowledged of [1, 7, 40, 150]) {
    const last = await commitUntilKilled(path, acknowledged);
    const store = sqlite(path);
    const { commit, sequence } = await store.claim();
    expect(commit).toBeGreaterThanOrEqual(last);
    // A commit holds a fixed number of events: any other number of them would be part of a commit.
    expect(sequence).toBe(commit * rowsPerCommit);
    const ids = Array.from({ length: sequence }, (_, index) => asEventId(`e${index + 1}`));
    expect((await store.loadEvents(ids)).length).toBe(sequence);
    expect((await store.loadEvents([asEventId(`e${sequence + 1}`)])).length).toBe(0);
    await store.close();
  }
  await rm(directory, { recursive: true });
});
