// One run: what happened in a sentence, its steps as they happen, and the details of the chosen one.

import { cancelRunPath, type RunIdAnswer, rerunPath, type TraceSpan } from "@stepwell/protocol/rest";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { Link, useNavigate, useParams } from "@tanstack/react-router";
import { type ReactNode, useState } from "react";
import { useLiveChanges } from "../api/live.tsx";
import { runQuery, traceQuery } from "../api/queries.ts";
import { change } from "../api/request.ts";
import { useServerNow } from "../api/server-clock.ts";
import { Moment } from "../drawing/moment.tsx";
import { Failure, Skeleton } from "../drawing/notices.tsx";
import { StateMark } from "../drawing/state-mark.tsx";
import { Words } from "../drawing/words.tsx";
import { at, preciseMoment } from "../words/clock-time.ts";
import { runState } from "../words/run-state.ts";
import { runSentence } from "../words/run-words.ts";
import { RunSteps } from "./run-steps.tsx";
import { StepPanel } from "./step-panel.tsx";

export function RunPage(): ReactNode {
  const { runId } = useParams({ from: "/runs/$runId" });
  const queries = useQueryClient();
  const run = useQuery(runQuery(runId));
  const trace = useQuery(traceQuery(runId));
  const now = useServerNow(run.data?.endedAt === undefined ? 250 : 5000);
  const [selected, setSelected] = useState<string | undefined>();
  useLiveChanges((changes) => {
    const isMine = changes.some((one) => one.kind === "hello" || ("runId" in one && one.runId === runId));
    if (!isMine) return;
    void queries.invalidateQueries({ queryKey: ["run", runId] });
    void queries.invalidateQueries({ queryKey: ["trace", runId] });
  });
  if (run.error !== null) return <Failure error={run.error} retry={() => void run.refetch()} />;
  if (run.data === undefined) return <Skeleton />;
  const { data } = run;
  const span = findSpan(trace.data?.rootSpan, selected);
  return (
    <>
      <div className="pad" style={{ padding: "14px 20px", display: "grid", gap: 6 }}>
        <div style={{ display: "flex", gap: 10, alignItems: "center" }}>
          <StateMark state={runState(data)} big />
          <h1 className="sentence">{data.function.name}</h1>
          <RunActions runId={runId} isFinished={data.endedAt !== undefined} />
        </div>
        <p>
          <Words parts={runSentence(data, now)} />
        </p>
        <p className="facts">
          <code>{runId}</code> · queued{" "}
          <Moment then={at(data.queuedAt)} now={now} text={preciseMoment(at(data.queuedAt), now)} />
          {data.trigger.eventIds.map((eventId) => (
            <span key={eventId}>
              {" · "}
              <Link className="link" to="/events/$eventId" params={{ eventId }}>
                {data.trigger.eventName ?? "its event"}
              </Link>
            </span>
          ))}
        </p>
      </div>
      <div className="split">
        <div>
          {trace.data === undefined ? (
            <Skeleton />
          ) : (
            <RunSteps root={trace.data.rootSpan} now={now} selected={selected} select={setSelected} />
          )}
        </div>
        <div className="aside">
          <StepPanel run={data} span={span} now={now} />
        </div>
      </div>
    </>
  );
}

function findSpan(root: TraceSpan | undefined, id: string | undefined): TraceSpan | undefined {
  return id === undefined ? undefined : root?.children.find((span) => span.id === id);
}

function RunActions({
  runId,
  isFinished,
}: {
  readonly runId: string;
  readonly isFinished: boolean;
}): ReactNode {
  const navigate = useNavigate();
  const [problem, setProblem] = useState<string | undefined>();
  const act = (work: () => Promise<unknown>) => () => {
    work().then(
      () => setProblem(undefined),
      (error: unknown) => setProblem(error instanceof Error ? error.message : String(error)),
    );
  };
  const rerun = async (): Promise<void> => {
    const { runId: fresh } = await change<RunIdAnswer>("POST", rerunPath(runId));
    await navigate({ to: "/runs/$runId", params: { runId: fresh } });
  };
  return (
    <span style={{ marginLeft: "auto", display: "flex", gap: 8, alignItems: "center" }}>
      {problem === undefined ? null : (
        <span className="err" role="alert">
          {problem}
        </span>
      )}
      {isFinished ? null : (
        <button type="button" className="btn" onClick={act(() => change("POST", cancelRunPath(runId)))}>
          Cancel
        </button>
      )}
      <button type="button" className="btn" onClick={act(rerun)}>
        Run again
      </button>
    </span>
  );
}
