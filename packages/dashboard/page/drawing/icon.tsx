// The icons: 16 units square, drawn with the line of the words beside them. Each state has an outline of its own, so
// that it is told without colour (spec §3).

import type { ReactNode } from "react";

const shapes = {
  apps: (
    <>
      <path d="M8 1.8l5.6 3v6.4L8 14.2l-5.6-3V4.8z" />
      <path d="M2.6 4.9L8 7.8l5.4-2.9M8 7.8v6.2" />
    </>
  ),
  arrow: (
    <>
      <path d="M2.4 8h10.8M9.6 4.4L13.2 8l-3.6 3.6" />
    </>
  ),
  bulb: (
    <>
      <path d="M5.6 10.4a4.4 4.4 0 1 1 4.8 0v1.4H5.6zM6.4 14h3.2" />
    </>
  ),
  cancelled: (
    <>
      <circle cx="8" cy="8" r="5.8" />
      <path d="M4 12L12 4" />
    </>
  ),
  check: (
    <>
      <path d="M3 8.6l3.2 3.2L13 4.6" />
    </>
  ),
  clock: (
    <>
      <circle cx="8" cy="8" r="5.8" />
      <path d="M8 4.6V8l2.4 1.6" />
    </>
  ),
  cols: (
    <>
      <rect x="2" y="3" width="12" height="10" rx="1.4" />
      <path d="M6 3v10M10 3v10" />
    </>
  ),
  completed: (
    <>
      <path d="M3 8.6l3.2 3.2L13 4.6" strokeWidth={1.8} />
    </>
  ),
  copy: (
    <>
      <rect x="5.4" y="5.4" width="8" height="8" rx="1.4" />
      <path d="M10.6 5.4V3.6a1 1 0 0 0-1-1H3.6a1 1 0 0 0-1 1v6a1 1 0 0 0 1 1h1.8" />
    </>
  ),
  down: (
    <>
      <path d="M3.6 6L8 10.4 12.4 6" />
    </>
  ),
  edit: (
    <>
      <path d="M3 13l.6-2.8 7-7 2.2 2.2-7 7z" />
    </>
  ),
  errored: (
    <>
      <path d="M8 2.2l6.2 11.2H1.8z" />
      <path d="M8 6.4v3.2M8 11.4v.1" />
    </>
  ),
  events: (
    <>
      <path d="M9 1.8L3.4 9H8l-1 5.2L12.6 7H8z" />
    </>
  ),
  failed: (
    <>
      <path d="M5.3 1.8h5.4l3.5 3.5v5.4l-3.5 3.5H5.3l-3.5-3.5V5.3z" fill="currentColor" />
      <path d="M5.8 5.8l4.4 4.4m0-4.4l-4.4 4.4" stroke="var(--surface)" strokeWidth={1.7} />
    </>
  ),
  failures: (
    <>
      <path d="M2 9.2l2-6.4h8l2 6.4v4H2z" />
      <path d="M2 9.2h3.4l1 1.8h3.2l1-1.8H14" />
    </>
  ),
  filter: (
    <>
      <path d="M2 4h12M4.4 8h7.2M6.8 12h2.4" />
    </>
  ),
  fork: (
    <>
      <path d="M2 8h3c3 0 2-4.6 5-4.6h4M5 8h9M5 8c3 0 2 4.6 5 4.6h4" />
    </>
  ),
  functions: (
    <>
      <path d="M11.6 3.2c-2.6-1.4-3.6.2-4 2.2L6.2 12c-.5 1.8-1.6 2.4-3.2 1.6M4.6 6.6h6" />
    </>
  ),
  gauge: (
    <>
      <path d="M2.4 11.6a6 6 0 1 1 11.2 0M8 9.4l2.6-3" />
    </>
  ),
  invoke: (
    <>
      <rect x="1.8" y="5" width="5" height="6" rx="1" />
      <path d="M7 8h5M9.8 5.6L12.2 8l-2.4 2.4M14.2 3.6v8.8" />
    </>
  ),
  more: (
    <>
      <path d="M3.4 8h.1M8 8h.1M12.6 8h.1" strokeWidth={2.2} />
    </>
  ),
  overview: (
    <>
      <path d="M1.8 9h2.6l2-5.4 3.2 9 2-5.4h2.6" />
    </>
  ),
  paused: (
    <>
      <rect x="2.2" y="2.2" width="11.6" height="11.6" rx="2" />
      <path d="M6.4 5.8v4.4M9.6 5.8v4.4" />
    </>
  ),
  play: (
    <>
      <path d="M4.6 3l8 5-8 5z" />
    </>
  ),
  plus: (
    <>
      <path d="M8 3v10M3 8h10" />
    </>
  ),
  queued: (
    <>
      <path d="M4 2.4h8M4 13.6h8M4.8 2.6c0 3 6.4 7.8 6.4 10.8M11.2 2.6c0 3-6.4 7.8-6.4 10.8" />
    </>
  ),
  rerun: (
    <>
      <path d="M13.2 8a5.2 5.2 0 1 1-1.6-3.8M13.4 1.9v3.2h-3.2" />
    </>
  ),
  right: (
    <>
      <path d="M6 3.6L10.4 8 6 12.4" />
    </>
  ),
  run: (
    <>
      <rect x="2.2" y="4.8" width="11.6" height="6.4" rx="1.6" />
    </>
  ),
  runs: (
    <>
      <path d="M2 3.5h6M5 8h7M9 12.5h5" strokeWidth={2} />
    </>
  ),
  search: (
    <>
      <circle cx="7" cy="7" r="4.6" />
      <path d="M10.6 10.6l3.2 3.2" />
    </>
  ),
  send: (
    <>
      <path d="M2.2 8h9M8 4.4L11.6 8 8 11.6M13.8 3.4v9.2" />
    </>
  ),
  skipped: (
    <>
      <path d="M2.2 10.2a5.8 5.2 0 0 1 11 -.8M13.6 5.6v4h-4" />
      <circle cx="7.8" cy="12.4" r="1.1" fill="currentColor" stroke="none" />
    </>
  ),
  sleeping: (
    <>
      <path d="M13.4 9.8A5.9 5.9 0 1 1 6.4 2.5a4.8 4.8 0 0 0 7 7.3z" />
    </>
  ),
  star: (
    <>
      <path d="M4 2.4h8v11.4l-4-3-4 3z" />
    </>
  ),
  term: (
    <>
      <path d="M2.6 4.4L6.2 8l-3.6 3.6M7.6 12h6" />
    </>
  ),
  theme: (
    <>
      <circle cx="8" cy="8" r="5.8" />
      <path d="M8 2.2a5.8 5.8 0 0 1 0 11.6z" fill="currentColor" />
    </>
  ),
  up: (
    <>
      <path d="M8 13V3.4M4 7.2l4-4 4 4" />
    </>
  ),
  waiting: (
    <>
      <path d="M8 1.8L14.2 8 8 14.2 1.8 8z" />
      <circle cx="8" cy="8" r="1.4" fill="currentColor" stroke="none" />
    </>
  ),
  x: (
    <>
      <path d="M3.8 3.8l8.4 8.4m0-8.4l-8.4 8.4" />
    </>
  ),
  running: (
    <>
      <circle cx="8" cy="8" r="5.8" opacity=".28" strokeWidth={2} />
      <path className="arc" d="M8 2.2A5.8 5.8 0 0 1 13.8 8" strokeWidth={2} />
    </>
  ),
} as const satisfies Record<string, ReactNode>;

export type IconName = keyof typeof shapes;

/** An icon beside words; it says nothing by itself to a screen reader. */
export function Icon({
  name,
  small = false,
}: {
  readonly name: IconName;
  readonly small?: boolean;
}): ReactNode {
  return (
    <svg className={small ? "i s" : "i"} viewBox="0 0 16 16" aria-hidden="true">
      {shapes[name]}
    </svg>
  );
}
