// stepwell runs: the list, newest first, each with what happened and where its time went.

import {
  type ListAnswer,
  type RunsQuery,
  type RunView,
  runStatuses,
  runsLimit,
  runsPath,
} from "@stepwell/protocol/rest";
import type { Command } from "commander";
import { stateColor, stateMark } from "../drawing/paint.ts";
import { type Cell, type Column, type Row, table } from "../drawing/table.ts";
import { timeBar } from "../drawing/time-bar.ts";
import type { Session } from "../session.ts";
import { age, at } from "../words/moment.ts";
import { count, duration } from "../words/number.ts";
import { harmless } from "../words/one-line.ts";
import { runState, whatHappened } from "../words/run-words.ts";
import { choices } from "./choice.ts";
import { type Act, acting, clientCommand } from "./client-command.ts";
import { unknownAmong } from "./known-function.ts";
import { readCount, readTime } from "./read-input.ts";

export interface RunFilterOptions {
  readonly status?: readonly string[];
  readonly function?: readonly string[];
  readonly app?: readonly string[];
  readonly event?: string;
  readonly from?: string;
  readonly until?: string;
  readonly search?: string;
}

interface RunsOptions extends RunFilterOptions {
  readonly limit?: string;
  readonly cursor?: string;
  readonly oldest?: boolean;
}

const examples = [
  "stepwell runs",
  "stepwell runs --status failed --from 2h",
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

export function withRunFilter(command: Command): Command {
  return command
    .option("-s, --status <status...>", `${runStatuses.map((status) => status.toLowerCase()).join(", ")}`)
    .option("-f, --function <slug...>", "of these functions: slug or id")
    .option("-a, --app <app...>", "of these apps: name or id")
    .option("-e, --event <event-name>", "started by events of this name")
    .option("--from <time>", "queued at or after: a time, or how long ago, such as 2h")
    .option("--until <time>", "queued before")
    .option("-q, --search <words>", "words in ids and error messages; an event's id finds its runs");
}

export function runFilterQuery(options: RunFilterOptions, { terminal }: Pick<Act, "terminal">): RunsQuery {
  const status = choices(options.status, "--status", runStatuses);
  const now = terminal.now();
  return {
    ...(status === undefined ? {} : { status }),
    ...(options.function === undefined ? {} : { functionId: options.function }),
    ...(options.app === undefined ? {} : { appId: options.app }),
    ...(options.event === undefined ? {} : { eventName: options.event }),
    ...(options.from === undefined ? {} : { from: readTime(options.from, "--from", now) }),
    ...(options.until === undefined ? {} : { until: readTime(options.until, "--until", now) }),
    ...(options.search === undefined ? {} : { query: options.search }),
  };
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
        `${page.total === undefined ? "" : `${page.totalIsEstimate === true ? "about " : ""}${count(page.total)} in all. `}More: --cursor ${page.cursor ?? ""}`,
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
    whatHappened(run, now),
    harmless(run.trigger.eventName ?? run.trigger.cronSchedule ?? ""),
    timeBar(parts, paint),
    duration(total),
    age(at(run.queuedAt), now),
  ];
}
