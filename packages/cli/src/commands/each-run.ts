// Doing one thing to several runs: each is told, the first refusal does not keep the others, and the end says so.

import { RefusedError } from "../client/rest-client.ts";
import { EndedError, exitCode } from "../exit-code.ts";
import type { Act } from "./client-command.ts";

/** @throws EndedError when the server refused any of them; each refusal has been told. */
export async function eachRun(
  runIds: readonly string[],
  act: Act,
  one: (runId: string) => Promise<void>,
): Promise<void> {
  let refused = 0;
  for (const runId of runIds) {
    try {
      await one(runId);
    } catch (error) {
      // Alone it ends the command like any other refusal.
      if (!(error instanceof RefusedError) || runIds.length === 1) throw error;
      refused += 1;
      if (act.isJson) act.terminal.out(`${error.text.trimEnd()}\n`);
      act.terminal.err(`error: ${error.message}\n`);
    }
  }
  if (refused > 0) throw new EndedError(exitCode.failed);
}
