// Asking before what cannot be undone: the question has the count in it, and no answer means no.

import { EndedError, exitCode, WrongUseError } from "../exit-code.ts";
import type { Act } from "./client-command.ts";

/**
 * @throws EndedError when the answer is no.
 * @throws WrongUseError when nobody can be asked.
 */
export async function confirm(question: string, isAnswered: boolean, { terminal }: Act): Promise<void> {
  if (isAnswered) return;
  if (!terminal.canAsk) throw new WrongUseError(`${question} Nobody can be asked here: add --yes to go on.`);
  const answer = await terminal.ask(`${question} [y/N] `);
  if (/^y(es)?$/i.test(answer.trim())) return;
  terminal.err("Nothing was done.\n");
  throw new EndedError(exitCode.failed);
}
