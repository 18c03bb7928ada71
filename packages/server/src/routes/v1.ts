// REST v1: events, runs, signals and an app's functions, in the shapes of protocol §7.1.

import type { Run, StoredEvent } from "@stepwell/core";
import { asEventId, asRunId, isJsonObject, isUlid, type Json, stringAt } from "@stepwell/protocol";
import type { Context, Hono } from "hono";
import { requireSigningKey } from "../auth.ts";
import { failure, readJson } from "../errors.ts";
import type { ServerOptions } from "../options.ts";

const noAccount = "00000000-0000-4000-a000-000000000000";

export function v1Routes(app: Hono, options: ServerOptions): void {
  const authorised = requireSigningKey(options);
  app.get("/v1/events", authorised, (context) => listEvents(context, options));
  app.get("/v1/events/:id", authorised, (context) => getEvent(context, options));
  app.get("/v1/events/:id/runs", authorised, (context) => getEventRuns(context, options));
  app.get("/v1/runs/:id", authorised, (context) => getRun(context, options));
  app.delete("/v1/runs/:id", authorised, (context) => cancelRun(context, options));
  app.get("/v1/runs/:id/jobs", authorised, (context) => getJobs(context, options));
  app.post("/v1/signals", authorised, (context) => sendSignal(context, options));
  app.get("/v1/apps/:name/functions", authorised, (context) => getFunctions(context, options));
}

function answer(context: Context, options: ServerOptions, data: Json): Response {
  const fetched_at = new Date((options.now ?? Date.now)()).toISOString();
  return context.json({ data, metadata: { fetched_at } });
}

async function listEvents(context: Context, options: ServerOptions): Promise<Response> {
  const query = (key: string) => context.req.query(key) || undefined;
  const limit = Number(query("limit") ?? 20);
  if (!Number.isInteger(limit)) return failure(context, 400, `limit must be a whole number, not ${query("limit")}.`);
  const times: { from?: number; until?: number } = {};
  for (const [key, field] of [["received_after", "from"], ["received_before", "until"]] as const) {
    const text = query(key);
    if (text === undefined) continue;
    const at = Date.parse(text);
    if (Number.isNaN(at)) return failure(context, 400, `${key} must be a time such as 2026-01-31T12:00:00Z, not ${text}.`);
    times[field] = at;
  }
  const [name, cursor] = [query("name"), query("cursor")];
  const { rows } = await options.engine.reader.listEvents({
    limit: Math.min(51, Math.max(1, limit)),
    includeInternal: true,
    ...(name === undefined ? {} : { name }),
    ...(cursor === undefined ? {} : { cursor }),
    ...times,
  });
  return answer(context, options, rows.map(eventJson));
}

async function getEvent(context: Context, options: ServerOptions): Promise<Response> {
  const event = await eventOf(context, options);
  return event instanceof Response ? event : answer(context, options, eventJson(event));
}

async function getEventRuns(context: Context, options: ServerOptions): Promise<Response> {
  const event = await eventOf(context, options);
  if (event instanceof Response) return event;
  const runs = await options.engine.reader.runsOfEvent(event.id);
  return answer(context, options, runs.map(runJson));
}

async function eventOf(context: Context, options: ServerOptions): Promise<StoredEvent | Response> {
  const id = context.req.param("id") ?? "";
  if (!isUlid(id)) return failure(context, 400, `Invalid event ID: ${id}`);
  return (await options.engine.reader.readEvent(asEventId(id))) ?? failure(context, 404, "Event not found");
}

async function getRun(context: Context, options: ServerOptions): Promise<Response> {
  const id = context.req.param("id") ?? "";
  if (!isUlid(id)) return failure(context, 400, `Invalid run ID: ${id}`);
  const detail = await options.engine.reader.readRun(asRunId(id));
  if (detail === undefined) return failure(context, 404, `Unable to load function run: ${id}`);
  return answer(context, options, runJson(detail.run));
}

