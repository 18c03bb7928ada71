// stepwell completion <shell>: the script that a shell loads, and the hidden command that it asks.

import { Argument, Command } from "commander";
import { RestClient } from "../client/rest-client.ts";
import { readTarget } from "../client/target.ts";
import { type Candidate, complete, matching } from "../completion/complete.ts";
import { completionScript, filesMark, type Shell, shells } from "../completion/scripts.ts";
import { candidateLines, valuesOf } from "../completion/values.ts";
import { exitCodeHelp } from "../exit-code.ts";
import type { Session } from "../session.ts";

/** Longer nobody waits for a key. */
const answerMs = 700;

const examples = [
  "source <(stepwell completion bash)             # in ~/.bashrc",
  "source <(stepwell completion zsh)              # in ~/.zshrc, behind compinit",
  "stepwell completion fish | source              # in ~/.config/fish/config.fish",
];

export function completionCommand(session: Session): Command {
  const command = new Command("completion")
    .description("print a script that completes command lines in a shell")
    .addArgument(new Argument("<shell>", "which shell").choices([...shells]))
    .addHelpText(
      "after",
      `\nExamples:\n${examples.map((line) => `  ${line}`).join("\n")}\n\n${exitCodeHelp}`,
    );
  return command.action(() => {
    const [shell = "bash"]: readonly Shell[] = command.processedArgs;
    session.terminal.out(completionScript(shell));
  });
}

/** @param program the whole command line, asked when it is complete. */
export function completeWordsCommand(program: Command, session: Session): Command {
  const command = new Command("complete-words").argument("[words...]");
  return command.action(async () => {
    const [words = []]: readonly (readonly string[])[] = command.processedArgs;
    session.terminal.out(await answer(program, words, session));
  });
}

async function answer(program: Command, words: readonly string[], session: Session): Promise<string> {
  const found = complete(program, words);
  if (found.kind === "candidates") return candidateLines(found.candidates);
  const client = (): RestClient =>
    new RestClient({ ...readTarget(new Map(), session), timeoutMs: answerMs }, session.fetch);
  const values = await valuesOf(found.place, client, session.terminal.now());
  if (values.kind === "files") return `${filesMark}\n`;
  const [, flag = "", partial = words.at(-1) ?? ""] = /^(--[\w-]+=)(.*)$/.exec(words.at(-1) ?? "") ?? [];
  const matched: readonly Candidate[] = matching(values.candidates, partial);
  return candidateLines([
    ...found.candidates,
    ...matched.map(({ value, description }) => ({ value: `${flag}${value}`, description })),
  ]);
}
