// Runs over time above the list (spec §5): same filter, failed at the bottom, a dotted line for each sync. Dragging
// sets the time; so do arrow keys, with shift for more bars and Enter. Escape drops the choice, then the time it set.

import type { RunFigures } from "@stepwell/protocol/rest";
import { at, count, counted, moment, shortDuration } from "@stepwell/protocol/words";
import { type KeyboardEvent, type PointerEvent, type ReactNode, useId, useRef, useState } from "react";
import { asMove, type ChosenTime, chosenTime, moveChoice, type TimeChoice } from "./time-choice.ts";

export const bucketsMax = 96;
const height = 52;
/** A pointer that moves less is a click, which chooses nothing. */
const dragPxMin = 4;

export interface HistogramProps {
  readonly figures: RunFigures;
  readonly now: number;
  /** Unix ms, `until` excluded. */
  readonly onSpan: (from: number, until: number) => void;
  /** Takes back the time that was set here, and says whether there was one. */
  readonly onUndo: () => boolean;
}

type Bars = NonNullable<RunFigures["buckets"]>;

export function Histogram({ figures, now, onSpan, onUndo }: HistogramProps): ReactNode {
  const hintId = useId();
  const bars = figures.buckets ?? [];
  const [first, second] = bars;
  const widthMs = first === undefined || second === undefined ? 0 : at(second.from) - at(first.from);
  const { choice, isUsed, handlers } = useTimeChoice({ bars, widthMs, onSpan, onUndo });
  const total = bars.reduce((sum, bar) => sum + bar.total, 0);
  // Once used it stays, with the focus, also over a time without runs.
  if (first === undefined || widthMs <= 0 || (total === 0 && !isUsed)) return null;
  const failed = bars.reduce((sum, bar) => sum + bar.failed, 0);
  const chosen = choice === undefined ? undefined : chosenTime(bars, widthMs, choice);
  const summary = `${counted(total, "run")}, one bar for each ${shortDuration(widthMs)}; ${counted(failed, "run")} failed`;
  return (
    <div className="pad hist-place hide-s">
      <div
        className="hist-choice"
        role="slider"
        tabIndex={0}
        aria-label={`Runs over time: ${summary}`}
        aria-describedby={hintId}
        aria-valuemin={0}
        aria-valuemax={bars.length - 1}
        aria-valuenow={choice?.head ?? bars.length - 1}
        aria-valuetext={chosen === undefined ? "No time chosen" : chosenWords(chosen, now)}
        {...handlers}
      >
        <Drawing figures={figures} bars={bars} widthMs={widthMs} now={now} choice={choice} />
      </div>
      <p id={hintId} className="sr">
        Arrow keys choose a bar, with shift more of them. Enter sets the time, escape undoes it.
      </p>
      {chosen === undefined ? (
        <Axis
          begin={at(first.from)}
          end={at(first.from) + widthMs * bars.length}
          widthMs={widthMs}
          now={now}
        />
      ) : (
        <div className="hist-axis" aria-hidden="true">
          <span>{chosenWords(chosen, now)}</span>
          <span className="muted">↵ sets the time, esc drops it</span>
        </div>
      )}
    </div>
  );
}

function chosenWords({ from, until, total, failed }: ChosenTime, now: number): string {
  const bad = failed === 0 ? "" : `, ${count(failed)} failed`;
  // Both ends of a short time would read the same.
  const isShort = until - from < 120_000;
  const end = isShort ? `for ${shortDuration(until - from)}` : `to ${moment(until, now)}`;
  return `${moment(from, now)} ${end}: ${counted(total, "run")}${bad}`;
}

interface ChoiceOptions extends Pick<HistogramProps, "onSpan" | "onUndo"> {
  readonly bars: Bars;
  readonly widthMs: number;
}

