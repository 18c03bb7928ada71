// One page of a bulk operation: the runs that match are told by jobs of their own, so that each is decided by itself,
// and the operation's row says how far it has come. Row, jobs and the next page's job are one commit: after a crash no
// run is told twice and none is left out.

import { asJobId, type FunctionId } from "@stepwell/protocol";
import type { Change } from "../change.ts";
import { type Decision, decided, missing } from "../decision.ts";
import { type Bulk, type BulkSkip, bulkJobId } from "../model/bulk.ts";
import type { Job, ShardJob } from "../model/job.ts";
import { isFinished } from "../model/run.ts";
import type { Facts, SelectedRuns, ShardState } from "../state.ts";
import { isMeant, type SelectedRun } from "./select.ts";
import { nextPage } from "./start.ts";

/** Runs that one decision looks at. */
const pageSize = 100;

export function bulkPage(
  state: ShardState,
  job: Extract<ShardJob, { kind: "bulk" }>,
  now: number,
  facts: Facts,
): Decision {
  const bulk = state.bulk(job.bulkId);
  if (bulk === undefined) return missing({ kind: "bulk", id: job.bulkId });
  if (bulk?.status !== "running") return decided([{ kind: "job.remove", jobId: job.id, runId: undefined }]);
  const page = bulk.position?.page;
  const { selected } = facts;
  // What was read for another page, before the operation was held and went on, is of no use.
  if (selected?.bulkId !== bulk.id || selected.page !== page) {
    const { selection, kind, id: bulkId } = bulk;
    const withEvents =
      kind === "replay" || selection.expression !== undefined || selection.eventName !== undefined;
    const from = page === undefined ? {} : { page };
    return missing({ kind: "selection", bulkId, selection, limit: pageSize, withEvents, ...from });
  }
  const told = tell(state, bulk, selected, now);
  return decided([...told.changes, ...goOn(bulk, selected, told, now)]);
}

interface Told {
  readonly changes: readonly Change[];
  readonly done: number;
  readonly skipped: Bulk["skipped"];
  /** The last run that was dealt with. */
  readonly last?: SelectedRun["run"];
  readonly isWholePage: boolean;
}

/** Puts the jobs of the runs that match, no more than the operation's pace and its own hold allow. */
function tell(state: ShardState, bulk: Bulk, selected: SelectedRuns, now: number): Told {
  const changes: Change[] = [];
  const skipped: { [Reason in BulkSkip]?: number } = { ...bulk.skipped };
  const room = roomOf(bulk);
  const appIdOf = (id: FunctionId) => state.functions.byId(id)?.appId;
  let done = 0;
  let last: Told["last"];
  for (const each of selected.runs) {
    if (!isAfter(bulk, each.run)) continue;
    if (done >= room) return told({ isWholePage: false });
    last = each.run;
    if (!isMeant(bulk, each, appIdOf, now)) continue;
    const job =
      bulk.kind === "cancel" ? cancelJob(state, bulk, each, now) : replayJob(state, bulk, each, now);
    if (typeof job === "string") {
      skipped[job] = (skipped[job] ?? 0) + 1;
      continue;
    }
    changes.push({ kind: "job.put", job });
    done += 1;
  }
  return told({ isWholePage: true });

  function told({ isWholePage }: Pick<Told, "isWholePage">): Told {
    return { changes, done, skipped, isWholePage, ...(last === undefined ? {} : { last }) };
  }
}

function isAfter({ position }: Bulk, run: SelectedRun["run"]): boolean {
  const mark = position?.after;
  if (mark === undefined) return true;
  return run.queuedAt > mark.queuedAt || (run.queuedAt === mark.queuedAt && run.id > mark.id);
}

/** Runs to be done by this decision: about a second's worth of the pace. */
function roomOf({ perMinute, holdAfter, done }: Bulk): number {
  const paced = perMinute === undefined ? pageSize : Math.max(1, Math.ceil(perMinute / 60));
  return Math.min(pageSize, paced, (holdAfter ?? Number.POSITIVE_INFINITY) - done);
}

/** Memory may know that a run has ended since the page was read; if it does not, the job finds out. */
function cancelJob(state: ShardState, bulk: Bulk, { run }: SelectedRun, now: number): Job | BulkSkip {
  const current = state.run(run.id)?.run ?? run;
  if (isFinished(current)) return "ended";
  const reason = `It was cancelled in bulk${bulk.name === undefined ? "" : `: ${bulk.name}`}.`;
  const id = asJobId(`${run.id}:cancel:${bulk.id}`);
  return { kind: "cancel", id, runId: run.id, dueAt: now, reason };
}

function replayJob(state: ShardState, bulk: Bulk, each: SelectedRun, now: number): Job | BulkSkip {
  const { run, events } = each;
  const settings = state.functions.byId(run.functionId);
  if (settings === undefined || settings.archivedAt !== undefined) return "function-gone";
  if (events.length === 0 || events.length < run.eventIds.length) return "events-gone";
  return {
    kind: "replay",
    id: asJobId(`replay:${bulk.id}:${run.id}`),
    dueAt: now,
    bulkId: bulk.id,
    functionId: run.functionId,
    originalRunId: run.originalRunId ?? run.id,
    eventIds: run.eventIds,
  };
}

/** The row as it stands after the page, and the job of the next one. */
function goOn(bulk: Bulk, selected: SelectedRuns, told: Told, now: number): readonly Change[] {
  const { page } = selected;
  const { isWholePage, last } = told;
  const isOver = isWholePage && selected.next === undefined;
  const { position: _, ...rest } = bulk;
  const counted = { ...rest, done: bulk.done + told.done, skipped: told.skipped };
  const withoutJob: Change = { kind: "job.remove", jobId: bulkJobId(bulk.id), runId: undefined };
  if (isOver) {
    return [{ kind: "bulk.put", bulk: { ...counted, status: "done", endedAt: now } }, withoutJob];
  }
  const after = last === undefined ? bulk.position?.after : { queuedAt: last.queuedAt, id: last.id };
  const position =
    isWholePage && selected.next !== undefined
      ? { page: selected.next }
      : { ...(page === undefined ? {} : { page }), ...(after === undefined ? {} : { after }) };
  const { perMinute, holdAfter } = bulk;
  if (holdAfter !== undefined && counted.done >= holdAfter)
    return [{ kind: "bulk.put", bulk: { ...counted, position, status: "held" } }, withoutJob];
  const pauseMs = perMinute === undefined ? 0 : Math.ceil((told.done * 60_000) / perMinute);
  return [
    { kind: "bulk.put", bulk: { ...counted, position } },
    { kind: "job.put", job: nextPage(bulk, now + pauseMs) },
  ];
}
