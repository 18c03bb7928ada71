// /api/v2/failures: failed runs in groups of what is most likely one cause; closing and muting a group.

import { type FailureMark, failedStep, failureGroup, ownFrame, type Run } from "@stepwell/core";
import type { FailureFigures } from "@stepwell/engine";
import { asRunId } from "@stepwell/protocol";
import type { FailureGroup, FailureState } from "@stepwell/protocol/rest";
import { Refusal } from "../../http/refusal.ts";
import type { Route } from "../../http/route.ts";
import {
  failureGroup as failureGroupSchema,
  failureMarkRequest,
  failuresQuery,
} from "../../schemas/figures.ts";
import type { ServerContext } from "../../server-context.ts";
import { functionReference } from "../../views/directory.ts";
import { errorView } from "../../views/error-view.ts";
import { timestamp } from "../../views/time.ts";
import { restList, restRoute, wholeList } from "./rest-route.ts";

const groupsMax = 50;
const hourMs = 3_600_000;
const hoursShown = 24;
const params = { id: "The group's id." };

export const failureRoutes: readonly Route[] = [
  restList({
    method: "get",
    path: "/failures",
    id: "listFailures",
    tag: "Failures",
    summary: "Failed runs in groups of what is most likely one cause, the one that failed last first",
    description:
      "A group has the same function, step, error name, message without its values, and place in the user's own code. The groups that failed last are told, at most 50.",
    query: failuresQuery,
    item: failureGroupSchema,
    async handle({ server, query }) {
      const figures = await server.engine.reader.failureFigures({ ...query, limit: groupsMax });
      return wholeList(await groupViews(server, figures));
    },
  }),
  markRoute("close", "closed", true, "Close a group until it fails again"),
  markRoute("reopen", "closed", false, "Take the closing of a group back"),
  markRoute("mute", "muted", true, "Mute a group: it needs nobody, whatever comes"),
  markRoute("unmute", "muted", false, "Take the muting of a group back"),
];

function markRoute(verb: string, mark: FailureMark["kind"], isOn: boolean, summary: string): Route {
  return restRoute({
    method: "post",
    path: `/failures/:id/${verb}`,
    id: `${verb}Failures`,
    tag: "Failures",
    summary,
    params,
    body: { schema: failureMarkRequest, fallback: {} },
    answer: failureGroupSchema,
    refusals: ["not_found", "invalid_field_format"],
    async handle({ server, param, body }) {
      const figures = await figuresOf(server, param("id"));
      const by = body.by === undefined ? {} : { by: body.by };
      await server.engine.markFailure(figures.group, mark, { isOn, ...by });
      const [view] = await groupViews(server, [figures]);
      if (view === undefined) throw unknownGroup(param("id"));
      return view;
    },
  });
}

function unknownGroup(id: string): Refusal {
  return new Refusal("not_found", `There is no failure group ${id}. Retention may have removed its runs.`);
}

/** @throws Refusal */
async function figuresOf(server: ServerContext, group: string): Promise<FailureFigures> {
  const { reader } = server.engine;
  const failed = { failureGroup: group, timeField: "queuedAt" as const, limit: 1 };
  const { rows } = await reader.listRuns(failed);
  const oldest = await reader.listRuns({ ...failed, order: "oldest" });
  const [newestRun] = rows;
  const [oldestRun] = oldest.rows;
  if (newestRun === undefined || oldestRun === undefined) throw unknownGroup(group);
  return {
    group,
    count: await reader.countRuns(failed),
    firstAt: oldestRun.endedAt ?? oldestRun.queuedAt,
    lastAt: newestRun.endedAt ?? newestRun.queuedAt,
    newestRunId: newestRun.id,
  };
}

async function groupViews(
  server: ServerContext,
  figures: readonly FailureFigures[],
): Promise<readonly FailureGroup[]> {
  const marks = new Map(
    (await server.engine.reader.listFailureMarks()).map((mark) => [mark.key, mark] as const),
  );
  const views = await Promise.all(figures.map((each) => groupView(server, each, marks)));
  return views.filter((view) => view !== undefined);
}

async function groupView(
  server: ServerContext,
  figures: FailureFigures,
  marks: ReadonlyMap<string, FailureMark>,
): Promise<FailureGroup | undefined> {
  const { group, count, firstAt, lastAt, newestRunId } = figures;
  const { reader } = server.engine;
  const detail = await reader.readRun(asRunId(newestRunId));
  if (detail === undefined) return undefined;
  const { run, steps } = detail;
  const known = await server.directory.read();
  const step = failedStep(steps, run.error);
  const frame = ownFrame(run.error?.stack ?? "");
  return {
    id: failureGroup(run),
    function: functionReference(known, run.functionId),
    ...(step === undefined ? {} : { stepName: step.name }),
    error: errorView(run.error ?? { name: "Error", message: "" }),
    ...(frame === "" ? {} : { frame }),
    count,
    firstAt: timestamp(firstAt),
    lastAt: timestamp(lastAt),
    newestRunId: run.id,
    hours: await hoursOf(server, group),
    ...stateOf(marks, run, figures, await syncedAt(server, run)),
  };
}

/** Failures of the last day, hour by hour, oldest first. */
async function hoursOf(server: ServerContext, group: string): Promise<readonly number[]> {
  const until = server.clock.now() + 1;
  const time = { from: until - hoursShown * hourMs, until, buckets: hoursShown };
  const filter = { failureGroup: group, timeField: "endedAt" as const };
  const hours = Array.from({ length: hoursShown }, () => 0);
  for (const { bucket, count } of await server.engine.reader.countRunsOver(filter, time)) {
    hours[bucket] = (hours[bucket] ?? 0) + count;
  }
  return hours;
}

async function syncedAt(server: ServerContext, run: Run): Promise<number | undefined> {
  const { appById, functionById } = await server.directory.read();
  const settings = functionById.get(run.functionId);
  return settings === undefined ? undefined : appById.get(settings.appId)?.syncedAt;
}

/** A closed group that has failed since is open again; it is told after which sync, where one came in between. */
function stateOf(
  marks: ReadonlyMap<string, FailureMark>,
  run: Run,
  { group, lastAt }: FailureFigures,
  synced: number | undefined,
): FailureState {
  const closed = marks.get(`${group}/closed`);
  const muted = marks.get(`${group}/muted`);
  const mutedBy = muted?.by;
  const shownMute =
    muted === undefined
      ? {}
      : { mutedAt: timestamp(muted.at), ...(mutedBy === undefined ? {} : { mutedBy }) };
  if (closed === undefined) return { state: muted === undefined ? "open" : "muted", ...shownMute };
  const isReopened = lastAt > closed.at;
  const afterSync = isReopened && synced !== undefined && synced > closed.at && synced <= (run.endedAt ?? 0);
  return {
    state: muted !== undefined ? "muted" : isReopened ? "reopened" : "closed",
    closedAt: timestamp(closed.at),
    ...(closed.by === undefined ? {} : { closedBy: closed.by }),
    ...(afterSync ? { reopenedAfterSyncAt: timestamp(synced) } : {}),
    ...shownMute,
  };
}
