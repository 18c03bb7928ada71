// GET /api/v2/failures: failed runs in groups of what is most likely one cause.

import { failureGroup, type Run } from "@stepwell/core";
import type { RunFilter } from "@stepwell/engine";
import type { FailureGroup } from "@stepwell/protocol/rest";
import type { Route } from "../../http/route.ts";
import { failureGroup as failureGroupSchema, failuresQuery } from "../../schemas/figures.ts";
import type { ServerContext } from "../../server-context.ts";
import { functionReference, type Known } from "../../views/directory.ts";
import { errorView } from "../../views/error-view.ts";
import { runView } from "../../views/run-view.ts";
import { timestamp } from "../../views/time.ts";
import { restList, wholeList } from "./rest-route.ts";

/** The newest failures are grouped; older ones are not looked at. */
const runsMax = 2000;
const groupsMax = 50;

export const failureRoutes: readonly Route[] = [
  restList({
    method: "get",
    path: "/failures",
    id: "listFailures",
    tag: "Failures",
    summary: "Failed runs in groups of what is most likely one cause",
    query: failuresQuery,
    item: failureGroupSchema,
    handle: async ({ server, query }) => wholeList(await failures(server, query)),
  }),
];

async function failures(
  server: ServerContext,
  { from, until }: { readonly from?: number; readonly until?: number },
): Promise<readonly FailureGroup[]> {
  const runs = await failedRuns(server, {
    statuses: ["failed"],
    timeField: "endedAt",
    limit: 200,
    ...(from === undefined ? {} : { from }),
    ...(until === undefined ? {} : { until }),
  });
  const groups = groupsOf(runs).slice(0, groupsMax);
  const known = await server.directory.read();
  return await Promise.all(groups.map((group) => groupView(group, server, known)));
}

async function failedRuns(server: ServerContext, filter: RunFilter): Promise<readonly Run[]> {
  const runs: Run[] = [];
  let cursor: string | undefined;
  do {
    const page = await server.engine.reader.listRuns({
      ...filter,
      ...(cursor === undefined ? {} : { cursor }),
    });
    runs.push(...page.rows);
    cursor = page.next;
  } while (cursor !== undefined && runs.length < runsMax);
  return runs;
}

interface Group {
  readonly id: string;
  /** Newest first. */
  readonly runs: readonly Run[];
}

/** The largest group first. */
function groupsOf(runs: readonly Run[]): readonly Group[] {
  const groups = new Map<string, Run[]>();
  for (const run of runs) {
    const id = failureGroup(run);
    const group = groups.get(id);
    if (group === undefined) groups.set(id, [run]);
    else group.push(run);
  }
  return [...groups]
    .map(([id, members]) => ({ id, runs: members }))
    .sort((left, right) => right.runs.length - left.runs.length);
}

async function groupView(group: Group, server: ServerContext, known: Known): Promise<FailureGroup> {
  const newest = group.runs[0];
  const oldest = group.runs.at(-1);
  if (newest === undefined || oldest === undefined) throw new Error("A group of failures has no run.");
  const detail = await server.engine.reader.readRun(newest.id);
  const { failedStepName } = runView(newest, { known, now: server.clock.now(), detail, outputLengthMax: 0 });
  return {
    id: group.id,
    function: functionReference(known, newest.functionId),
    ...(failedStepName === undefined ? {} : { stepName: failedStepName }),
    error: errorView(newest.error ?? { name: "Error", message: "" }),
    count: group.runs.length,
    firstAt: timestamp(oldest.endedAt ?? oldest.queuedAt),
    lastAt: timestamp(newest.endedAt ?? newest.queuedAt),
    newestRunId: newest.id,
  };
}
