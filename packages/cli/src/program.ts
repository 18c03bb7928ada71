// The command line: every command there is.

import { Command } from "commander";
import { clientCommands, toolGroup } from "./commands/client-commands.ts";
import { completeWordsCommand, completionCommand } from "./commands/completion.ts";
import { type RunCommand, servingProgram } from "./serving-program.ts";
import { processSession, type Session } from "./session.ts";
import { subcommandTerm, withAllBelow } from "./subcommands.ts";

/** @param session the world of the commands that ask a server; by default this process. */
export function createProgram(
  version: string,
  run: RunCommand,
  session: Session = processSession(version),
): Command {
  const program = servingProgram(version, run);
  for (const command of clientCommands(session)) program.addCommand(command);
  program.addCommand(completionCommand(session).helpGroup(toolGroup));
  program.addCommand(completeWordsCommand(program, session), { hidden: true });
  const help = new Command("help").argument("[command]").description("show the help of a command");
  program.addHelpCommand(help.helpGroup(toolGroup));
  for (const command of withAllBelow(program)) command.configureHelp({ subcommandTerm });
  return program;
}
