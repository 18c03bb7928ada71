// The reads behind the APIs, over the model's rows: filters, orders and cursors at their plainest.

import { type Bulk, isRunJob, type Run, type RunStatus, type StoredEvent } from "@stepwell/core";
import type { EventId, JobId, RunId } from "@stepwell/protocol";
import type {
  BulkFilter,
  EventEffectCounts,
  EventFilter,
  FunctionFigures,
  Page,
  QueueFigures,
  RunDetail,
  RunFilter,
  StoreReader,
} from "../ports/reader.ts";
import { figureReads } from "./model-figures.ts";
import type { ModelRows } from "./model-rows.ts";
import { matchingRuns } from "./model-runs.ts";

/** Wraps each read, so that the store can delay it. */
export type Gate = <T>(method: string, read: () => T) => Promise<T>;

export function modelReader(rows: ModelRows, gate: Gate): StoreReader {
  const { tables } = rows;
  return {
    listRuns: (filter) => gate("listRuns", () => listRuns(rows, filter)),
    countRuns: (filter) => gate("countRuns", () => matchingRuns(rows, filter).length),
    ...figureReads(rows, gate),
    readRun: (id) => gate("readRun", () => readRun(rows, id)),
    runsOfEvent: (id) =>
      gate("runsOfEvent", () =>
        oldestFirst([...tables.runs.values()].filter((run) => run.eventIds.includes(id))),
      ),
    runsInvokedBy: (id) =>
      gate("runsInvokedBy", () =>
        oldestFirst([...tables.runs.values()].filter((run) => run.invokedBy?.runId === id)),
      ),
    listEvents: (filter) => gate("listEvents", () => listEvents(rows, filter)),
    countEvents: ({ from, until }) =>
      gate(
        "countEvents",
        () =>
          [...tables.events.values()].filter(
            ({ name, receivedAt }) =>
              !name.startsWith("inngest/") && receivedAt >= from && receivedAt < until,
          ).length,
      ),
    readEvent: (id) => gate("readEvent", () => tables.events.get(id)),
    readEvents: (ids) =>
      gate("readEvents", () =>
        [...new Set(ids)].flatMap((id) => {
          const event = tables.events.get(id);
          return event === undefined ? [] : [event];
        }),
      ),
    outcomesOfEvent: (id) =>
      gate("outcomesOfEvent", () =>
        [...tables.outcomes.values()].filter((outcome) => outcome.eventId === id),
      ),
    effectsOfEvents: (ids) => gate("effectsOfEvents", () => ids.map((id) => effectsOfEvent(rows, id))),
    stepsResumedBy: (id) =>
      gate("stepsResumedBy", () =>
        [...tables.steps.values()]
          .filter((step) => step.kind === "wait-for-event" && step.eventId === id)
          .sort((a, b) => compareText(a.runId, b.runId) || compareText(a.key, b.key)),
      ),
    runsCancelledBy: (id) =>
      gate("runsCancelledBy", () =>
        [...tables.runs.values()]
          .filter((run) => run.cancelledByEventId === id)
          .sort((a, b) => a.queuedAt - b.queuedAt || compareText(a.id, b.id)),
      ),
    listApps: () => gate("listApps", () => [...tables.apps.values()]),
    listFunctions: () => gate("listFunctions", () => [...tables.functions.values()]),
    listLimits: (prefix, limit) =>
      gate("listLimits", () =>
        [...tables.limits.values()]
          .filter(({ key }) => key.startsWith(prefix))
          .sort((a, b) => (a.key < b.key ? -1 : 1))
          .slice(0, limit),
      ),
    listControls: () => gate("listControls", () => [...tables.controls.values()]),
    functionFigures: () => gate("functionFigures", () => functionFigures(rows)),
    queueFigures: (now, open, limit) => gate("queueFigures", () => queueFigures(rows, now, open, limit)),
    listBulks: (filter) => gate("listBulks", () => listBulks(rows, filter)),
    readBulk: (id) => gate("readBulk", () => tables.bulks.get(id)),
    listPoisons: (limit) =>
      gate("listPoisons", () =>
        [...tables.poisons.values()].sort((a, b) => b.at - a.at || compareText(b.id, a.id)).slice(0, limit),
      ),
  };
}

/** A row's place in a list: its time, then what tells rows of one time apart. */
interface Place {
  readonly at: number;
  readonly tie: string;
}

function listRuns(rows: ModelRows, filter: RunFilter): Page<Run> {
  const field = filter.timeField ?? "queuedAt";
  const placeOf = (run: Run): Place => ({ at: run[field] ?? 0, tie: run.id });
  return page(matchingRuns(rows, filter), placeOf, filter);
}

function readRun(rows: ModelRows, id: RunId): RunDetail | undefined {
  const { runs, steps, attempts, jobs, waits, events } = rows.tables;
  const run = runs.get(id);
  if (run === undefined) return undefined;
  return {
    run,
    steps: [...steps.values()].filter((step) => step.runId === id),
    attempts: [...attempts.values()]
      .filter((attempt) => attempt.runId === id)
      .sort((a, b) => a.endedAt - b.endedAt || a.attempt - b.attempt),
    jobs: [...jobs.values()].filter((job) => isRunJob(job) && job.runId === id),
    waits: [...waits.values()].filter((wait) => wait.runId === id),
    events: run.eventIds.flatMap((eventId) => {
      const event = events.get(eventId);
      return event === undefined ? [] : [event];
    }),
  };
}

