// What is known of the chosen step, or of the run itself when none is chosen.

import type { RunDetailView, TraceSpan } from "@stepwell/protocol/rest";
import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { ErrorDetail } from "../drawing/error-view.tsx";
import { Payload } from "../drawing/payload.tsx";
import { at, moment } from "../words/clock-time.ts";
import { duration } from "../words/number.ts";

export function StepPanel({
  run,
  span,
  now,
}: {
  readonly run: RunDetailView;
  readonly span: TraceSpan | undefined;
  readonly now: number;
}): ReactNode {
  return (
    <div className="pad" style={{ padding: 16, display: "grid", gap: 12 }}>
      {span === undefined ? <RunFacts run={run} /> : <StepFacts span={span} now={now} />}
    </div>
  );
}

function RunFacts({ run }: { readonly run: RunDetailView }): ReactNode {
  return (
    <>
      {run.error === undefined ? null : <ErrorDetail error={run.error} />}
      {run.output === undefined ? null : <Payload title="Output" value={run.output} />}
      {run.events.map((event) => (
        <Payload key={event.id} title={event.name} value={event.data} />
      ))}
    </>
  );
}

function StepFacts({ span, now }: { readonly span: TraceSpan; readonly now: number }): ReactNode {
  const { wait, invoke } = span;
  return (
    <>
      <h2 className="h2">{span.name}</h2>
      {span.durationMs === undefined ? null : <p>Took {duration(span.durationMs)}.</p>}
      {span.sleepUntil === undefined ? null : <p>Sleeps until {moment(at(span.sleepUntil), now)}.</p>}
      {wait === undefined ? null : (
        <p>
          Waits for the {wait.kind} <b>{wait.name}</b> until {moment(at(wait.timeoutAt), now)}: {wait.outcome}
          .
          {wait.expression === undefined ? null : (
            <>
              {" "}
              Condition: <code>{wait.expression}</code>
            </>
          )}
        </p>
      )}
      {wait?.matchedEventId === undefined ? null : (
        <Link className="link" to="/events/$eventId" params={{ eventId: wait.matchedEventId }}>
          The event that matched
        </Link>
      )}
      {invoke?.runId === undefined ? null : (
        <Link className="link" to="/runs/$runId" params={{ runId: invoke.runId }}>
          The run of {invoke.functionName ?? invoke.functionId}
        </Link>
      )}
      {(span.attempts ?? [])
        .filter((attempt) => attempt.error !== undefined)
        .map((attempt) => (
          <div key={`${attempt.attempt}${attempt.endedAt}`}>
            <p>
              Attempt {attempt.attempt + 1} failed
              {attempt.retryAt === undefined ? "." : `, tried again ${moment(at(attempt.retryAt), now)}.`}
            </p>
            {attempt.error === undefined ? null : <ErrorDetail error={attempt.error} />}
          </div>
        ))}
      {span.input === undefined ? null : <Payload title="Input" value={span.input} />}
      {span.output === undefined ? null : <Payload title="Output" value={span.output} />}
    </>
  );
}
