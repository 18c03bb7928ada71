// What every command has that asks a server: its flags, `--json`, examples, and what it gets when it runs.

import { Command, Option } from "commander";
import { clientFlags } from "../client/client-flags.ts";
import { RefusedError, type Reply, RestClient } from "../client/rest-client.ts";
import { readTarget } from "../client/target.ts";
import { type Paint, painter } from "../drawing/paint.ts";
import { exitCodeHelp, WrongUseError } from "../exit-code.ts";
import { givenOn, optionsOf } from "../flag-options.ts";
import { nearest } from "../nearest.ts";
import type { Session } from "../session.ts";
import type { Terminal } from "../terminal.ts";

export interface CommandWords {
  readonly description: string;
  readonly examples: readonly string[];
}

/** One run of a command. */
export interface Act {
  readonly client: RestClient;
  readonly terminal: Terminal;
  readonly paint: Paint;
  readonly isJson: boolean;
  readonly session: Session;
  /** With `--json` the answer as it came; otherwise what `draw` makes of it. */
  show<Body>(reply: Reply<Body>, draw: (body: Body) => string): void;
}

/** @param name with its arguments, such as `run <run-id>`. */
export function clientCommand(name: string, { description, examples }: CommandWords): Command {
  const command = new Command(name.split(" ", 1)[0] ?? name)
    .description(description)
    .addHelpText(
      "after",
      `\nExamples:\n${examples.map((line) => `  ${line}`).join("\n")}\n\n${exitCodeHelp}`,
    );
  const [, ...words] = name.split(" ");
  if (words.length > 0) command.arguments(words.join(" "));
  return command.showHelpAfterError(false);
}

/** Subcommands of a command that does something by itself too. A word that is none of them is told with the nearest. */
export function withSubcommands(command: Command, subcommands: readonly Command[]): Command {
  for (const subcommand of subcommands) command.addCommand(subcommand);
  return command.allowExcessArguments().hook("preAction", (_, acted) => {
    const word = acted.args[0];
    if (acted !== command || word === undefined || acted.args.length <= command.registeredArguments.length)
      return;
    const names = subcommands.map((subcommand) => subcommand.name());
    const hint = nearest(word, names) || ` It has: ${names.join(", ")}.`;
    throw new WrongUseError(`stepwell ${command.name()} has no subcommand ${word}.${hint}`);
  });
}

/**
 * The action of a command: its own part gets the client and says what to print. The flags that every command has are
 * added here, behind its own, so that its own come first in its help.
 */
export function acting(
  command: Command,
  session: Session,
  act: (act: Act) => Promise<void>,
): () => Promise<void> {
  const json = new Option("--json", "print the API's answer as it is, and nothing else");
  for (const option of [json, ...clientFlags.flatMap((flag) => optionsOf(flag, undefined))])
    command.addOption(option.helpGroup("Server and answer:"));
  return async () => {
    const { terminal } = session;
    const isJson = command.optsWithGlobals<{ readonly json?: boolean }>().json === true;
    const paint = painter(terminal.hasColor);
    const client = new RestClient(readTarget(givenOn(command, clientFlags), session), session.fetch);
    const show = <Body>(reply: Reply<Body>, draw: (body: Body) => string): void =>
      terminal.out(isJson ? line(reply.text) : draw(reply.body));
    try {
      await act({ client, terminal, paint, isJson, session, show });
    } catch (error) {
      // A script reads the refusal where it would read the answer.
      if (isJson && error instanceof RefusedError && error.text !== "") terminal.out(line(error.text));
      throw error;
    }
  };
}

function line(text: string): string {
  return text.endsWith("\n") ? text : `${text}\n`;
}
