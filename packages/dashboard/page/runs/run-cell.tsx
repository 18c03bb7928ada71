// What a column of the list of runs shows of a run: state, function, what happened, by what it was started, where its
// time went, or a field of its event or output.

import type { Json, RunView } from "@stepwell/protocol/rest";
import { at, bytes, duration, runState, whatHappened } from "@stepwell/protocol/words";
import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { Icon, type IconName } from "../drawing/icon.tsx";
import { Age } from "../drawing/moment.tsx";
import { StateMark } from "../drawing/state-mark.tsx";
import { TimeBar } from "../drawing/time-bar.tsx";
import { Words } from "../drawing/words.tsx";
import { cutMiddle } from "../words/short-id.ts";
import { asUsual } from "./columns.ts";
import { fieldOf } from "./field-path.ts";

interface CellProps {
  readonly run: RunView;
  readonly now: number;
}

export function RunCell({ id, run, now }: CellProps & { readonly id: string }): ReactNode {
  const column = asUsual(id);
  switch (column) {
    case undefined:
      return <FieldCell run={run} field={id} />;
    case "state":
      return (
        <span role="gridcell" className="c-st">
          <StateMark state={runState(run)} />
        </span>
      );
    case "function":
      return <FunctionCell run={run} />;
    case "what":
      return <WhatCell run={run} now={now} />;
    case "by":
      return (
        <span role="gridcell" className="c-by row cut soft">
          <StartedBy run={run} />
        </span>
      );
    case "time":
      return (
        <span role="gridcell" className="c-tm">
          {run.status === "SKIPPED" ? (
            <span className="muted">did not start</span>
          ) : (
            <TimeBar parts={run.time ?? [{ kind: "ran", durationMs: Math.max(0, tookMs(run, now)) }]} />
          )}
        </span>
      );
    case "took":
      return (
        <span role="gridcell" className="c-dur num soft">
          {run.status === "SKIPPED" ? "" : duration(tookMs(run, now))}
        </span>
      );
    case "age":
      return (
        <span role="gridcell" className="c-age num muted">
          <Age then={at(run.queuedAt)} now={now} />
        </span>
      );
  }
}

function tookMs(run: RunView, now: number): number {
  return (run.endedAt === undefined ? now : at(run.endedAt)) - at(run.queuedAt);
}

function FunctionCell({ run }: { readonly run: RunView }): ReactNode {
  return (
    <span role="gridcell" className="c-fn cut" title={`${run.function.name} of ${run.app.name}`}>
      <Link
        tabIndex={-1}
        to="/runs/$runId"
        params={{ runId: run.id }}
        onClick={(event) => event.stopPropagation()}
      >
        <b className="b">
          <bdi>{cutMiddle(run.function.name, 44)}</bdi>
        </b>
      </Link>{" "}
      <span className="muted">{run.app.name}</span>
    </span>
  );
}

function WhatCell({ run, now }: CellProps): ReactNode {
  const state = runState(run);
  const tone = state === "failed" ? "err" : state === "completed" || state === "skipped" ? "muted" : "soft";
  return (
    <span role="gridcell" className={`c-what cut ${tone}`}>
      <Words parts={whatHappened(run, now)} links={false} />
    </span>
  );
}

function StartedBy({ run }: { readonly run: RunView }): ReactNode {
  const { trigger } = run;
  const [icon, text]: readonly [IconName, string] =
    trigger.invokedBy !== undefined
      ? ["invoke", trigger.invokedBy.functionName ?? "another run"]
      : trigger.cronSchedule !== undefined
        ? ["clock", trigger.cronSchedule]
        : run.originalRunId !== undefined
          ? ["rerun", trigger.eventName ?? "a rerun"]
          : ["events", trigger.eventName ?? "an event"];
  const more = trigger.eventIds.length > 1 ? ` ×${trigger.eventIds.length}` : "";
  return (
    <>
      <Icon name={icon} small />
      <span className="cut" title={text}>
        <bdi>{cutMiddle(text, 40)}</bdi>
        {more}
      </span>
    </>
  );
}

/** Longer texts are cut by the page; what is longer than this is cut before, as nobody reads it in a cell. */
const fieldLengthMax = 300;

function FieldCell({ run, field }: { readonly run: RunView; readonly field: string }): ReactNode {
  const found = fieldOf(run, field);
  switch (found.kind) {
    case "absent":
      return <span role="gridcell" className="c-field" />;
    case "large":
      return (
        <span
          role="gridcell"
          className="c-field cut muted"
          title="The list leaves out what is larger than 2 KB."
        >
          {bytes(found.bytes)}
        </span>
      );
    case "value": {
      const text = fieldText(found.value);
      return (
        <span role="gridcell" className="c-field cut soft" title={text}>
          <bdi>{text}</bdi>
        </span>
      );
    }
  }
}

function fieldText(value: Json): string {
  const text = typeof value === "string" ? value : JSON.stringify(value);
  return text.length > fieldLengthMax ? `${text.slice(0, fieldLengthMax)}…` : text;
}
