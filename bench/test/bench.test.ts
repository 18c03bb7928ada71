// The benchmark starts and finishes, embedded and over HTTP; nothing is said about how fast.

import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { expect, test } from "vitest";

interface Result {
  readonly peer: string;
  readonly workload: string;
  readonly median: { readonly [figure: string]: unknown };
}

async function bench(...words: readonly string[]): Promise<readonly Result[]> {
  const main = fileURLToPath(new URL("../main.mjs", import.meta.url));
  const { stdout } = await promisify(execFile)(process.execPath, [main, ...words, "--quick", "--json"], {
    timeout: 110_000,
  });
  return stdout
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line));
}

test("a quick benchmark gives a figure per workload and shape", async () => {
  const named = (await bench("W2,W3")).map(({ peer, workload, median }) => [peer, workload, median["error"]]);
  expect(named).toEqual([
    ["stepwell-embedded", "W2", undefined],
    ["stepwell-embedded", "W3", undefined],
    ["stepwell-http", "W2", undefined],
    ["stepwell-http", "W3", undefined],
  ]);
}, 120_000);

test("an idle server is measured: its start, memory and processor time", async () => {
  const [result] = await bench("idle");
  expect(result).toMatchObject({ workload: "idle", median: { coldStartMs: expect.any(Number) } });
  expect(result?.median["memoryMb"]).toBeGreaterThan(10);
  expect(result?.median["cpuPercent"]).toBeGreaterThanOrEqual(0);
}, 120_000);

test("the API's lists are measured over a filled store, each with its percentiles", async () => {
  const [result] = await bench("lists");
  const lists = result?.median["lists"];
  if (!Array.isArray(lists)) throw new Error(`The benchmark gave no lists: ${JSON.stringify(result)}`);
  expect(lists.length).toBeGreaterThan(30);
  for (const list of lists) {
    expect(list).toEqual({ name: expect.any(String), p50Ms: expect.any(Number), p95Ms: expect.any(Number) });
  }
}, 120_000);
