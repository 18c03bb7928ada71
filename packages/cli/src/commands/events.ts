// stepwell events: the list, newest first, with what each event did.

import {
  type EventsQuery,
  type EventView,
  eventsLimit,
  eventsPath,
  type ListAnswer,
} from "@stepwell/protocol/rest";
import { age, at, effectsLine, harmless, oneLine } from "@stepwell/protocol/words";
import type { Command } from "commander";
import { type Column, table } from "../drawing/table.ts";
import type { Session } from "../session.ts";
import { type Act, acting, clientCommand } from "./client-command.ts";
import { readCount, readTime } from "./read-input.ts";

interface EventsOptions {
  readonly name?: string;
  readonly from?: string;
  readonly until?: string;
  readonly search?: string;
  readonly if?: string;
  readonly system?: boolean;
  readonly limit?: string;
  readonly cursor?: string;
}

const words = {
  description: "list events, newest first, with what they did",
  examples: [
    "stepwell events",
    'stepwell events --name "order/*" --from 2h',
    "stepwell events --system --json",
  ],
};

export function eventsCommand(session: Session): Command {
  const command = clientCommand("events", words)
    .option("-e, --name <event-name>", "of this name, or beginning as in order/*")
    .option("--from <time>", "received at or after: a time, or how long ago, such as 2h")
    .option("--until <time>", "received before")
    .option("-q, --search <words>", "words in ids and names")
    .option("--if <expression>", 'for which this is true, such as event.data.plan == "pro"')
    .option("--system", "the engine's own events too")
    .option("-n, --limit <count>", `how many, at most ${eventsLimit.max} (default: ${eventsLimit.fallback})`)
    .option("--cursor <cursor>", "go on behind a former page");
  return command.action(
    acting(command, session, async (act) => {
      const query = queryOf(command.optsWithGlobals<EventsOptions>(), act.terminal.now());
      const reply = await act.client.list<EventView>(eventsPath(query));
      act.show(reply, (body) => drawEvents(body, act));
    }),
  );
}

function queryOf(options: EventsOptions, now: number): EventsQuery {
  return {
    ...(options.name === undefined ? {} : { name: options.name }),
    ...(options.from === undefined ? {} : { from: readTime(options.from, "--from", now) }),
    ...(options.until === undefined ? {} : { until: readTime(options.until, "--until", now) }),
    ...(options.search === undefined ? {} : { query: options.search }),
    ...(options.if === undefined ? {} : { expression: options.if }),
    ...(options.system === true ? { includeInternal: true } : {}),
    ...(options.limit === undefined ? {} : { limit: readCount(options.limit, "--limit", eventsLimit.max) }),
    ...(options.cursor === undefined ? {} : { cursor: options.cursor }),
  };
}

const columns: readonly Column[] = [
  { head: "event" },
  { head: "name", least: 14 },
  { head: "what it did", least: 12 },
  { head: "data", least: 10 },
  { head: "age", isRight: true },
];

function drawEvents({ data, page }: ListAnswer<EventView>, { paint, terminal }: Act): string {
  if (data.length === 0) return "No event matches. Send one with: stepwell send <name>\n";
  const now = terminal.now();
  const rows = data.map((event) => [
    event.id,
    harmless(event.name),
    effectsLine(event.effects).text,
    event.data === undefined ? "large" : oneLine(event.data, 60),
    age(at(event.receivedAt), now),
  ]);
  const more = page.hasMore ? `${paint("dim", `More: --cursor ${page.cursor ?? ""}`)}\n` : "";
  return `${table(columns, rows, paint, terminal.columns)}${more}`;
}
