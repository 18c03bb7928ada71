// /api/v2/functions: what is registered, with live figures, and invoking by hand.

import type { FunctionSettings } from "@stepwell/core";
import type { FunctionFigures } from "@stepwell/engine";
import { isJsonObject, type Json, objectAt } from "@stepwell/protocol";
import type { FunctionView } from "@stepwell/protocol/rest";
import type { Context, Hono } from "hono";
import { readJson, restFailure } from "../../errors.ts";
import type { ServerOptions } from "../../options.ts";
import { time } from "../../views/run-view.ts";
import { answer, listAnswer, pageInfo } from "./answers.ts";

export function functionRoutes(app: Hono, options: ServerOptions): void {
  app.get("/functions", async (context) => {
    const functions = await options.engine.reader.listFunctions();
    const figures = new Map((await options.engine.reader.functionFigures()).map((row) => [row.functionId, row]));
    const appId = context.req.query("appId");
    const rows = functions
      .filter((settings) => settings.archivedAt === undefined && (!appId || settings.appId === appId))
      .map((settings) => functionView(settings, figures.get(settings.id)));
    return listAnswer(context, options, rows, pageInfo(undefined, rows.length));
  });
  app.get("/functions/:slug", async (context) => {
    const settings = await findFunction(context, options);
    if (settings === undefined) return unknownFunction(context);
    const figures = (await options.engine.reader.functionFigures()).find((row) => row.functionId === settings.id);
    return answer(context, options, functionView(settings, figures));
  });
  app.post("/functions/:slug/invoke", (context) => invoke(context, options));
}

async function findFunction(context: Context, options: ServerOptions): Promise<FunctionSettings | undefined> {
  const slug = context.req.param("slug") ?? "";
  const functions = await options.engine.reader.listFunctions();
  return functions.find((settings) => settings.slug === slug || settings.id === slug);
}

function unknownFunction(context: Context): Response {
  const message = `There is no function ${context.req.param("slug")}. Its name is the app's id, "-", and the function's id.`;
  return restFailure(context, "not_found", message);
}

async function invoke(context: Context, options: ServerOptions): Promise<Response> {
  const body = await readJson(context);
  if (body.kind === "invalid") return restFailure(context, "invalid_request", body.reason);
  const request = isJsonObject(body.value) ? body.value : {};
  if (request["data"] !== undefined && !isJsonObject(request["data"])) {
    return restFailure(context, "validation_error", "data must be a JSON object.");
  }
  const outcome = await options.engine.invoke(context.req.param("slug") ?? "", { data: objectAt(request, "data") ?? {} });
  if (outcome.kind === "unknown-function") return restFailure(context, "not_found", outcome.reason);
  return answer(context, options, { eventId: outcome.eventId });
}

function functionView(settings: FunctionSettings, figures: FunctionFigures | undefined): FunctionView {
  const configuration: Json = JSON.parse(settings.configText);
  const options = isJsonObject(configuration) ? objectAt(configuration, "options") : undefined;
  return {
    id: settings.id,
    name: settings.name,
    slug: settings.slug,
    isPaused: false,
    isArchived: settings.archivedAt !== undefined,
    app: { id: settings.appId, name: settings.appName },
    triggers: settings.triggers.map((trigger) =>
      trigger.kind === "event"
        ? { type: "EVENT", value: trigger.event, ...(trigger.expression === undefined ? {} : { expression: trigger.expression }) }
        : { type: "CRON", value: trigger.cron },
    ),
    maxAttempts: settings.maxAttempts,
    configuration: options ?? {},
    figures: {
      queued: figures?.queued ?? 0,
      running: figures?.running ?? 0,
      ...(figures?.oldestQueuedAt === undefined ? {} : { oldestQueuedAt: time(figures.oldestQueuedAt) }),
    },
    createdAt: time(settings.createdAt),
  };
}
