// /api/v2/apps: where apps are, how their last sync went; adding, syncing and removing them.

import type { App } from "@stepwell/core";
import { isJsonObject, type Json } from "@stepwell/protocol";
import type { AppView, SyncAnswer } from "@stepwell/protocol/rest";
import type { Context, Hono } from "hono";
import { normalUrl } from "../../apps/app-url.ts";
import { readJson } from "../../http/body.ts";
import { restFailure } from "../../http/failure.ts";
import type { ServerContext } from "../../server-context.ts";
import { appView } from "../../views/app-view.ts";
import { answer, wholeList } from "./answers.ts";
import { functionRows } from "./functions.ts";

export function appRoutes(rest: Hono, server: ServerContext): void {
  rest.get("/apps", async (context) => {
    const { apps } = await server.directory.read();
    const rows = await viewsOf(
      apps.filter((app) => app.archivedAt === undefined),
      server,
    );
    return wholeList(context, server, rows);
  });
  rest.post("/apps", (context) => addApp(context, server));
  rest.get("/apps/:id", (context) =>
    withApp(context, server, async (app) => answer(context, server, (await viewsOf([app], server))[0])),
  );
  rest.delete("/apps/:id", (context) =>
    withApp(context, server, async (app) => {
      await server.engine.removeApp(app.id);
      return answer(context, server, { appId: app.id });
    }),
  );
  rest.get("/apps/:id/functions", (context) =>
    withApp(context, server, async (app) => wholeList(context, server, await functionRows(server, app.id))),
  );
  rest.post("/apps/:id/syncs", (context) =>
    withApp(context, server, async (app) => {
      const url = await urlInBody(context, server);
      return url instanceof Response ? url : await sync(context, server, url ?? app.url);
    }),
  );
}

async function withApp(
  context: Context,
  server: ServerContext,
  respond: (app: App) => Promise<Response>,
): Promise<Response> {
  const id = context.req.param("id") ?? "";
  const { apps } = await server.directory.read();
  const app = apps.find((known) => known.id === id || known.name === id);
  return app === undefined ? restFailure(context, "not_found", `There is no app ${id}.`) : await respond(app);
}

async function viewsOf(apps: readonly App[], server: ServerContext): Promise<readonly AppView[]> {
  const known = await server.directory.read();
  const figures = await server.engine.reader.functionFigures();
  return apps.map((app) => appView(app, { known, figures, foundBy: server.options.foundBy?.(app.url) }));
}

/** The address that a request names, if any; an answer when it is none. */
async function urlInBody(context: Context, server: ServerContext): Promise<string | Response | undefined> {
  const body = await readJson(context, server.requestBytesMax);
  if (body.kind === "invalid") return restFailure(context, "invalid_request", body.reason);
  const value: Json | undefined = isJsonObject(body.value) ? body.value.url : undefined;
  if (value === undefined || value === null || value === "") return undefined;
  if (typeof value === "string" && /^https?:\/\//.test(value) && URL.canParse(value)) return value;
  const message = `The address must begin with http:// or https://, not ${JSON.stringify(value)}.`;
  return restFailure(context, "invalid_field_format", message);
}

async function addApp(context: Context, server: ServerContext): Promise<Response> {
  const url = await urlInBody(context, server);
  if (url instanceof Response) return url;
  if (url === undefined)
    return restFailure(context, "missing_field", 'Give the app\'s address: {"url":"http://…"}.');
  return await sync(context, server, url);
}

/** A sync that fails is an answer as well: the app is there, with the reason. */
async function sync(context: Context, server: ServerContext, url: string): Promise<Response> {
  const { appSync } = server.options;
  if (appSync === undefined) {
    return restFailure(
      context,
      "not_implemented",
      "This server does not sync apps by itself. Let the app register.",
    );
  }
  const outcome = await appSync.sync(url);
  const { apps } = await server.directory.read();
  const appId =
    outcome.kind === "synced" && outcome.appId !== undefined ? outcome.appId : idAt(apps, normalUrl(url));
  const data: SyncAnswer = {
    ...(appId === undefined ? {} : { appId }),
    ...(outcome.kind === "synced"
      ? { status: "SUCCESS", modified: outcome.modified }
      : { status: "FAILED", error: outcome.reason }),
  };
  return answer(context, server, data);
}

function idAt(apps: readonly App[], url: string): string | undefined {
  const here = apps.filter((app) => app.url === url && app.archivedAt === undefined);
  return (here.find((app) => app.name !== url) ?? here[0])?.id;
}
