// Runs over time above the list (spec §5): same filter, failed at the bottom, a dotted line for each sync. Dragging
// sets the time.

import type { RunFigures } from "@stepwell/protocol/rest";
import { at, counted, moment, shortDuration } from "@stepwell/protocol/words";
import { type PointerEvent, type ReactNode, useState } from "react";

export const bucketsMax = 96;
const height = 52;

export interface HistogramProps {
  readonly figures: RunFigures;
  readonly now: number;
  readonly onSpan: (from: number, until: number) => void;
}

export function Histogram({ figures, now, onSpan }: HistogramProps): ReactNode {
  const buckets = figures.buckets ?? [];
  const [drag, setDrag] = useState<{ readonly from: number; readonly until: number } | undefined>();
  const first = buckets[0];
  const second = buckets[1];
  if (first === undefined || second === undefined) return null;
  const begin = at(first.from);
  const widthMs = at(second.from) - begin;
  const end = begin + widthMs * buckets.length;
  const most = Math.max(1, ...buckets.map(({ total }) => total));
  const failed = buckets.reduce((sum, bucket) => sum + bucket.failed, 0);
  const total = buckets.reduce((sum, bucket) => sum + bucket.total, 0);
  if (total === 0) return null;
  const share = (event: PointerEvent<SVGSVGElement>): number => {
    const box = event.currentTarget.getBoundingClientRect();
    return Math.min(1, Math.max(0, (event.clientX - box.left) / box.width));
  };
  const finish = (): void => {
    if (drag === undefined) return;
    const [from, until] = [Math.min(drag.from, drag.until), Math.max(drag.from, drag.until)];
    setDrag(undefined);
    if (until - from > 0.01) onSpan(begin + from * (end - begin), begin + until * (end - begin));
  };
  return (
    <div className="pad hist-place hide-s">
      <svg
        className="hist"
        viewBox={`0 0 ${buckets.length * 10} ${height}`}
        preserveAspectRatio="none"
        role="img"
        aria-label={`${counted(total, "run")}, one bar for each ${shortDuration(widthMs)}; ${counted(failed, "run")} failed. Drag to choose a time.`}
        onPointerDown={(event) => {
          event.currentTarget.setPointerCapture(event.pointerId);
          setDrag({ from: share(event), until: share(event) });
        }}
        onPointerMove={(event) => drag !== undefined && setDrag({ ...drag, until: share(event) })}
        onPointerUp={finish}
        onPointerCancel={() => setDrag(undefined)}
      >
        {buckets.map((bucket, index) => (
          <Bar key={bucket.from} {...bucket} x={index * 10 + 1} most={most} now={now} />
        ))}
        {(figures.syncs ?? []).map((sync) => {
          const x = ((at(sync.at) - begin) / (end - begin)) * buckets.length * 10;
          return (
            <line key={`${sync.at}${sync.appName}`} className="mark" x1={x} x2={x} y1={0} y2={height}>
              <title>{`${sync.appName} synced ${moment(at(sync.at), now)}`}</title>
            </line>
          );
        })}
        {drag === undefined ? null : (
          <rect
            className="brush"
            x={Math.min(drag.from, drag.until) * buckets.length * 10}
            width={Math.abs(drag.until - drag.from) * buckets.length * 10}
            y={0}
            height={height}
          />
        )}
      </svg>
      <div className="hist-axis muted" aria-hidden="true">
        {[0, 0.25, 0.5, 0.75].map((part) => (
          <span key={part}>{moment(begin + part * (end - begin), now)}</span>
        ))}
        <span>{end >= now - widthMs ? "now" : moment(end, now)}</span>
      </div>
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
