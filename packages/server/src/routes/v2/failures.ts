// GET /api/v2/failures: failed runs in groups of what is most likely one cause.

import { failureGroup, type Run } from "@stepwell/core";
import type { RunFilter } from "@stepwell/engine";
import { type FailureGroup, timeParam } from "@stepwell/protocol/rest";
import type { Context, Hono } from "hono";
import { restFailure } from "../../http/failure.ts";
import { searchParams } from "../../http/query.ts";
import type { ServerContext } from "../../server-context.ts";
import { functionReference, type Known } from "../../views/directory.ts";
import { errorView } from "../../views/error-view.ts";
import { runView } from "../../views/run-view.ts";
import { timestamp } from "../../views/time.ts";
import { wholeList } from "./answers.ts";

/** The newest failures are grouped; older ones are not looked at. */
const runsMax = 2000;
const groupsMax = 50;

export function failureRoutes(rest: Hono, server: ServerContext): void {
  rest.get("/failures", (context) => failures(context, server));
}

async function failures(context: Context, server: ServerContext): Promise<Response> {
  const params = searchParams(context);
  const from = timeParam(params, "from");
  if (from.kind === "invalid") return restFailure(context, "invalid_request", from.reason);
  const until = timeParam(params, "until");
  if (until.kind === "invalid") return restFailure(context, "invalid_request", until.reason);
  const runs = await failedRuns(server, {
    statuses: ["failed"],
    timeField: "endedAt",
    limit: 200,
    ...(from.value === undefined ? {} : { from: from.value }),
    ...(until.value === undefined ? {} : { until: until.value }),
  });
  const groups = groupsOf(runs).slice(0, groupsMax);
  const known = await server.directory.read();
  return wholeList(
    context,
    server,
    await Promise.all(groups.map((group) => groupView(group, server, known))),
  );
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
