// The list of runs (spec §6.1), live: each row says what happened, or why the run stands still.

import type { RunView } from "@stepwell/protocol/rest";
import { count, estimate } from "@stepwell/protocol/words";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { type MouseEvent, type ReactNode, useCallback, useEffect, useRef, useState } from "react";
import { useLive } from "../api/live.tsx";
import type { LiveList } from "../api/live-list.ts";
import { runFiguresQuery } from "../api/queries.ts";
import { RequestFailure } from "../api/request.ts";
import { useServerNow } from "../api/server-clock.ts";
import { Failure, Skeleton } from "../drawing/notices.tsx";
import { Foot } from "../frame/foot.tsx";
import { useKeys } from "../frame/keys.ts";
import { Split } from "../frame/split.tsx";
import { useToast } from "../frame/toast.tsx";
import { readSearch, useUrlState } from "../frame/url-state.ts";
import { View } from "../frame/view.tsx";
import { BulkBar } from "./bulk-bar.tsx";
import { needsEvent, useColumns } from "./columns.ts";
import { FilterBar } from "./filter-bar.tsx";
import { bucketsMax, Histogram } from "./histogram.tsx";
import { ListTools } from "./list-tools.tsx";
import { NoRuns } from "./no-runs.tsx";
import { Peek } from "./peek.tsx";
import { writeSpan } from "./query-time.ts";
import { RunsTable } from "./runs-table.tsx";
import { RunsTabs } from "./runs-tabs.tsx";
import { type Selection, useSelection } from "./selection.ts";
import { isEmptyQuery, type RunsRequest, useRunsList, useRunsRequest } from "./use-runs.ts";

/** New rows enter by themselves when the reader is at the top and has been still so long. */
const stillMs = 3000;

export function RunsView(): ReactNode {
  const request = useRunsRequest();
  const [url, patchUrl] = useUrlState();
  const now = useServerNow();
  const scroller = useRef<HTMLDivElement>(null);
  const input = useRef<HTMLInputElement>(null);
  const { touch, mayEnter } = useStillness(scroller);
  const choice = useColumns("runs");
  const list = useRunsList({ query: request.query, includeEvent: needsEvent(choice.columns), mayEnter });
  const selection = useSelection(list.rows, JSON.stringify(request.query));
  const cursor = useCursor(list, selection, input);
  const refusal = filterRefusal(list.error);
  const peeked = url["sel"];
  const closePeek = useCallback(() => patchUrl({ sel: undefined }), [patchUrl]);
  return (
    <View title="Runs">
      <Split
        view="runs"
        label="Run in short"
        onClose={closePeek}
        panel={
          peeked === undefined ? undefined : (
            <Peek
              key={peeked}
              runId={peeked}
              row={list.rows.find(({ id }) => id === peeked)}
              now={now}
              onClose={closePeek}
            />
          )
        }
      >
        <div className="column" onPointerMove={touch} onKeyDown={touch} onWheel={touch}>
          <RunsTabs request={request} />
          <div className="pad filter-place">
            <FilterBar
              text={request.text}
              problem={request.parsed.kind === "invalid" ? request.parsed.problem : undefined}
              refusal={refusal}
              input={input}
              onChange={(text) => patchUrl({ q: text })}
            >
              <ListTools query={request.query} />
            </FilterBar>
          </div>
          <RunsOverTime request={request} now={now} />
          <RunsTable
            list={list}
            now={now}
            scroller={scroller}
            cursor={cursor.index}
            selection={selection}
            choice={choice}
            onOpen={cursor.open}
          >
            <InPlace list={list} request={request} refusal={refusal} />
          </RunsTable>
          {selection.count > 0 ? (
            <BulkBar
              selection={selection}
              query={request.query}
              total={list.total}
              totalIsEstimate={list.totalIsEstimate}
            />
          ) : null}
          <ListFoot list={list} />
        </div>
      </Split>
    </View>
  );
}

function RunsOverTime({ request, now }: { readonly request: RunsRequest; readonly now: number }): ReactNode {
  const [, patchUrl] = useUrlState();
  // Times set in the histogram, each with the one before it; they count while the address still has the last of them.
  const set = useRef<readonly { readonly to: string; readonly before: string | undefined }[]>([]);
  const isEmpty = isEmptyQuery(request.query);
  const figures = useQuery({
    ...runFiguresQuery({ ...request.query, buckets: bucketsMax }),
    enabled: !isEmpty,
    // Another time must not take the focus from the histogram while it is read.
    placeholderData: keepPreviousData,
  }).data;
  if (isEmpty || figures === undefined || figures === null) return null;
  const onSpan = (from: number, until: number): void => {
    const before = readSearch(location.search)["t"];
    const to = writeSpan(from, until);
    set.current = [...(set.current.at(-1)?.to === before ? set.current : []), { to, before }];
    patchUrl({ t: to }, "push");
  };
  const onUndo = (): boolean => {
    const last = set.current.at(-1);
    if (last === undefined || last.to !== readSearch(location.search)["t"]) return false;
    set.current = set.current.slice(0, -1);
    patchUrl({ t: last.before }, "push");
    return true;
  };
  return <Histogram figures={figures} now={now} onSpan={onSpan} onUndo={onUndo} />;
}

