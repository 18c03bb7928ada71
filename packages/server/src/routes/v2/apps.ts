// /api/v2/apps: where apps are, how their last sync went; adding, syncing and removing them.

import type { App } from "@stepwell/core";
import type { AppView, SyncAnswer } from "@stepwell/protocol/rest";
import { normalUrl } from "../../apps/app-url.ts";
import { Refusal } from "../../http/refusal.ts";
import type { Route } from "../../http/route.ts";
import {
  addAppRequest,
  appChecksView,
  appIdAnswer,
  appView,
  syncAnswer,
  syncAppRequest,
} from "../../schemas/app.ts";
import { functionView } from "../../schemas/function.ts";
import type { ServerContext } from "../../server-context.ts";
import { type AppViewOptions, appView as appViewOf } from "../../views/app-view.ts";
import { timestamp } from "../../views/time.ts";
import { functionRows } from "./functions.ts";
import { restList, restRoute, wholeList } from "./rest-route.ts";

const params = { id: "The app's id or name." };
const refusals = ["not_found"] as const;

export const appRoutes: readonly Route[] = [
  restList({
    method: "get",
    path: "/apps",
    id: "listApps",
    tag: "Apps",
    summary: "Apps, where they are and how their last sync went",
    item: appView,
    async handle({ server }) {
      const { apps } = await server.directory.read();
      return wholeList(
        await viewsOf(
          apps.filter((app) => app.archivedAt === undefined),
          server,
        ),
      );
    },
  }),
  restRoute({
    method: "post",
    path: "/apps",
    id: "addApp",
    tag: "Apps",
    summary: "Add an app by its address and sync it",
    description: "A sync that fails is an answer as well: the app is kept, with the reason.",
    body: { schema: addAppRequest, missing: 'Give the app\'s address: {"url":"http://…"}.' },
    answer: syncAnswer,
    refusals: ["missing_field", "invalid_field_format", "not_implemented"],
    handle: ({ server, body }) => sync(server, body.url),
  }),
  restRoute({
    method: "get",
    path: "/apps/:id",
    id: "getApp",
    tag: "Apps",
    summary: "One app",
    params,
    answer: appView,
    refusals,
    handle: async ({ server, param }) =>
      viewOf(await appNamed(server, param("id")), await factsOf(server), server),
  }),
  restRoute({
    method: "delete",
    path: "/apps/:id",
    id: "removeApp",
    tag: "Apps",
    summary: "Remove an app",
    description: "Its functions are archived: no new runs start, and those that exist end.",
    params,
    answer: appIdAnswer,
    refusals,
    async handle({ server, param }) {
      const app = await appNamed(server, param("id"));
      await server.engine.removeApp(app.id);
      return { appId: app.id };
    },
  }),
  restList({
    method: "get",
    path: "/apps/:id/functions",
    id: "listAppFunctions",
    tag: "Apps",
    summary: "The functions of an app",
    params,
    item: functionView,
    refusals,
    async handle({ server, param }) {
      const app = await appNamed(server, param("id"));
      return wholeList(await functionRows(server, app.id));
    },
  }),
  restRoute({
    method: "post",
    path: "/apps/:id/syncs",
    id: "syncApp",
    tag: "Apps",
    summary: "Sync an app again, or at a new address",
    params,
    body: { schema: syncAppRequest, fallback: {} },
    answer: syncAnswer,
    refusals: [...refusals, "invalid_field_format", "not_implemented"],
    async handle({ server, param, body }) {
      const app = await appNamed(server, param("id"));
      return await sync(server, body.url ?? app.url);
    },
  }),
  restRoute({
    method: "post",
    path: "/apps/:id/checks",
    id: "checkApp",
    tag: "Apps",
    summary: "Look at an app step by step: its name, its port, the signature, its functions",
    description: "Nothing is registered. After the first check that fails the others are not made.",
    params,
    answer: appChecksView,
    refusals: [...refusals, "not_implemented"],
    async handle({ server, param }) {
      const app = await appNamed(server, param("id"));
      const { appSync } = server.options;
      if (appSync === undefined)
        throw new Refusal(
          "not_implemented",
          "This server does not ask apps by itself. Let the app register.",
        );
      const checks = await appSync.check(app.url, app.error);
      return { checkedAt: timestamp(server.clock.now()), checks };
    },
  }),
];

/** @throws Refusal */
async function appNamed(server: ServerContext, name: string): Promise<App> {
  const { apps } = await server.directory.read();
  const app = apps.find((known) => known.id === name || known.name === name);
  if (app === undefined) throw new Refusal("not_found", `There is no app ${name}.`);
  return app;
}

type Facts = Pick<AppViewOptions, "known" | "figures">;

async function factsOf(server: ServerContext): Promise<Facts> {
  return {
    known: await server.directory.read(),
    figures: await server.engine.reader.functionFigures(),
  };
}

function viewOf(app: App, facts: Facts, server: ServerContext): AppView {
  return appViewOf(app, { ...facts, foundBy: server.options.foundBy?.(app.url) });
}

async function viewsOf(apps: readonly App[], server: ServerContext): Promise<readonly AppView[]> {
  const facts = await factsOf(server);
  return apps.map((app) => viewOf(app, facts, server));
}

/** A sync that fails is an answer as well: the app is there, with the reason. */
async function sync(server: ServerContext, url: string): Promise<SyncAnswer> {
  const { appSync } = server.options;
  if (appSync === undefined) {
    throw new Refusal("not_implemented", "This server does not sync apps by itself. Let the app register.");
  }
  const outcome = await appSync.sync(url);
  const { apps } = await server.directory.read();
  const appId =
    outcome.kind === "synced" && outcome.appId !== undefined ? outcome.appId : idAt(apps, normalUrl(url));
  return {
    ...(appId === undefined ? {} : { appId }),
    ...(outcome.kind === "synced"
      ? { status: "SUCCESS", modified: outcome.modified }
      : { status: "FAILED", error: outcome.reason }),
  };
}

function idAt(apps: readonly App[], url: string): string | undefined {
  const here = apps.filter((app) => app.url === url && app.archivedAt === undefined);
  return (here.find((app) => app.name !== url) ?? here[0])?.id;
}
