// The functions: what starts each, what it does at present, how it fared in the last day (spec §6.4).

import type { FunctionFigures, FunctionView } from "@stepwell/protocol/rest";
import { count, counted, duration, functionsSentence, percent } from "@stepwell/protocol/words";
import { useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { type ReactNode, useEffect, useRef, useState } from "react";
import { useLiveRefresh } from "../api/live.tsx";
import { functionsQuery } from "../api/queries.ts";
import { Cell, Grid, GridRow, type Title } from "../drawing/grid.tsx";
import { Icon } from "../drawing/icon.tsx";
import { Failure, Skeleton } from "../drawing/notices.tsx";
import { PageLink } from "../drawing/page-link.tsx";
import { Spark } from "../drawing/spark.tsx";
import { Words } from "../drawing/words.tsx";
import { Foot } from "../frame/foot.tsx";
import { useKeys } from "../frame/keys.ts";
import { useUrlState } from "../frame/url-state.ts";
import { View } from "../frame/view.tsx";
import { NoFunctions } from "./no-functions.tsx";

export function FunctionsPage(): ReactNode {
  const [url, patch] = useUrlState();
  const functions = useQuery(functionsQuery());
  useLiveRefresh(["functions"], (change) => change.kind === "function" || change.kind === "run", 1000);
  const words = (url.q ?? "").toLowerCase();
  const rows = (functions.data ?? []).filter((fn) => matches(fn, words));
  const search = useRef<HTMLInputElement>(null);
  useKeys({ "/": () => search.current?.focus() });
  return (
    <View title="Functions">
      <div className="sec">
        <div className="row head-row">
          <p className="sentence grow">
            {functions.data === undefined ? "…" : <Words parts={functionsSentence(functions.data)} />}
          </p>
          <label className="fbar narrow">
            <Icon name="search" />
            <input
              ref={search}
              className="typing grow"
              aria-label="Filter functions"
              placeholder="name, app or event"
              value={url.q ?? ""}
              onChange={({ target }) => patch({ q: target.value })}
              onKeyDown={(event) => {
                if (event.key === "Escape") event.currentTarget.blur();
              }}
            />
          </label>
        </div>
      </div>
      <div className="scroll">
        {functions.error === null ? null : (
          <Failure error={functions.error} retry={() => void functions.refetch()} />
        )}
        {functions.isPending ? <Skeleton /> : null}
        {functions.data?.length === 0 ? <NoFunctions /> : null}
        {functions.data !== undefined && functions.data.length > 0 ? (
          <Rows rows={rows} words={words} />
        ) : null}
      </div>
      <Foot
        keys={[
          { keys: "j k", word: "move" },
          { keys: "↵", word: "open" },
          { keys: "/", word: "filter" },
        ]}
      >
        {counted(rows.length, "function")}
      </Foot>
    </View>
  );
}

function matches(fn: FunctionView, words: string): boolean {
  const texts = [fn.slug, fn.name, fn.app.name, ...fn.triggers.map((trigger) => trigger.value)];
  return words === "" || texts.some((text) => text.toLowerCase().includes(words));
}

function Rows({
  rows,
  words,
}: {
  readonly rows: readonly FunctionView[];
  readonly words: string;
}): ReactNode {
  const [cursor, setCursor] = useState(0);
  const navigate = useNavigate();
  const grid = useRef<HTMLDivElement>(null);
  const at = Math.min(cursor, Math.max(0, rows.length - 1));
  const open = (): void => {
    const fn = rows[at];
    if (fn !== undefined) void navigate({ to: `/functions/${encodeURIComponent(fn.slug)}` } as never);
  };
  const move = (by: number): void => setCursor(Math.min(rows.length - 1, Math.max(0, at + by)));
  useKeys({
    j: () => move(1),
    k: () => move(-1),
    down: () => move(1),
    up: () => move(-1),
    "g g": () => setCursor(0),
    "shift+g": () => setCursor(rows.length - 1),
    enter: open,
  });
  useEffect(() => {
    grid.current?.querySelector(`[aria-rowindex="${at + 2}"]`)?.scrollIntoView({ block: "nearest" });
  }, [at]);
  if (rows.length === 0) return <p className="empty">No function matches “{words}”.</p>;
  return (
    <Grid ref={grid} label="Functions" className="function-rows" rowCount={rows.length} titles={titles}>
      {rows.map((fn, index) => (
        <Row key={fn.id} fn={fn} index={index} isCursor={index === at} onFocus={() => setCursor(index)} />
      ))}
    </Grid>
  );
}

const titles: readonly Title[] = [
  { text: "Function" },
  { text: "Starts on" },
  { text: "Running", isNumber: true },
  { text: "Held back", isNumber: true },
  { text: "Failed, 24 h", isNumber: true },
  { text: "p50", isNumber: true },
  { text: "Runs, 24 h" },
];

/** Unfinished runs that are not parked. */
function runningNow({ running, sleeping = 0, waiting = 0 }: FunctionFigures): number {
  return Math.max(0, running - sleeping - waiting);
}

interface RowProps {
  readonly fn: FunctionView;
  readonly index: number;
  readonly isCursor: boolean;
  readonly onFocus: () => void;
}

function Row({ fn, index, isCursor, onFocus }: RowProps): ReactNode {
  const { figures } = fn;
  const day = figures?.lastDay;
  const finished = (day?.completed ?? 0) + (day?.failed ?? 0);
  return (
    <GridRow index={index} isCursor={isCursor} onFocus={onFocus} data={{ "data-function": fn.slug }}>
      <Cell className="cut c-name">
        <PageLink
          to={`/functions/${encodeURIComponent(fn.slug)}`}
          className="row-link b"
          tabIndex={isCursor ? 0 : -1}
          title={fn.slug}
        >
          <bdi>{fn.name}</bdi>
        </PageLink>{" "}
        <span className="muted small">{fn.app.name}</span>
        {fn.isPaused ? (
          <span className="st queued small">
            <Icon name="paused" />
            paused
          </span>
        ) : null}
        {fn.warnings === undefined || fn.warnings.length === 0 ? null : (
          <span className="ink-queued" title={fn.warnings.join("\n")}>
            <Icon name="errored" />
            <span className="sr">Something looks wrong</span>
          </span>
        )}
      </Cell>
      <Cell className="cut soft c-on">
        {fn.triggers.map((trigger) => trigger.value).join(", ") || "invocation only"}
      </Cell>
      <Cell className="num c-run">{figures === undefined ? "" : count(runningNow(figures))}</Cell>
      <Cell className={`num c-held${(figures?.queued ?? 0) > 0 ? " ink-queued b" : " muted"}`}>
        {figures === undefined ? "" : count(figures.queued)}
      </Cell>
      <Cell className={`num c-fail${(day?.failed ?? 0) > 0 ? " err" : " muted"}`}>
        {day === undefined ? "" : percent(day.failed, finished)}
      </Cell>
      <Cell className="num soft c-p50">{day?.p50Ms === undefined ? "" : duration(day.p50Ms)}</Cell>
      <Cell className="c-spark">
        {day?.hours === undefined ? null : (
          <Spark values={day.hours} label={`${counted(finished, "run")} in 24 hours`} />
        )}
      </Cell>
    </GridRow>
  );
}
