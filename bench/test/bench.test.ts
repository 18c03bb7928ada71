// The benchmark starts and finishes, embedded and over HTTP; nothing is said about how fast.

import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { expect, test } from "vitest";

test("a quick benchmark gives a figure per workload and shape", async () => {
  const main = fileURLToPath(new URL("../main.mjs", import.meta.url));
  const { stdout } = await promisify(execFile)(process.execPath, [main, "W2,W3", "--quick", "--json"], {
    timeout: 60_000,
  });
  const results = stdout
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line));
  const named = results.map(({ peer, workload, median }) => [peer, workload, median.error]);
  expect(named).toEqual([
    ["stepwell-embedded", "W2", undefined],
    ["stepwell-embedded", "W3", undefined],
    ["stepwell-http", "W2", undefined],
    ["stepwell-http", "W3", undefined],
  ]);
}, 90_000);
