// The entry of the `stepwell` command.

import { readFileSync } from "node:fs";
import { createProgram } from "./program.ts";
import { runCommand } from "./run-command.ts";
import { UsageError } from "./usage-error.ts";

const text = readFileSync(new URL("../package.json", import.meta.url), "utf8");
const { version } = JSON.parse(text) as { readonly version: string };

try {
  await createProgram(version, (mode, given) => runCommand(mode, given, version)).parseAsync();
} catch (error) {
  const isExpected = error instanceof UsageError;
  const message = isExpected
    ? error.message
    : error instanceof Error
      ? (error.stack ?? error.message)
      : String(error);
  process.stderr.write(`error: ${message}\n`);
  process.exit(1);
}
