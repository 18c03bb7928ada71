// Watching a run until it has ended: on a screen its picture is drawn again in place, elsewhere only the end is.

import { stripVTControlCharacters } from "node:util";
import { isRunFinished, type RunDetailView, runPath } from "@stepwell/protocol/rest";
import type { Reply } from "../client/rest-client.ts";
import { textWidth } from "../drawing/text-width.ts";
import type { Act } from "./client-command.ts";

const lookEveryMs = 500;

/**
 * @param draw the picture of a run that goes on.
 * @returns the run once it has ended.
 */
export async function endedRun(
  runId: string,
  act: Act,
  draw: (run: RunDetailView) => Promise<string>,
): Promise<Reply<{ readonly data: RunDetailView }>> {
  const { client, terminal, isJson } = act;
  const isDrawing = terminal.columns !== undefined && !isJson;
  let lines = 0;
  for (;;) {
    const reply = await client.get<RunDetailView>(runPath(runId));
    const isEnded = isRunFinished(reply.body.data.status);
    if (isDrawing) {
      // Up to where the former picture began, and away with it: the end is drawn by whoever asked.
      const erase = lines === 0 ? "" : `\u001b[${lines}A\u001b[0J`;
      const picture = isEnded ? "" : await draw(reply.body.data);
      terminal.out(`${erase}${picture}`);
      lines = rowsOf(picture, terminal.columns ?? 0);
    }
    if (isEnded) return reply;
    await terminal.pause(lookEveryMs);
  }
}

/** How many rows of the screen a text takes; colour codes take none. */
function rowsOf(text: string, columns: number): number {
  const plain = stripVTControlCharacters(text).split("\n").slice(0, -1);
  return plain.reduce((sum, line) => sum + Math.max(1, Math.ceil(textWidth(line) / columns)), 0);
}
