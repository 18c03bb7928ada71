// The list of runs, live: each row says what happened, or why the run stands still (spec §1.2).

import { type RunView, restPath, runStatuses, runsPath } from "@stepwell/protocol/rest";
import { Link, useNavigate, useSearch } from "@tanstack/react-router";
import { type ReactNode, useRef } from "react";
import { useLiveList } from "../api/live-list.ts";
import { readList } from "../api/request.ts";
import { useServerNow } from "../api/server-clock.ts";
import { Age } from "../drawing/moment.tsx";
import { Empty, Failure, Skeleton } from "../drawing/notices.tsx";
import { Snippet } from "../drawing/snippet.tsx";
import { StateMark } from "../drawing/state-mark.tsx";
import { TimeBar } from "../drawing/time-bar.tsx";
import { Words } from "../drawing/words.tsx";
import { at } from "../words/clock-time.ts";
import { counted } from "../words/number.ts";
import { runState } from "../words/run-state.ts";
import { whatHappened } from "../words/run-words.ts";

const columns = { gridTemplateColumns: "104px minmax(120px, 1fr) minmax(0, 2fr) 140px 56px" };
const pageSize = 50;

export function RunsView(): ReactNode {
  const search = useSearch({ from: "/runs" });
  const navigate = useNavigate({ from: "/runs" });
  const now = useServerNow();
  const scroller = useRef<HTMLDivElement>(null);
  const query = {
    limit: pageSize,
    ...(search.query === undefined ? {} : { query: search.query }),
    ...(search.functionId === undefined ? {} : { functionId: [search.functionId] }),
    ...(search.status === undefined
      ? {}
      : { status: runStatuses.filter((status) => search.status?.split(",").includes(status)) }),
  };
  const list = useLiveList<RunView>({
    key: ["runs", query],
    fetchPage: (cursor, signal) =>
      readList<RunView>(runsPath({ ...query, ...(cursor === undefined ? {} : { cursor }) }), signal),
    idOf: (run) => run.id,
    concerns: (change) => (change.kind === "run" || change.kind === "step" ? change.runId : undefined),
    mayEnter: () => (scroller.current?.scrollTop ?? 0) < 4,
  });
  return (
    <>
      <div className="pad" style={{ display: "flex", alignItems: "center", gap: 12, height: 52 }}>
        <h1 className="sentence">Runs</h1>
        <select
          aria-label="Status"
          value={search.status ?? ""}
          onChange={({ target }) =>
            void navigate({
              search: { ...search, status: target.value === "" ? undefined : target.value } as never,
            })
          }
        >
          <option value="">every status</option>
          {runStatuses.map((status) => (
            <option key={status} value={status}>
              {status.toLowerCase()}
            </option>
          ))}
        </select>
        <form
          onSubmit={(submit) => {
            submit.preventDefault();
            const value = new FormData(submit.currentTarget).get("query");
            void navigate({
              search: {
                ...search,
                query: typeof value === "string" && value !== "" ? value : undefined,
              } as never,
            });
          }}
        >
          <input
            className="find"
            name="query"
            type="search"
            aria-label="Find a run or event by id"
            placeholder="Run or event id"
            defaultValue={search.query ?? ""}
          />
        </form>
      </div>
      <div
        className="scroll tbl"
        ref={scroller}
        onScroll={({ currentTarget }) => loadNearEnd(currentTarget, list.loadMore)}
      >
        {list.pending > 0 ? (
          <button type="button" className="pill-new" onClick={list.showPending}>
            {counted(list.pending, "new run")}
          </button>
        ) : null}
        <div className="tr th" style={columns}>
          <span>Status</span>
          <span>Function</span>
          <span>What happened</span>
          <span>Time</span>
          <span>Queued</span>
        </div>
        {list.isLoading ? <Skeleton /> : null}
        {list.error === null ? null : <Failure error={list.error} retry={list.retry} />}
        {list.rows.map((run) => (
          <Link
            key={run.id}
            className="tr"
            style={columns}
            to="/runs/$runId"
            params={{ runId: run.id }}
            data-run={run.id}
          >
            <StateMark state={runState(run)} />
            <span className="cut">{run.function.name}</span>
            <span className="cut">
              <Words parts={whatHappened(run, now)} links={false} />
            </span>
            <TimeBar parts={run.time ?? []} />
            <Age then={at(run.queuedAt)} now={now} />
          </Link>
        ))}
        {!list.isLoading && list.error === null && list.rows.length === 0 ? <NoRuns /> : null}
      </div>
    </>
  );
}

function loadNearEnd(element: HTMLElement, loadMore: () => void): void {
  if (element.scrollHeight - element.scrollTop - element.clientHeight < 400) loadMore();
}

function NoRuns(): ReactNode {
  const command = `curl -d '{"name":"user/signup.completed","data":{"userId":"u1"}}' ${location.origin}/e/dev`;
  return (
    <Empty title="No run matches">
      <p>A run appears when an event starts a function. Send one:</p>
      <Snippet label="Send an event" text={command} />
      <p>
        The same is possible through the API: <code>{restPath("/events")}</code>.
      </p>
    </Empty>
  );
}
