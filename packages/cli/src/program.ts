// The command line: every command there is.

import type { Command } from "commander";
import { clientCommands } from "./commands/client-commands.ts";
import { completeWordsCommand, completionCommand } from "./commands/completion.ts";
import { type RunCommand, servingProgram } from "./serving-program.ts";
import { processSession, type Session } from "./session.ts";

/** @param session the world of the commands that ask a server; by default this process. */
export function createProgram(
  version: string,
  run: RunCommand,
  session: Session = processSession(version),
): Command {
  const program = servingProgram(version, run);
  for (const command of clientCommands(session)) program.addCommand(command);
  program.addCommand(completionCommand(session));
  program.addCommand(completeWordsCommand(program, session), { hidden: true });
  return program;
}
