// The command line of Stepwell, for those who build it into another program.

export { createProgram, type RunCommand } from "./program.ts";
export { runCommand } from "./run-command.ts";
