// How many runs a bulk operation would mean: counted by the store where it can, looked at one by one where it cannot.

import { type BulkRequest, boundSelection, bulkProblems, isMeant } from "@stepwell/core";
import { asBulkId, type FunctionId } from "@stepwell/protocol";
import type { PreviewOutcome } from "./engine.ts";
import type { Store } from "./ports/store.ts";
import { filterOf, loadSelection } from "./shard/selection.ts";

/** Runs that a preview looks at; what lies behind them is not counted. */
const lookedMax = 5000;
const pageSize = 200;

/** @param now unix ms. */
export async function previewBulk(store: Store, request: BulkRequest, now: number): Promise<PreviewOutcome> {
  const reasons = bulkProblems(request);
  if (reasons.length > 0) return { kind: "refused", reasons };
  const { runIds } = request.selection;
  const count = runIds === undefined ? await totalOf(store, request) : undefined;
  if (count !== undefined) return { kind: "counted", count, isComplete: true };
  return await lookThrough(store, request, now);
}

/** What the store alone can tell, where that does not take too long. */
export async function totalOf(store: Store, { selection }: BulkRequest): Promise<number | undefined> {
  const { runIds, statuses, expression, originalRunId, parentRunId } = selection;
  if (runIds !== undefined) return new Set(runIds).size;
  // Of skipped runs not all are meant.
  if (statuses.includes("skipped")) return undefined;
  const { tookFromMs, tookUntilMs, words } = selection;
  const compared = [expression, originalRunId, parentRunId, tookFromMs, tookUntilMs, words];
  if (compared.some((field) => field !== undefined)) return undefined;
  try {
    return await store.reader.countRuns({ ...filterOf(selection), limit: 1 });
  } catch {
    // Whoever asks goes without the figure.
    return undefined;
  }
}

async function lookThrough(store: Store, request: BulkRequest, now: number): Promise<PreviewOutcome> {
  const selection = boundSelection(request, now);
  const functions = await store.reader.listFunctions();
  const apps = new Map(functions.map(({ id, appId }) => [id, appId]));
  const appIdOf = (id: FunctionId) => apps.get(id);
  const bulk = { kind: request.kind, selection };
  let count = 0;
  let looked = 0;
  let page: string | undefined;
  do {
    const read = await loadSelection(store, {
      kind: "selection",
      bulkId: asBulkId("preview"),
      selection,
      limit: pageSize,
      withEvents: true,
      ...(page === undefined ? {} : { page }),
    });
    const live = read.runs.filter(({ run }) => request.kind === "replay" || run.endedAt === undefined);
    count += live.filter((each) => isMeant(bulk, each, appIdOf, now)).length;
    looked += pageSize;
    page = read.next;
  } while (page !== undefined && looked < lookedMax);
  return { kind: "counted", count, isComplete: page === undefined };
}
