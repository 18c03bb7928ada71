// The waterfall (spec §6.2): a tree of steps over one axis of time, with folds, lanes, and the line of now. Only the
// rows of the window are in the page.

import type { TraceSpan } from "@stepwell/protocol/rest";
import { at, duration, shortDuration } from "@stepwell/protocol/words";
import { useVirtualizer } from "@tanstack/react-virtual";
import { type ReactNode, type RefObject, useEffect, useMemo, useRef, useState } from "react";
import type { WaterfallRow } from "./rows.ts";
import { foldsOf, marginMs, type Span, type Tick, type TimeScale, ticksOf, timeScale } from "./time-scale.ts";
import { WaterfallRowView } from "./waterfall-row.tsx";

const rowPx = 30;
const narrowRowPx = 50;
const overscan = 8;
/** A narrower fold says its length in its title alone. */
const foldWordsPx = 28;

export interface WaterfallProps {
  readonly root: TraceSpan;
  readonly rows: readonly WaterfallRow[];
  readonly now: number;
  readonly selected: string | undefined;
  readonly isFolded: boolean;
  /** 1 shows all of the time; 2 shows half of it, around the selected step. */
  readonly zoom: number;
  readonly scroller: RefObject<HTMLDivElement | null>;
  readonly onSelect: (id: string | undefined) => void;
  readonly onFold: (id: string) => void;
}

/** Stretches in which code of this run runs or waits for its turn, and moments at which a wait or sleep begins or ends. */
function busyOf(root: TraceSpan, now: number): readonly Span[] {
  const working = new Set(["ran", "running", "failed", "cancelled", "queued"]);
  return [root, ...root.children].flatMap(({ segments }) =>
    segments.flatMap(({ kind, from, until }) => {
      const span = { from: at(from), until: until === undefined ? now : at(until) };
      if (working.has(kind)) return [span];
      return [span.from, span.until].map((moment) => ({ from: moment, until: moment }));
    }),
  );
}

function useScale(
  props: WaterfallProps,
  widthPx: number,
): { readonly scale: TimeScale; readonly whole: Span } {
  const { root, now, isFolded, zoom, rows, selected } = props;
  return useMemo(() => {
    const from = at(root.queuedAt);
    const end = root.endedAt === undefined ? now : at(root.endedAt);
    const all = { from, until: Math.max(end, from + 1) };
    const row = rows.find(({ id }) => id === selected);
    const whole = zoomed(all, zoom, row?.kind === "step" ? row.span : undefined);
    const folds = isFolded ? foldsOf(all, busyOf(root, now)) : [];
    return { scale: timeScale(whole, folds, widthPx), whole };
  }, [root, now, isFolded, zoom, rows, selected, widthPx]);
}

function zoomed(all: Span, zoom: number, around: TraceSpan | undefined): Span {
  if (zoom <= 1) return all;
  const length = (all.until - all.from) / zoom;
  const center =
    around === undefined ? all.until - length / 2 : at(around.startedAt ?? around.queuedAt) + length / 4;
  const from = Math.max(all.from, Math.min(all.until - length, center - length / 2));
  return { from, until: from + length };
}

