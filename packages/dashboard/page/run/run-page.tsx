// One run (spec §6.2): what happened in a sentence, its steps over time as they happen, the details of the chosen one,
// and what caused it and what it caused.

import type { RunDetailView, TraceSpan, TraceView } from "@stepwell/protocol/rest";
import { counted } from "@stepwell/protocol/words";
import { useQuery } from "@tanstack/react-query";
import { useNavigate, useParams } from "@tanstack/react-router";
import { type ReactNode, useCallback, useMemo, useRef, useState } from "react";
import { useLiveRefresh } from "../api/live.tsx";
import { runQuery, traceQuery } from "../api/queries.ts";
import { useServerNow } from "../api/server-clock.ts";
import { Failure, Skeleton } from "../drawing/notices.tsx";
import { useCommands } from "../frame/command.ts";
import { Foot } from "../frame/foot.tsx";
import { useKeys } from "../frame/keys.ts";
import { Split } from "../frame/split.tsx";
import { useToast } from "../frame/toast.tsx";
import { useUrlState } from "../frame/url-state.ts";
import { View } from "../frame/view.tsx";
import { CauseAndEffect } from "./cause-and-effect.tsx";
import { Legend } from "./legend.tsx";
import { RerunDialog } from "./rerun-dialog.tsx";
import { rowsOf, type WaterfallRow } from "./rows.ts";
import { RunHead } from "./run-head.tsx";
import { RunEvents, RunJobs, RunJson, type RunTab, runTabs } from "./run-tabs.tsx";
import { RunPanel, StepPanel } from "./step-panel.tsx";
import { Waterfall } from "./waterfall.tsx";

const liveMs = 250;
const zoomMax = 64;

export function RunPage(): ReactNode {
  const { runId } = useParams({ strict: false }) as { readonly runId: string };
  const run = useQuery(runQuery(runId));
  const trace = useQuery(traceQuery(runId));
  const now = useServerNow(run.data?.endedAt === undefined ? liveMs : 10_000);
  const isMine = (change: { readonly kind: string; readonly runId?: string }): boolean =>
    change.runId === runId;
  useLiveRefresh(["run", runId], isMine);
  useLiveRefresh(["trace", runId], isMine);
  const title = run.data?.function.name ?? "Run";
  return (
    <View title={title} crumbs={[{ text: "Runs", to: "/runs" }]} id={runId}>
      {run.error !== null && run.data === undefined ? (
        <Failure error={run.error} retry={() => void run.refetch()} />
      ) : run.data === undefined ? (
        <Skeleton />
      ) : (
        <>
          <RunHead run={run.data} now={now} />
          {trace.error !== null && trace.data === undefined ? (
            <Failure error={trace.error} retry={() => void trace.refetch()} />
          ) : (
            <RunBody key={runId} run={run.data} trace={trace.data} now={now} />
          )}
        </>
      )}
    </View>
  );
}

interface BodyProps {
  readonly run: RunDetailView;
  readonly trace: TraceView | undefined;
  readonly now: number;
}

function RunBody({ run, trace, now }: BodyProps): ReactNode {
  const [url, patchUrl] = useUrlState();
  const navigate = useNavigate();
  const toast = useToast();
  const scroller = useRef<HTMLDivElement>(null);
  const [turned, setTurned] = useState<ReadonlySet<string>>(new Set());
  const [rerunFrom, setRerunFrom] = useState<TraceSpan | undefined>();
  const rows = useMemo(
    () => (trace === undefined ? [] : rowsOf(trace.rootSpan, { turned })),
    [trace, turned],
  );
  const selected = url["step"];
  const span = trace?.rootSpan.children.find(({ id }) => id === selected);
  const select = useCallback((step: string | undefined) => patchUrl({ step }), [patchUrl]);
  const fold = useCallback(
    (id: string) =>
      setTurned(
        (before) => new Set(before.has(id) ? [...before].filter((one) => one !== id) : [...before, id]),
      ),
    [],
  );
  const close = useCallback(() => select(undefined), [select]);
  const tab = runTabs.find((one) => one === url["tab"]) ?? "steps";
  const axis = useAxis();
  useRowKeys({ rows, selected, select, fold, onRerun: () => span !== undefined && setRerunFrom(span) });
  useKeys({ t: axis.toggleFold, "+": axis.zoomIn, "=": axis.zoomIn, "-": axis.zoomOut, "0": axis.showAll });
  useCommands(
    span === undefined
      ? []
      : [
          {
            title: `Rerun from ${span.name}…`,
            icon: "rerun",
            keys: ["⇧", "R"],
            run: () => setRerunFrom(span),
          },
        ],
  );
  const panel =
    span === undefined ? (
      <RunPanel run={run} />
    ) : (
      <StepPanel
        runId={run.id}
        span={span}
        now={now}
        onPrevious={() => select(neighbour(rows, selected, -1))}
        onClose={close}
        onRerun={() => setRerunFrom(span)}
      />
    );
  return (
    <Split
      view="run"
      panel={panel}
      label={span === undefined ? "The run's data" : `Step ${span.name}`}
      onClose={span === undefined ? undefined : close}
    >
      <div className="column">
        <TabBar
          run={run}
          tab={tab}
          axis={axis}
          onTab={(next) => patchUrl({ tab: next === "steps" ? undefined : next })}
        />
        <div className="scroll" ref={scroller}>
          {tab === "events" ? <RunEvents run={run} now={now} /> : null}
          {tab === "jobs" ? <RunJobs run={run} now={now} /> : null}
          {tab === "json" ? <RunJson run={run} trace={trace} /> : null}
          {tab === "steps" && trace === undefined ? <Skeleton /> : null}
          {tab === "steps" && trace !== undefined ? (
            <>
              <Waterfall
                root={trace.rootSpan}
                rows={rows}
                now={now}
                selected={selected}
                isFolded={axis.isFolded}
                zoom={axis.zoom}
                scroller={scroller}
                onSelect={select}
                onFold={fold}
              />
              <CauseAndEffect run={run} steps={trace.rootSpan.children} />
            </>
          ) : null}
        </div>
        <Foot
          keys={[
            { keys: "j k", word: "step" },
            { keys: "t", word: "fold time" },
            { keys: "+ −", word: "zoom" },
          ]}
        >
          <Legend />
        </Foot>
      </div>
      {rerunFrom === undefined || trace === undefined ? null : (
        <RerunDialog
          runId={run.id}
          span={rerunFrom}
          steps={trace.rootSpan.children}
          onClose={() => setRerunFrom(undefined)}
          onStarted={(id) => {
            toast({ kind: "done", text: "This is the new run. The old one stays.", to: `/runs/${run.id}` });
            void navigate({ to: `/runs/${id}` });
          }}
        />
      )}
    </Split>
  );
}