/** Said at the filter, where it can be mended, instead of in the list's place. */
function filterRefusal(error: Error | null): string | undefined {
  return error instanceof RequestFailure && error.status === 400 ? error.message : undefined;
}

function InPlace({
  list,
  request,
  refusal,
}: {
  readonly list: LiveList<RunView>;
  readonly request: RunsRequest;
  readonly refusal: string | undefined;
}): ReactNode {
  if (list.isLoading) return <Skeleton rows={14} />;
  if (list.error !== null && refusal === undefined) return <Failure error={list.error} retry={list.retry} />;
  if (list.rows.length === 0 && list.error === null) return <NoRuns request={request} />;
  return null;
}

function ListFoot({ list }: { readonly list: LiveList<RunView> }): ReactNode {
  const total = list.total === undefined ? "" : ` of ${estimate(list.total, list.totalIsEstimate)}`;
  const took = list.tookMs === undefined ? "" : `, ${Math.max(1, Math.round(list.tookMs))} ms`;
  return (
    <Foot
      keys={[
        { keys: "j k", word: "move" },
        { keys: "x", word: "select" },
        { keys: "space", word: "peek" },
        { keys: "↵", word: "open" },
        { keys: "/", word: "filter" },
        { keys: "?", word: "all keys" },
      ]}
    >
      {`${count(list.rows.length)}${total} loaded${took}`}
    </Foot>
  );
}

function useStillness(scroller: { readonly current: HTMLDivElement | null }): {
  readonly touch: () => void;
  readonly mayEnter: { current: () => boolean };
} {
  const touchedAt = useRef(0);
  const touch = useCallback(() => {
    touchedAt.current = Date.now();
  }, []);
  const mayEnter = useRef(
    () => (scroller.current?.scrollTop ?? 0) < 4 && Date.now() - touchedAt.current > stillMs,
  );
  return { touch, mayEnter };
}

interface Cursor {
  readonly index: number | undefined;
  readonly open: (run: RunView, event: MouseEvent) => void;
}

/** The cursor row stays the same run while rows come and go above it. */
function useCursor(
  list: LiveList<RunView>,
  selection: Selection,
  input: { readonly current: HTMLInputElement | null },
): Cursor {
  const [id, setId] = useState<string | undefined>();
  const [url, patchUrl] = useUrlState();
  const navigate = useNavigate();
  const toast = useToast();
  const live = useLive();
  const { rows } = list;
  const found = id === undefined ? -1 : rows.findIndex((row) => row.id === id);
  const index = found < 0 ? undefined : found;
  const row = index === undefined ? undefined : rows[index];
  const go = (to: number): void => {
    const next = rows[Math.max(0, Math.min(rows.length - 1, to))];
    if (next === undefined) return;
    setId(next.id);
    if (url["sel"] !== undefined) patchUrl({ sel: next.id });
  };
  const open = useCallback(
    (run: RunView, event: MouseEvent) => {
      setId(run.id);
      if (event.metaKey || event.ctrlKey) window.open(`/runs/${run.id}`, "_blank", "noopener");
      else void navigate({ to: "/runs/$runId", params: { runId: run.id } } as never);
    },
    [navigate],
  );
  const down = (): void => go((index ?? -1) + 1);
  const up = (): void => go((index ?? 1) - 1);
  // At the end of what is loaded, End goes on to the end of the next page once that has come.
  const wantsEnd = useRef(false);
  const end = (): void => {
    wantsEnd.current = list.hasMore && index === rows.length - 1;
    list.loadMore();
    go(rows.length - 1);
  };
  // biome-ignore lint/correctness/useExhaustiveDependencies: more rows have come
  useEffect(() => {
    if (!wantsEnd.current) return;
    wantsEnd.current = false;
    go(rows.length - 1);
  }, [rows.length]);
  useKeys({
    j: down,
    down,
    k: up,
    up,
    "g g": () => go(0),
    home: () => go(0),
    "shift+g": end,
    end,
    "/": () => input.current?.focus(),
    x: () => row !== undefined && selection.toggle(row, false),
    "shift+x": () => row !== undefined && selection.toggle(row, true),
    "mod+a": selection.selectAll,
    space: () => row !== undefined && patchUrl({ sel: url["sel"] === row.id ? undefined : row.id }),
    enter: () =>
      row !== undefined && void navigate({ to: "/runs/$runId", params: { runId: row.id } } as never),
    "mod+enter": () => row !== undefined && window.open(`/runs/${row.id}`, "_blank", "noopener"),
    y: () => {
      if (row === undefined) return;
      void navigator.clipboard
        .writeText(row.id)
        .then(() => toast({ kind: "done", text: `Copied ${row.id}` }));
    },
    ".": () => (list.pending > 0 ? list.showPending() : live.setHeld(!live.held)),
  });
  return { index, open };
}
