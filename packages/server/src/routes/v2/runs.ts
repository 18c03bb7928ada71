// /api/v2/runs: the list, one run, its trace, cancel and rerun.

import type { Run, RunStatus } from "@stepwell/core";
import type { RunFilter } from "@stepwell/engine";
import { asAppId, asFunctionId, asRunId, isJsonObject, isUlid, type RunId } from "@stepwell/protocol";
import { parseRunsQuery, type RestRunStatus, type RunsQuery } from "@stepwell/protocol/rest";
import type { Context, Hono } from "hono";
import { readJson, restFailure } from "../../errors.ts";
import type { ServerOptions } from "../../options.ts";
import { type Directory, functionReference, runDetailView, runView } from "../../views/run-view.ts";
import { traceView } from "../../views/trace-view.ts";
import { answer, listAnswer, pageInfo, readDirectory } from "./answers.ts";

export function runRoutes(app: Hono, options: ServerOptions): void {
  app.get("/runs", (context) => listRuns(context, options));
  app.get("/runs/:id", (context) => getRun(context, options));
  app.get("/runs/:id/trace", (context) => getTrace(context, options));
  app.post("/runs/:id/cancel", (context) => cancelRun(context, options));
  app.post("/runs/:id/rerun", (context) => rerun(context, options));
}

const statusOf: Readonly<Partial<Record<RestRunStatus, RunStatus>>> = {
  QUEUED: "queued",
  RUNNING: "running",
  COMPLETED: "completed",
  FAILED: "failed",
  CANCELLED: "cancelled",
};

async function listRuns(context: Context, options: ServerOptions): Promise<Response> {
  const query = parseRunsQuery(new URL(context.req.url).searchParams);
  if (query.kind === "invalid") return restFailure(context, "invalid_request", query.reason);
  const directory = await readDirectory(options);
  const found = await findById(query.value.query, options);
  if (found !== undefined) {
    return listAnswer(context, options, await rowsOf(found, directory, options), pageInfo(undefined, query.value.limit));
  }
  const { rows, next } = await options.engine.reader.listRuns(filterOf(query.value, directory));
  return listAnswer(context, options, await rowsOf(rows, directory, options), pageInfo(next, query.value.limit));
}

/** A run's or event's id as the search finds its runs. */
async function findById(query: string | undefined, options: ServerOptions): Promise<readonly Run[] | undefined> {
  const id = query?.trim().toUpperCase() ?? "";
  if (!isUlid(id)) return undefined;
  const run = await options.engine.reader.readRun(asRunId(id));
  return run === undefined ? await options.engine.reader.runsOfEvent(id as never) : [run.run];
}

function filterOf(query: RunsQuery & { readonly limit: number }, directory: Directory): RunFilter {
  const { status, functionId, appId, eventName, timeField, from, until, order, cursor, limit } = query;
  const statuses = status?.map((item) => statusOf[item]).filter((item) => item !== undefined);
  return {
    limit,
    ...(statuses === undefined ? {} : { statuses }),
    ...(functionId === undefined ? {} : { functionIds: functionId.map((name) => asFunctionId(idOfFunction(name, directory))) }),
    ...(appId === undefined ? {} : { appIds: appId.map((name) => asAppId(idOfApp(name, directory))) }),
    ...(eventName === undefined ? {} : { eventName }),
    ...(timeField === undefined ? {} : { timeField }),
    ...(from === undefined ? {} : { from }),
    ...(until === undefined ? {} : { until }),
    ...(order === undefined ? {} : { order }),
    ...(cursor === undefined ? {} : { cursor }),
  };
}

/** Filters take ids or the names that people know. */
function idOfFunction(name: string, directory: Directory): string {
  for (const settings of directory.functions.values()) if (settings.slug === name) return settings.id;
  return name;
}

function idOfApp(name: string, directory: Directory): string {
  for (const app of directory.apps.values()) if (app.name === name) return app.id;
  return name;
}

/** Rows say why a run stands where it stands, so each is read with its steps. */
async function rowsOf(runs: readonly Run[], directory: Directory, options: ServerOptions): Promise<readonly unknown[]> {
  const details = await Promise.all(runs.map((run) => options.engine.reader.readRun(run.id)));
  return runs.map((run, index) => runView(run, directory, details[index], true));
}

function runIdOf(context: Context): RunId | undefined {
  const id = context.req.param("id") ?? "";
  return isUlid(id) ? asRunId(id) : undefined;
}

function invalidId(context: Context): Response {
  return restFailure(context, "invalid_field_format", `${context.req.param("id")} is no run id: it has 26 letters and digits.`);
}

function unknownRun(context: Context): Response {
  return restFailure(context, "not_found", `There is no run ${context.req.param("id")}. Retention may have removed it.`);
}

async function getRun(context: Context, options: ServerOptions): Promise<Response> {
  const id = runIdOf(context);
  if (id === undefined) return invalidId(context);
  const detail = await options.engine.reader.readRun(id);
  if (detail === undefined) return unknownRun(context);
  return answer(context, options, runDetailView(detail, await readDirectory(options)));
}

async function getTrace(context: Context, options: ServerOptions): Promise<Response> {
  const id = runIdOf(context);
  if (id === undefined) return invalidId(context);
  const detail = await options.engine.reader.readRun(id);
  if (detail === undefined) return unknownRun(context);
  const children = await options.engine.reader.runsInvokedBy(id);
  const { name } = functionReference(await readDirectory(options), detail.run.functionId);
  return answer(context, options, { runId: id, rootSpan: traceView(detail, children, name) });
}

async function cancelRun(context: Context, options: ServerOptions): Promise<Response> {
  const id = runIdOf(context);
  if (id === undefined) return invalidId(context);
  const outcome = await options.engine.cancelRun(id);
  if (outcome === "unknown-run") return unknownRun(context);
  if (outcome === "already-finished") return restFailure(context, "run_already_ended", `Run ${id} has ended already.`);
  return answer(context, options, { runId: id });
}

async function rerun(context: Context, options: ServerOptions): Promise<Response> {
  const id = runIdOf(context);
  if (id === undefined) return invalidId(context);
  const body = await readJson(context);
  if (body.kind === "invalid") return restFailure(context, "invalid_request", body.reason);
  if (isJsonObject(body.value) && body.value["fromStep"] !== undefined) {
    return restFailure(context, "not_implemented", "Running again from a step is not offered yet; leave fromStep out.");
  }
  const outcome = await options.engine.rerun(id);
  if (outcome.kind === "unknown-run") return unknownRun(context);
  if (outcome.kind === "refused") return restFailure(context, "invalid_request", outcome.reason);
  return answer(context, options, { runId: outcome.runId });
}
