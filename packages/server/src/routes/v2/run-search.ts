// The search through runs by what no store has an index for: words, an expression over event and output, how long
// they took. It looks at a bounded number of runs; its cursor goes on behind them.

import { compile, type Expression, matches, payloadOf, type Run, type StoredEvent } from "@stepwell/core";
import type { RunFilter, StoreReader } from "@stepwell/engine";
import type { EventId, Json } from "@stepwell/protocol";
import type { RunsQuery } from "@stepwell/protocol/rest";
import { Refusal } from "../../http/refusal.ts";
import type { ServerContext } from "../../server-context.ts";

/** Runs that one answer looks at. */
const searchedMax = 5000;
/** How long one answer goes on looking, in ms. */
const searchedMaxMs = 200;
const chunk = 200;

export interface RunPage {
  readonly rows: readonly Run[];
  readonly next?: string;
}

/** What is searched for; undefined when the store's own filter says it all. */
export interface RunSearch {
  readonly words?: string;
  readonly expression?: Expression;
  readonly tookFromMs?: number;
  readonly tookUntilMs?: number;
  readonly originalRunId?: string;
}

/** @throws Refusal when the expression does not compile. */
export function runSearch(query: RunsQuery): RunSearch | undefined {
  const { query: words = "", expression, tookFromMs, tookUntilMs, originalRunId } = query;
  const search = {
    ...(words.trim() === "" ? {} : { words: words.trim().toLowerCase() }),
    ...(expression === undefined ? {} : { expression: filterExpression(expression) }),
    ...(tookFromMs === undefined ? {} : { tookFromMs }),
    ...(tookUntilMs === undefined ? {} : { tookUntilMs }),
    ...(originalRunId === undefined ? {} : { originalRunId }),
  };
  return Object.keys(search).length === 0 ? undefined : search;
}

/** @throws Refusal */
export function filterExpression(source: string): Expression {
  const compiled = compile(source, "filter");
  if (compiled.kind === "invalid") throw new Refusal("validation_error", compiled.reason);
  return compiled.expression;
}

/** The runs of one page that are searched for, at most `filter.limit`. */
export async function searchRuns(
  server: ServerContext,
  filter: RunFilter,
  search: RunSearch,
): Promise<RunPage> {
  const { reader } = server.engine;
  const rows: Run[] = [];
  const stopAt = server.clock.elapsed() + searchedMaxMs;
  let searched = 0;
  let cursor = filter.cursor;
  do {
    const from = { ...filter, ...(cursor === undefined ? {} : { cursor }) };
    const page = await reader.listRuns({ ...from, limit: chunk });
    const found = await searchIn(server, page.rows, search);
    const wanted = filter.limit - rows.length;
    const last = found[wanted];
    if (last !== undefined) {
      // The page ends before the first one too many; the store knows the cursor of that place.
      const part = await reader.listRuns({ ...from, limit: page.rows.indexOf(last) });
      rows.push(...found.slice(0, wanted));
      return { rows, ...(part.next === undefined ? {} : { next: part.next }) };
    }
    rows.push(...found);
    searched += page.rows.length;
    cursor = page.next;
  } while (cursor !== undefined && searched < searchedMax && server.clock.elapsed() < stopAt);
  return { rows, ...(cursor === undefined ? {} : { next: cursor }) };
}

/** Everything that is searched for, as far as one answer looks. */
export async function searchThrough(
  server: ServerContext,
  filter: RunFilter,
  search: RunSearch,
): Promise<{ readonly rows: readonly Run[]; readonly isComplete: boolean }> {
  const rows: Run[] = [];
  const stopAt = server.clock.elapsed() + searchedMaxMs;
  let searched = 0;
  let cursor: string | undefined;
  do {
    const page = await server.engine.reader.listRuns({
      ...filter,
      limit: chunk,
      ...(cursor === undefined ? {} : { cursor }),
    });
    rows.push(...(await searchIn(server, page.rows, search)));
    searched += page.rows.length;
    cursor = page.next;
  } while (cursor !== undefined && searched < searchedMax && server.clock.elapsed() < stopAt);
  return { rows, isComplete: cursor === undefined };
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
  const { words, tookFromMs, tookUntilMs, originalRunId } = search;
  const took = run.endedAt === undefined ? undefined : run.endedAt - run.queuedAt;
  return (
    (words === undefined || hasWords(run, words)) &&
    (tookFromMs === undefined || (took !== undefined && took >= tookFromMs)) &&
    (tookUntilMs === undefined || (took !== undefined && took <= tookUntilMs)) &&
    (originalRunId === undefined || run.originalRunId === originalRunId)
  );
}

function hasWords(run: Run, words: string): boolean {
  const texts = [run.id, ...run.eventIds, run.error?.name ?? "", run.error?.message ?? ""];
  return texts.some((text) => text.toLowerCase().includes(words));
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
