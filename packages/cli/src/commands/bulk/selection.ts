// The runs that a bulk operation means, from a command line.

import { type BulkSelection, type RestRunStatus, runStatuses } from "@stepwell/protocol/rest";
import type { Command } from "commander";
import { WrongUseError } from "../../exit-code.ts";
import { choices } from "../choice.ts";
import { readTime } from "../read-input.ts";

export interface SelectionOptions {
  readonly function?: readonly string[];
  readonly app?: readonly string[];
  readonly status?: readonly string[];
  readonly event?: string;
  readonly from?: string;
  readonly until?: string;
  readonly if?: string;
  readonly failureGroup?: string;
}

export function withSelection(command: Command, statuses: readonly RestRunStatus[], usual: string): Command {
  return command
    .option("-f, --function <slug...>", "of these functions: slug or id")
    .option("-a, --app <app...>", "of these apps: name or id")
    .option(
      "-s, --status <status...>",
      `${statuses.map((status) => status.toLowerCase()).join(", ")} (default: ${usual})`,
    )
    .option("-e, --event <event-name>", "started by events of this name")
    .option("--from <time>", "queued at or after: a time, or how long ago, such as 2h")
    .option("--until <time>", "queued before (default: now)")
    .option("--if <expression>", 'for which this is true, such as event.data.plan == "pro"');
}

export function hasSelection(options: SelectionOptions): boolean {
  const { function: functions, app, event, from, until, if: expression, failureGroup, status } = options;
  return [functions, app, event, from, until, expression, failureGroup, status].some(
    (item) => item !== undefined,
  );
}

/**
 * @param statuses those that the operation knows.
 * @throws WrongUseError
 */
export function selectionOf(
  options: SelectionOptions,
  statuses: readonly RestRunStatus[],
  now: number,
): BulkSelection {
  const status = choices(options.status, "--status", runStatuses);
  const wrong = status?.find((item) => !statuses.includes(item));
  if (wrong !== undefined) {
    const known = statuses.map((item) => item.toLowerCase()).join(", ");
    throw new WrongUseError(
      `Runs that are ${wrong.toLowerCase()} cannot be meant here. --status may be: ${known}.`,
    );
  }
  const time = (text: string, flag: string): string => new Date(readTime(text, flag, now)).toISOString();
  return {
    ...(options.function === undefined ? {} : { functionId: options.function }),
    ...(options.app === undefined ? {} : { appId: options.app }),
    ...(status === undefined ? {} : { status }),
    ...(options.event === undefined ? {} : { eventName: options.event }),
    ...(options.from === undefined ? {} : { from: time(options.from, "--from") }),
    ...(options.until === undefined ? {} : { until: time(options.until, "--until") }),
    ...(options.if === undefined ? {} : { expression: options.if }),
    ...(options.failureGroup === undefined ? {} : { failureGroup: options.failureGroup }),
  };
}
