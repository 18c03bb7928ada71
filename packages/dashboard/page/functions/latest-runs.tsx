// A function's latest runs, each with what happened.

import type { FunctionView } from "@stepwell/protocol/rest";
import { at, counted, duration, estimate, runState, whatHappened } from "@stepwell/protocol/words";
import { useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { useServerNow } from "../api/server-clock.ts";
import { Age } from "../drawing/moment.tsx";
import { Failure } from "../drawing/notices.tsx";
import { PageLink } from "../drawing/page-link.tsx";
import { StateMark } from "../drawing/state-mark.tsx";
import { Words } from "../drawing/words.tsx";
import { latestRunsQuery } from "./function-queries.ts";

export function LatestRuns({ fn }: { readonly fn: FunctionView }): ReactNode {
  const runs = useQuery(latestRunsQuery(fn.slug));
  const now = useServerNow();
  const page = runs.data?.page;
  const all = `/runs?q=${encodeURIComponent(`fn:${fn.slug}`)}`;
  return (
    <div className="sec last">
      <h2>
        Latest runs
        <PageLink className="link end plain" to={all}>
          {page?.total === undefined ? "All" : `All ${estimate(page.total, page.totalIsEstimate === true)}`}
        </PageLink>
      </h2>
      {runs.error === null ? null : <Failure error={runs.error} retry={() => void runs.refetch()} />}
      {runs.data?.data.length === 0 ? (
        <p className="muted">No runs yet. Send it an event, or invoke it.</p>
      ) : null}
      <div className="tbl latest-runs">
        {runs.data?.data.map((run) => (
          <PageLink key={run.id} className="tr" to={`/runs/${run.id}`}>
            <StateMark state={runState(run)} />
            <span className="cut soft">
              <Words parts={whatHappened(run, now)} links={false} />
            </span>
            <span
              className="num soft"
              title={counted(run.durationMs ?? now - at(run.queuedAt), "millisecond")}
            >
              {duration(run.durationMs ?? now - at(run.queuedAt))}
            </span>
            <span className="num muted">
              <Age then={at(run.queuedAt)} now={now} />
            </span>
          </PageLink>
        ))}
      </div>
    </div>
  );
}
