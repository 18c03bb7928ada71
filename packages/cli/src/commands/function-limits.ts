// stepwell function limits and override: who is held back by what, and other numbers for a while.

import { parseDuration } from "@stepwell/protocol";
import {
  type LimitView,
  limitNames,
  limitsPath,
  type OverrideView,
  overridePath,
  overridesPath,
} from "@stepwell/protocol/rest";
import {
  at,
  count,
  counted,
  duration,
  harmless,
  keyWords,
  moment,
  shortDuration,
} from "@stepwell/protocol/words";
import type { Command } from "commander";
import { type Column, table } from "../drawing/table.ts";
import { WrongUseError } from "../exit-code.ts";
import type { Session } from "../session.ts";
import { choices } from "./choice.ts";
import { type Act, acting, clientCommand } from "./client-command.ts";
import { knownFunction } from "./known-name.ts";
import { readCount } from "./read-input.ts";

export function limitsCommand(session: Session): Command {
  const command = clientCommand("limits <slug>", {
    description: "show a function's limits by key: what runs, what is held back",
    examples: ["stepwell function limits shop-ship-order"],
  });
  return command.action(
    acting(command, session, async (act) => {
      const [slug = ""]: readonly string[] = command.processedArgs;
      const reply = await knownFunction(slug, act, () => act.client.list<LimitView>(limitsPath(slug)));
      act.show(reply, ({ data }) =>
        data.length === 0
          ? `${harmless(slug)} has no limits\n`
          : data.map((limit) => drawLimit(limit, act)).join("\n"),
      );
    }),
  );
}

const columns: readonly Column[] = [
  { head: "  key", least: 10 },
  { head: "running", isRight: true },
  { head: "held back", isRight: true },
  { head: "oldest", isRight: true },
  { head: "next start" },
];

function drawLimit(limit: LimitView, { paint, terminal }: Act): string {
  const now = terminal.now();
  const rows = limit.keys.map((key) => [
    `  ${key.isMissing === true ? "! " : ""}${harmless(keyWords(key))}`,
    key.running === undefined ? "" : `${count(key.running)} of ${count(limit.limit)}`,
    count(key.queued),
    key.oldestQueuedAt === undefined ? "" : shortDuration(now - at(key.oldestQueuedAt)),
    key.nextStartAt === undefined ? "" : moment(at(key.nextStartAt), now),
  ]);
  const head = `${paint("bold", limit.name)}  ${limitWords(limit, now)}\n`;
  if (rows.length === 0) return `${head}  Nothing runs under it.\n`;
  const hidden = limit.keyCount - limit.keys.length;
  const more = hidden > 0 ? `  and ${counted(hidden, "more key")}\n` : "";
  return `${head}${table(columns, rows, paint, terminal.columns)}${more}`;
}

function limitWords(limit: LimitView, now: number): string {
  const period = limit.periodMs === undefined ? "" : ` in ${duration(limit.periodMs)}`;
  const key = limit.key === undefined ? "" : ` for each ${harmless(limit.key)}`;
  const { override } = limit;
  if (override === undefined) return `${count(limit.limit)}${period}${key}`;
  const until = override.until === undefined ? "" : ` until ${moment(at(override.until), now)}`;
  const by = override.by === undefined ? "" : ` by ${harmless(override.by)}`;
  const reason = override.reason === undefined ? "" : `: ${harmless(override.reason)}`;
  return `${count(limit.limit)}${period}${key}, was ${count(limit.registeredLimit)}${until}${by}${reason}`;
}

interface OverrideOptions {
  readonly reason?: string;
  readonly by?: string;
  readonly until?: string;
  readonly remove?: boolean;
}

export function overrideCommand(session: Session): Command {
  const command = clientCommand("override <slug> <limit> [value]", {
    description: "put another number in the place of the app's own, for a while or until it is removed",
    examples: [
      "stepwell function override shop-ship-order concurrency.0 20 --until 2h --reason sale",
      "stepwell function override shop-ship-order concurrency.0 --remove",
    ],
  })
    .option("--reason <words>", "why, for others to read")
    .option("--by <person>", "who does it, for others to read")
    .option("--until <time>", "until when: a time, or how long from now, such as 2h")
    .option("--remove", "let the app's own number count again");
  return command.action(
    acting(command, session, async (act) => {
      const [slug = "", name = "", value]: readonly (string | undefined)[] = command.processedArgs;
      const [limit, ...more] = choices([name], "The limit", limitNames) ?? [];
      if (limit === undefined || more.length > 0) throw new WrongUseError("Name one limit.");
      const options = command.optsWithGlobals<OverrideOptions>();
      if (options.remove === true) {
        const reply = await knownFunction(slug, act, () =>
          act.client.ask<unknown>("DELETE", overridePath(slug, limit)),
        );
        act.show(reply, () => `The app's own number of ${limit} counts again for ${harmless(slug)}\n`);
        return;
      }
      if (value === undefined) throw new WrongUseError("Give the number that is to count, or --remove.");
      const request = {
        limit,
        value: readCount(value, "The value", 1_000_000),
        ...(options.reason === undefined ? {} : { reason: options.reason }),
        ...(options.by === undefined ? {} : { by: options.by }),
        ...(options.until === undefined ? {} : { until: untilOf(options.until, act.terminal.now()) }),
      };
      const reply = await knownFunction(slug, act, () =>
        act.client.post<OverrideView>(overridesPath(slug), request),
      );
      act.show(reply, () => `${limit} of ${harmless(slug)} is ${count(request.value)} now\n`);
    }),
  );
}

function untilOf(text: string, now: number): string {
  const inMs = parseDuration(text);
  const until = inMs === undefined ? Date.parse(text) : now + inMs;
  if (Number.isFinite(until)) return new Date(until).toISOString();
  throw new WrongUseError(
    `--until is ${JSON.stringify(text)}, but must be a time such as 2026-11-24T18:00:00Z, or a duration such as 2h.`,
  );
}
