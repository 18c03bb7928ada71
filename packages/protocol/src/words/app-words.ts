// Apps in words: whether each is in sync, and what to do where one is not.

import type { AppView, SyncView } from "../rest/app.ts";
import type { AppCheckName } from "../rest/app-check.ts";
import { counted } from "./number.ts";
import { bad, listed, name, type Part, type Sentence } from "./part.ts";

export type AppState =
  | { readonly kind: "in-sync" }
  | { readonly kind: "removed" }
  | { readonly kind: "pending" }
  /** It does not answer. */
  | { readonly kind: "away" }
  /** It answers, but its functions were refused. */
  | { readonly kind: "refused" };

export function appState(app: AppView): AppState {
  if (app.isArchived) return { kind: "removed" };
  const sync = app.latestSync;
  if (sync === undefined || sync.status === "PENDING") return { kind: "pending" };
  if (app.isReachable === false) return { kind: "away" };
  return { kind: sync.status === "SUCCESS" ? "in-sync" : "refused" };
}

export function appTitle(app: AppView): string {
  return app.name === "" ? (app.url ?? "an app") : app.name;
}

export function appStateWords(state: AppState): string {
  switch (state.kind) {
    case "in-sync":
      return "in sync";
    case "removed":
      return "removed";
    case "pending":
      return "not synced yet";
    case "away":
      return "does not answer";
    case "refused":
      return "was not taken";
  }
}

export function appsSentence(apps: readonly AppView[]): Sentence {
  const live = apps.filter((app) => !app.isArchived);
  const away = live.filter((app) => appState(app).kind === "away");
  const refused = live.filter((app) => appState(app).kind === "refused");
  const good = live.length - away.length - refused.length;
  const parts: Part[] = [];
  if (away.length > 0) {
    const open = away.reduce((total, app) => total + (app.openRuns ?? 0), 0);
    parts.push(bad(`${listed(away.map(appTitle))} ${away.length === 1 ? "does" : "do"} not answer.`));
    if (open > 0)
      parts.push(
        ` ${counted(open, "run")} of ${away.length === 1 ? "its" : "their"} functions ${open === 1 ? "waits" : "wait"}; nothing is lost.`,
      );
  }
  if (refused.length > 0)
    parts.push(
      parts.length === 0 ? "" : " ",
      bad(`${listed(refused.map(appTitle))} ${refused.length === 1 ? "was" : "were"} not taken.`),
      " The version before keeps running.",
    );
  if (parts.length === 0) return [name(counted(good, "app")), good === 1 ? " is in sync." : " are in sync."];
  if (good > 0) parts.push(` The other ${good === 1 ? "app is" : `${counted(good, "app")} are`} in sync.`);
  return parts;
}

/** `TypeScript 4.2.0, Hono`. */
export function sdkWords(sync: SyncView | undefined): string {
  if (sync?.sdkLanguage === undefined) return "";
  const language = languages[sync.sdkLanguage] ?? sync.sdkLanguage;
  const version = sync.sdkVersion === undefined ? "" : ` ${sync.sdkVersion}`;
  const framework =
    sync.framework === undefined || sync.framework === ""
      ? ""
      : `, ${frameworks[sync.framework] ?? sync.framework}`;
  return `${language}${version}${framework}`;
}

const languages: Readonly<Record<string, string>> = {
  js: "TypeScript",
  "inngest-js": "TypeScript",
  go: "Go",
  py: "Python",
  kt: "Kotlin",
};
const frameworks: Readonly<Record<string, string>> = {
  hono: "Hono",
  nextjs: "Next.js",
  express: "Express",
  fastify: "Fastify",
  nodejs: "Node.js",
  edge: "Fetch",
};

export const checkTitles: Readonly<Record<AppCheckName, string>> = {
  "name-resolves": "Name resolves",
  "port-answers": "Port answers",
  "signature-valid": "Signature valid",
  "functions-valid": "Functions valid",
};
