// REST v1: events, runs, signals and an app's functions, in the envelopes and shapes of protocol §7.0–7.1. Nothing is
// cached: clients poll these addresses to await a run.

import type { RunDetail } from "@stepwell/engine";
import { asRunId, isJsonObject, isUlid, type Json, type RunId, stringAt } from "@stepwell/protocol";
import type { Context, Hono } from "hono";
import { readJson } from "../http/body.ts";
import { failure } from "../http/failure.ts";
import type { ServerContext } from "../server-context.ts";
import { functionJson, jobJson, runJson } from "../views/v1-view.ts";
import { v1Answer } from "./v1-answer.ts";
import { v1CancellationRoutes } from "./v1-cancellations.ts";
import { v1EventRoutes } from "./v1-events.ts";

export function v1Routes(app: Hono, server: ServerContext): void {
  v1EventRoutes(app, server);
  v1CancellationRoutes(app, server);
  app.get("/v1/runs/:id", (context) =>
    withRun(context, server, ({ run }) => v1Answer(context, server, runJson(run))),
  );
  app.get("/v1/runs/:id/jobs", (context) =>
    withRun(context, server, (detail) => v1Answer(context, server, jobsOf(detail))),
  );
  app.delete("/v1/runs/:id", (context) => cancelRun(context, server));
  app.post("/v1/signals", (context) => sendSignal(context, server));
  app.get("/v1/apps/:name/functions", (context) => getFunctions(context, server));
}

const jobsShown = 10;

function jobsOf(detail: RunDetail): Json {
  const jobs = [...detail.jobs].sort((left, right) => left.dueAt - right.dueAt);
  return jobs.slice(0, jobsShown).map(jobJson);
}

function runIdOf(context: Context): RunId | Response {
  const id = context.req.param("id") ?? "";
  return isUlid(id) ? asRunId(id) : failure(context, 400, `Invalid run ID: ${id}`);
}

async function withRun(
  context: Context,
  server: ServerContext,
  respond: (detail: RunDetail) => Response,
): Promise<Response> {
  const id = runIdOf(context);
  if (id instanceof Response) return id;
  const detail = await server.engine.reader.readRun(id);
  if (detail === undefined) return failure(context, 404, `Unable to load function run: ${id}`);
  return respond(detail);
}

async function cancelRun(context: Context, server: ServerContext): Promise<Response> {
  const id = runIdOf(context);
  if (id instanceof Response) return id;
  const outcome = await server.engine.cancelRun(id);
  switch (outcome) {
    case "unknown-run":
      return failure(context, 404, `There is no run ${id}.`);
    case "already-finished":
      return failure(context, 409, `Run ${id} has ended already.`);
    case "cancelled":
      return context.body(null, 200);
  }
}

async function sendSignal(context: Context, server: ServerContext): Promise<Response> {
  const body = await readJson(context, server.requestBytesMax);
  if (body.kind === "invalid") return failure(context, 400, body.reason);
  const request = isJsonObject(body.value) ? body.value : {};
  const signal = stringAt(request, "signal") ?? "";
  if (signal === "") return failure(context, 400, 'Name the signal: {"signal":"<name>","data":…}.');
  const delivered = await server.engine.signal(signal, JSON.stringify(request.data ?? null));
  if (delivered === null) return failure(context, 404, `No run waits for the signal "${signal}".`);
  return v1Answer(context, server, { run_id: delivered.runId });
}

/** A bare array, as the reference answers it. */
async function getFunctions(context: Context, server: ServerContext): Promise<Response> {
  const name = context.req.param("name") ?? "";
  const { apps, functions } = await server.directory.read();
  if (!apps.some((app) => app.name === name))
    return failure(context, 404, `There is no app ${JSON.stringify(name)}.`);
  return context.json(functions.filter((settings) => settings.appName === name).map(functionJson));
}
