// What the list of runs shows: the address read as a query, and everything that depends on it.

import type { RestRunStatus, RunsQuery, RunView } from "@stepwell/protocol/rest";
import { runPath, runsPath } from "@stepwell/protocol/rest";
import { useQuery } from "@tanstack/react-query";
import { type RefObject, useMemo, useRef } from "react";
import { type LiveList, useLiveList } from "../api/live-list.ts";
import { appsQuery, functionsQuery } from "../api/queries.ts";
import { read, readList } from "../api/request.ts";
import { serverNow } from "../api/server-clock.ts";
import { useUrlState } from "../frame/url-state.ts";
import { type ParsedQuery, parseQuery } from "./query-language.ts";
import { spanOf, within } from "./query-time.ts";

export const tabs = [
  { id: "all", word: "All", statuses: undefined },
  { id: "live", word: "Live", statuses: ["QUEUED", "RUNNING"] },
  { id: "failed", word: "Failed", statuses: ["FAILED"] },
  { id: "held", word: "Held back", statuses: ["QUEUED"] },
  { id: "skipped", word: "Skipped", statuses: ["SKIPPED"] },
] as const satisfies readonly {
  readonly id: string;
  readonly word: string;
  readonly statuses: readonly RestRunStatus[] | undefined;
}[];

export type TabId = (typeof tabs)[number]["id"];

export interface RunsRequest {
  readonly tab: TabId;
  readonly text: string;
  readonly parsed: ParsedQuery;
  /** Without the tab's statuses: for the counts of the tabs. */
  readonly base: RunsQuery;
  readonly query: RunsQuery;
}

/** The last filter that could be read stays in force while a wrong one is being mended. */
export function useRunsRequest(): RunsRequest {
  const [url] = useUrlState();
  const functions = useQuery(functionsQuery()).data;
  const apps = useQuery(appsQuery()).data;
  const text = url["q"] ?? "";
  const span = url["t"];
  const tab = tabs.find(({ id }) => id === url["view"]) ?? tabs[0];
  const lastGood = useRef<RunsQuery>({});
  return useMemo(() => {
    // To the minute, so that the same address is the same query for a while.
    const now = Math.floor(serverNow() / 60_000) * 60_000;
    const known = { now, functions: functions ?? [], apps: (apps ?? []).map(({ name }) => name) };
    const parsed = parseQuery(text, known);
    if (parsed.kind === "parsed") lastGood.current = parsed.query;
    const { from: _, until: __, ...rest } = lastGood.current;
    const base = { ...rest, ...within(lastGood.current, spanOf(span, now)) };
    return { tab: tab.id, text, parsed, base, query: withTab(base, tab.statuses) };
  }, [text, span, tab, functions, apps]);
}

function withTab(query: RunsQuery, statuses: readonly RestRunStatus[] | undefined): RunsQuery {
  if (statuses === undefined) return query;
  const { status } = query;
  return {
    ...query,
    status: status === undefined ? statuses : statuses.filter((one) => status.includes(one)),
  };
}

const pageSize = 100;

/** Whether the rows of `query` can be any at all: a tab and a filter may leave no status. */
export function isEmptyQuery(query: RunsQuery): boolean {
  return query.status?.length === 0 || query.functionId?.length === 0 || query.appId?.length === 0;
}

export interface RunsListOptions {
  readonly query: RunsQuery;
  /** Whether rows have their event. */
  readonly includeEvent: boolean;
  readonly mayEnter: RefObject<() => boolean>;
}

export function useRunsList({ query, includeEvent, mayEnter }: RunsListOptions): LiveList<RunView> {
  const wanted = includeEvent ? { includeEvent } : {};
  return useLiveList<RunView>({
    key: ["runs", query, wanted],
    fetchPage: (cursor, signal) =>
      isEmptyQuery(query)
        ? Promise.resolve(noRuns)
        : readList<RunView>(
            runsPath({ ...query, ...wanted, limit: pageSize, ...(cursor === undefined ? {} : { cursor }) }),
            signal,
          ),
    idOf: idOfRun,
    concerns: (change) => (change.kind === "run" || change.kind === "step" ? change.runId : undefined),
    // By itself a run has its events in another form, so the list is asked for this one.
    fetchRow: async (id) =>
      includeEvent
        ? (await readList<RunView>(runsPath({ query: id, ...wanted }))).data[0]
        : (await read<RunView>(runPath(id))).data,
    mayEnter: () => mayEnter.current(),
  });
}

const noRuns = {
  data: [],
  metadata: { fetchedAt: "", cachedUntil: null },
  page: { hasMore: false, limit: pageSize, total: 0 },
};

function idOfRun(run: RunView): string {
  return run.id;
}
