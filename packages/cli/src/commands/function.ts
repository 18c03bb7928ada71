// stepwell function <slug>: one function in words, and what may be done to it.

import { isJsonObject, type Json } from "@stepwell/protocol";
import { type FunctionView, functionPath } from "@stepwell/protocol/rest";
import {
  at,
  count,
  counted,
  duration,
  functionSentence,
  harmless,
  moment,
  oneLine,
  percent,
  plainText,
  shortDuration,
} from "@stepwell/protocol/words";
import type { Command } from "commander";
import { facts } from "../drawing/facts.ts";
import type { Session } from "../session.ts";
import { type Act, acting, clientCommand, withSubcommands } from "./client-command.ts";
import { functionActions } from "./function-actions.ts";
import { limitsCommand, overrideCommand } from "./function-limits.ts";
import { knownFunction } from "./known-name.ts";

const words = {
  description: "show a function; pause, resume, drain, invoke or limit it",
  examples: [
    "stepwell function shop-ship-order",
    "stepwell function pause shop-ship-order --by ana",
    "stepwell function limits shop-ship-order",
    `stepwell function invoke shop-ship-order '{"orderId":42}'`,
  ],
};

export function functionCommand(session: Session): Command {
  const command = clientCommand("function <slug>", words);
  command.action(
    acting(command, session, async (act) => {
      const [slug = ""]: readonly string[] = command.processedArgs;
      const reply = await knownFunction(slug, act, () => act.client.get<FunctionView>(functionPath(slug)));
      act.show(reply, ({ data }) => drawFunction(data, act));
    }),
  );
  const subcommands = [...functionActions, limitsCommand, overrideCommand];
  return withSubcommands(
    command,
    subcommands.map((subcommand) => subcommand(session)),
  );
}

function drawFunction(view: FunctionView, { paint, terminal }: Act): string {
  const now = terminal.now();
  const sentence = plainText(functionSentence(view, [], now));
  return `${paint("bold", harmless(view.slug))}  ${sentence}\n\n${facts(factsOf(view, now), paint)}\n`;
}

function factsOf(view: FunctionView, now: number): readonly (readonly [string, string | undefined])[] {
  const { figures } = view;
  const day = figures?.lastDay;
  const finished = day === undefined ? undefined : day.completed + day.failed;
  const triggers = view.triggers.map(({ value, expression, nextAt }): readonly [string, string] => {
    const filter = expression === undefined ? "" : ` if ${harmless(expression)}`;
    const next = nextAt === undefined ? "" : `, next ${moment(at(nextAt), now)}`;
    return ["trigger", `${harmless(value)}${filter}${next}`];
  });
  return [
    ["name", harmless(view.name)],
    ["app", harmless(view.app.name)],
    ...triggers,
    ["on failure", view.failureHandler === undefined ? undefined : harmless(view.failureHandler.slug)],
    ["attempts", String(view.maxAttempts)],
    ...configuration(view.configuration),
    ["running", figures === undefined ? undefined : count(figures.running)],
    ["queued", figures === undefined ? undefined : count(figures.queued)],
    [
      "oldest queued",
      figures?.oldestQueuedAt === undefined
        ? undefined
        : `${shortDuration(now - at(figures.oldestQueuedAt))} ago`,
    ],
    [
      "last 24 h",
      day === undefined || finished === undefined
        ? undefined
        : `${counted(finished, "run")} finished, failed ${percent(day.failed, finished)}`,
    ],
    [
      "took",
      day?.p50Ms === undefined
        ? undefined
        : `p50 ${duration(day.p50Ms)}${day.p95Ms === undefined ? "" : `, p95 ${duration(day.p95Ms)}`}`,
    ],
  ];
}

/** The options as registered, one line each; `retries` is said as attempts already. */
function configuration(options: FunctionView["configuration"]): readonly (readonly [string, string])[] {
  return Object.entries(options)
    .filter(([name]) => name !== "retries")
    .flatMap(([name, value]) => entriesOf(harmless(name), value ?? null));
}

function entriesOf(name: string, value: Json): readonly (readonly [string, string])[] {
  if (Array.isArray(value)) return value.flatMap((item: Json) => entriesOf(name, item));
  if (!isJsonObject(value)) return [[name, oneLine(value)]];
  const parts = Object.entries(value).map(([key, item]) => `${harmless(key)} ${bare(item ?? null)}`);
  return [[name, parts.join(", ")]];
}

/** Texts of a configuration stand without quotes. */
function bare(value: Json): string {
  return typeof value === "string" ? harmless(value) : oneLine(value);
}
