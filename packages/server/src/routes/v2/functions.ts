// /api/v2/functions: what is registered, with live figures, and invoking by hand.

import type { FunctionSettings, Run } from "@stepwell/core";
import type { RunFilter } from "@stepwell/engine";
import type { FunctionFigures, FunctionView } from "@stepwell/protocol/rest";
import { z } from "zod";
import { textField } from "../../http/query.ts";
import { Refusal } from "../../http/refusal.ts";
import type { Route } from "../../http/route.ts";
import { functionView, invokeAnswer, invokeRequest } from "../../schemas/function.ts";
import { runView } from "../../schemas/run.ts";
import { runsQuery } from "../../schemas/run-query.ts";
import type { ServerContext } from "../../server-context.ts";
import type { Known } from "../../views/directory.ts";
import { functionView as viewOf } from "../../views/function-view.ts";
import { timestamp } from "../../views/time.ts";
import { invoke } from "./function-invoke.ts";
import { type RestRequest, restList, restRoute, wholeList } from "./rest-route.ts";
import { listRuns } from "./run-list.ts";

const dayMs = 86_400_000;
/** From how many finished runs durations are told. */
const sampleMax = 200;

const refusals = ["not_found"] as const;

/** Each function stands at its slug, and, as the reference has it, under its app. */
const places = [
  { path: "/functions/:slug", suffix: "", params: { slug: "The function's slug or id." } },
  {
    path: "/apps/:id/functions/:slug",
    suffix: "OfApp",
    params: { id: "The app's id or name.", slug: "The function's slug, id, or id within its app." },
  },
] as const;

export const functionRoutes: readonly Route[] = [
  restList({
    method: "get",
    path: "/functions",
    id: "listFunctions",
    tag: "Functions",
    summary: "Functions with their triggers, configuration and live figures",
    query: z.object({ appId: z.exactOptional(textField.meta({ description: "An app's id or name." })) }),
    item: functionView,
    handle: async ({ server, query }) => wholeList(await functionRows(server, query.appId)),
  }),
  ...places.flatMap(({ path, suffix, params }): readonly Route[] => [
    restRoute({
      method: "get",
      path,
      id: `getFunction${suffix}`,
      tag: "Functions",
      summary: "One function, with the figures of its last day",
      params,
      answer: functionView,
      refusals,
      handle: async (request) => await functionDetail(request.server, await namedFunction(request)),
    }),
    restList({
      method: "get",
      path: `${path}/runs`,
      id: `listFunctionRuns${suffix}`,
      tag: "Functions",
      summary: "Runs of one function, newest first",
      params,
      query: runsQuery,
      item: runView,
      refusals,
      async handle(request) {
        const settings = await namedFunction(request);
        return await listRuns(request.server, { ...request.query, functionId: [settings.id] });
      },
    }),
    restRoute({
      method: "post",
      path: `${path}/invoke`,
      id: `invokeFunction${suffix}`,
      tag: "Functions",
      summary: "Start one function",
      description:
        "Answers once the run is there, or without it where it comes later: debounced, batched, or after more than a second. The same idempotencyKey starts one run in 24 hours. What flow control rejects is told as such.",
      params,
      body: { schema: invokeRequest, fallback: {}, bytesMax: (server) => server.eventBytesMax },
      answer: invokeAnswer,
      status: 202,
      refusals: [
        ...refusals,
        "invalid_field_format",
        "validation_error",
        "idempotency_conflict",
        "rate_limited",
        "function_skipped",
      ],
      handle: async (request) => await invoke(request.server, await namedFunction(request), request.body),
    }),
  ]),
];

async function namedFunction(request: Pick<RestRequest<unknown, unknown>, "server" | "param" | "path">) {
  return await functionNamed(request.server, request.param("slug"), request.path.id);
}

/**
 * A function by its id, its slug, or its id within an app.
 *
 * @throws Refusal
 */
