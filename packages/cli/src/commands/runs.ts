// stepwell runs: the list, newest first, each with what happened and where its time went.

import { type ListAnswer, type RunsQuery, type RunView, runsLimit, runsPath } from "@stepwell/protocol/rest";
import {
  age,
  at,
  duration,
  estimate,
  harmless,
  plainText,
  runState,
  whatHappened,
} from "@stepwell/protocol/words";
import type { Command } from "commander";
import { stateColor, stateMark } from "../drawing/paint.ts";
import { type Cell, type Column, type Row, table } from "../drawing/table.ts";
import { timeBar } from "../drawing/time-bar.ts";
import type { Session } from "../session.ts";
import { type Act, acting, clientCommand } from "./client-command.ts";
import { unknownAmong } from "./known-name.ts";
import { readCount } from "./read-input.ts";
import { type RunFilterOptions, runFilterQuery, withRunFilter } from "./run-filter.ts";

interface RunsOptions extends RunFilterOptions {
  readonly limit?: string;
  readonly cursor?: string;
  readonly oldest?: boolean;
}

const examples = [
  "stepwell runs",
  "stepwell runs --status failed --from 2h",
  `stepwell runs --function shop-ship-order --if 'event.data.plan == "pro"' --took ">5s"`,
  "stepwell runs --function shop-ship-order --json",
];

export function runsCommand(session: Session): Command {
  const command = withRunFilter(clientCommand("runs", { description: "list runs, newest first", examples }))
    .option("-n, --limit <count>", `how many, at most ${runsLimit.max} (default: ${runsLimit.fallback})`)
    .option("--cursor <cursor>", "go on behind a former page")
    .option("--oldest", "oldest first");
  return command.action(
    acting(command, session, async (act) => {
      const options = command.optsWithGlobals<RunsOptions>();
      const query: RunsQuery = {
        ...runFilterQuery(options, act),
        ...(options.limit === undefined ? {} : { limit: readCount(options.limit, "--limit", runsLimit.max) }),
        ...(options.cursor === undefined ? {} : { cursor: options.cursor }),
        ...(options.oldest === true ? { order: "oldest" } : {}),
      };
      const reply = await act.client.list<RunView>(runsPath(query));
      const isEmpty = reply.body.data.length === 0 && !act.isJson;
      if (isEmpty) act.terminal.err(await unknownAmong(options.function, act));
      act.show(reply, (body) => drawRuns(body, act));
    }),
  );
}

const columns: readonly Column[] = [
  { head: "run" },
  { head: "state" },
  { head: "function", least: 12 },
  { head: "what happened", least: 16 },
  { head: "started by", least: 10, goes: 2 },
  { head: "time", goes: 1 },
  { head: "took", isRight: true, goes: 3 },
  { head: "age", isRight: true },
];

export function drawRuns({ data, page }: ListAnswer<RunView>, act: Act): string {
  const { terminal, paint } = act;
  if (data.length === 0) return "No run matches. Send an event with: stepwell send <name>\n";
  const now = terminal.now();
  const rows = data.map((run) => runRow(run, now, act));
  const more = page.hasMore
    ? [
        `${page.total === undefined ? "" : `${estimate(page.total, page.totalIsEstimate === true)} in all. `}More: --cursor ${page.cursor ?? ""}`,
      ]
    : [];
  return `${table(columns, rows, paint, terminal.columns)}${more.map((text) => `${paint("dim", text)}\n`).join("")}`;
}

function runRow(run: RunView, now: number, { paint }: Act): Row {
  const state = runState(run);
  const until = run.endedAt === undefined ? now : at(run.endedAt);
  const total = until - at(run.queuedAt);
  const parts = run.time ?? [{ kind: "ran" as const, durationMs: total }];
  const stateCell: Cell = { text: `${stateMark[state]} ${state}`, color: stateColor[state] };
  return [
    run.id,
    stateCell,
    harmless(run.function.slug),
    plainText(whatHappened(run, now)),
    harmless(run.trigger.eventName ?? run.trigger.cronSchedule ?? ""),
    timeBar(parts, paint),
    duration(total),
    age(at(run.queuedAt), now),
  ];
}
