// Failed runs of what is most likely one cause: the same function, step, error name, message without its values, and
// place in the user's own code. A failed run keeps its group, so that groups can be counted and listed.

import { type FunctionId, type SerializedError, sha256Hex } from "@stepwell/protocol";
import type { Run, Step } from "./run.ts";

/** Somebody's word on a group: until it fails again (closed), or for good (muted). */
export interface FailureMark {
  /** Group, `/`, kind. */
  readonly key: string;
  readonly group: string;
  readonly kind: "closed" | "muted";
  /** Unix ms. */
  readonly at: number;
  /** Who said it, in their own words. */
  readonly by?: string;
}

export function failureMarkKey(group: string, kind: FailureMark["kind"]): string {
  return `${group}/${kind}`;
}

/** The id of the group that a failed run belongs to. */
export function failureGroup(run: Run): string {
  return run.failureGroup ?? failureGroupOf(run.functionId, run.error);
}

/** Stable over restarts, over versions of the data in a message, and over lines of code that move. */
export function failureGroupOf(
  functionId: FunctionId,
  error: SerializedError | undefined,
  stepName = "",
): string {
  const { name = "", message = "", stack = "" } = error ?? {};
  const parts = [functionId, stepName, name, withoutValues(message), ownFrame(stack)];
  return sha256Hex(parts.join("/")).slice(0, 16);
}

/** The step whose error ended a run: the last one that failed, if the run's error is its. */
export function failedStep(steps: Iterable<Step>, error: SerializedError | undefined): Step | undefined {
  let last: Step | undefined;
  for (const step of steps) {
    if (step.status === "failed" && (last === undefined || (step.position ?? 0) > (last.position ?? 0)))
      last = step;
  }
  const isItsError = error !== undefined && last?.result?.includes(JSON.stringify(error.message)) === true;
  return isItsError ? last : undefined;
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

const framesMax = 50;

/** The first frame outside of libraries and the runtime, without its line; empty where there is none. */
export function ownFrame(stack: string): string {
  const frames = stack
    .slice(0, 20_000)
    .split("\n", framesMax)
    .filter((line) => /^\s*at /.test(line));
  const own = frames.find((line) => !/node_modules|node:|<anonymous>|\binternal\//.test(line)) ?? "";
  return own.trim().replace(/:\d+(?::\d+)?\)?$/, "");
}
