// One run in a list: state, function, what happened, by what it was started, where its time went.

import type { RunView } from "@stepwell/protocol/rest";
import { at, duration, runState, whatHappened } from "@stepwell/protocol/words";
import { Link } from "@tanstack/react-router";
import { type MouseEvent, memo, type ReactNode } from "react";
import { Icon, type IconName } from "../drawing/icon.tsx";
import { Age } from "../drawing/moment.tsx";
import { StateMark } from "../drawing/state-mark.tsx";
import { TimeBar } from "../drawing/time-bar.tsx";
import { Words } from "../drawing/words.tsx";
import { cutMiddle } from "../words/short-id.ts";

export interface RunRowProps {
  readonly run: RunView;
  readonly now: number;
  /** Counts from 1, the head row included. */
  readonly rowIndex: number;
  readonly top: number;
  readonly isCursor: boolean;
  /** Takes the focus of the grid. */
  readonly isTabStop: boolean;
  readonly isSelected: boolean;
  readonly isFresh: boolean;
  readonly onOpen: (run: RunView, event: MouseEvent) => void;
  readonly onSelect: (run: RunView, isRange: boolean) => void;
}

/** Drawn again only when something of it changed: `now` moves the ages once a second. */
export const RunRow = memo(function RunRow(props: RunRowProps): ReactNode {
  const { run, now, rowIndex, top, isCursor, isTabStop, isSelected, isFresh, onOpen, onSelect } = props;
  const state = runState(run);
  const classes = ["tr", isSelected ? "sel" : "", isCursor ? "cur" : "", isFresh ? "fresh" : ""].join(" ");
  const queuedAt = at(run.queuedAt);
  const ended = run.endedAt === undefined ? now : at(run.endedAt);
  return (
    <div
      role="row"
      className={classes}
      style={{ transform: `translateY(${top}px)` }}
      aria-rowindex={rowIndex}
      aria-selected={isSelected}
      tabIndex={isTabStop ? 0 : -1}
      data-run={run.id}
      onClick={(event) => onOpen(run, event)}
    >
      <span role="gridcell" className="c-x">
        <input
          type="checkbox"
          className="box"
          tabIndex={-1}
          checked={isSelected}
          aria-label={`Select the run of ${run.function.name}`}
          onChange={() => undefined}
          onClick={(event) => {
            event.stopPropagation();
            onSelect(run, event.shiftKey);
          }}
        />
      </span>
      <span role="gridcell" className="c-st">
        <StateMark state={state} />
      </span>
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
      <span
        role="gridcell"
        className={`c-what cut ${state === "failed" ? "err" : state === "completed" || state === "skipped" ? "muted" : "soft"}`}
      >
        <Words parts={whatHappened(run, now)} links={false} />
      </span>
      <span role="gridcell" className="c-by row cut soft">
        <StartedBy run={run} />
      </span>
      <span role="gridcell" className="c-tm">
        {run.status === "SKIPPED" ? (
          <span className="muted">did not start</span>
        ) : (
          <TimeBar parts={run.time ?? [{ kind: "ran", durationMs: Math.max(0, ended - queuedAt) }]} />
        )}
      </span>
      <span role="gridcell" className="c-dur num soft">
        {run.status === "SKIPPED" ? "" : duration(ended - queuedAt)}
      </span>
      <span role="gridcell" className="c-age num muted">
        <Age then={queuedAt} now={now} />
      </span>
    </div>
  );
});

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
