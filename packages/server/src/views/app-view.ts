// Apps as the REST API shows them.

import type { App } from "@stepwell/core";
import type { FunctionFigures } from "@stepwell/engine";
import type { AppView, SyncView } from "@stepwell/protocol/rest";
import { noAnswerLead } from "../apps/app-sync.ts";
import type { Known } from "./directory.ts";
import { timestamp } from "./time.ts";

export interface AppViewOptions {
  readonly known: Known;
  readonly figures: readonly FunctionFigures[];
  readonly foundBy?: AppView["foundBy"] | undefined;
}

export function appView(app: App, { known, figures, foundBy }: AppViewOptions): AppView {
  const own = known.functions.filter((settings) => settings.appId === app.id);
  const ids = new Set<string>(own.map(({ id }) => id));
  const open = figures.filter(({ functionId }) => ids.has(functionId));
  return {
    id: app.id,
    // An address that has never answered stands for an app whose name is not known yet.
    name: app.name === app.url ? "" : app.name,
    method: "SERVE",
    url: app.url,
    ...(app.appVersion === undefined ? {} : { appVersion: app.appVersion }),
    createdAt: timestamp(app.createdAt),
    isArchived: app.archivedAt !== undefined,
    ...(app.archivedAt === undefined ? {} : { archivedAt: timestamp(app.archivedAt) }),
    functionCount: own.filter(({ archivedAt }) => archivedAt === undefined).length,
    latestSync: syncView(app),
    isReachable: app.error === undefined || !app.error.startsWith(noAnswerLead),
    openRuns: open.reduce((total, { queued, running }) => total + queued + running, 0),
    foundBy: foundBy ?? "registration",
  };
}

/** The SDK names itself `js:v4.24.0`. */
function syncView(app: App): SyncView {
  const [language = "", version = ""] = app.sdk.split(":");
  return {
    status: app.error === undefined ? "SUCCESS" : "FAILED",
    syncedAt: timestamp(app.syncedAt),
    url: app.url,
    ...(language === "" ? {} : { sdkLanguage: language }),
    ...(version === "" ? {} : { sdkVersion: version.replace(/^v/, "") }),
    ...(app.framework === undefined ? {} : { framework: app.framework }),
    ...(app.appVersion === undefined ? {} : { appVersion: app.appVersion }),
    ...(app.error === undefined ? {} : { error: app.error }),
  };
}
