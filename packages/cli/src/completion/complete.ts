// What may come next on a command line, from the commands as commander knows them: a new command or flag is completed
// without anybody having to think of it.

import type { Argument, Command, Option } from "commander";

export interface Candidate {
  readonly value: string;
  readonly description: string;
}

/** What stands for a value: known words, something only the server knows, or a file. */
export interface ValuePlace {
  /** As the usage writes it: `slug`, `run-id`, `status`, `file`. */
  readonly name: string;
  readonly choices: readonly string[];
}

export type Completion =
  | { readonly kind: "candidates"; readonly candidates: readonly Candidate[] }
  | { readonly kind: "value"; readonly place: ValuePlace; readonly candidates: readonly Candidate[] };

/** @param words those behind the program's name; the last one is being written and may be empty. */
export function complete(program: Command, words: readonly string[]): Completion {
  const { command, operands, pending } = walk(program, words.slice(0, -1));
  const partial = words.at(-1) ?? "";
  if (pending !== undefined) return { kind: "value", place: placeOfOption(pending), candidates: [] };
  const [, long = "", value] = /^(--[\w-]+)=(.*)$/.exec(partial) ?? [];
  if (value !== undefined) {
    const option = optionsOf(command).find((known) => known.long === long);
    if (option !== undefined) return { kind: "value", place: placeOfOption(option), candidates: [] };
  }
  if (partial.startsWith("-")) return { kind: "candidates", candidates: matching(flags(command), partial) };
  const argument = argumentAt(command, operands);
  const candidates = operands === 0 ? matching(subcommands(command), partial) : [];
  return argument === undefined
    ? { kind: "candidates", candidates }
    : { kind: "value", place: placeOfArgument(argument), candidates };
}

export function matching(candidates: readonly Candidate[], partial: string): readonly Candidate[] {
  return candidates.filter(({ value }) => value.startsWith(partial));
}

interface Walked {
  readonly command: Command;
  /** Words that are arguments of the command. */
  readonly operands: number;
  /** The flag whose value comes next. */
  readonly pending?: Option;
}

function walk(program: Command, words: readonly string[]): Walked {
  let command = program;
  let operands = 0;
  let pending: Option | undefined;
  for (const word of words) {
    if (pending !== undefined) {
      pending = undefined;
    } else if (word.startsWith("-") && word !== "-") {
      const option = optionsOf(command).find(({ long, short }) => word === long || word === short);
      pending = option?.required === true ? option : undefined;
    } else {
      const next = operands === 0 ? subcommandNamed(command, word) : undefined;
      if (next === undefined) operands += 1;
      else command = next;
    }
  }
  return { command, operands, ...(pending === undefined ? {} : { pending }) };
}

function subcommandNamed(command: Command, word: string): Command | undefined {
  return command.commands.find((known) => known.name() === word || known.aliases().includes(word));
}

/** The command's own and those of the commands above it; the program's own stand before any command. */
function optionsOf(command: Command): readonly Option[] {
  const { parent, options } = command;
  return parent === null || parent.parent === null ? options : [...options, ...optionsOf(parent)];
}

function flags(command: Command): readonly Candidate[] {
  const seen = new Set<string>();
  const visible = [...command.createHelp().visibleOptions(command), ...optionsOf(command)].filter(
    ({ hidden }) => !hidden,
  );
  return visible.flatMap(({ long, description }) => {
    if (long === undefined || long === null || seen.has(long)) return [];
    seen.add(long);
    return [{ value: long, description }];
  });
}

function subcommands(command: Command): readonly Candidate[] {
  return command
    .createHelp()
    .visibleCommands(command)
    .map((known) => ({ value: known.name(), description: known.description() }));
}

function argumentAt({ registeredArguments }: Command, index: number): Argument | undefined {
  return (
    registeredArguments[index] ??
    (registeredArguments.at(-1)?.variadic === true ? registeredArguments.at(-1) : undefined)
  );
}

function placeOfArgument(argument: Argument): ValuePlace {
  return { name: argument.name(), choices: argument.argChoices ?? [] };
}

function placeOfOption(option: Option): ValuePlace {
  const [, name = ""] = /[<[]([\w-]+)/.exec(option.flags) ?? [];
  return { name, choices: option.argChoices ?? [] };
}
