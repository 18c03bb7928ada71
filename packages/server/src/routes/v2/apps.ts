// /api/v2/apps: where apps are, how their last sync went, adding, syncing and removing them.

import type { App } from "@stepwell/core";
import { asAppId, isJsonObject, stringAt } from "@stepwell/protocol";
import type { AppView } from "@stepwell/protocol/rest";
import type { Context, Hono } from "hono";
import { readJson, restFailure } from "../../errors.ts";
import type { ServerOptions } from "../../options.ts";
import { time } from "../../views/run-view.ts";
import { answer, listAnswer, pageInfo } from "./answers.ts";

export function appRoutes(app: Hono, options: ServerOptions): void {
  app.get("/apps", async (context) => {
    const apps = (await options.engine.reader.listApps()).filter((known) => known.archivedAt === undefined);
    const counts = await functionCounts(options);
    const rows = apps.map((known) => appView(known, counts.get(known.id) ?? 0));
    return listAnswer(context, options, rows, pageInfo(undefined, rows.length));
  });
  app.get("/apps/:id", async (context) => {
    const known = await findApp(context, options);
    if (known === undefined) return unknownApp(context);
    return answer(context, options, appView(known, (await functionCounts(options)).get(known.id) ?? 0));
  });
  app.post("/apps", async (context) => {
    const body = await readJson(context);
    const url = body.kind === "parsed" && isJsonObject(body.value) ? stringAt(body.value, "url") : undefined;
    if (url === undefined || url === "") return restFailure(context, "missing_field", "Give the app's address: {\"url\":\"http://…\"}.");
    return await sync(context, options, url);
  });
  app.post("/apps/:id/syncs", async (context) => {
    const known = await findApp(context, options);
    if (known === undefined) return unknownApp(context);
    return await sync(context, options, known.url);
  });
  app.delete("/apps/:id", async (context) => {
    const removed = await options.engine.removeApp(asAppId(context.req.param("id")));
    return removed ? answer(context, options, { id: context.req.param("id") }) : unknownApp(context);
  });
}

async function findApp(context: Context, options: ServerOptions): Promise<App | undefined> {
  const id = context.req.param("id") ?? "";
  return (await options.engine.reader.listApps()).find((known) => known.id === id || known.name === id);
}

function unknownApp(context: Context): Response {
  return restFailure(context, "not_found", `There is no app ${context.req.param("id")}.`);
}

async function functionCounts(options: ServerOptions): Promise<ReadonlyMap<string, number>> {
  const counts = new Map<string, number>();
  for (const settings of await options.engine.reader.listFunctions()) {
    if (settings.archivedAt === undefined) counts.set(settings.appId, (counts.get(settings.appId) ?? 0) + 1);
  }
  return counts;
}

async function sync(context: Context, options: ServerOptions, url: string): Promise<Response> {
  if (options.appSync === undefined) return restFailure(context, "not_implemented", "This server does not sync apps by itself.");
  const outcome = await options.appSync.sync(url);
  if (outcome.kind === "failed") return restFailure(context, "app_sync_failed", outcome.reason);
  const { appId, modified } = outcome;
  return answer(context, options, {
    status: "SUCCESS",
    ...(appId === undefined ? {} : { appId }),
    ...(modified === undefined ? {} : { modified }),
  });
}

function appView(known: App, functionCount: number): AppView {
  const [language, version] = known.sdk.split(":");
  return {
    id: known.id,
    name: known.name === known.url ? "" : known.name,
    method: "SERVE",
    url: known.url,
    ...(known.appVersion === undefined ? {} : { appVersion: known.appVersion }),
    createdAt: time(known.createdAt),
    isArchived: known.archivedAt !== undefined,
    functionCount,
    latestSync: {
      status: known.error === undefined ? "SUCCESS" : "FAILED",
      syncedAt: time(known.syncedAt),
      url: known.url,
      ...(language === undefined || language === "" ? {} : { sdkLanguage: language }),
      ...(version === undefined ? {} : { sdkVersion: version }),
      ...(known.framework === undefined ? {} : { framework: known.framework }),
      ...(known.error === undefined ? {} : { error: known.error }),
    },
  };
}
