// stepwell failures: failed runs in groups of what is most likely one cause, with what to do about each.

import { type FailureGroup, failuresPath, type ListAnswer } from "@stepwell/protocol/rest";
import { age, at, count, errorLine, harmless } from "@stepwell/protocol/words";
import type { Command } from "commander";
import { type Cell, type Column, table } from "../drawing/table.ts";
import type { Session } from "../session.ts";
import { type Act, acting, clientCommand } from "./client-command.ts";
import { readTime } from "./read-input.ts";

const words = {
  description: "list failed runs in groups of one cause",
  examples: [
    "stepwell failures",
    "stepwell failures --from 7d --json",
    "stepwell replay --failure-group <group> --first 5",
  ],
};

export function failuresCommand(session: Session): Command {
  const command = clientCommand("failures", words)
    .option(
      "--from <time>",
      "failed at or after: a time, or how long ago, such as 2h (default: all that is kept)",
    )
    .option("--until <time>", "failed before");
  return command.action(
    acting(command, session, async (act) => {
      const { from, until } = command.optsWithGlobals<{ readonly from?: string; readonly until?: string }>();
      const now = act.terminal.now();
      const path = failuresPath({
        ...(from === undefined ? {} : { from: readTime(from, "--from", now) }),
        ...(until === undefined ? {} : { until: readTime(until, "--until", now) }),
      });
      act.show(await act.client.list<FailureGroup>(path), (body) => drawFailures(body, act));
    }),
  );
}

const columns: readonly Column[] = [
  { head: "group" },
  { head: "runs", isRight: true },
  { head: "function", least: 12 },
  { head: "step", least: 8, goes: 2 },
  { head: "error", least: 16 },
  { head: "since", isRight: true, goes: 1 },
  { head: "last", isRight: true },
  { head: "newest run" },
  { head: "state" },
];

function drawFailures({ data }: ListAnswer<FailureGroup>, { paint, terminal }: Act): string {
  if (data.length === 0) return "Nothing failed.\n";
  const now = terminal.now();
  const rows = data.map((group) => [
    group.id,
    count(group.count),
    harmless(group.function.slug),
    harmless(group.stepName ?? ""),
    { text: errorLine(group.error), color: "red" as const },
    age(at(group.firstAt), now),
    age(at(group.lastAt), now),
    group.newestRunId,
    stateOf(group),
  ]);
  const id = data[0]?.id ?? "";
  const hint = `Look at one: stepwell runs --failure-group ${id}\nTry five again: stepwell replay --failure-group ${id} --first 5\n`;
  return `${table(columns, rows, paint, terminal.columns)}${paint("dim", hint)}`;
}

/** What somebody said of a group; an open one needs no word. */
function stateOf({ state, closedBy, mutedBy }: FailureGroup): Cell {
  switch (state) {
    case "closed":
      return { text: `closed${closedBy === undefined ? "" : ` by ${harmless(closedBy)}`}`, color: "dim" };
    case "muted":
      return { text: `muted${mutedBy === undefined ? "" : ` by ${harmless(mutedBy)}`}`, color: "dim" };
    case "reopened":
      return { text: "! failed again", color: "red" };
    default:
      return { text: "" };
  }
}
