// Failed runs of what is most likely one cause: the same function, error name, and message without its values.

import { sha256Hex } from "@stepwell/protocol";
import type { Run } from "./run.ts";

/** The id of the group that a failed run belongs to; stable over restarts and versions of the data in its message. */
export function failureGroup(run: Run): string {
  const { functionId, error } = run;
  return sha256Hex(`${functionId}/${error?.name ?? ""}/${withoutValues(error?.message ?? "")}`).slice(0, 16);
}

/** A message without ids, numbers and quoted values, which differ from run to run. */
export function withoutValues(message: string): string {
  return message
    .slice(0, 500)
    .replace(/(["'`])(?:(?!\1).){1,200}\1/g, "…")
    .replace(/\b[0-9a-f]{8}-[0-9a-f-]{27}\b/gi, "…")
    .replace(/\b[0-9A-Z]{26}\b/g, "…")
    .replace(/\b\w*\d\w*\b/g, "…");
}