interface Axis {
  readonly isFolded: boolean;
  readonly zoom: number;
  readonly toggleFold: () => void;
  readonly zoomIn: () => void;
  readonly zoomOut: () => void;
  readonly showAll: () => void;
}

function useAxis(): Axis {
  const [url, patchUrl] = useUrlState();
  const [zoom, setZoom] = useState(1);
  const isFolded = url["time"] !== "linear";
  return {
    isFolded,
    zoom,
    toggleFold: () => patchUrl({ time: isFolded ? "linear" : undefined }),
    zoomIn: () => setZoom((before) => Math.min(zoomMax, before * 2)),
    zoomOut: () => setZoom((before) => Math.max(1, before / 2)),
    showAll: () => setZoom(1),
  };
}

function neighbour(rows: readonly WaterfallRow[], id: string | undefined, by: number): string | undefined {
  const index = Math.max(
    0,
    rows.findIndex((row) => row.id === id),
  );
  const row = rows[Math.max(0, Math.min(rows.length - 1, index + by))];
  return row?.kind === "run" ? undefined : row?.id;
}

function useRowKeys({
  rows,
  selected,
  select,
  fold,
  onRerun,
}: {
  readonly rows: readonly WaterfallRow[];
  readonly selected: string | undefined;
  readonly select: (id: string | undefined) => void;
  readonly fold: (id: string) => void;
  readonly onRerun: () => void;
}): void {
  const move = (by: number) => () => select(neighbour(rows, selected, by));
  const row = rows.find(({ id }) => id === selected);
  const turn = (toOpen: boolean) => () => {
    if ((row?.kind === "fork" || row?.kind === "loop") && row.isOpen !== toOpen) fold(row.id);
  };
  useKeys({
    j: move(1),
    down: move(1),
    k: move(-1),
    up: move(-1),
    home: () => select(undefined),
    end: () => select(rows.at(-1)?.id),
    left: turn(false),
    right: turn(true),
    "shift+r": onRerun,
  });
}

function TabBar({
  run,
  tab,
  axis,
  onTab,
}: {
  readonly run: RunDetailView;
  readonly tab: RunTab;
  readonly axis: Axis;
  readonly onTab: (tab: RunTab) => void;
}): ReactNode {
  const words: Readonly<Record<RunTab, string>> = {
    steps: "Steps",
    events: "Events",
    jobs: "Jobs",
    json: "JSON",
  };
  const jobs = run.jobs?.length ?? 0;
  return (
    <div className="tab-bar">
      <fieldset className="seg" aria-label="What is shown">
        {runTabs.map((one) => (
          <button key={one} type="button" aria-pressed={one === tab} onClick={() => onTab(one)}>
            {words[one]}
            {one === "jobs" && jobs > 0 ? <span className="muted">{jobs}</span> : null}
          </button>
        ))}
      </fieldset>
      {tab === "steps" ? (
        <fieldset className="end seg hide-s" aria-label="Time axis">
          <button
            type="button"
            aria-pressed={axis.isFolded}
            title="Stretches over 3 s in which no code runs are folded"
            onClick={() => !axis.isFolded && axis.toggleFold()}
          >
            Folded
          </button>
          <button
            type="button"
            aria-pressed={!axis.isFolded}
            onClick={() => axis.isFolded && axis.toggleFold()}
          >
            Linear
          </button>
          {axis.zoom > 1 ? (
            <button
              type="button"
              aria-pressed={false}
              title={counted(axis.zoom, "time")}
              onClick={axis.showAll}
            >
              {axis.zoom}×, all
            </button>
          ) : null}
        </fieldset>
      ) : null}
    </div>
  );
}
