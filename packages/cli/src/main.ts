// The entry of the `stepwell` command. The server's parts are loaded only by the commands that run one.

import { readFileSync } from "node:fs";
import { runMain } from "./run-main.ts";
import { processSession } from "./session.ts";

const text = readFileSync(new URL("../package.json", import.meta.url), "utf8");
const { version } = JSON.parse(text) as { readonly version: string };

// Whoever read has seen enough, as `head` does: there is nothing more to do.
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code === "EPIPE") process.exit(0);
  throw error;
});

const code = await runMain(process.argv.slice(2), processSession(version), async (mode, given) => {
  const { runCommand } = await import("./run-command.ts");
  await runCommand(mode, given, version);
});
// A server that was started goes on; nothing else keeps the process alive once all is written.
process.exitCode = code;
