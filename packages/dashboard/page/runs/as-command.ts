// The same list of runs as a `stepwell` command and as a call of an MCP tool (spec §1.6).

import type { RunsQuery } from "@stepwell/protocol/rest";

export function asStepwellCommand(query: RunsQuery, origin: string): string {
  return [
    "stepwell runs",
    ...flag(
      "--status",
      query.status?.map((status) => status.toLowerCase()),
    ),
    ...flag("--function", query.functionId),
    ...flag("--app", query.appId),
    ...flag("--event", query.eventName),
    ...flag("--from", timeOf(query.from)),
    ...flag("--until", timeOf(query.until)),
    ...flag("--search", query.query),
    ...flag("--if", query.expression),
    ...flag("--took", tookOf(query)),
    ...flag("--parent", query.parentRunId),
    ...flag("--repeats", query.originalRunId),
    ...flag("--bulk", query.replayId),
    ...flag("--failure-group", query.failureGroup),
    ...flag("--url", origin),
  ].join(" ");
}

function tookOf({ tookFromMs, tookUntilMs }: RunsQuery): string | undefined {
  if (tookFromMs !== undefined && tookUntilMs !== undefined) return `${tookFromMs}ms..${tookUntilMs}ms`;
  if (tookFromMs !== undefined) return `>=${tookFromMs}ms`;
  return tookUntilMs === undefined ? undefined : `<=${tookUntilMs}ms`;
}

/** The call's `params`, as JSON. */
export function asMcpCall(query: RunsQuery): string {
  const { from, until, ...rest } = query;
  const time = {
    ...(from === undefined ? {} : { from: timeOf(from) }),
    ...(until === undefined ? {} : { until: timeOf(until) }),
  };
  return JSON.stringify({ name: "list_runs", arguments: { ...rest, ...time } });
}

function timeOf(time: number | undefined): string | undefined {
  return time === undefined ? undefined : new Date(time).toISOString();
}

function flag(name: string, value: string | readonly string[] | undefined): readonly string[] {
  if (value === undefined) return [];
  const values = typeof value === "string" ? [value] : value;
  return [name, ...values.map(quoted)];
}

/** As a shell takes it whole. */
function quoted(text: string): string {
  return /^[\w./:@-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}
