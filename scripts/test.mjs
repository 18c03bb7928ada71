// Runs every test of the workspace once and ends with the line `N passed, N failed`. A file that cannot be loaded and
// an error outside of tests count as failed. Arguments go to vitest.

import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

const directory = mkdtempSync(join(tmpdir(), "stepwell-test-"));
const resultsFile = join(directory, "results.json");
const vitest = join(dirname(createRequire(import.meta.url).resolve("vitest/package.json")), "vitest.mjs");
const reporters = ["--reporter=default", "--reporter=json", `--outputFile.json=${resultsFile}`];
const run = spawnSync(process.execPath, [vitest, "run", ...reporters, ...process.argv.slice(2)], {
  stdio: "inherit",
});

const { passed, failed } = count(readResults());
// An unhandled error makes vitest fail although each test passed.
const failures = failed === 0 && run.status !== 0 ? 1 : failed;
rmSync(directory, { recursive: true, force: true });
console.log(`${passed} passed, ${failures} failed`);
process.exit(failures === 0 && passed > 0 ? 0 : 1);

function readResults() {
  try {
    return JSON.parse(readFileSync(resultsFile, "utf8"));
  } catch {
    return { testResults: [] };
  }
}

/** @param {{ testResults: { status: string; assertionResults: { status: string }[] }[] }} results */
function count(results) {
  let passed = 0;
  let failed = 0;
  for (const file of results.testResults) {
    const outcomes = file.assertionResults.map((test) => test.status);
    passed += outcomes.filter((status) => status === "passed").length;
    const failures = outcomes.filter((status) => status === "failed").length;
    failed += failures === 0 && file.status === "failed" ? 1 : failures;
  }
  return { passed, failed };
}
