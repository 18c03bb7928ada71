// npm run conformance: runs all scenarios and prints the matrix of rows and SDKs. An empty cell states its reason.

import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));
const file = join(mkdtempSync(join(tmpdir(), "stepwell-matrix-")), "results.json");
const run = spawnSync("npx", ["vitest", "run", "conformance", "--reporter=json", `--outputFile=${file}`], {
  cwd: root,
  stdio: ["ignore", "ignore", "inherit"],
});

const columns = ["stepwell", "stepwell embedded", "inngest v4", "inngest v3"];
const rows = new Map();
const reasons = [];
for (const { assertionResults } of JSON.parse(readFileSync(file, "utf8")).testResults) {
  for (const { title, status } of assertionResults) {
    const [, name, column, reason] = /^(.*) \[([^:\]]+)(?:: ([^\]]+))?\]$/.exec(title) ?? [];
    if (name === undefined || column === undefined) continue;
    const row = rows.get(name) ?? {};
    row[column] = status === "passed" ? "✓" : reason === undefined ? "✗" : `(${reasons.push(reason)})`;
    rows.set(name, row);
  }
}
for (const column of columns) console.log(`${columns.indexOf(column) + 1} = ${column}`);
/** @param {string} title */
const number = (title) => title.replace(/\d+/g, (digits) => digits.padStart(3, "0"));
for (const [name, row] of [...rows].sort(([a], [b]) => (number(a) < number(b) ? -1 : 1))) {
  console.log(`${columns.map((column) => (row[column] ?? " ").padEnd(4)).join("")} ${name}`);
}
for (const [index, reason] of reasons.entries()) console.log(`(${index + 1}) ${reason}`);
process.exit(run.status ?? 1);
