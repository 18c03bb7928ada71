// What the official packages' types promise, and ours with them: the compiler is asked.

import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";

test("H2.9 A14.1 A14.6 C1 the promises of the types hold for ours and for the official packages", () => {
  const tsc = fileURLToPath(new URL("../../node_modules/typescript/bin/tsc", import.meta.url));
  const project = fileURLToPath(new URL("./types/tsconfig.json", import.meta.url));
  const run = (): string => {
    try {
      return execFileSync(process.execPath, [tsc, "-p", project], { encoding: "utf8", stdio: "pipe" });
    } catch (error) {
      return String((error as { stdout?: string }).stdout);
    }
  };
  expect(run()).toBe("");
});
