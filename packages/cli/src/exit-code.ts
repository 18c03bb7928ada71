// How the command ends: conventional numbers, said in the help of every command.

import { UsageError } from "./usage-error.ts";

export const exitCode = {
  done: 0,
  /** The server refused, or what was asked for could not be done. */
  failed: 1,
  /** The command line is wrong: nothing was tried. */
  wrongUse: 2,
  /** No server answered. */
  unreachable: 3,
  interrupted: 130,
} as const;

export const exitCodeHelp =
  "Exit codes: 0 done, 1 refused or failed, 2 wrong command line, 3 no server answered, 130 interrupted.";

/** What was asked for is written wrongly: told as a sentence, with exit code 2. */
export class WrongUseError extends UsageError {}

/** Ends with a code, everything said already. */
export class EndedError extends Error {
  override readonly name = "EndedError";
  readonly code: number;

  constructor(code: number) {
    super(`Ended with exit code ${code}.`);
    this.code = code;
  }
}