async function cancelRun(context: Context, options: ServerOptions): Promise<Response> {
  const id = context.req.param("id") ?? "";
  if (!isUlid(id)) return failure(context, 400, `Invalid run ID: ${id}`);
  const outcome = await options.engine.cancelRun(asRunId(id));
  if (outcome === "unknown-run") return failure(context, 404, `There is no run ${id}.`);
  if (outcome === "already-finished") return failure(context, 409, `Run ${id} has ended already.`);
  return context.body(null, 200);
}

async function getJobs(context: Context, options: ServerOptions): Promise<Response> {
  const id = context.req.param("id") ?? "";
  if (!isUlid(id)) return failure(context, 400, `Invalid run ID: ${id}`);
  const detail = await options.engine.reader.readRun(asRunId(id));
  if (detail === undefined) return failure(context, 404, `Unable to load function run: ${id}`);
  const jobs = [...detail.jobs].sort((left, right) => left.dueAt - right.dueAt).slice(0, 10);
  return answer(
    context,
    options,
    jobs.map((job, position) => ({
      JobID: job.id,
      at: new Date(job.dueAt).toISOString(),
      position,
      kind: job.kind,
      attempt: job.kind === "call" ? job.attempt : 0,
      Raw: null,
    })),
  );
}

async function sendSignal(context: Context, options: ServerOptions): Promise<Response> {
  const body = await readJson(context);
  if (body.kind === "invalid") return failure(context, 400, body.reason);
  const signal = isJsonObject(body.value) ? stringAt(body.value, "signal") : undefined;
  if (!isJsonObject(body.value) || signal === undefined || signal === "") {
    return failure(context, 400, "Name the signal: {\"signal\":\"<name>\",\"data\":…}.");
  }
  const delivered = await options.engine.signal(signal, JSON.stringify(body.value["data"] ?? null));
  if (delivered === null) return failure(context, 404, `No run waits for the signal "${signal}".`);
  return answer(context, options, { run_id: delivered.runId });
}

/** A bare array, as the reference answers it. */
async function getFunctions(context: Context, options: ServerOptions): Promise<Response> {
  const name = context.req.param("name") ?? "";
  const functions = (await options.engine.reader.listFunctions()).filter((settings) => settings.appName === name);
  return context.json(
    functions.map((settings) => ({
      internal_id: settings.id,
      env_id: noAccount,
      app_id: settings.appId,
      id: settings.slug,
      name: settings.name,
      config: JSON.parse(settings.configText),
      created_at: new Date(settings.createdAt).toISOString(),
      archived_at: settings.archivedAt === undefined ? null : new Date(settings.archivedAt).toISOString(),
    })),
  );
}

function eventJson(event: StoredEvent): Json {
  return {
    ...(JSON.parse(event.text) as { [key: string]: Json }),
    internal_id: event.id,
    account_id: noAccount,
    environment_id: noAccount,
    source: "",
    source_id: null,
    received_at: new Date(event.receivedAt).toISOString(),
  };
}

const statusNames = { queued: "Scheduled", running: "Running", completed: "Completed", failed: "Failed", cancelled: "Cancelled" } as const;

/** A failed run's output is its error. */
function runJson(run: Run): Json {
  const output = run.output === undefined ? run.error : JSON.parse(run.output);
  return {
    run_id: run.id,
    run_started_at: new Date(run.startedAt ?? run.queuedAt).toISOString(),
    function_id: run.functionId,
    function_version: 1,
    environment_id: noAccount,
    event_id: run.eventIds[0] ?? null,
    ...(run.originalRunId === undefined ? {} : { original_run_id: run.originalRunId }),
    status: statusNames[run.status],
    ended_at: run.endedAt === undefined ? null : new Date(run.endedAt).toISOString(),
    ...(output === undefined ? {} : { output: output as Json }),
  };
}
