// Where commands write and ask: a screen, or a pipe. Answers go to `out`, everything else to `err`.

import { createInterface } from "node:readline";
import { exitCode } from "./exit-code.ts";

export interface Terminal {
  readonly out: (text: string) => void;
  readonly err: (text: string) => void;
  /** Whether a person reads `out` on a screen. */
  readonly isScreen: boolean;
  /** Whether a person can be asked. */
  readonly canAsk: boolean;
  readonly hasColor: boolean;
  /** Columns of the screen; what is not a screen has none and is never cut. */
  readonly columns: number | undefined;
  readonly now: () => number;
  /** Asks on `err`, so that what is piped stays clean. */
  readonly ask: (question: string) => Promise<string>;
  /** All of standard input. */
  readonly readInput: () => Promise<string>;
  readonly pause: (ms: number) => Promise<void>;
}

export function processTerminal(environment: Readonly<Record<string, string | undefined>>): Terminal {
  const { stdin, stdout, stderr } = process;
  const isScreen = stdout.isTTY === true;
  return {
    out: (text) => void stdout.write(text),
    err: (text) => void stderr.write(text),
    isScreen,
    canAsk: stdin.isTTY === true && stderr.isTTY === true,
    hasColor: wantsColor(environment, isScreen),
    columns: isScreen ? stdout.columns : undefined,
    now: () => Date.now(),
    async ask(question) {
      const lines = createInterface({ input: stdin, output: stderr });
      const answer = await new Promise<string>((resolve) => {
        lines.once("SIGINT", () => {
          stderr.write("\n");
          process.exit(exitCode.interrupted);
        });
        // The end of the input is no answer.
        lines.once("close", () => resolve(""));
        lines.question(question, resolve);
      });
      lines.close();
      return answer;
    },
    async readInput() {
      const chunks: Buffer[] = [];
      for await (const chunk of stdin) chunks.push(Buffer.from(chunk));
      return Buffer.concat(chunks).toString("utf8");
    },
    pause: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
  };
}

/** NO_COLOR and FORCE_COLOR as other tools read them: what is empty says nothing. */
export function wantsColor(
  environment: Readonly<Record<string, string | undefined>>,
  isScreen: boolean,
): boolean {
  const { NO_COLOR = "", FORCE_COLOR = "", TERM = "" } = environment;
  if (NO_COLOR !== "") return false;
  if (FORCE_COLOR !== "") return FORCE_COLOR !== "0" && FORCE_COLOR !== "false";
  return isScreen && TERM !== "dumb";
}
