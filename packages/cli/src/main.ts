// The command line of Stepwell.

import { readFileSync } from "node:fs";
import { Command } from "commander";
import { addCommonFlags } from "./common-flags.ts";
import { runCommand } from "./run-command.ts";

const { version } = JSON.parse(readFileSync(new URL("../package.json", import.meta.url), "utf8")) as { version: string };

const program = new Command("stepwell")
  .description("Durable functions that are started by events.")
  .version(version)
  .showSuggestionAfterError()
  .showHelpAfterError("(stepwell --help shows what there is)");

addCommonFlags(program.command("dev"), { host: "localhost", retention: "7d" })
  .description("run everything on this machine: no keys, apps are found by themselves")
  .option("--no-discovery", "do not look for apps on this machine")
  .option("--no-poll", "do not ask apps for changes")
  .option("--persist", "keep data between starts (the default)")
  .option("--no-persist", "forget everything at the end")
  .addHelpText("after", "\nExamples:\n  stepwell dev\n  stepwell dev -u http://localhost:3000/api/inngest\n  stepwell dev --no-persist --port 9000")
  .action((_flags, command: Command) => runCommand(command, "dev", version));

addCommonFlags(program.command("start"), { host: "0.0.0.0", retention: "30d" })
  .description("run in production on SQLite: keys are required")
  .option("--event-key <key...>", "key that may send events; repeatable")
  .option("--signing-key <key>", "key that apps and this server share, hexadecimal")
  .option("--insecure", "run without keys")
  .addHelpText("after", "\nExample:\n  stepwell start --event-key $EVENT_KEY --signing-key $SIGNING_KEY --data-dir /var/lib/stepwell")
  .action((_flags, command: Command) => runCommand(command, "start", version));

program.parseAsync().catch((error: unknown) => {
  process.stderr.write(`error: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(1);
});