function useTimeChoice({ bars, widthMs, onSpan, onUndo }: ChoiceOptions) {
  const [choice, setChoice] = useState<TimeChoice | undefined>();
  const [isUsed, setIsUsed] = useState(false);
  /** Where the pointer went down, in px of the window; absent while none is. */
  const downAt = useRef<number | undefined>(undefined);
  const set = (chosen: TimeChoice): void => {
    const { from, until } = chosenTime(bars, widthMs, chosen);
    setChoice(undefined);
    setIsUsed(true);
    onSpan(from, until);
  };
  const drop = (): void => {
    downAt.current = undefined;
    setChoice(undefined);
  };
  const barAt = (element: Element, clientX: number): number => {
    const box = element.getBoundingClientRect();
    const index = Math.floor(((clientX - box.left) / box.width) * bars.length);
    return Math.max(0, Math.min(bars.length - 1, index));
  };
  const handlers = {
    onPointerDown: (event: PointerEvent<HTMLElement>): void => {
      if (event.button !== 0) return;
      event.currentTarget.setPointerCapture(event.pointerId);
      downAt.current = event.clientX;
      setChoice(undefined);
    },
    onPointerMove: ({ currentTarget, clientX }: PointerEvent<HTMLElement>): void => {
      const began = downAt.current;
      if (began === undefined || (choice === undefined && Math.abs(clientX - began) < dragPxMin)) return;
      setChoice({ anchor: barAt(currentTarget, began), head: barAt(currentTarget, clientX) });
    },
    onPointerUp: (): void => {
      if (downAt.current !== undefined && choice !== undefined) set(choice);
      downAt.current = undefined;
    },
    onPointerCancel: drop,
    onBlur: drop,
    onKeyDown: (event: KeyboardEvent): void => {
      const move = asMove(event.key);
      if (event.metaKey || event.ctrlKey || event.altKey) return;
      if (move !== undefined)
        setChoice(moveChoice(choice, move, { bars: bars.length, isExtending: event.shiftKey }));
      else if (event.key === "Enter" && choice !== undefined) set(choice);
      else if (event.key === "Escape" && (choice !== undefined || downAt.current !== undefined)) drop();
      else if (event.key !== "Escape" || !onUndo()) return;
      // The list has other uses for these keys.
      event.preventDefault();
      event.stopPropagation();
    },
  };
  return { choice, isUsed, handlers };
}

interface DrawingProps {
  readonly figures: RunFigures;
  readonly bars: Bars;
  readonly widthMs: number;
  readonly now: number;
  readonly choice: TimeChoice | undefined;
}

function Drawing({ figures, bars, widthMs, now, choice }: DrawingProps): ReactNode {
  const begin = at(bars[0]?.from ?? "");
  const most = Math.max(1, ...bars.map(({ total }) => total));
  return (
    <svg
      className="hist"
      viewBox={`0 0 ${bars.length * 10} ${height}`}
      preserveAspectRatio="none"
      aria-hidden="true"
    >
      {bars.map((bar, index) => (
        <Bar key={bar.from} {...bar} x={index * 10 + 1} most={most} now={now} />
      ))}
      {(figures.syncs ?? []).map((sync) => {
        const x = ((at(sync.at) - begin) / widthMs) * 10;
        return (
          <line key={`${sync.at}${sync.appName}`} className="mark" x1={x} x2={x} y1={0} y2={height}>
            <title>{`${sync.appName} synced ${moment(at(sync.at), now)}`}</title>
          </line>
        );
      })}
      {choice === undefined ? null : (
        <rect
          className="brush"
          x={Math.min(choice.anchor, choice.head) * 10}
          width={(Math.abs(choice.head - choice.anchor) + 1) * 10}
          y={0}
          height={height}
        />
      )}
    </svg>
  );
}

interface AxisProps {
  readonly begin: number;
  readonly end: number;
  readonly widthMs: number;
  readonly now: number;
}

function Axis({ begin, end, widthMs, now }: AxisProps): ReactNode {
  return (
    <div className="hist-axis muted" aria-hidden="true">
      {[0, 0.25, 0.5, 0.75].map((part) => (
        <span key={part}>{moment(begin + part * (end - begin), now)}</span>
      ))}
      <span>{end >= now - widthMs ? "now" : moment(end, now)}</span>
    </div>
  );
}

function Bar({
  from,
  total,
  failed,
  x,
  most,
  now,
}: {
  readonly from: string;
  readonly total: number;
  readonly failed: number;
  readonly x: number;
  readonly most: number;
  readonly now: number;
}): ReactNode {
  if (total === 0) return null;
  const tall = (value: number): number => (value === 0 ? 0 : Math.max(2, (value / most) * (height - 4)));
  const bad = tall(failed);
  const good = Math.max(0, tall(total) - bad);
  return (
    <g>
      <title>{`${moment(at(from), now)}: ${counted(total, "run")}, ${failed === 0 ? "none" : counted(failed, "run")} failed`}</title>
      <rect className="ok" x={x} width={8} y={height - bad - good} height={good} />
      <rect className="no" x={x} width={8} y={height - bad} height={bad} />
    </g>
  );
}
