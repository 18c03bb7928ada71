// Flags of the tables as commander's options, and back: what the command line says about each.

import { type Command, Option } from "commander";
import type { Flag } from "./flags.ts";
import type { Given, GivenFlags } from "./given.ts";

/** @param fallback said in the help. */
export function optionsOf(flag: Flag, fallback: string | undefined): readonly Option[] {
  const short = flag.short === undefined ? "" : `-${flag.short}, `;
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

/** What the command line itself says, before or behind a subcommand's name; commander's own defaults do not count. */
export function givenOn(command: Command, flags: readonly Flag[]): GivenFlags {
  const values = command.optsWithGlobals<Readonly<Record<string, unknown>>>();
  const given = new Map<string, Given>();
  for (const flag of flags) {
    const key = flag.name.replace(/-(\w)/g, (_, letter: string) => letter.toUpperCase());
    if (command.getOptionValueSourceWithGlobals(key) !== "cli") continue;
    const value: unknown = values[key];
    const texts = Array.isArray(value) ? value.map(String) : [String(value)];
    const name = flag.sameAs ?? flag.name;
    given.set(name, { texts, source: `--${flag.isOn === true && value === false ? "no-" : ""}${flag.name}` });
  }
  return given;
}
