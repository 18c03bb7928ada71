// Content with a panel at its right (spec §2 Panel): resizable from 320 px to 60 %, its width kept per view; below
// 1100 px it covers the content. Escape closes it.

import { type KeyboardEvent, type PointerEvent, type ReactNode, useState } from "react";
import { useKeys } from "./keys.ts";

const leastPx = 320;
const usualPx = 404;
const stepPx = 24;

function settingName(view: string): string {
  return `stepwell.panel.${view}`;
}

function keptWidth(view: string): number {
  const kept = Number(localStorage.getItem(settingName(view)));
  return Number.isFinite(kept) && kept >= leastPx ? kept : usualPx;
}

export interface SplitProps {
  /** Under which the width is kept. */
  readonly view: string;
  readonly children: ReactNode;
  /** Absent: the content has the whole width. */
  readonly panel: ReactNode | undefined;
  readonly label: string;
  /** Absent when the panel cannot be closed. */
  readonly onClose?: (() => void) | undefined;
}

export function Split({ view, children, panel, label, onClose }: SplitProps): ReactNode {
  const [width, setWidth] = useState(() => keptWidth(view));
  const keep = (next: number): void => {
    const most = Math.max(leastPx, Math.round(window.innerWidth * 0.6));
    const kept = Math.min(most, Math.max(leastPx, Math.round(next)));
    setWidth(kept);
    localStorage.setItem(settingName(view), String(kept));
  };
  if (panel === undefined) return <div className="split alone">{children}</div>;
  return (
    <div className="split" style={{ "--panel": `${width}px` } as never}>
      {children}
      <aside className={onClose === undefined ? "aside below" : "aside"} aria-label={label}>
        {onClose === undefined ? null : <CloseKey onClose={onClose} />}
        <Grip width={width} keep={keep} />
        {panel}
      </aside>
    </div>
  );
}

function CloseKey({ onClose }: { readonly onClose: () => void }): ReactNode {
  useKeys({ esc: onClose });
  return null;
}

function Grip({ width, keep }: { readonly width: number; readonly keep: (px: number) => void }): ReactNode {
  const onPointerDown = (down: PointerEvent<HTMLDivElement>): void => {
    const grip = down.currentTarget;
    grip.setPointerCapture(down.pointerId);
    grip.onpointermove = (move) => keep(width + down.clientX - move.clientX);
    grip.onpointerup = () => {
      grip.onpointermove = null;
    };
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.key !== "ArrowLeft" && event.key !== "ArrowRight") return;
    event.preventDefault();
    keep(width + (event.key === "ArrowLeft" ? stepPx : -stepPx));
  };
  return (
    <div
      className="grip"
      role="separator"
      aria-orientation="vertical"
      aria-label="Width of the panel"
      aria-valuenow={width}
      aria-valuemin={leastPx}
      aria-valuemax={Math.round(window.innerWidth * 0.6)}
      tabIndex={0}
      onPointerDown={onPointerDown}
      onKeyDown={onKeyDown}
    />
  );
}
