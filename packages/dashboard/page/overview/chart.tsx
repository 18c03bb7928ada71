// A chart over time (spec §6.7): drawn with uPlot in the page's colours, one line of words for all series, stepped
// through by arrow keys, and as a table.

import { at, moment } from "@stepwell/protocol/words";
import { type KeyboardEvent, type ReactNode, useEffect, useMemo, useRef, useState } from "react";
import uPlot from "uplot";
import "uplot/dist/uPlot.min.css";
import { Icon } from "../drawing/icon.tsx";
import { type ChartProps, type ChartSeries, ChartTable } from "./chart-table.tsx";
import { resolvedColour, useThemeVersion } from "./theme-colour.ts";

const heightPx = 168;

export function Chart(props: ChartProps): ReactNode {
  const { title, note, series, summary } = props;
  const [isTable, setTable] = useState(false);
  const [index, setIndex] = useState<number | undefined>();
  return (
    <section className="sec chart-place">
      <h2>
        {title} <span className="n">{note}</span>
        <span className="end legend">
          {series.map((one) => (
            <span key={one.word}>
              <i className={`swatch ${one.kind}`} style={{ "--swatch": `var(${one.colour})` } as never} />
              {one.word}
            </span>
          ))}
        </span>
        <button
          type="button"
          className="btn ghost small-btn"
          aria-pressed={isTable}
          onClick={() => setTable(!isTable)}
        >
          <Icon name="cols" />
          {isTable ? "As chart" : "As table"}
        </button>
      </h2>
      {isTable ? <ChartTable {...props} /> : <Drawing {...props} index={index} onIndex={setIndex} />}
      <p className="chart-line muted" aria-live={index === undefined ? "off" : "polite"}>
        {index === undefined || isTable ? summary : lineAt(props, index)}
      </p>
    </section>
  );
}

/** `14:15: 312 completed, 3 failed`. */
function lineAt({ times, series, write, now }: ChartProps, index: number): string {
  const time = times[index];
  if (time === undefined) return "";
  const values = series.map(({ word, values }) => {
    const value = values[index];
    return value === undefined ? `no ${word}` : `${word} ${write(value)}`;
  });
  return `${moment(at(time), now)}: ${values.join(", ")}`;
}

interface DrawingProps extends ChartProps {
  readonly index: number | undefined;
  readonly onIndex: (index: number | undefined) => void;
}

function Drawing(props: DrawingProps): ReactNode {
  const { times, title, summary, index, onIndex } = props;
  const place = useRef<HTMLDivElement>(null);
  const plot = useRef<uPlot | undefined>(undefined);
  const theme = useThemeVersion();
  const data = useMemo(() => plotData(props), [props]);
  const latest = useRef({ props, data });
  latest.current = { props, data };
  const shape = `${theme} ${props.series.map(({ word }) => word).join()}`;
  // biome-ignore lint/correctness/useExhaustiveDependencies: another theme or other series is another drawing
  useEffect(() => {
    const element = place.current;
    if (element === null) return;
    const options = plotOptions(latest, element.clientWidth, (next) => onIndex(next));
    const made = new uPlot(options, latest.current.data, element);
    plot.current = made;
    const observer = new ResizeObserver(() => made.setSize({ width: element.clientWidth, height: heightPx }));
    observer.observe(element);
    return () => {
      observer.disconnect();
      made.destroy();
      plot.current = undefined;
    };
  }, [shape]);
  useEffect(() => plot.current?.setData(data), [data]);
  const onKeyDown = (event: KeyboardEvent): void => {
    const by = event.key === "ArrowRight" ? 1 : event.key === "ArrowLeft" ? -1 : 0;
    if (by === 0 && event.key !== "Escape") return;
    event.preventDefault();
    event.stopPropagation();
    const next =
      by === 0
        ? undefined
        : Math.max(0, Math.min(times.length - 1, (index ?? (by > 0 ? -1 : times.length)) + by));
    onIndex(next);
    const time = next === undefined ? undefined : data[0]?.[next];
    const left = time === undefined ? -10 : (plot.current?.valToPos(time, "x") ?? -10);
    plot.current?.setCursor({ left, top: 10 }, false);
  };
  return (
    <div
      className="plot"
      ref={place}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: arrow keys step through the chart
      tabIndex={0}
      role="img"
      aria-label={`${title}. ${summary}`}
      onKeyDown={onKeyDown}
    />
  );
}

