// Flags from the environment: STEPWELL_<FLAG>, with INNGEST_<FLAG> as a fallback (decisions row 9).

import type { Command } from "commander";

/** Sets, for every option of a command, what the environment says, unless the command line says something itself. */
export function readEnvironment(command: Command, environment: NodeJS.ProcessEnv): void {
  for (const option of command.options) {
    const name = option.attributeName();
    if (command.getOptionValueSource(name) === "cli") continue;
    const flag = option.long?.replace(/^--(no-)?/, "").replaceAll("-", "_").toUpperCase() ?? "";
    const text = environment[`STEPWELL_${flag}`] ?? environment[`INNGEST_${flag}`];
    if (text === undefined || text === "") continue;
    command.setOptionValueWithSource(name, valueOf(text, option.isBoolean(), option.variadic), "env");
  }
}

function valueOf(text: string, isBoolean: boolean, isList: boolean): string | boolean | readonly string[] {
  if (isBoolean) return !/^(0|false|no|off)$/i.test(text);
  return isList ? text.split(/[\s,]+/).filter((part) => part !== "") : text;
}
