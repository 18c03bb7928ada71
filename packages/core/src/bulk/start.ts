// Asking for a bulk operation: what is checked, and the row and job that it begins with.

import type { BulkId } from "@stepwell/protocol";
import type { Change } from "../change.ts";
import { type Decision, decided, missing, replied } from "../decision.ts";
import { compile } from "../expression/index.ts";
import type { Input } from "../input.ts";
import { type BoundSelection, type Bulk, type BulkRequest, bulkJobId } from "../model/bulk.ts";
import type { RunStatus } from "../model/run.ts";
import type { ShardState } from "../state.ts";

export const selectedIdsMax = 1000;
/** A cancellation may reach so far ahead, in ms, for clocks that differ (semantics C6.12). */
const aheadMaxMs = 5000;

export function startBulk(
  state: ShardState,
  input: Extract<Input, { kind: "start-bulk" }>,
  now: number,
): Decision {
  const { bulkId: id, request, total } = input;
  if (input.mayBeKnown) {
    const known = state.bulk(id);
    if (known === undefined) return missing({ kind: "bulk", id });
    if (known !== null) return replied({ kind: "bulk", bulk: known });
  }
  const reasons = bulkProblems(request);
  if (reasons.length > 0) return replied({ kind: "refused", reasons });
  const bulk = { ...newBulk(id, request, now), ...(total === undefined ? {} : { total }) };
  return decided(bulkChanges(bulk, now), [{ kind: "reply", reply: { kind: "bulk", bulk } }]);
}

/**
 * The changes that cancel all unfinished runs of a selection that exist at `now`: for rules that end many runs at once,
 * such as a pause that does not hold them.
 *
 * @param id made by `newBulkId` from what causes it, so that deciding again starts no second one.
 */
export function startBulkCancel(
  id: BulkId,
  request: Pick<BulkRequest, "name" | "by"> & {
    readonly selection: Omit<BulkRequest["selection"], "statuses" | "until">;
  },
  now: number,
): readonly Change[] {
  const selection = { ...request.selection, statuses: ["queued", "running"] as const };
  return bulkChanges(newBulk(id, { ...request, kind: "cancel", selection }, now), now);
}

function newBulk(id: BulkId, request: BulkRequest, now: number): Bulk {
  return {
    ...request,
    id,
    selection: boundSelection(request, now),
    status: "running",
    createdAt: now,
    done: 0,
    skipped: {},
  };
}

/** Runs queued within the same millisecond are still meant; the first page is read once it is over. */
export function boundSelection({ kind, selection }: BulkRequest, now: number): BoundSelection {
  const { runIds } = selection;
  const latest = kind === "cancel" ? now + aheadMaxMs : now + 1;
  return {
    ...selection,
    until: Math.min(selection.until ?? now + 1, latest),
    ...(runIds === undefined ? {} : { runIds: [...new Set(runIds)] }),
  };
}

function bulkChanges(bulk: Bulk, now: number): readonly Change[] {
  return [
    { kind: "bulk.put", bulk },
    { kind: "job.put", job: nextPage(bulk, now) },
  ];
}

/** No page is read before the time that the selection ends with: what is queued later is not part of it. */
export function nextPage(bulk: Bulk, at: number) {
  const dueAt = Math.max(at, bulk.selection.until);
  return { kind: "bulk" as const, id: bulkJobId(bulk.id), bulkId: bulk.id, dueAt };
}

const unfinished: readonly RunStatus[] = ["queued", "running"];

/** Why a request cannot be taken, as sentences. */
export function bulkProblems({ kind, selection, perMinute, holdAfter }: BulkRequest): readonly string[] {
  const { statuses, from, until, expression, runIds } = selection;
  const problems: string[] = [];
  const wrong = statuses.filter((status) => unfinished.includes(status) !== (kind === "cancel"));
  if (statuses.length === 0) problems.push("The selection names no status, so it means no run.");
  if (wrong.length > 0) {
    problems.push(
      kind === "cancel"
        ? `Runs that are ${wrong.join(" or ")} have ended and cannot be cancelled. Select queued or running ones.`
        : `Runs that are ${wrong.join(" or ")} have not ended and cannot be replayed. Select completed, failed, cancelled or skipped ones.`,
    );
  }
  if (from !== undefined && until !== undefined && from >= until)
    problems.push("The selection's from must be before its until.");
  if (runIds !== undefined && runIds.length > selectedIdsMax)
    problems.push(`The selection names ${runIds.length} runs; at most ${selectedIdsMax} are allowed.`);
  if (expression !== undefined) {
    const compiled = compile(expression, "filter");
    if (compiled.kind === "invalid")
      problems.push(
        `The selection's expression ${JSON.stringify(expression)} is invalid: ${compiled.reason}`,
      );
  }
  for (const [name, value] of Object.entries({ perMinute, holdAfter })) {
    if (value !== undefined && (!Number.isInteger(value) || value < 1))
      problems.push(`${name} must be a whole number of at least 1, not ${value}.`);
  }
  return problems;
}
