// One row of the waterfall: bracket and kind, name, bars, and how long its code ran.

import type { StepOp } from "@stepwell/protocol/rest";
import { at, counted, duration } from "@stepwell/protocol/words";
import type { ReactNode } from "react";
import { Icon, type IconName } from "../drawing/icon.tsx";
import { cutMiddle } from "../words/short-id.ts";
import { Bars } from "./bars.tsx";
import { failedWords, lengthOf, noteOf, rowSentence } from "./row-words.ts";
import type { WaterfallRow } from "./rows.ts";
import type { TimeScale } from "./time-scale.ts";

export interface WaterfallRowProps {
  readonly row: WaterfallRow;
  /** Counts from 1. */
  readonly place: number;
  readonly size: number;
  readonly top: number;
  readonly scale: TimeScale;
  readonly widthPx: number;
  readonly runFrom: number;
  readonly now: number;
  readonly isSelected: boolean;
  readonly onSelect: (id: string | undefined) => void;
  readonly onFold: (id: string) => void;
}

const opIcons: Readonly<Record<StepOp, IconName>> = {
  RUN: "run",
  SLEEP: "sleeping",
  WAIT_FOR_EVENT: "waiting",
  WAIT_FOR_SIGNAL: "waiting",
  INVOKE: "invoke",
  SEND_EVENT: "send",
  AI_GATEWAY: "run",
};

function iconOf(row: WaterfallRow): IconName {
  switch (row.kind) {
    case "run":
      return "runs";
    case "fork":
      return "fork";
    case "loop":
      return "rerun";
    case "step":
      return opIcons[row.span.stepOp ?? "RUN"];
  }
}

export function WaterfallRowView(props: WaterfallRowProps): ReactNode {
  const { row, place, size, top, runFrom, now, isSelected, onSelect, onFold } = props;
  const isBranch = row.kind === "fork" || row.kind === "loop";
  const depth = row.kind === "run" ? 0 : row.depth;
  const isLane = row.kind === "step" && row.isLaneHead;
  return (
    <div
      className={`wf-row${isSelected ? " sel" : ""}${isLane ? " lane" : ""}`}
      style={{ transform: `translateY(${top}px)` }}
      role="treeitem"
      tabIndex={isSelected ? 0 : -1}
      aria-selected={isSelected}
      aria-level={depth + 1}
      aria-posinset={place}
      aria-setsize={size}
      {...(isBranch ? { "aria-expanded": row.isOpen } : {})}
      {...dataOf(row)}
      onClick={() => (isBranch ? onFold(row.id) : onSelect(row.kind === "run" ? undefined : row.id))}
    >
      <span className="sr">{rowSentence(row, runFrom, now)}</span>
      <span className="wf-name" aria-hidden="true">
        <Guides row={row} depth={depth} />
        <span className="kind">
          <Icon name={iconOf(row)} small />
        </span>
        <Name row={row} />
      </span>
      <span className="wf-lane" aria-hidden="true">
        <Lane {...props} />
      </span>
      <span className="wf-dur" aria-hidden="true">
        {lengthWords(row, now)}
      </span>
    </div>
  );
}

function dataOf(row: WaterfallRow): Readonly<Record<string, string>> {
  if (row.kind === "run") return { "data-step": "run", "data-status": row.span.status };
  return row.kind === "step" ? { "data-step": row.span.name, "data-status": row.span.status } : {};
}

function Guides({ row, depth }: { readonly row: WaterfallRow; readonly depth: number }): ReactNode {
  return Array.from({ length: depth }, (_, level) => {
    const isOwn = level === depth - 1;
    const kind =
      row.kind !== "step" || !isOwn ? "" : row.isLaneHead ? (row.isLastLane ? "tee last" : "tee") : "";
    const isNone = row.kind === "step" && isOwn && row.isLastLane && !row.isLaneHead;
    // biome-ignore lint/suspicious/noArrayIndexKey: a guide is its level
    return <span key={level} className={`wf-guide ${isNone ? "none" : kind}`} />;
  });
}

function Name({ row }: { readonly row: WaterfallRow }): ReactNode {
  switch (row.kind) {
    case "run":
      return <span className="nm">{row.span.startedAt === undefined ? "Held in queue" : "Run"}</span>;
    case "fork":
      return (
        <span className="nm wf-par">
          {counted(row.branches, "branch", "branches")} in parallel{row.isOpen ? "" : ", folded"}
        </span>
      );
    case "loop":
      return (
        <span className="nm">
          <bdi>{cutMiddle(row.name, 30)}</bdi>{" "}
          <span className="note">
            ×{row.steps.length}
            {failedWords(row.steps)}
          </span>
        </span>
      );
    case "step":
      return (
        <>
          <span className={row.span.status === "FAILED" ? "nm err b" : "nm"} title={row.span.name}>
            <bdi>{cutMiddle(row.span.name, 36)}</bdi>
            {(row.span.stepIndex ?? 0) > 0 ? (
              <span className="note"> #{(row.span.stepIndex ?? 0) + 1}</span>
            ) : null}
          </span>
          <span className="note">{noteOf(row.span)}</span>
        </>
      );
  }
}

function Lane({ row, scale, widthPx, now }: WaterfallRowProps): ReactNode {
  if (row.kind === "run" || row.kind === "step")
    return <Bars span={row.span} scale={scale} widthPx={widthPx} now={now} hasLabel={row.kind === "step"} />;
  if (row.isOpen) return null;
  return row.steps.map((span) => (
    <Bars key={span.id} span={span} scale={scale} widthPx={widthPx} now={now} hasLabel={false} />
  ));
}

function lengthWords(row: WaterfallRow, now: number): string {
  if (row.kind === "step" && row.span.wait?.lookbackMs !== undefined) return "at once";
  return duration(rowLength(row, now));
}

function rowLength(row: WaterfallRow, now: number): number {
  if (row.kind === "run") {
    // Its own code between the steps; while it is held back, how long it has been.
    const until = row.span.startedAt === undefined ? now : at(row.span.startedAt);
    const own = row.span.segments.filter(({ kind }) => kind !== "queued");
    if (own.length === 0) return Math.max(0, until - at(row.span.queuedAt));
    return own.reduce((sum, one) => sum + (one.until === undefined ? now : at(one.until)) - at(one.from), 0);
  }
  if (row.kind === "step") return lengthOf(row.span, now);
  const from = Math.min(...row.steps.map((span) => at(span.queuedAt)));
  const until = Math.max(...row.steps.map((span) => (span.endedAt === undefined ? now : at(span.endedAt))));
  return Math.max(0, until - from);
}
