// What is known of the chosen step, or of the run itself when none is chosen (spec §6.2 Panel).

import type { RunDetailView, TraceSpan } from "@stepwell/protocol/rest";
import type { ReactNode } from "react";
import { type PayloadSource, stepInput } from "../api/compare-query.ts";
import { ErrorDetail } from "../drawing/error-view.tsx";
import { Icon } from "../drawing/icon.tsx";
import { Payload } from "../drawing/payload.tsx";
import { Words } from "../drawing/words.tsx";
import { Attempts } from "./attempts.tsx";
import { stepSentence } from "./step-sentence.ts";
import { WaitFacts } from "./wait-facts.tsx";

export interface StepPanelProps {
  readonly runId: string;
  readonly span: TraceSpan;
  readonly now: number;
  readonly onPrevious: () => void;
  readonly onClose: () => void;
  readonly onRerun: () => void;
}

export function StepPanel({ runId, span, now, onPrevious, onClose, onRerun }: StepPanelProps): ReactNode {
  return (
    <>
      <div className="sec">
        <div className="row">
          <b className="b panel-title cut" title={span.name}>
            <bdi>{span.name}</bdi>
          </b>
          <span className="tag">{span.stepType ?? kindOf(span)}</span>
          <span className="end row tight">
            <button type="button" className="btn ghost icon" aria-label="Previous step" onClick={onPrevious}>
              <Icon name="up" />
            </button>
            <button type="button" className="btn ghost icon" aria-label="Close panel" onClick={onClose}>
              <Icon name="x" />
            </button>
          </span>
        </div>
        <p className="soft peek-words">
          <Words parts={stepSentence(span, now)} />
        </p>
        <button type="button" className="btn" onClick={onRerun}>
          <Icon name="rerun" />
          Rerun from here… <kbd>⇧R</kbd>
        </button>
      </div>
      <WaitFacts runId={runId} span={span} now={now} />
      <Attempts key={span.id} span={span} now={now} />
      {span.error !== undefined && (span.attempts?.length ?? 0) === 0 ? (
        <section className="sec">
          <h2>Error</h2>
          <ErrorDetail error={span.error} />
        </section>
      ) : null}
      <Value
        title="Output"
        value={span.output}
        size={span.outputBytes}
        source={{ kind: "step", name: span.name, part: "output" }}
      />
      <Value
        title="Input"
        value={stepInput(span)}
        source={{ kind: "step", name: span.name, part: "input" }}
      />
      {span.metadata.map((item) => (
        <Value key={`${item.scope}${item.kind}`} title={item.kind} value={item.values} />
      ))}
    </>
  );
}

function kindOf(span: TraceSpan): string {
  const words = {
    WAIT_FOR_EVENT: "waitForEvent",
    WAIT_FOR_SIGNAL: "waitForSignal",
    SEND_EVENT: "sendEvent",
  } as const;
  const op = span.stepOp ?? "RUN";
  return `step.${op in words ? words[op as keyof typeof words] : op.toLowerCase()}`;
}

function Value({
  title,
  value,
  size,
  source,
}: {
  readonly title: string;
  readonly value: TraceSpan["output"];
  readonly size?: number | undefined;
  readonly source?: PayloadSource;
}): ReactNode {
  if (value === undefined) return null;
  return (
    <section className="sec">
      <Payload
        title={title}
        value={value}
        {...(size === undefined ? {} : { size })}
        {...(source === undefined ? {} : { source })}
      />
    </section>
  );
}

/** Nothing chosen: the run's error and result, and what started it. */
export function RunPanel({ run }: { readonly run: RunDetailView }): ReactNode {
  return (
    <>
      {run.error === undefined ? null : (
        <section className="sec">
          <h2>Error</h2>
          <ErrorDetail error={run.error} />
        </section>
      )}
      <Value title="Output" value={run.output} size={run.outputBytes} source={outputSource(run)} />
      {run.output === undefined && run.outputBytes !== undefined ? (
        <p className="sec soft">The output is too large to be shown here.</p>
      ) : null}
      {run.events.map((event) => (
        <Value
          key={event.id}
          title={`Data of ${event.name}`}
          value={event.data}
          source={{ kind: "event", part: "data" }}
        />
      ))}
      {run.events.length === 0 ? (
        <p className="sec soft">
          {run.trigger.cronSchedule === undefined
            ? "The event that started it is no longer kept."
            : `Started by its schedule, ${run.trigger.cronSchedule}.`}
        </p>
      ) : null}
    </>
  );
}

function outputSource({ originalRunId }: RunDetailView): PayloadSource {
  return { kind: "run-output", ...(originalRunId === undefined ? {} : { originalRunId }) };
}
