// The overview (spec §6.7): what needs somebody in one sentence, six figures, charts, and what comes next.

import { type OverviewFigures, overviewPath } from "@stepwell/protocol/rest";
import { count, counted, duration, shortDuration } from "@stepwell/protocol/words";
import { queryOptions, useQuery } from "@tanstack/react-query";
import { lazy, type ReactNode, Suspense } from "react";
import { useLiveRefresh } from "../api/live.tsx";
import { appsQuery, failuresQuery, functionsQuery, optional } from "../api/queries.ts";
import { serverNow, useServerNow } from "../api/server-clock.ts";
import { Failure, Skeleton } from "../drawing/notices.tsx";
import { Words } from "../drawing/words.tsx";
import { useUrlState } from "../frame/url-state.ts";
import { View } from "../frame/view.tsx";
import { durationOf } from "../runs/query-time.ts";
import { ChartAsTable } from "./chart-table.tsx";
import { needsOf, overviewSentence } from "./needs.ts";
import { Busiest, LimitsInUse, NeedsYou, NextCrons } from "./overview-lists.tsx";
import { SixFigures } from "./six-figures.tsx";

// The library of the charts is read when there is something to draw. It refuses to load in browsers with a language that
// it does not know; the numbers are then shown as tables.
const Chart = lazy(() =>
  import("./chart.tsx").then(
    ({ Chart: drawn }) => ({ default: drawn }),
    () => ({ default: ChartAsTable }),
  ),
);

const times = [
  { value: "1h", word: "1 h", words: "in 1 h", buckets: 60 },
  { value: "24h", word: "24 h", words: "in 24 h", buckets: 96 },
  { value: "7d", word: "7 d", words: "in 7 d", buckets: 84 },
] as const;

type Time = (typeof times)[number];

const everyMs = 2000;

const overviewQuery = (time: Time) =>
  queryOptions({
    queryKey: ["overview", time.value],
    queryFn: ({ signal }) => {
      const until = serverNow();
      const from = until - (durationOf(time.value) ?? 0);
      const query = { from: Math.round(from), until: Math.round(until), buckets: time.buckets };
      return optional<OverviewFigures>(overviewPath(query), signal);
    },
    refetchInterval: 15_000,
  });

export function OverviewView(): ReactNode {
  const [url, patchUrl] = useUrlState();
  const now = useServerNow();
  const time = times.find(({ value }) => value === url["t"]) ?? times[1];
  const figures = useQuery(overviewQuery(time));
  const functions = useQuery(functionsQuery()).data ?? [];
  const apps = useQuery(appsQuery()).data ?? [];
  const groups = useQuery(failuresQuery({})).data ?? [];
  useLiveRefresh(["overview"], (change) => change.kind === "run" || change.kind === "event", everyMs);
  useLiveRefresh(["functions"], (change) => change.kind === "run", 2 * everyMs);
  const facts = { groups, apps, functions, now };
  const needs = needsOf(facts);
  return (
    <View title="Overview">
      <div className="sec overview-head">
        <p className="sentence grow">
          <Words parts={overviewSentence(needs, { ...facts, queued: figures.data?.queued ?? 0 })} />
        </p>
        <fieldset className="seg" aria-label="Time">
          {times.map(({ value, word }) => (
            <button
              key={value}
              type="button"
              aria-pressed={value === time.value}
              onClick={() => patchUrl({ t: value === "24h" ? undefined : value }, "push")}
            >
              {word}
            </button>
          ))}
        </fieldset>
      </div>
      {figures.error !== null && figures.data === undefined ? (
        <Failure error={figures.error} retry={() => void figures.refetch()} />
      ) : null}
      {figures.data === undefined || figures.data === null ? null : (
        <SixFigures figures={figures.data} now={now} time={time.value} words={time.words} />
      )}
      <div className="scroll">
        {figures.isPending ? <Skeleton rows={6} /> : null}
        {figures.data === undefined || figures.data === null ? null : (
          <Suspense fallback={<Skeleton rows={6} />}>
            <Charts figures={figures.data} time={time} now={now} />
          </Suspense>
        )}
        <div className="grid2 overview-lists">
          <div>
            <Busiest functions={functions} />
            <LimitsInUse functions={functions} />
          </div>
          <div>
            <NeedsYou needs={needs} now={now} />
            <NextCrons functions={functions} now={now} />
          </div>
        </div>
      </div>
    </View>
  );
}

function Charts({
  figures,
  time,
  now,
}: {
  readonly figures: OverviewFigures;
  readonly time: Time;
  readonly now: number;
}): ReactNode {
  const { buckets, syncs = [] } = figures;
  const bucketMs = (durationOf(time.value) ?? 0) / time.buckets;
  const starts = buckets.map(({ from }) => from);
  const p95 = figures.queueDelay?.p95Ms;
  return (
    <div className="grid2 charts">
      <Chart
        title="Runs finished"
        note={`each ${shortDuration(bucketMs)}`}
        times={starts}
        series={[
          {
            word: "finished",
            kind: "bar",
            colour: "--completed-fill",
            values: buckets.map(({ completed, failed }) => completed + failed),
          },
          {
            word: "failed",
            kind: "bar",
            colour: "--failed-fill",
            values: buckets.map(({ failed }) => failed),
          },
        ]}
        write={count}
        summary={`${counted(figures.completed, "run")} completed and ${count(figures.failed)} failed ${time.words}.`}
        marks={syncs}
        now={now}
      />
      <Chart
        title="Queue delay"
        note="due to started"
        times={starts}
        series={[
          {
            word: "p50",
            kind: "line",
            colour: "--ink-2",
            values: buckets.map(({ delayP50Ms }) => delayP50Ms),
          },
          {
            word: "p95",
            kind: "dashed",
            colour: "--queued-fill",
            values: buckets.map(({ delayP95Ms }) => delayP95Ms),
          },
        ]}
        isLogarithmic
        write={duration}
        summary={
          p95 === undefined
            ? "No run started in this time."
            : `Of 20 runs, 19 started within ${duration(p95)}.`
        }
        marks={syncs}
        now={now}
      />
    </div>
  );
}