function listEvents(rows: ModelRows, filter: EventFilter): Page<StoredEvent> {
  const matching = [...rows.tables.events.values()].filter(
    (event) =>
      (filter.name === undefined || event.name === filter.name) &&
      (filter.namePrefix === undefined || event.name.startsWith(filter.namePrefix)) &&
      (filter.from === undefined || event.receivedAt >= filter.from) &&
      (filter.until === undefined || event.receivedAt < filter.until) &&
      (filter.includeInternal === true || !event.name.startsWith("inngest/")),
  );
  const placeOf = (event: StoredEvent): Place => ({
    at: event.receivedAt,
    tie: String(event.sequence).padStart(16, "0"),
  });
  return page(matching, placeOf, filter);
}

function listBulks(rows: ModelRows, filter: BulkFilter): Page<Bulk> {
  const matching = [...rows.tables.bulks.values()].filter(
    (bulk) =>
      (filter.kinds === undefined || filter.kinds.includes(bulk.kind)) &&
      (filter.statuses === undefined || filter.statuses.includes(bulk.status)),
  );
  return page(matching, (bulk): Place => ({ at: bulk.createdAt, tie: bulk.id }), filter);
}

function functionFigures(rows: ModelRows): readonly FunctionFigures[] {
  const unfinished = [...rows.tables.runs.values()].filter((run) => run.endedAt === undefined);
  const ids = [...new Set(unfinished.map((run) => run.functionId))].sort(compareText);
  return ids.map((functionId) => {
    const own = (status: RunStatus) =>
      unfinished.filter((run) => run.functionId === functionId && run.status === status);
    const queued = own("queued");
    const oldestQueuedAt = Math.min(...queued.map((run) => run.queuedAt));
    return {
      functionId,
      queued: queued.length,
      running: own("running").length,
      ...(queued.length === 0 ? {} : { oldestQueuedAt }),
    };
  });
}

function effectsOfEvent({ tables }: ModelRows, eventId: EventId): EventEffectCounts {
  const runs = [...tables.runs.values()].filter((run) => run.status !== "skipped");
  const own = runs.filter((run) => run.eventIds.includes(eventId));
  const untold = [...tables.outcomes.values()].filter(
    (outcome) =>
      outcome.eventId === eventId &&
      outcome.reason.kind !== "started" &&
      !own.some((run) => run.functionId === outcome.functionId),
  );
  const earlier = untold.flatMap(({ reason }) => (reason.kind === "deduplicated" ? [reason.byEventId] : []));
  const duplicateOf = earlier.sort().at(-1);
  return {
    eventId,
    runs: own.filter((run) => run.originalRunId === undefined).length,
    notStarted: untold.length,
    resumed: [...tables.steps.values()].filter(
      (step) => step.kind === "wait-for-event" && step.eventId === eventId,
    ).length,
    cancelled: [...tables.runs.values()].filter((run) => run.cancelledByEventId === eventId).length,
    ...(duplicateOf === undefined ? {} : { duplicateOf }),
  };
}

function queueFigures(rows: ModelRows, now: number, open: readonly JobId[], limit: number): QueueFigures {
  const due = [...rows.tables.jobs.values()].filter((job) => job.dueAt <= now && !open.includes(job.id));
  const oldestDueAt = Math.min(...due.map((job) => job.dueAt));
  return {
    due: Math.min(due.length, limit),
    ...(due.length === 0 ? {} : { oldestDueAt }),
  };
}

function page<T>(
  rows: readonly T[],
  placeOf: (row: T) => Place,
  filter: { readonly order?: "newest" | "oldest"; readonly cursor?: string; readonly limit: number },
): Page<T> {
  const sign = filter.order === "oldest" ? 1 : -1;
  const after = filter.cursor === undefined ? undefined : parseCursor(filter.cursor);
  const rest = [...rows]
    .sort((a, b) => sign * comparePlaces(placeOf(a), placeOf(b)))
    .filter((row) => after === undefined || sign * comparePlaces(placeOf(row), after) > 0);
  const shown = rest.slice(0, filter.limit);
  const last = shown.at(-1);
  if (last === undefined || rest.length <= shown.length) return { rows: shown };
  const { at, tie } = placeOf(last);
  return { rows: shown, next: `${at}:${tie}` };
}

function parseCursor(cursor: string): Place {
  const [, at, tie] = /^(\d+):(.+)$/.exec(cursor) ?? [];
  if (at === undefined || tie === undefined) {
    throw new RangeError(`"${cursor}" is not a cursor of this list. Begin again without one.`);
  }
  return { at: Number(at), tie };
}

function comparePlaces(a: Place, b: Place): number {
  return a.at - b.at || compareText(a.tie, b.tie);
}

function compareText(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}

function oldestFirst(runs: readonly Run[]): readonly Run[] {
  return [...runs].sort((a, b) => a.queuedAt - b.queuedAt || compareText(a.id, b.id));
}
