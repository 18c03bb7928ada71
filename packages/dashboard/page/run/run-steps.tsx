// A run's steps over time: one row each, with the stretches of its time drawn on a common axis.

import type { Segment, TraceSpan } from "@stepwell/protocol/rest";
import type { ReactNode } from "react";
import { StateMark } from "../drawing/state-mark.tsx";
import { timeClass, timeWords } from "../drawing/time-bar.tsx";
import { at } from "../words/clock-time.ts";
import { duration } from "../words/number.ts";
import { spanState } from "../words/run-state.ts";

export function RunSteps({
  root,
  now,
  selected,
  select,
}: {
  readonly root: TraceSpan;
  readonly now: number;
  readonly selected: string | undefined;
  readonly select: (id: string) => void;
}): ReactNode {
  const from = at(root.queuedAt);
  const until = root.endedAt === undefined ? Math.max(now, from + 1) : Math.max(at(root.endedAt), from + 1);
  return (
    <div className="wf">
      <Row
        span={root}
        name="run"
        from={from}
        until={until}
        now={now}
        isSelected={selected === undefined}
        select={select}
      />
      {root.children.map((span) => (
        <Row
          key={span.id}
          span={span}
          name={span.name}
          from={from}
          until={until}
          now={now}
          isSelected={selected === span.id}
          select={select}
        />
      ))}
    </div>
  );
}

function Row({
  span,
  name,
  from,
  until,
  now,
  isSelected,
  select,
}: {
  readonly span: TraceSpan;
  readonly name: string;
  readonly from: number;
  readonly until: number;
  readonly now: number;
  readonly isSelected: boolean;
  readonly select: (id: string) => void;
}): ReactNode {
  const end = span.endedAt === undefined ? now : at(span.endedAt);
  return (
    <button
      type="button"
      className={`wf-row${isSelected ? " sel" : ""}`}
      style={{
        width: "100%",
        border: 0,
        background: "none",
        textAlign: "left",
        font: "inherit",
        color: "inherit",
      }}
      data-step={name}
      data-status={span.status}
      onClick={() => select(span.id)}
    >
      <span className="wf-name">
        <StateMark state={spanState(span.status)} word="" />
        <span className="nm">{name}</span>
      </span>
      <span className="wf-lane">
        {span.segments.map((segment) => (
          <Stretch
            key={`${segment.kind}${segment.from}`}
            segment={segment}
            from={from}
            until={until}
            now={now}
          />
        ))}
      </span>
      <span className="wf-dur">{duration(Math.max(0, end - at(span.startedAt ?? span.queuedAt)))}</span>
    </button>
  );
}

function Stretch({
  segment,
  from,
  until,
  now,
}: {
  readonly segment: Segment;
  readonly from: number;
  readonly until: number;
  readonly now: number;
}): ReactNode {
  const begin = Math.max(from, at(segment.from));
  const end = segment.until === undefined ? now : at(segment.until);
  const share = (ms: number) => `${Math.max(0, Math.min(100, (ms / (until - from)) * 100))}%`;
  return (
    <i
      className={timeClass[segment.kind]}
      title={timeWords[segment.kind]}
      style={{ left: share(begin - from), width: share(end - begin) }}
    />
  );
}
