// /api/v2/functions: what is registered, with live figures, and invoking by hand.

import type { FunctionSettings, Run } from "@stepwell/core";
import type { RunFilter } from "@stepwell/engine";
import { isJsonObject, type RunId } from "@stepwell/protocol";
import type { FunctionFigures, FunctionView, InvokeAnswer } from "@stepwell/protocol/rest";
import type { Context, Hono } from "hono";
import { readJson } from "../../http/body.ts";
import { restFailure } from "../../http/failure.ts";
import type { ServerContext } from "../../server-context.ts";
import { functionView } from "../../views/function-view.ts";
import { timestamp } from "../../views/time.ts";
import { parseInvocation } from "../invoke.ts";
import { answer, wholeList } from "./answers.ts";
import { runRows } from "./run-list.ts";

const dayMs = 86_400_000;
/** From how many finished runs durations are told. */
const sampleMax = 200;

export function functionRoutes(rest: Hono, server: ServerContext): void {
  rest.get("/functions", async (context) => {
    return wholeList(context, server, await functionRows(server, context.req.query("appId")));
  });
  for (const prefix of ["/functions/:slug", "/apps/:id/functions/:slug"]) {
    rest.get(prefix, (context) =>
      withFunction(context, server, async (settings) => {
        const known = await server.directory.read();
        const figures = {
          ...(await liveFigures(server)).get(settings.id),
          ...(await lastDay(settings, server)),
        };
        return answer(context, server, functionView(settings, known, { queued: 0, running: 0, ...figures }));
      }),
    );
    rest.get(`${prefix}/runs`, (context) =>
      withFunction(context, server, async (settings) => {
        const page = await server.engine.reader.listRuns({ functionIds: [settings.id], limit: 20 });
        return wholeList(context, server, await runRows(page.rows, server, await server.directory.read()));
      }),
    );
    rest.post(`${prefix}/invoke`, (context) =>
      withFunction(context, server, (settings) => invoke(context, server, settings)),
    );
    for (const action of ["pause", "resume"]) {
      rest.post(`${prefix}/${action}`, (context) =>
        restFailure(context, "not_implemented", "Functions cannot be paused yet."),
      );
    }
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
    .map((settings) => functionView(settings, known, figures.get(settings.id) ?? { queued: 0, running: 0 }));
}

async function withFunction(
  context: Context,
  server: ServerContext,
  respond: (settings: FunctionSettings) => Promise<Response>,
): Promise<Response> {
  const name = context.req.param("slug") ?? "";
  const app = context.req.param("id");
  const { functions } = await server.directory.read();
  const settings = functions.find(
    ({ id, slug, appName }) =>
      id === name || slug === name || (appName === app && slug === `${appName}-${name}`),
  );
  if (settings !== undefined) return await respond(settings);
  return restFailure(
    context,
    "not_found",
    `There is no function ${name}. Its slug is the app's id, "-", and its own id.`,
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

/** How long an answer waits for the run to appear, in ms. */
const runAwaitedMs = 1000;

async function invoke(
  context: Context,
  server: ServerContext,
  settings: FunctionSettings,
): Promise<Response> {
  const body = await readJson(context, server.eventBytesMax);
  if (body.kind === "invalid") return restFailure(context, "invalid_request", body.reason);
  if (isJsonObject(body.value) && (body.value.idempotencyKey ?? null) !== null) {
    return restFailure(context, "not_implemented", "idempotencyKey is not offered yet. Leave it out.");
  }
  const payload = parseInvocation(body.value);
  if (payload.kind === "invalid") return restFailure(context, "validation_error", payload.reason);
  const created = newRuns(server);
  try {
    const outcome = await server.engine.invoke(settings.slug, payload.value);
    if (outcome.kind === "unknown-function") return restFailure(context, "not_found", outcome.reason);
    const runId = await created.startedBy(outcome.eventId, runAwaitedMs);
    const data: InvokeAnswer = {
      eventId: outcome.eventId,
      ...(runId === undefined ? {} : { runId }),
      queuedAt: timestamp(server.clock.now()),
    };
    return answer(context, server, data, 202);
  } finally {
    created.stop();
  }
}

/** Watches for the run that an event starts, from before the event is sent. */
function newRuns(server: ServerContext) {
  const started = new Map<string, RunId>();
  const waiting = new Map<string, (runId: RunId) => void>();
  const stop = server.engine.onCommitted((changes) => {
    for (const change of changes) {
      if (change.kind !== "run.create") continue;
      for (const eventId of change.run.eventIds) {
        started.set(eventId, change.run.id);
        waiting.get(eventId)?.(change.run.id);
      }
    }
  });
  const startedBy = async (eventId: string, withinMs: number): Promise<RunId | undefined> => {
    const known = started.get(eventId);
    if (known !== undefined) return known;
    return await new Promise((resolve) => {
      const timeout = setTimeout(() => resolve(undefined), withinMs);
      waiting.set(eventId, (runId) => {
        clearTimeout(timeout);
        resolve(runId);
      });
    });
  };
  return { startedBy, stop };
}