export async function functionNamed(
  server: ServerContext,
  name: string,
  app?: string,
): Promise<FunctionSettings> {
  const { functions } = await server.directory.read();
  const settings = functions.find(
    ({ id, slug, appId, appName }) =>
      id === name || slug === name || ((appName === app || appId === app) && slug === `${appName}-${name}`),
  );
  if (settings !== undefined) return settings;
  const message = `There is no function ${name}. Its slug is the app's id, "-", and its own id.`;
  throw new Refusal("not_found", message);
}

export async function functionDetail(
  server: ServerContext,
  settings: FunctionSettings,
): Promise<FunctionView> {
  const known = await server.directory.read();
  const figures = { ...(await liveFigures(server)).get(settings.id), ...(await lastDay(settings, server)) };
  const view = viewOf(settings, known, { queued: 0, running: 0, ...figures }, server.clock.now());
  return { ...view, ...(await skippedSince(settings, known, server)) };
}

/** How many triggers a pause or a drain has turned away so far. Counting may take too long for an answer. */
async function skippedSince(
  settings: FunctionSettings,
  known: Known,
  server: ServerContext,
): Promise<Pick<FunctionView, "skippedTriggers">> {
  const control = known.controlById.get(settings.id);
  const from = control?.pausedAt ?? control?.drainingAt;
  if (from === undefined) return {};
  const filter: RunFilter = { functionIds: [settings.id], statuses: ["skipped"], from, limit: 1 };
  try {
    return { skippedTriggers: await server.engine.reader.countRuns(filter) };
  } catch {
    return {};
  }
}

/** @param app id or name; all apps without it. */
export async function functionRows(server: ServerContext, app?: string): Promise<readonly FunctionView[]> {
  const known = await server.directory.read();
  const figures = await liveFigures(server);
  return known.functions
    .filter(
      ({ archivedAt, appId, appName }) =>
        archivedAt === undefined && (!app || appId === app || appName === app),
    )
    .map((settings) =>
      viewOf(settings, known, figures.get(settings.id) ?? { queued: 0, running: 0 }, server.clock.now()),
    );
}

async function liveFigures(server: ServerContext): Promise<ReadonlyMap<string, FunctionFigures>> {
  const rows = await server.engine.reader.functionFigures();
  return new Map(
    rows.map(({ functionId, queued, running, oldestQueuedAt }) => [
      functionId,
      {
        queued,
        running,
        ...(oldestQueuedAt === undefined ? {} : { oldestQueuedAt: timestamp(oldestQueuedAt) }),
      },
    ]),
  );
}

/** What a day brought. Counting may take too long for an answer, which then goes without. */
async function lastDay(
  settings: FunctionSettings,
  server: ServerContext,
): Promise<Pick<FunctionFigures, "lastDay">> {
  const { reader } = server.engine;
  const filter: RunFilter = {
    functionIds: [settings.id],
    timeField: "endedAt",
    from: server.clock.now() - dayMs,
    limit: sampleMax,
  };
  try {
    const completed = await reader.countRuns({ ...filter, statuses: ["completed"] });
    const failed = await reader.countRuns({ ...filter, statuses: ["failed"] });
    const { rows } = await reader.listRuns({ ...filter, statuses: ["completed"] });
    return { lastDay: { completed, failed, ...percentiles(rows) } };
  } catch {
    return {};
  }
}

/** Of the latest completed runs, from queued to ended. */
function percentiles(runs: readonly Run[]): { readonly p50Ms?: number; readonly p95Ms?: number } {
  const durations = runs
    .map((run) => (run.endedAt ?? run.queuedAt) - run.queuedAt)
    .sort((left, right) => left - right);
  const at = (share: number): number | undefined => durations[Math.floor((durations.length - 1) * share)];
  const p50Ms = at(0.5);
  const p95Ms = at(0.95);
  return { ...(p50Ms === undefined ? {} : { p50Ms }), ...(p95Ms === undefined ? {} : { p95Ms }) };
}
