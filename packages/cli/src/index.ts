// The command line of Stepwell, for those who build it into another program.

export { createProgram } from "./program.ts";
export { runCommand } from "./run-command.ts";
export type { RunCommand } from "./serving-program.ts";
