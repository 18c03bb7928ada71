// stepwell functions: what is registered, with triggers and live figures.

import { type FunctionView, functionsPath, type ListAnswer } from "@stepwell/protocol/rest";
import { count, duration, harmless, percent } from "@stepwell/protocol/words";
import type { Command } from "commander";
import { type Cell, type Column, table } from "../drawing/table.ts";
import type { Session } from "../session.ts";
import { type Act, acting, clientCommand } from "./client-command.ts";

const words = {
  description: "list functions with their triggers and figures",
  examples: ["stepwell functions", "stepwell functions --app shop", "stepwell functions --json"],
};

export function functionsCommand(session: Session): Command {
  const command = clientCommand("functions", words).option("-a, --app <app>", "of this app: name or id");
  return command.action(
    acting(command, session, async (act) => {
      const { app } = command.optsWithGlobals<{ readonly app?: string }>();
      const path = functionsPath(app === undefined ? {} : { appId: app });
      act.show(await act.client.list<FunctionView>(path), (body) => drawFunctions(body, act));
    }),
  );
}

const columns: readonly Column[] = [
  { head: "function", least: 14 },
  { head: "triggers", least: 14 },
  { head: "running", isRight: true },
  { head: "queued", isRight: true },
  { head: "failed", isRight: true },
  { head: "p50", isRight: true },
  { head: "state" },
];

function drawFunctions({ data }: ListAnswer<FunctionView>, { paint, terminal }: Act): string {
  if (data.length === 0)
    return "No function is registered. Start your app, or add its address with: stepwell apps add <url>\n";
  const rows = data.map((item) => {
    const { figures } = item;
    const day = figures?.lastDay;
    return [
      harmless(item.slug),
      triggerWords(item),
      figures === undefined ? "" : count(figures.running),
      figures === undefined ? "" : count(figures.queued),
      day === undefined ? "" : percent(day.failed, day.completed + day.failed),
      day?.p50Ms === undefined ? "" : duration(day.p50Ms),
      stateOf(item),
    ];
  });
  return table(columns, rows, paint, terminal.columns);
}

export function triggerWords({ triggers }: FunctionView): string {
  if (triggers.length === 0) return "invoked only";
  return triggers
    .map(({ value, expression }) => harmless(expression === undefined ? value : `${value} if …`))
    .join(", ");
}

function stateOf({ isPaused, isArchived, warnings = [] }: FunctionView): Cell {
  if (isArchived) return { text: "archived", color: "dim" };
  if (isPaused) return { text: "paused", color: "amber" };
  return warnings.length === 0 ? { text: "" } : { text: "! look", color: "red" };
}