export function Waterfall(props: WaterfallProps): ReactNode {
  const { root, rows, now, selected, scroller, onSelect, onFold } = props;
  const lane = useRef<HTMLSpanElement>(null);
  const [widthPx, setWidthPx] = useState(460);
  useEffect(() => {
    const element = lane.current;
    if (element === null) return;
    const observer = new ResizeObserver(() => setWidthPx(Math.max(100, element.clientWidth)));
    observer.observe(element);
    return () => observer.disconnect();
  }, []);
  const { scale, whole } = useScale(props, widthPx);
  const isNarrow = window.matchMedia("(max-width: 720px)").matches;
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => (isNarrow ? narrowRowPx : rowPx),
    getItemKey: (index) => rows[index]?.id ?? index,
    overscan,
    scrollPaddingStart: rowPx,
  });
  const index = rows.findIndex(({ id }) => id === selected);
  useEffect(() => {
    if (index > 0) virtual.scrollToIndex(index);
  }, [index, virtual]);
  const from = at(root.queuedAt);
  return (
    <div className="wf">
      <Grid
        scale={scale}
        whole={whole}
        widthPx={widthPx}
        isLive={root.endedAt === undefined}
        now={now}
        origin={from}
      />
      <Axis lane={lane} scale={scale} widthPx={widthPx} origin={from} />
      <div role="tree" aria-label="Steps" className="window" style={{ height: virtual.getTotalSize() }}>
        {virtual.getVirtualItems().map((item) => {
          const row = rows[item.index];
          return row === undefined ? null : (
            <WaterfallRowView
              key={row.id}
              row={row}
              place={item.index + 1}
              size={rows.length}
              top={item.start}
              scale={scale}
              widthPx={widthPx}
              runFrom={from}
              now={now}
              isSelected={row.id === selected || (row.kind === "run" && selected === undefined)}
              onSelect={onSelect}
              onFold={onFold}
            />
          );
        })}
      </div>
    </div>
  );
}

function Axis({
  lane,
  scale,
  widthPx,
  origin,
}: {
  readonly lane: RefObject<HTMLSpanElement | null>;
  readonly scale: TimeScale;
  readonly widthPx: number;
  readonly origin: number;
}): ReactNode {
  return (
    <div className="wf-row wf-axis">
      <span className="wf-name">Step</span>
      <span className="wf-lane" ref={lane}>
        {readable(ticksOf(scale, origin, widthPx), scale, widthPx).map(({ place, offsetMs }) => (
          <span key={offsetMs} style={{ left: `${place * 100}%` }}>
            {offsetMs === 0 ? "0" : axisWords(offsetMs)}
          </span>
        ))}
        {scale.pieces
          .filter(({ isFold }) => isFold)
          .map((fold) => (
            <span
              key={fold.from}
              className="fold"
              style={{ left: `${fold.left * 100}%`, width: `${(fold.right - fold.left) * 100}%` }}
              title={`${duration(quietMs(fold))} in which no code ran`}
            >
              {(fold.right - fold.left) * widthPx < foldWordsPx ? "" : shortDuration(quietMs(fold))}
            </span>
          ))}
      </span>
      <span className="wf-dur">Ran</span>
    </div>
  );
}

/** The true length of a folded stretch, with what stays visible at its ends. */
function quietMs({ from, until }: Span): number {
  return until - from + 2 * marginMs;
}

/** Ticks whose words do not run into a fold's or the end. */
function readable(ticks: readonly Tick[], scale: TimeScale, widthPx: number): readonly Tick[] {
  return ticks.filter(({ place, offsetMs }) => {
    const share = (axisWords(offsetMs).length * 6.5) / widthPx;
    return (
      place + share <= 1 &&
      !scale.pieces.some(({ isFold, left, right }) => isFold && left < place + share && right > place)
    );
  });
}

/** `250 ms`, `56 s`, `1 m 04 s`. */
function axisWords(ms: number): string {
  if (ms >= 1000 && ms < 60_000) return `${Number((ms / 1000).toFixed(2))} s`;
  return duration(ms);
}

function Grid({
  scale,
  whole,
  widthPx,
  isLive,
  now,
  origin,
}: {
  readonly scale: TimeScale;
  readonly whole: Span;
  readonly widthPx: number;
  readonly isLive: boolean;
  readonly now: number;
  readonly origin: number;
}): ReactNode {
  return (
    <div className="wf-grid" aria-hidden="true">
      {scale.pieces
        .filter(({ isFold }) => isFold)
        .map((fold) => (
          <span
            key={fold.from}
            className="wf-fold"
            style={{ left: `${fold.left * 100}%`, width: `${(fold.right - fold.left) * 100}%` }}
          />
        ))}
      {ticksOf(scale, origin, widthPx).map(({ place, offsetMs }) =>
        offsetMs === 0 ? null : <i key={offsetMs} style={{ left: `${place * 100}%` }} />,
      )}
      {isLive && now <= whole.until ? (
        <i className="now" style={{ left: `${scale.at(now) * 100}%` }} />
      ) : null}
    </div>
  );
}
