// Apps in words: whether each is in sync, and what to do where one is not (spec §6.5, §10).

import type { AppCheckName, AppView, SyncChange, SyncRecord, SyncView } from "@stepwell/protocol/rest";
import { at } from "./clock-time.ts";
import { counted, shortDuration } from "./number.ts";
import { bad, listed, name, type Part, type Sentence } from "./part.ts";

export type AppState =
  | { readonly kind: "in-sync" }
  | { readonly kind: "removed" }
  | { readonly kind: "pending" }
  /** It does not answer. */
  | { readonly kind: "away"; readonly since?: number }
  /** It answers, but its functions were refused. */
  | { readonly kind: "refused" };

export function appState(app: AppView): AppState {
  if (app.isArchived) return { kind: "removed" };
  const sync = app.latestSync;
  if (sync === undefined || sync.status === "PENDING") return { kind: "pending" };
  if (sync.status === "SUCCESS" && app.isReachable !== false && sync.refused === undefined)
    return { kind: "in-sync" };
  if (app.isReachable === false && !isRefusal(sync)) {
    const since = app.lastAnswerAt;
    return since === undefined ? { kind: "away" } : { kind: "away", since: at(since) };
  }
  return { kind: "refused" };
}

/** The app answered, with something that could not be taken. */
function isRefusal(sync: SyncView): boolean {
  return sync.refused !== undefined || /expression|function|answered|signature|key/i.test(sync.error ?? "");
}

export function appTitle(app: AppView): string {
  return app.name === "" ? (app.url ?? "an app") : app.name;
}

export function appStateWords(state: AppState, now: number): string {
  switch (state.kind) {
    case "in-sync":
      return "in sync";
    case "removed":
      return "removed";
    case "pending":
      return "not synced yet";
    case "away":
      return state.since === undefined
        ? "does not answer"
        : `does not answer, ${shortDuration(now - state.since)}`;
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

/** What a sync changed, in one line. */
export function syncLine(sync: SyncRecord): Sentence {
  if (sync.status === "FAILED") return [bad(sync.error ?? "It failed.")];
  const changes = sync.changes ?? [];
  const parts = (["added", "changed", "removed"] as const).flatMap((kind) => {
    const some = changes.filter((change) => change.change === kind);
    return some.length === 0 ? [] : [changeWords(kind, some)];
  });
  const unchanged = sync.unchanged ?? 0;
  const rest = unchanged === 0 ? "" : `${parts.length === 0 ? "" : ", "}${unchanged} unchanged`;
  const failed = sync.failedSince ?? 0;
  return [
    ...parts.flatMap((part, index) => (index === 0 ? part : ["; ", ...part])),
    rest,
    ...(failed === 0 ? [] : [". ", bad(`${counted(failed, "run")} failed since`)]),
  ];
}

const namesShown = 3;

function changeWords(kind: string, changes: readonly SyncChange[]): readonly Part[] {
  const shown = changes
    .slice(0, namesShown)
    .flatMap((change, index): readonly Part[] => [
      index === 0 ? "" : ", ",
      kind === "removed"
        ? name(change.name)
        : name(change.name, `/functions/${encodeURIComponent(change.slug)}`),
    ]);
  const more = changes.length > namesShown ? ` and ${changes.length - namesShown} more` : "";
  return [`${changes.length} ${kind}: `, ...shown, more];
}
