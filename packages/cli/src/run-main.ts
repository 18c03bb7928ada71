// One command line, from its words to its exit code; what went wrong is told as a sentence on standard error.

import { type Command, CommanderError } from "commander";
import { UnreachableError } from "./client/rest-client.ts";
import { EndedError, exitCode, WrongUseError } from "./exit-code.ts";
import { type RunCommand, servingProgram } from "./serving-program.ts";
import type { Session } from "./session.ts";
import { withAllBelow } from "./subcommands.ts";
import { UsageError } from "./usage-error.ts";

/** @returns the exit code; see `exit-code.ts`. */
export async function runMain(words: readonly string[], session: Session, run: RunCommand): Promise<number> {
  const { out, err } = session.terminal;
  const program = await programFor(words, session, run);
  for (const command of withAllBelow(program))
    command.exitOverride().configureOutput({ writeOut: out, writeErr: err });
  try {
    await program.parseAsync([...words], { from: "user" });
    return exitCode.done;
  } catch (error) {
    if (error instanceof EndedError) return error.code;
    // Commander has said what is wrong, or has shown the help that was asked for.
    if (error instanceof CommanderError) return error.exitCode === 0 ? exitCode.done : exitCode.wrongUse;
    err(`error: ${textOf(error)}\n`);
    if (error instanceof WrongUseError) return exitCode.wrongUse;
    return error instanceof UnreachableError ? exitCode.unreachable : exitCode.failed;
  }
}

/** A server starts without the commands that ask one: loading them takes a tenth of its start. */
async function programFor(words: readonly string[], session: Session, run: RunCommand): Promise<Command> {
  if (words[0] === "dev" || words[0] === "start") return servingProgram(session.version, run);
  const { createProgram } = await import("./program.ts");
  return createProgram(session.version, run, session);
}

function textOf(error: unknown): string {
  if (error instanceof UsageError) return error.message;
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
