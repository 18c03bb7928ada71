// REST v1: events, runs, signals and an app's functions, in the envelopes and shapes of protocol §7.0–7.1. Nothing is
// cached: clients poll these addresses to await a run.

import type { RunDetail } from "@stepwell/engine";
import { asRunId, isUlid, type Json, type RunId } from "@stepwell/protocol";
import { z } from "zod";
import { Refusal } from "../http/refusal.ts";
import type { Route } from "../http/route.ts";
import { v1Function, v1Job, v1Run, v1Signal, v1SignalAnswer } from "../schemas/v1.ts";
import type { ServerContext } from "../server-context.ts";
import { functionJson, jobJson, runJson } from "../views/v1-view.ts";
import { v1CancellationRoutes } from "./v1-cancellations.ts";
import { v1EventRoutes } from "./v1-events.ts";
import { assertId, v1Route } from "./v1-route.ts";

const params = { id: "The run's id." };

export const v1Routes: readonly Route[] = [
  ...v1EventRoutes,
  ...v1CancellationRoutes,
  v1Route({
    method: "get",
    path: "/v1/runs/:id",
    id: "v1GetRun",
    summary: "One run, with its output once it has ended",
    params,
    answer: v1Run,
    refusals: ["not_found"],
    handle: async ({ server, param }) => runJson((await readRun(server, param("id"))).run),
  }),
  v1Route({
    method: "get",
    path: "/v1/runs/:id/jobs",
    id: "v1ListRunJobs",
    summary: "The due work of a run, soonest first; at most 10",
    params,
    answer: z.array(v1Job),
    refusals: ["not_found"],
    handle: async ({ server, param }) => jobsOf(await readRun(server, param("id"))),
  }),
  v1Route({
    method: "delete",
    path: "/v1/runs/:id",
    id: "v1CancelRun",
    summary: "Cancel a run",
    params,
    refusals: ["not_found", "run_already_ended"],
    handle: ({ server, param }) => cancelRun(server, runIdOf(param("id"))),
  }),
  v1Route({
    method: "post",
    path: "/v1/signals",
    id: "v1SendSignal",
    summary: "Send a signal to the run that waits for it",
    body: { schema: v1Signal, missing: 'Name the signal: {"signal":"<name>","data":…}.' },
    answer: v1SignalAnswer,
    refusals: ["missing_field", "not_found"],
    handle: ({ server, body }) => sendSignal(server, body.signal, body.data ?? null),
  }),
  v1Route({
    method: "get",
    path: "/v1/apps/:name/functions",
    id: "v1ListAppFunctions",
    summary: "The functions of an app, as a bare array",
    params: { name: "The app's id, as its author wrote it." },
    answer: z.array(v1Function),
    isBare: true,
    refusals: ["not_found"],
    handle: ({ server, param }) => functionsOf(server, param("name")),
  }),
];

const jobsShown = 10;

function jobsOf(detail: RunDetail): Json[] {
  const jobs = [...detail.jobs].sort((left, right) => left.dueAt - right.dueAt);
  return jobs.slice(0, jobsShown).map(jobJson);
}

function runIdOf(id: string): RunId {
  assertId(isUlid(id), "run", id);
  return asRunId(id);
}

async function readRun(server: ServerContext, text: string): Promise<RunDetail> {
  const id = runIdOf(text);
  const detail = await server.engine.reader.readRun(id);
  if (detail === undefined) throw new Refusal("not_found", `Unable to load function run: ${id}`);
  return detail;
}

async function cancelRun(server: ServerContext, id: RunId): Promise<undefined> {
  const outcome = await server.engine.cancelRun(id);
  switch (outcome) {
    case "unknown-run":
      throw new Refusal("not_found", `There is no run ${id}.`);
    case "already-finished":
      throw new Refusal("run_already_ended", `Run ${id} has ended already.`);
    case "cancelled":
      return undefined;
  }
}

async function sendSignal(server: ServerContext, signal: string, data: Json): Promise<Json> {
  const delivered = await server.engine.signal(signal, JSON.stringify(data));
  if (delivered === null) throw new Refusal("not_found", `No run waits for the signal "${signal}".`);
  return { run_id: delivered.runId };
}

async function functionsOf(server: ServerContext, name: string): Promise<Json[]> {
  const { apps, functions } = await server.directory.read();
  if (!apps.some((app) => app.name === name))
    throw new Refusal("not_found", `There is no app ${JSON.stringify(name)}.`);
  return functions.filter((settings) => settings.appName === name).map(functionJson);
}
