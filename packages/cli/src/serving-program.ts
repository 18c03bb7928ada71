// The commands that run a server, as commander knows them, from the table in flags.ts.

import { Command } from "commander";
import { exitCodeHelp } from "./exit-code.ts";
import { givenOn, optionsOf } from "./flag-options.ts";
import { fallbackOf, flagsOf, type Mode } from "./flags.ts";
import type { GivenFlags } from "./given.ts";

/** Runs a command with what its command line says. */
export type RunCommand = (mode: Mode, given: GivenFlags) => Promise<void>;

/** `stepwell` with `dev` and `start` alone. */
export function servingProgram(version: string, run: RunCommand): Command {
  const program = new Command("stepwell")
    .description("Durable functions that are started by events.")
    .version(version)
    .showSuggestionAfterError()
    .showHelpAfterError("(stepwell --help shows what there is)")
    .addHelpText("after", `${allEnvironmentHelp}\n${exitCodeHelp}`);
  addCommand(program, "dev", "run everything on this machine: no keys, apps are found by themselves", run, [
    "stepwell dev",
    "stepwell dev -u http://localhost:3000/api/inngest",
    "stepwell dev --no-persist --port 9000",
  ]);
  addCommand(program, "start", "run in production on SQLite: keys are required", run, [
    "stepwell start --event-key $EVENT_KEY --signing-key $SIGNING_KEY --data-dir /var/lib/stepwell",
  ]);
  return program;
}

const environmentHelp =
  "\nEvery flag may be given as an environment variable, such as STEPWELL_PORT for --port; INNGEST_PORT is read too.";

const allEnvironmentHelp =
  "\nFlags of dev and start, and everywhere --url, --api-key, --signing-key and --timeout, may be given as environment\nvariables, such as STEPWELL_URL; INNGEST_URL is read too.";

function addCommand(
  program: Command,
  mode: Mode,
  description: string,
  run: RunCommand,
  examples: readonly string[],
): void {
  const command = program
    .command(mode)
    .description(description)
    .helpGroup("Run a server:")
    .showSuggestionAfterError()
    .showHelpAfterError(`(stepwell ${mode} --help shows every flag)`)
    .addHelpText(
      "after",
      `${environmentHelp}\n\nExamples:\n${examples.map((line) => `  ${line}`).join("\n")}`,
    );
  for (const flag of flagsOf(mode))
    for (const option of optionsOf(flag, fallbackOf(flag, mode))) command.addOption(option);
  command.action(() => run(mode, givenOn(command, flagsOf(mode))));
}
