// The list of runs as a grid of which only the window is in the page (spec §6.1): roving focus, a scrollbar for what
// is loaded, and the next page before its end is reached.

import type { RunView } from "@stepwell/protocol/rest";
import { count } from "@stepwell/protocol/words";
import { useVirtualizer } from "@tanstack/react-virtual";
import { type MouseEvent, type ReactNode, type RefObject, useEffect, useRef } from "react";
import type { LiveList } from "../api/live-list.ts";
import { Icon } from "../drawing/icon.tsx";
import { RunRow } from "./run-row.tsx";
import type { Selection } from "./selection.ts";

const rowPx = 32;
const narrowRowPx = 56;
const overscan = 5;

export interface RunsTableProps {
  readonly list: LiveList<RunView>;
  readonly now: number;
  readonly scroller: RefObject<HTMLDivElement | null>;
  readonly cursor: number | undefined;
  readonly selection: Selection;
  readonly onOpen: (run: RunView, event: MouseEvent) => void;
  readonly children?: ReactNode;
}

export function RunsTable(props: RunsTableProps): ReactNode {
  const { list, now, scroller, cursor, selection, onOpen, children } = props;
  const isNarrow = window.matchMedia("(max-width: 720px)").matches;
  const virtual = useVirtualizer({
    count: list.rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => (isNarrow ? narrowRowPx : rowPx),
    getItemKey: (index) => list.rows[index]?.id ?? index,
    overscan,
    // The head row covers the first rows of the window.
    scrollPaddingStart: 28,
    scrollPaddingEnd: 56,
  });
  const items = virtual.getVirtualItems();
  const last = items[items.length - 1]?.index ?? 0;
  const { hasMore, isLoadingMore, loadMore } = list;
  useEffect(() => {
    if (hasMore && !isLoadingMore && last >= list.rows.length - 20) loadMore();
  }, [last, list.rows.length, hasMore, isLoadingMore, loadMore]);
  useCursorFocus(cursor, items.length > 0, scroller, (index) => virtual.scrollToIndex(index));
  return (
    <div className="scroll" ref={scroller}>
      <div
        className="tbl runs"
        role="grid"
        aria-label="Runs"
        aria-rowcount={list.total === undefined ? -1 : list.total + 1}
        aria-multiselectable="true"
        aria-busy={list.isLoading}
      >
        <Head list={list} selection={selection} />
        <div role="rowgroup" className="window" style={{ height: virtual.getTotalSize() }}>
          {items.map((item) => {
            const run = list.rows[item.index];
            return run === undefined ? null : (
              <RunRow
                key={run.id}
                run={run}
                now={now}
                rowIndex={item.index + 2}
                top={item.start}
                isCursor={item.index === cursor}
                isTabStop={item.index === (cursor ?? 0)}
                isSelected={selection.has(run.id)}
                isFresh={list.entered.has(run.id)}
                onOpen={onOpen}
                onSelect={selection.toggle}
              />
            );
          })}
        </div>
      </div>
      {children}
    </div>
  );
}

/** Brings the cursor row into the window, and the focus to it as soon as it is drawn. */
function useCursorFocus(
  cursor: number | undefined,
  isDrawn: boolean,
  scroller: RefObject<HTMLDivElement | null>,
  scrollTo: (index: number) => void,
): void {
  const wanted = useRef<number | undefined>(undefined);
  const latest = useRef(scrollTo);
  latest.current = scrollTo;
  useEffect(() => {
    wanted.current = cursor;
    if (cursor !== undefined && isDrawn) latest.current(cursor);
  }, [cursor, isDrawn]);
  useEffect(() => {
    if (wanted.current === undefined) return;
    const row = scroller.current?.querySelector<HTMLElement>(`[aria-rowindex="${wanted.current + 2}"]`);
    if (row === null || row === undefined) return;
    wanted.current = undefined;
    const focused = document.activeElement;
    // The panel's own focus is left where it is.
    if (focused === document.body || scroller.current?.contains(focused)) row.focus({ preventScroll: true });
  });
}

function Head({
  list,
  selection,
}: {
  readonly list: LiveList<RunView>;
  readonly selection: Selection;
}): ReactNode {
  return (
    <div className="tr th" role="row" aria-rowindex={1}>
      <span role="columnheader">
        <input
          type="checkbox"
          className="box"
          aria-label="Select the runs that are loaded"
          checked={selection.count > 0 && selection.count >= list.rows.length}
          onChange={selection.toggleLoaded}
        />
      </span>
      <span role="columnheader">State</span>
      <span role="columnheader">Function</span>
      <span role="columnheader">What happened</span>
      <span role="columnheader">Started by</span>
      <span
        role="columnheader"
        title="Length is logarithmic: 1 ms to 7 days. Thick is working, hatched is held back, thin is parked."
      >
        Where time went
      </span>
      <span role="columnheader" className="num">
        Took
      </span>
      <span role="columnheader" className="num">
        Age
        {list.pending > 0 ? (
          <button type="button" className="pill-new" onClick={list.showPending}>
            <Icon name="up" small />
            {list.pendingIsMore ? `${count(list.pending)}+` : count(list.pending)} new
          </button>
        ) : null}
      </span>
    </div>
  );
}
