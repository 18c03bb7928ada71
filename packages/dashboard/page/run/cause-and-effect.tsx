// What started this run, and what it started (spec §6.2): a chain of cause, run and effects.

import type { RunDetailView, RunReference, TraceSpan } from "@stepwell/protocol/rest";
import { counted, runState, type State } from "@stepwell/protocol/words";
import { useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { eventRunsQuery } from "../api/queries.ts";
import { Icon, type IconName } from "../drawing/icon.tsx";
import { PageLink } from "../drawing/page-link.tsx";
import { StateMark } from "../drawing/state-mark.tsx";
import { shortId } from "../words/short-id.ts";

const effectsMax = 12;

export function CauseAndEffect({
  run,
  steps,
}: {
  readonly run: RunDetailView;
  readonly steps: readonly TraceSpan[];
}): ReactNode {
  const effects = effectsOf(run, steps);
  return (
    <section className="sec cause">
      <h2>
        Cause and effect <span className="n">what started this run, and what it started</span>
      </h2>
      <div className="chain">
        <Cause run={run} />
        <Hop />
        <div className="node here">
          <Kind icon="runs" word="this run" />
          <b className="b cut">
            <bdi>{run.function.name}</bdi>
          </b>
          <StateMark state={runState(run)} />
        </div>
        {effects.length === 0 ? null : <Hop />}
        {effects.length === 0 ? null : <Effects effects={effects} />}
      </div>
      <Repeats run={run} />
    </section>
  );
}

function Hop(): ReactNode {
  return (
    <span className="hop">
      <Icon name="arrow" />
    </span>
  );
}

function Kind({ icon, word }: { readonly icon: IconName; readonly word: string }): ReactNode {
  return (
    <span className="row muted">
      <Icon name={icon} small />
      {word}
    </span>
  );
}

function Cause({ run }: { readonly run: RunDetailView }): ReactNode {
  const { trigger } = run;
  const [eventId] = trigger.eventIds;
  const others = useQuery({
    ...eventRunsQuery(eventId ?? ""),
    enabled: eventId !== undefined && trigger.invokedBy === undefined,
  }).data;
  if (trigger.invokedBy !== undefined)
    return (
      <PageLink className="node" to={`/runs/${trigger.invokedBy.runId}`}>
        <Kind icon="invoke" word="invoked by" />
        <span className="cut">
          <bdi>{trigger.invokedBy.functionName ?? shortId(trigger.invokedBy.runId)}</bdi>
        </span>
        <span className="muted cut">{trigger.invokedBy.stepName}</span>
      </PageLink>
    );
  if (trigger.cronSchedule !== undefined)
    return (
      <div className="node">
        <Kind icon="clock" word="schedule" />
        <code>{trigger.cronSchedule}</code>
      </div>
    );
  if (eventId === undefined)
    return (
      <div className="node">
        <Kind icon="events" word="event" />
        <span className="cut">{trigger.eventName ?? "no longer kept"}</span>
      </div>
    );
  const also = (others ?? []).filter(({ id }) => id !== run.id).length;
  return (
    <PageLink className="node" to={`/events/${eventId}`}>
      <Kind icon="events" word={trigger.isBatch ? counted(trigger.eventIds.length, "event") : "event"} />
      <span className="cut">
        <bdi>{trigger.eventName ?? shortId(eventId)}</bdi>
      </span>
      <span className="muted cut">{also === 0 ? "" : `also started ${counted(also, "run")}`}</span>
    </PageLink>
  );
}

interface Effect {
  readonly key: string;
  readonly icon: IconName;
  readonly text: string;
  readonly to: string;
  readonly runs: readonly RunReference[];
}

function effectsOf(run: RunDetailView, steps: readonly TraceSpan[]): readonly Effect[] {
  const sent = (run.sent ?? []).map(
    (event): Effect => ({
      key: event.id,
      icon: "send",
      text: event.name,
      to: `/events/${event.id}`,
      runs: event.runs,
    }),
  );
  const invoked = steps.flatMap(({ id, name, invoke }): readonly Effect[] => {
    if (invoke?.runId === undefined) return [];
    const functionName = invoke.functionName ?? "child run";
    const runs =
      invoke.runStatus === undefined ? [] : [{ id: invoke.runId, status: invoke.runStatus, functionName }];
    return [{ key: id, icon: "invoke", text: name, to: `/runs/${invoke.runId}`, runs }];
  });
  return [...sent, ...invoked];
}

function Effects({ effects }: { readonly effects: readonly Effect[] }): ReactNode {
  return (
    <div className="node effects">
      {effects.slice(0, effectsMax).map((effect) => (
        <div className="effect" key={effect.key}>
          <span className="muted">
            <Icon name={effect.icon} small />
          </span>
          <PageLink className="cut" to={effect.to}>
            <bdi>{effect.text}</bdi>
          </PageLink>
          <span className="effect-runs">
            {effect.runs.slice(0, 3).map((one) => (
              <PageLink key={one.id} to={`/runs/${one.id}`}>
                <StateMark state={stateOf(one)} word={one.functionName} />
              </PageLink>
            ))}
            {effect.runs.length > 3 ? <span className="muted">and {effect.runs.length - 3} more</span> : null}
          </span>
        </div>
      ))}
      {effects.length > effectsMax ? (
        <span className="muted">and {effects.length - effectsMax} more</span>
      ) : null}
    </div>
  );
}

function stateOf(run: RunReference): State {
  return runState({ status: run.status });
}

function Repeats({ run }: { readonly run: RunDetailView }): ReactNode {
  const { originalRunId, repeatedBy = [] } = run;
  if (originalRunId === undefined && repeatedBy.length === 0) return null;
  return (
    <p className="soft repeats">
      {originalRunId === undefined ? null : (
        <>
          Repeats{" "}
          <PageLink className="link" to={`/runs/${originalRunId}`}>
            run {shortId(originalRunId)}
          </PageLink>
          .{" "}
        </>
      )}
      {repeatedBy.map((id) => (
        <span key={id}>
          Repeated by{" "}
          <PageLink className="link" to={`/runs/${id}`}>
            run {shortId(id)}
          </PageLink>
          .{" "}
        </span>
      ))}
    </p>
  );
}
