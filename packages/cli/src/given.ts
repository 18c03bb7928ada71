// What was given for each flag, as text, and where: the command line before the environment before a file (decisions
// row 9). Values are not read here.

import type { Flag } from "./flags.ts";

export interface Given {
  readonly texts: readonly string[];
  /** How the user knows where it came from: `--port`, `STEPWELL_PORT`, or a file's name. */
  readonly source: string;
}

/** By the flag's own name. */
export type GivenFlags = ReadonlyMap<string, Given>;

/** Environment variables of a flag: ours, then the reference's, then a standard's. */
export function fromEnvironment(
  flags: readonly Flag[],
  environment: Readonly<Record<string, string | undefined>>,
): GivenFlags {
  const given = new Map<string, Given>();
  for (const flag of flags) {
    for (const { name, isNegation } of variablesOf(flag)) {
      const text = environment[name]?.trim() ?? "";
      if (text === "" || given.has(flag.sameAs ?? flag.name)) continue;
      given.set(flag.sameAs ?? flag.name, { texts: textsOf(flag, text, isNegation), source: name });
    }
  }
  return given;
}

/** `STEPWELL_NO_UI` as well as `STEPWELL_UI`: the flag is written in both ways. */
function variablesOf(flag: Flag): readonly { readonly name: string; readonly isNegation: boolean }[] {
  const word = flag.name.replaceAll("-", "_").toUpperCase();
  const prefixes = ["STEPWELL_", "INNGEST_"];
  const own = prefixes.flatMap((prefix) => [
    { name: `${prefix}${word}`, isNegation: false },
    ...(flag.isOn === true ? [{ name: `${prefix}NO_${word}`, isNegation: true }] : []),
  ]);
  return [...own, ...(flag.variables ?? []).map((name) => ({ name, isNegation: false }))];
}

function textsOf(flag: Flag, text: string, isNegation: boolean): readonly string[] {
  if (isNegation) return [/^(0|false|no|off)$/i.test(text) ? "true" : "false"];
  return flag.isList === true ? text.split(/[\s,]+/).filter((part) => part !== "") : [text];
}

/** The first that says anything about a flag decides. */
export function firstGiven(...sources: readonly GivenFlags[]): GivenFlags {
  const all = new Map<string, Given>();
  for (const source of sources) for (const [name, given] of source) if (!all.has(name)) all.set(name, given);
  return all;
}
