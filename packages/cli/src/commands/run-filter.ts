// Which runs are listed, from a command line to the API's query.

import { parseDuration } from "@stepwell/protocol";
import { type RunsQuery, runStatuses } from "@stepwell/protocol/rest";
import type { Command } from "commander";
import { WrongUseError } from "../exit-code.ts";
import { choices } from "./choice.ts";
import type { Act } from "./client-command.ts";
import { readTime } from "./read-input.ts";

export interface RunFilterOptions {
  readonly status?: readonly string[];
  readonly function?: readonly string[];
  readonly app?: readonly string[];
  readonly event?: string;
  readonly from?: string;
  readonly until?: string;
  readonly search?: string;
  readonly if?: string;
  readonly took?: string;
  readonly parent?: string;
  readonly repeats?: string;
  readonly bulk?: string;
  readonly failureGroup?: string;
}

export function withRunFilter(command: Command): Command {
  return command
    .option("-s, --status <status...>", `${runStatuses.map((status) => status.toLowerCase()).join(", ")}`)
    .option("-f, --function <slug...>", "of these functions: slug or id")
    .option("-a, --app <app...>", "of these apps: name or id")
    .option("-e, --event <event-name>", "started by events of this name")
    .option("--from <time>", "queued at or after: a time, or how long ago, such as 2h")
    .option("--until <time>", "queued before")
    .option("-q, --search <words>", "words in ids and error messages; an event's id finds its runs")
    .option("--if <expression>", "for which this is true, over event and output")
    .option("--took <range>", 'how long it took from queued to ended: ">5s", "<1m", or 5s..1m')
    .option("--parent <run-id>", "invoked by a step of this run")
    .option("--repeats <run-id>", "that repeat this run")
    .option("--bulk <bulk-id>", "started by this replay")
    .option("--failure-group <failure-group>", "of this group of failures; see: stepwell failures");
}

/** @throws WrongUseError */
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
    ...(options.if === undefined ? {} : { expression: options.if }),
    ...(options.took === undefined ? {} : tookRange(options.took)),
    ...(options.parent === undefined ? {} : { parentRunId: options.parent }),
    ...(options.repeats === undefined ? {} : { originalRunId: options.repeats }),
    ...(options.bulk === undefined ? {} : { replayId: options.bulk }),
    ...(options.failureGroup === undefined ? {} : { failureGroup: options.failureGroup }),
  };
}

/** Both ends are included, but for `>` and `<`. */
function tookRange(text: string): Pick<RunsQuery, "tookFromMs" | "tookUntilMs"> {
  const [, sign = "", first = "", second] =
    /^([<>]=?)?\s*([^.]+(?:\.\d+\w+)?)(?:\.\.(.+))?$/.exec(text.trim()) ?? [];
  const firstMs = parseDuration(first);
  const secondMs = second === undefined ? undefined : parseDuration(second);
  const isRange = second !== undefined && sign === "";
  if (
    firstMs === undefined ||
    (sign === "") !== (second !== undefined) ||
    (isRange && secondMs === undefined)
  ) {
    throw new WrongUseError(
      `--took is ${JSON.stringify(text)}, but must be such as ">5s", "<1m" or 5s..1m. Shells need the quotes.`,
    );
  }
  if (secondMs !== undefined) return { tookFromMs: firstMs, tookUntilMs: secondMs };
  switch (sign) {
    case ">":
      return { tookFromMs: firstMs + 1 };
    case ">=":
      return { tookFromMs: firstMs };
    case "<":
      return { tookUntilMs: Math.max(0, firstMs - 1) };
    default:
      return { tookUntilMs: firstMs };
  }
}