function plotData({ times, series, isLogarithmic }: ChartProps): uPlot.AlignedData {
  const columns = series.map(({ values }) =>
    values.map((value) => (value === undefined || (isLogarithmic === true && value <= 0) ? null : value)),
  );
  return [times.map((time) => at(time) / 1000), ...columns];
}

/** On a logarithmic axis, whole powers of ten alone. */
const decades = (_: uPlot, splits: number[]): (number | null)[] =>
  splits.map((value) => (Number.isInteger(Math.log10(value)) ? value : null));

interface Latest {
  readonly current: { readonly props: ChartProps };
}

function plotOptions(
  latest: Latest,
  width: number,
  onIndex: (index: number | undefined) => void,
): uPlot.Options {
  const { series, isLogarithmic = false } = latest.current.props;
  const ink = resolvedColour("--ink-3");
  const line = resolvedColour("--line");
  const font = "11px system-ui, sans-serif";
  const axis = { stroke: ink, font, grid: { stroke: line, width: 1 }, ticks: { show: false } };
  return {
    width,
    height: heightPx,
    legend: { show: false },
    cursor: { y: false, drag: { x: false, y: false }, points: { show: false } },
    scales: {
      x: { time: true },
      y: isLogarithmic
        ? { distr: 3, log: 10 }
        : { range: (_, __, max) => [0, Math.max(4, Number.isFinite(max) ? max * 1.08 : 4)] },
    },
    axes: [
      {
        ...axis,
        grid: { show: false },
        space: 90,
        size: 26,
        values: (_, ticks) => ticks.map((tick) => clockAt(tick, latest)),
      },
      {
        ...axis,
        ...(isLogarithmic
          ? { filter: decades, grid: { ...axis.grid, filter: decades } }
          : { incrs: [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10_000, 50_000, 100_000] }),
        size: 56,
        values: (_, ticks) => ticks.map((tick) => (tick === null ? "" : latest.current.props.write(tick))),
      },
    ],
    series: [{}, ...series.map((one) => seriesOptions(one))],
    hooks: {
      setCursor: [(plot) => onIndex(plot.cursor.idx ?? undefined)],
      draw: [(plot) => drawMarks(plot, latest.current.props, ink)],
    },
  };
}

function clockAt(seconds: number, latest: Latest): string {
  return moment(seconds * 1000, latest.current.props.now);
}

function seriesOptions({ word, colour, kind }: ChartSeries): uPlot.Series {
  const stroke = resolvedColour(colour);
  if (kind !== "bar")
    return {
      label: word,
      stroke,
      width: 1.5,
      points: { show: false },
      spanGaps: true,
      ...(kind === "dashed" ? { dash: [5, 3] } : {}),
    };
  const paths = uPlot.paths.bars?.({ size: [0.8, 40], align: 1 });
  return {
    label: word,
    stroke,
    fill: stroke,
    width: 0,
    points: { show: false },
    ...(paths === undefined ? {} : { paths }),
  };
}

/** A dotted line for each sync. */
function drawMarks(plot: uPlot, { marks }: ChartProps, colour: string): void {
  const { ctx, bbox } = plot;
  ctx.save();
  ctx.strokeStyle = colour;
  ctx.setLineDash([3, 3]);
  for (const mark of marks) {
    const x = plot.valToPos(at(mark.at) / 1000, "x", true);
    if (x < bbox.left || x > bbox.left + bbox.width) continue;
    ctx.beginPath();
    ctx.moveTo(x, bbox.top);
    ctx.lineTo(x, bbox.top + bbox.height);
    ctx.stroke();
  }
  ctx.restore();
}
