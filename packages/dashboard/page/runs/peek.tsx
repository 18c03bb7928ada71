// The panel of the cursor row (spec §5 Peek): one run in short, without leaving the list.

import type { RunView } from "@stepwell/protocol/rest";
import { at, duration, preciseMoment, runSentence, runState } from "@stepwell/protocol/words";
import { useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { runQuery } from "../api/queries.ts";
import { ErrorDetail } from "../drawing/error-view.tsx";
import { Icon } from "../drawing/icon.tsx";
import { Failure, Skeleton } from "../drawing/notices.tsx";
import { PageLink } from "../drawing/page-link.tsx";
import { Payload } from "../drawing/payload.tsx";
import { StateMark } from "../drawing/state-mark.tsx";
import { Words } from "../drawing/words.tsx";

export function Peek({
  runId,
  row,
  now,
  onClose,
}: {
  readonly runId: string;
  /** The row, where the list has it: its news is newer. */
  readonly row: RunView | undefined;
  readonly now: number;
  readonly onClose: () => void;
}): ReactNode {
  const run = useQuery(runQuery(runId));
  if (run.error !== null) return <Failure error={run.error} retry={() => void run.refetch()} />;
  if (run.data === undefined) return <Skeleton rows={5} />;
  const { data } = run;
  return (
    <>
      <div className="sec">
        <div className="row">
          <b className="b panel-title cut">
            <bdi>{data.function.name}</bdi>
          </b>
          <span className="tag">{data.app.name}</span>
          <button type="button" className="btn ghost icon end" aria-label="Close panel" onClick={onClose}>
            <Icon name="x" />
          </button>
        </div>
        <p className="soft peek-words">
          <StateMark state={runState(row ?? data)} big />{" "}
          <Words parts={runSentence({ ...data, ...row }, now)} />
        </p>
        <div className="row">
          <PageLink className="btn" to={`/runs/${runId}`}>
            Open <kbd>↵</kbd>
          </PageLink>
        </div>
      </div>
      <dl className="sec kv">
        <dt>Queued</dt>
        <dd>{preciseMoment(at(data.queuedAt), now)}</dd>
        {data.durationMs === undefined ? null : (
          <>
            <dt>Took</dt>
            <dd>{duration(data.durationMs)}</dd>
          </>
        )}
        {data.calls === undefined ? null : (
          <>
            <dt>Calls</dt>
            <dd>{data.calls}</dd>
          </>
        )}
      </dl>
      {data.error === undefined ? null : (
        <section className="sec">
          <h2>Error</h2>
          <ErrorDetail error={data.error} />
        </section>
      )}
      {data.output === undefined ? null : (
        <section className="sec">
          <Payload
            title="Output"
            value={data.output}
            source={{ kind: "run-output" }}
            {...(data.outputBytes === undefined ? {} : { size: data.outputBytes })}
          />
        </section>
      )}
      {data.events.map((event) => (
        <section className="sec" key={event.id}>
          <Payload title={event.name} value={event.data} source={{ kind: "event", part: "data" }} />
        </section>
      ))}
    </>
  );
}
