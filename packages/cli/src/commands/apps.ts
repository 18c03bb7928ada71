// stepwell apps: where apps are and how their last sync went; adding, syncing and removing them.

import {
  type AppView,
  appPath,
  appSyncsPath,
  appsPath,
  type ListAnswer,
  type SyncAnswer,
} from "@stepwell/protocol/rest";
import {
  type AppState,
  age,
  appState,
  appStateWords,
  appTitle,
  at,
  count,
  counted,
  harmless,
  sdkWords,
} from "@stepwell/protocol/words";
import type { Command } from "commander";
import type { Reply } from "../client/rest-client.ts";
import type { Color } from "../drawing/paint.ts";
import { type Cell, type Column, table } from "../drawing/table.ts";
import { EndedError, exitCode } from "../exit-code.ts";
import type { Session } from "../session.ts";
import { type Act, acting, clientCommand, withSubcommands } from "./client-command.ts";
import { confirm } from "./confirm.ts";
import { knownApp } from "./known-name.ts";

export function appsCommand(session: Session): Command {
  const command = clientCommand("apps", {
    description: "list apps: where they are, and how their last sync went",
    examples: [
      "stepwell apps",
      "stepwell apps sync shop",
      "stepwell apps add http://localhost:3000/api/inngest",
    ],
  });
  command.action(
    acting(command, session, async (act) => {
      act.show(await act.client.list<AppView>(appsPath()), (body) => drawApps(body, act));
    }),
  );
  return withSubcommands(
    command,
    [addApp, syncApp, removeApp].map((subcommand) => subcommand(session)),
  );
}

const columns: readonly Column[] = [
  { head: "app", least: 10 },
  { head: "state" },
  { head: "address", least: 16 },
  { head: "sdk", least: 8 },
  { head: "functions", isRight: true },
  { head: "open runs", isRight: true },
  { head: "synced", isRight: true },
];

function drawApps({ data }: ListAnswer<AppView>, { paint, terminal }: Act): string {
  if (data.length === 0)
    return "No app is known. Start one, or add its address with: stepwell apps add http://localhost:3000/api/inngest\n";
  const now = terminal.now();
  const rows = data.map((app) => {
    const { latestSync: sync } = app;
    return [
      app.name === "" ? "(no answer yet)" : harmless(app.name),
      stateCell(app),
      harmless(app.url ?? ""),
      harmless(sdkWords(sync)),
      count(app.functionCount),
      count(app.openRuns ?? 0),
      sync?.syncedAt === undefined ? "" : age(at(sync.syncedAt), now),
    ];
  });
  const errors = data.flatMap((app) =>
    app.latestSync?.error === undefined
      ? []
      : [`${paint("red", `✗ ${harmless(appTitle(app))}`)}: ${harmless(app.latestSync.error)}\n`],
  );
  const told = errors.length === 0 ? "" : `\n${errors.join("")}`;
  return `${table(columns, rows, paint, terminal.columns)}${told}`;
}

const marks: Readonly<Record<AppState["kind"], { readonly mark: string; readonly color: Color }>> = {
  "in-sync": { mark: "✓ ", color: "green" },
  pending: { mark: "… ", color: "amber" },
  away: { mark: "✗ ", color: "red" },
  refused: { mark: "✗ ", color: "red" },
  removed: { mark: "", color: "dim" },
};

function stateCell(app: AppView): Cell {
  const state = appState(app);
  const { mark, color } = marks[state.kind];
  return { text: `${mark}${appStateWords(state)}`, color };
}

function addApp(session: Session): Command {
  const command = clientCommand("add <url>", {
    description: "add an app by its address, and sync it",
    examples: ["stepwell apps add http://localhost:3000/api/inngest"],
  });
  return command.action(
    acting(command, session, async (act) => {
      const [address = ""]: readonly string[] = command.processedArgs;
      const url = /^[a-z]+:\/\//i.test(address) ? address : `http://${address}`;
      told(await act.client.post<SyncAnswer>(appsPath(), { url }), url, act);
    }),
  );
}

function syncApp(session: Session): Command {
  const command = clientCommand("sync <app>", {
    description: "ask an app again which functions it has",
    examples: ["stepwell apps sync shop", "stepwell apps sync shop --to http://localhost:4000/api/inngest"],
  }).option("--to <address>", "the app's new address");
  return command.action(
    acting(command, session, async (act) => {
      const [app = ""]: readonly string[] = command.processedArgs;
      const { to } = command.optsWithGlobals<{ readonly to?: string }>();
      const body = to === undefined ? {} : { url: to };
      const reply = await knownApp(app, act, () => act.client.post<SyncAnswer>(appSyncsPath(app), body));
      told(reply, app, act);
    }),
  );
}

/** A sync that failed is an answer; the command has failed all the same. */
function told(reply: Reply<{ readonly data: SyncAnswer }>, what: string, act: Act): void {
  const { status, modified, error } = reply.body.data;
  act.show(reply, () => {
    if (status === "FAILED") return "";
    return `Synced ${harmless(what)}${modified === false ? ", nothing changed" : ""}\n`;
  });
  if (status !== "FAILED") return;
  act.terminal.err(`error: ${harmless(error ?? `The sync of ${what} failed.`)}\n`);
  throw new EndedError(exitCode.failed);
}

function removeApp(session: Session): Command {
  const command = clientCommand("remove <app>", {
    description: "remove an app: its functions are archived, its open runs end",
    examples: ["stepwell apps remove shop", "stepwell apps remove shop --yes"],
  }).option("-y, --yes", "do not ask");
  return command.action(
    acting(command, session, async (act) => {
      const [name = ""]: readonly string[] = command.processedArgs;
      const { yes } = command.optsWithGlobals<{ readonly yes?: boolean }>();
      const { body } = await knownApp(name, act, () => act.client.get<AppView>(appPath(name)));
      const { functionCount, openRuns = 0 } = body.data;
      const what = `${counted(functionCount, "function")} and ${counted(openRuns, "open run")}`;
      await confirm(`Remove ${harmless(name)}, with ${what}?`, yes === true, act);
      act.show(await act.client.ask("DELETE", appPath(name)), () => `Removed ${harmless(name)}\n`);
    }),
  );
}
