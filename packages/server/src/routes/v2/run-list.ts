// GET /api/v2/runs: pages of runs, and the search through them.

import type { LaneFigures, Run } from "@stepwell/core";
import type { Page, RunDetail, RunFilter, StoreReader } from "@stepwell/engine";
import { asEventId, asRunId, type FunctionId, isUlid } from "@stepwell/protocol";
import type { PageInfo, RunsQuery, RunView } from "@stepwell/protocol/rest";
import type { Route } from "../../http/route.ts";
import { runView } from "../../schemas/run.ts";
import { runsQuery } from "../../schemas/run-query.ts";
import type { ServerContext } from "../../server-context.ts";
import type { Known } from "../../views/directory.ts";
import { repetitionsOf } from "../../views/run-detail-view.ts";
import { listedLengthMax, runView as viewOf } from "../../views/run-view.ts";
import { searchPage } from "./bounded-search.ts";
import { type RestPage, restList, wholeList } from "./rest-route.ts";
import { runFilter, runStatus } from "./run-filter.ts";
import { firstEvents, runPages, runSearch } from "./run-search.ts";

/** Stop reading details of rows once their results are this long together, in UTF-16 units. */
const detailLengthMax = 16_000_000;
const detailsAtOnce = 16;

type Query = RunsQuery & { readonly limit: number; readonly isDeferred?: boolean };

export const runListRoute: Route = restList({
  method: "get",
  path: "/runs",
  id: "listRuns",
  tag: "Runs",
  summary: "Runs, newest first",
  query: runsQuery,
  item: runView,
  refusals: ["validation_error"],
  handle: ({ server, query }) => listRuns(server, query),
});

export async function listRuns(server: ServerContext, query: Query): Promise<RestPage<RunView>> {
  const known = await server.directory.read();
  const words = query.query?.trim() ?? "";
  if (isUlid(words.toUpperCase())) {
    const runs = await runsById(words.toUpperCase(), server.engine.reader);
    return wholeList(await runRows(runs, server, known, query));
  }
  if (query.isDeferred === true) return wholeList([]);
  const filter = runFilter(query, known);
  const search = runSearch(query);
  const { parentRunId, originalRunId } = query;
  const { reader } = server.engine;
  if (parentRunId !== undefined) {
    const children = isUlid(parentRunId) ? await reader.runsInvokedBy(asRunId(parentRunId)) : [];
    return await relatives(children, server, query);
  }
  if (originalRunId !== undefined) {
    const original = isUlid(originalRunId) ? await reader.readRun(asRunId(originalRunId)) : undefined;
    const repetitions = original === undefined ? [] : await repetitionsOf(original.run, reader);
    return await relatives(repetitions, server, query);
  }
  const found =
    search === undefined
      ? await fullPage(server.engine.reader, filter)
      : await searchPage(server, runPages(server, filter, search), filter.limit);
  const total = search === undefined ? await countOf(server.engine.reader, filter) : {};
  const page: PageInfo = {
    hasMore: found.next !== undefined,
    limit: filter.limit,
    ...(found.next === undefined ? {} : { cursor: found.next }),
    ...total,
  };
  return { rows: await runRows(found.rows, server, known, query), page };
}

/** A run's id finds the run, an event's id the runs that it started. */
async function runsById(id: string, reader: StoreReader): Promise<readonly Run[]> {
  const found = await reader.readRun(asRunId(id));
  return found === undefined ? await reader.runsOfEvent(asEventId(id)) : [found.run];
}

/** They are few, so they are listed as a whole, by status alone. */
async function relatives(
  runs: readonly Run[],
  server: ServerContext,
  query: Query,
): Promise<RestPage<RunView>> {
  const statuses = query.status?.map(runStatus);
  const wanted = runs.filter((run) => statuses === undefined || statuses.includes(run.status));
  return wholeList(await runRows(wanted, server, await server.directory.read(), query));
}

/** The store may end a page early; people expect full ones. */
async function fullPage(reader: StoreReader, filter: RunFilter): Promise<Page<Run>> {
  let page: Page<Run> = await reader.listRuns(filter);
  while (page.next !== undefined && page.rows.length < filter.limit) {
    const limit = filter.limit - page.rows.length;
    const more = await reader.listRuns({ ...filter, cursor: page.next, limit });
    page = { ...more, rows: [...page.rows, ...more.rows] };
  }
  return page;
}

/** How long a list waits for its total, in ms. */
const countedWithinMs = 100;

/** Counting may take too long for an answer; the list then goes without. */
async function countOf(reader: StoreReader, filter: RunFilter): Promise<{ readonly total?: number }> {
  try {
    return { total: await reader.countRuns(filter, countedWithinMs) };
  } catch {
    return {};
  }
}

/** The lanes of functions as they are now, asked once for each. */
export function lanesOnce({ engine }: ServerContext): (id: FunctionId) => readonly LaneFigures[] {
  const known = new Map<FunctionId, readonly LaneFigures[]>();
  return (id) => {
    const lanes = known.get(id) ?? engine.laneFigures(id);
    known.set(id, lanes);
    return lanes;
  };
}

/** Rows with what they do right now, for as many as can be read in reasonable time. */
export async function runRows(
  runs: readonly Run[],
  server: ServerContext,
  known: Known,
  query: Pick<Query, "includeOutput" | "includeEvent"> = {},
): Promise<readonly RunView[]> {
  const { reader } = server.engine;
  const details = await detailsOf(runs, reader);
  const events = await firstEvents(
    reader,
    runs.filter((run) => !details.has(run.id)),
  );
  const now = server.clock.now();
  const lanesOf = lanesOnce(server);
  return runs.map((run) => {
    const [first] = run.eventIds;
    return viewOf(run, {
      known,
      now,
      lanesOf,
      detail: details.get(run.id),
      event: first === undefined ? undefined : events.get(first),
      outputLengthMax: query.includeOutput === false ? 0 : listedLengthMax,
      includeEvent: query.includeEvent === true,
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
