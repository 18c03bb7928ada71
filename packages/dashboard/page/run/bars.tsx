// The bars of one row: its stretches on the common axis, the end of a wait as a diamond, and the label where there is
// room. Thick is working, hatched is held back, thin is parked.

import type { Segment, TraceSpan } from "@stepwell/protocol/rest";
import { at, duration } from "@stepwell/protocol/words";
import type { ReactNode } from "react";
import { timeClass, timeWords } from "../drawing/time-bar.tsx";
import { labelOf } from "./row-words.ts";
import type { TimeScale } from "./time-scale.ts";

/** From this width on, a failed attempt has its × inside. */
const crossLeastPx = 9;
const labelPxPerLetter = 6.2;

export interface BarsProps {
  readonly span: TraceSpan;
  readonly scale: TimeScale;
  readonly widthPx: number;
  readonly now: number;
  readonly hasLabel: boolean;
}

export function Bars({ span, scale, widthPx, now, hasLabel }: BarsProps): ReactNode {
  const segments = span.segments.length > 0 ? span.segments : [whole(span)];
  const first = segments[0];
  const last = segments[segments.length - 1];
  if (first === undefined || last === undefined) return null;
  const begin = scale.at(at(first.from));
  const end = scale.at(last.until === undefined ? now : at(last.until));
  const label = hasLabel ? labelOf(span) : "";
  return (
    <>
      {segments.map((segment) => (
        <Bar
          key={`${segment.kind}${segment.from}`}
          segment={segment}
          span={span}
          scale={scale}
          widthPx={widthPx}
          now={now}
        />
      ))}
      {span.wait === undefined ? null : (
        <i className={`cap ${span.wait.outcome}`} style={{ left: percent(end) }} title={capTitle(span)} />
      )}
      {label === "" ? null : (
        <Label text={label} begin={begin} end={end} widthPx={widthPx} hasCap={span.wait !== undefined} />
      )}
    </>
  );
}

function whole(span: TraceSpan): Segment {
  return { kind: "ran", from: span.queuedAt, ...(span.endedAt === undefined ? {} : { until: span.endedAt }) };
}

function percent(place: number): string {
  return `${(place * 100).toFixed(3)}%`;
}

function Bar({
  segment,
  span,
  scale,
  widthPx,
  now,
}: Omit<BarsProps, "hasLabel"> & { readonly segment: Segment }): ReactNode {
  const until = segment.until === undefined ? now : at(segment.until);
  const left = scale.at(at(segment.from));
  const width = Math.max(0, scale.at(until) - left);
  const length = duration(until - at(segment.from));
  const attempt = segment.attempt === undefined ? "" : `Attempt ${segment.attempt + 1}, `;
  // An invoke is drawn as an outline: the code that runs is another run's.
  const className = segment.kind === "invoking" && span.stepOp === "INVOKE" ? "v" : timeClass[segment.kind];
  return (
    <i
      className={className}
      style={{ left: percent(left), width: percent(width) }}
      title={`${attempt}${timeWords[segment.kind]} ${length}`}
    >
      {segment.kind === "failed" && width * widthPx >= crossLeastPx ? <b className="no">×</b> : null}
    </i>
  );
}

function capTitle(span: TraceSpan): string {
  switch (span.wait?.outcome) {
    case "matched":
      return "An event matched.";
    case "expired":
      return "No event matched in time.";
    default:
      return "It still waits.";
  }
}

/** Right of the bars, or left of them where there is no room; never over a bar. */
function Label({
  text,
  begin,
  end,
  widthPx,
  hasCap,
}: {
  readonly text: string;
  readonly begin: number;
  readonly end: number;
  readonly widthPx: number;
  readonly hasCap: boolean;
}): ReactNode {
  const needed = text.length * labelPxPerLetter + 14;
  const gap = hasCap ? 6 : 0;
  if ((1 - end) * widthPx - gap >= needed)
    return (
      <span className="lab" style={{ left: `calc(${percent(end)} + ${gap}px)` }}>
        <bdi>{text}</bdi>
      </span>
    );
  if (begin * widthPx - gap >= needed)
    return (
      <span className="lab before" style={{ right: `calc(${percent(1 - begin)} + ${gap}px)` }}>
        <bdi>{text}</bdi>
      </span>
    );
  return null;
}
