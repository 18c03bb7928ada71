// Whether a bulk operation means a run. The store has compared what it has an index for; all of it is compared again
// here, because a list of ids is not filtered by the store, and runs go on while a page is under way.

import type { AppId, FunctionId, Json } from "@stepwell/protocol";
import { compile, matches } from "../expression/index.ts";
import type { Bulk, RunSelection } from "../model/bulk.ts";
import { payloadOf } from "../model/event.ts";
import { failureGroup } from "../model/failure-group.ts";
import type { Run } from "../model/run.ts";
import type { SelectedRuns } from "../state.ts";

export type SelectedRun = SelectedRuns["runs"][number];

/** @param appIdOf the app of a function, where it is known. */
export function isMeant(
  bulk: Pick<Bulk, "kind" | "selection">,
  { run, events }: SelectedRun,
  appIdOf: (functionId: FunctionId) => AppId | undefined,
  now: number,
): boolean {
  const { functionIds, appIds, eventName, from, until, failureGroup: group, words } = bulk.selection;
  const appId = appIdOf(run.functionId);
  const [trigger] = events;
  return (
    hasStatus(bulk, run) &&
    (from === undefined || run.queuedAt >= from) &&
    run.queuedAt < until &&
    (functionIds === undefined || functionIds.includes(run.functionId)) &&
    (appIds === undefined || (appId !== undefined && appIds.includes(appId))) &&
    (eventName === undefined || trigger === undefined || trigger.name === eventName) &&
    (group === undefined || (run.status === "failed" && failureGroup(run) === group)) &&
    isRelated(bulk.selection, run) &&
    tookAsLong(bulk.selection, run) &&
    (words === undefined || hasWords(run, words)) &&
    matchesExpression(bulk.selection, { run, events }, now)
  );
}

/**
 * A run that was to be cancelled and has ended counts as skipped, so that nobody looks for it. Of the runs that never
 * started those are replayed whose function was paused (semantics C14.2).
 */
function hasStatus({ kind, selection }: Pick<Bulk, "kind" | "selection">, run: Run): boolean {
  if (run.status === "skipped" && run.skip?.kind !== "paused") return false;
  return selection.statuses.includes(run.status) || (kind === "cancel" && run.endedAt !== undefined);
}

function isRelated({ replayId, originalRunId, parentRunId }: RunSelection, run: Run): boolean {
  return (
    (replayId === undefined || run.replayId === replayId) &&
    (originalRunId === undefined || run.originalRunId === originalRunId) &&
    (parentRunId === undefined || run.invokedBy?.runId === parentRunId)
  );
}

function tookAsLong({ tookFromMs, tookUntilMs }: RunSelection, run: Run): boolean {
  if (tookFromMs === undefined && tookUntilMs === undefined) return true;
  if (run.endedAt === undefined) return false;
  const tookMs = run.endedAt - run.queuedAt;
  return tookMs >= (tookFromMs ?? 0) && tookMs <= (tookUntilMs ?? Number.POSITIVE_INFINITY);
}

/** Whether the words stand in one of the run's ids or in its error, whatever their case. */
export function hasWords(run: Run, words: string): boolean {
  const texts = [run.id, ...run.eventIds, run.error?.name ?? "", run.error?.message ?? ""];
  return texts.some((text) => text.toLowerCase().includes(words.toLowerCase()));
}

/** A failed run's output is its error. An expression that errs means no run (semantics E1). */
function matchesExpression(
  { expression: source }: RunSelection,
  { run, events }: SelectedRun,
  now: number,
): boolean {
  if (source === undefined) return true;
  const compiled = compile(source, "filter");
  const [trigger] = events;
  if (compiled.kind === "invalid" || trigger === undefined) return false;
  const output = run.output ?? (run.error === undefined ? undefined : JSON.stringify(run.error));
  const scope = {
    event: payloadOf(trigger) as unknown as Json,
    ...(output === undefined ? {} : { output: JSON.parse(output) as Json }),
    now,
  };
  return matches(compiled.expression, scope).kind === "matched";
}
