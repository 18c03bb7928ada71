// The search through runs by what no store has an index for: words, an expression over event and output, how long
// they took.

import {
  compile,
  type Expression,
  hasWords,
  matches,
  payloadOf,
  type Run,
  type StoredEvent,
} from "@stepwell/core";
import type { RunFilter, StoreReader } from "@stepwell/engine";
import type { EventId, Json } from "@stepwell/protocol";
import type { RunsQuery } from "@stepwell/protocol/rest";
import { Refusal } from "../../http/refusal.ts";
import type { ServerContext } from "../../server-context.ts";
import type { PageSearch } from "./bounded-search.ts";

/** What is searched for; undefined when the store's own filter says it all. */
export interface RunSearch {
  readonly words?: string;
  readonly expression?: Expression;
  readonly tookFromMs?: number;
  readonly tookUntilMs?: number;
}

/** @throws Refusal when the expression does not compile. */
export function runSearch(query: RunsQuery): RunSearch | undefined {
  const { query: words = "", expression, tookFromMs, tookUntilMs } = query;
  const search = {
    ...(words.trim() === "" ? {} : { words: words.trim().toLowerCase() }),
    ...(expression === undefined ? {} : { expression: filterExpression(expression) }),
    ...(tookFromMs === undefined ? {} : { tookFromMs }),
    ...(tookUntilMs === undefined ? {} : { tookUntilMs }),
  };
  return Object.keys(search).length === 0 ? undefined : search;
}

/** @throws Refusal */
export function filterExpression(source: string): Expression {
  const compiled = compile(source, "filter");
  if (compiled.kind === "invalid") throw new Refusal("validation_error", compiled.reason);
  return compiled.expression;
}

/** The list of runs that a filter means, searched. */
export function runPages(server: ServerContext, filter: RunFilter, search: RunSearch): PageSearch<Run> {
  return {
    list: (cursor, limit) =>
      server.engine.reader.listRuns({ ...filter, limit, ...(cursor === undefined ? {} : { cursor }) }),
    find: (runs) => searchIn(server, runs, search),
    cursor: filter.cursor,
  };
}

async function searchIn(
  server: ServerContext,
  runs: readonly Run[],
  search: RunSearch,
): Promise<readonly Run[]> {
  const likely = runs.filter((run) => matchesRow(run, search));
  const { expression } = search;
  if (expression === undefined || likely.length === 0) return likely;
  const events = await firstEvents(server.engine.reader, likely);
  const now = server.clock.now();
  return likely.filter((run) => {
    const event = run.eventIds[0] === undefined ? undefined : events.get(run.eventIds[0]);
    return event !== undefined && matches(expression, runScope(run, event, now)).kind === "matched";
  });
}

function matchesRow(run: Run, search: RunSearch): boolean {
  const { words, tookFromMs, tookUntilMs } = search;
  const took = run.endedAt === undefined ? undefined : run.endedAt - run.queuedAt;
  return (
    (words === undefined || hasWords(run, words)) &&
    (tookFromMs === undefined || (took !== undefined && took >= tookFromMs)) &&
    (tookUntilMs === undefined || (took !== undefined && took <= tookUntilMs))
  );
}

export async function firstEvents(
  reader: StoreReader,
  runs: readonly Run[],
): Promise<ReadonlyMap<EventId, StoredEvent>> {
  const ids = runs.flatMap(({ eventIds: [first] }) => (first === undefined ? [] : [first]));
  const events = await reader.readEvents([...new Set(ids)]);
  return new Map(events.map((event) => [event.id, event]));
}

/** What an expression sees of a run; a failed one's output is its error. */
function runScope(run: Run, event: StoredEvent, now: number) {
  const output = run.output === undefined ? run.error && JSON.stringify(run.error) : run.output;
  return {
    event: payloadOf(event) as unknown as Json,
    ...(output === undefined ? {} : { output: JSON.parse(output) as Json }),
    now,
  };
}
