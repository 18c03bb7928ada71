// The command line: commands and flags as commander knows them, from the table in flags.ts.

import { Command, Option } from "commander";
import { type Flag, fallbackOf, flagsOf, type Mode } from "./flags.ts";
import type { Given, GivenFlags } from "./given.ts";

/** Runs a command with what its command line says. */
export type RunCommand = (mode: Mode, given: GivenFlags) => Promise<void>;

export function createProgram(version: string, run: RunCommand): Command {
  const program = new Command("stepwell")
    .description("Durable functions that are started by events.")
    .version(version)
    .showSuggestionAfterError()
    .showHelpAfterError("(stepwell --help shows what there is)")
    .addHelpText("after", environmentHelp);
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
    .showSuggestionAfterError()
    .showHelpAfterError(`(stepwell ${mode} --help shows every flag)`)
    .addHelpText(
      "after",
      `${environmentHelp}\n\nExamples:\n${examples.map((line) => `  ${line}`).join("\n")}`,
    );
  for (const flag of flagsOf(mode)) for (const option of optionsOf(flag, mode)) command.addOption(option);
  command.action(() => run(mode, givenOn(command, flagsOf(mode))));
}

function optionsOf(flag: Flag, mode: Mode): readonly Option[] {
  const short = flag.short === undefined ? "" : `-${flag.short}, `;
  const fallback = fallbackOf(flag, mode);
  const description =
    fallback === undefined ? flag.description : `${flag.description} (default: ${fallback})`;
  const made =
    flag.isOn === true
      ? [new Option(`--no-${flag.name}`, description), new Option(`--${flag.name}`).hideHelp()]
      : [
          new Option(
            `${short}--${flag.name}${flag.value === undefined ? "" : ` <${flag.value}>`}`,
            description,
          ),
        ];
  for (const option of made) {
    if (flag.isHidden === true) option.hideHelp();
    // Texts are kept as they are, each repetition of a flag behind the former.
    if (flag.value !== undefined)
      option.argParser<readonly string[]>((text, earlier) => [...(earlier ?? []), text]);
  }
  return made;
}

/** What the command line itself says; commander's own defaults do not count. */
function givenOn(command: Command, flags: readonly Flag[]): GivenFlags {
  const given = new Map<string, Given>();
  for (const flag of flags) {
    const key = flag.name.replace(/-(\w)/g, (_, letter: string) => letter.toUpperCase());
    if (command.getOptionValueSource(key) !== "cli") continue;
    const value: unknown = command.getOptionValue(key);
    const texts = Array.isArray(value) ? value.map(String) : [String(value)];
    const name = flag.sameAs ?? flag.name;
    given.set(name, { texts, source: `--${flag.isOn === true && value === false ? "no-" : ""}${flag.name}` });
  }
  return given;
}
