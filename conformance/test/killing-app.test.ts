// An app that kills the engine's process, for real: it cannot do so for ever, and what else it serves goes on.

import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, onTestFinished, test } from "vitest";

const script = fileURLToPath(new URL("./killing-app.mjs", import.meta.url));

interface End {
  readonly code: number | null;
  readonly signal: string | null;
  readonly output: string;
}

function runOnce(file: string): Promise<End> {
  const child = spawn(process.execPath, [script, file], { stdio: ["ignore", "pipe", "inherit"] });
  onTestFinished(() => void child.kill("SIGKILL"));
  let output = "";
  child.stdout.on("data", (chunk: Buffer) => {
    output += chunk.toString();
  });
  return new Promise((resolve) => child.once("close", (code, signal) => resolve({ code, signal, output })));
}

test("a step that kills the process is held once it was under way at three deaths that were recorded", async () => {
  const directory = mkdtempSync(join(tmpdir(), "stepwell-killing-"));
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
  const ends: End[] = [];
  while (ends.length < 10 && ends.at(-1)?.code !== 0) ends.push(await runOnce(join(directory, "app.db")));
  // Of the first death nothing was recorded: the process before it had ended in order.
  expect(ends.map(({ code, signal }) => signal ?? code)).toEqual([
    "SIGKILL",
    "SIGKILL",
    "SIGKILL",
    "SIGKILL",
    0,
  ]);
  const { runs, poisons } = JSON.parse(ends.at(-1)?.output ?? "{}");
  expect(runs.map(({ status }: { readonly status: string }) => status).sort()).toEqual([
    "completed",
    "failed",
  ]);
  expect(JSON.stringify(runs)).toContain("under way at 3 ends of this engine's process");
  expect(poisons).toBe(1);
}, 60_000);
