// GET /api/v2/runs: pages of runs, and the search through them.

import type { Run } from "@stepwell/core";
import type { RunDetail, RunFilter, StoreReader } from "@stepwell/engine";
import { asEventId, asRunId, isUlid } from "@stepwell/protocol";
import { type PageInfo, parseRunsQuery, type RunsQuery, type RunView } from "@stepwell/protocol/rest";
import type { Context } from "hono";
import { restFailure } from "../../http/failure.ts";
import { searchParams } from "../../http/query.ts";
import type { ServerContext } from "../../server-context.ts";
import type { Known } from "../../views/directory.ts";
import { listedLengthMax, runView } from "../../views/run-view.ts";
import { listAnswer, wholeList } from "./answers.ts";
import { runFilter } from "./run-filter.ts";

/** A search by words looks at no more runs than this at a time; its cursor goes on behind them. */
const searchedMax = 2000;
/** Stop reading details of rows once their results are this long together, in UTF-16 units. */
const detailLengthMax = 16_000_000;
const detailsAtOnce = 16;

type Query = RunsQuery & { readonly limit: number };

export async function listRuns(context: Context, server: ServerContext): Promise<Response> {
  const query = parseRunsQuery(searchParams(context));
  if (query.kind === "invalid") return restFailure(context, "invalid_request", query.reason);
  const known = await server.directory.read();
  const words = query.value.query?.trim() ?? "";
  if (isUlid(words.toUpperCase())) {
    const runs = await runsById(words.toUpperCase(), server.engine.reader);
    return wholeList(context, server, await runRows(runs, server, known, query.value));
  }
  const filter = runFilter(query.value, known);
  const page =
    words === "" ? await fullPage(server.engine.reader, filter) : await search(server, filter, words);
  const total = words === "" ? await countOf(server.engine.reader, filter) : {};
  const info: PageInfo = {
    hasMore: page.next !== undefined,
    limit: filter.limit,
    ...(page.next === undefined ? {} : { cursor: page.next }),
    ...total,
  };
  return listAnswer(context, server, await runRows(page.rows, server, known, query.value), info);
}

/** A run's id finds the run, an event's id the runs that it started. */
async function runsById(id: string, reader: StoreReader): Promise<readonly Run[]> {
  const found = await reader.readRun(asRunId(id));
  return found === undefined ? await reader.runsOfEvent(asEventId(id)) : [found.run];
}

interface RunPage {
  readonly rows: readonly Run[];
  readonly next?: string;
}

/** The store may end a page early; people expect full ones. */
async function fullPage(reader: StoreReader, filter: RunFilter): Promise<RunPage> {
  let page: RunPage = await reader.listRuns(filter);
  while (page.next !== undefined && page.rows.length < filter.limit) {
    const limit = filter.limit - page.rows.length;
    const more = await reader.listRuns({ ...filter, cursor: page.next, limit });
    page = { ...more, rows: [...page.rows, ...more.rows] };
  }
  return page;
}

async function search(server: ServerContext, filter: RunFilter, words: string): Promise<RunPage> {
  const wanted = words.toLowerCase();
  const rows: Run[] = [];
  let searched = 0;
  let cursor = filter.cursor;
  do {
    const page = await server.engine.reader.listRuns({
      ...filter,
      ...(cursor === undefined ? {} : { cursor }),
    });
    rows.push(...page.rows.filter((run) => matches(run, wanted)));
    searched += page.rows.length;
    cursor = page.next;
  } while (cursor !== undefined && rows.length < filter.limit && searched < searchedMax);
  return { rows, ...(cursor === undefined ? {} : { next: cursor }) };
}

function matches(run: Run, wanted: string): boolean {
  const texts = [run.id, ...run.eventIds, run.error?.name ?? "", run.error?.message ?? ""];
  return texts.some((text) => text.toLowerCase().includes(wanted));
}

/** Counting may take too long for an answer; the list then goes without. */
async function countOf(reader: StoreReader, filter: RunFilter): Promise<{ readonly total?: number }> {
  try {
    return { total: await reader.countRuns(filter) };
  } catch {
    return {};
  }
}

/** Rows with what they do right now, for as many as can be read in reasonable time. */
export async function runRows(
  runs: readonly Run[],
  server: ServerContext,
  known: Known,
  query: Pick<Query, "includeOutput"> = {},
): Promise<readonly RunView[]> {
  const { reader } = server.engine;
  const details = await detailsOf(runs, reader);
  const bare = runs
    .filter((run) => !details.has(run.id))
    .flatMap(({ eventIds: [first] }) => (first === undefined ? [] : [first]));
  const events = new Map((await reader.readEvents(bare)).map((event) => [event.id, event]));
  const now = server.clock.now();
  return runs.map((run) => {
    const [first] = run.eventIds;
    return runView(run, {
      known,
      now,
      detail: details.get(run.id),
      event: first === undefined ? undefined : events.get(first),
      outputLengthMax: query.includeOutput === false ? 0 : listedLengthMax,
    });
  });
}

async function detailsOf(runs: readonly Run[], reader: StoreReader): Promise<ReadonlyMap<string, RunDetail>> {
  const details = new Map<string, RunDetail>();
  let length = 0;
  for (let start = 0; start < runs.length && length < detailLengthMax; start += detailsAtOnce) {
    const part = runs.slice(start, start + detailsAtOnce);
    for (const detail of await Promise.all(part.map((run) => reader.readRun(run.id)))) {
      if (detail === undefined) continue;
      details.set(detail.run.id, detail);
      for (const step of detail.steps) length += step.result?.length ?? 0;
    }
  }
  return details;
}
