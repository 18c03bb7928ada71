// One run in a list: its box, and a cell for each column.

import type { RunView } from "@stepwell/protocol/rest";
import { type MouseEvent, memo, type ReactNode } from "react";
import { RunCell } from "./run-cell.tsx";

export interface RunRowProps {
  readonly run: RunView;
  readonly now: number;
  /** Of the columns that are shown. */
  readonly columns: readonly string[];
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
  const { run, now, columns, rowIndex, top, isCursor, isTabStop, isSelected, isFresh, onOpen, onSelect } =
    props;
  const classes = ["tr", isSelected ? "sel" : "", isCursor ? "cur" : "", isFresh ? "fresh" : ""].join(" ");
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
      {columns.map((id) => (
        <RunCell key={id} id={id} run={run} now={now} />
      ))}
    </div>
  );
});
