// The list of runs as a grid of which only the window is in the page (spec §6.1): roving focus, a scrollbar for what
// is loaded, and the next page before its end is reached.

import type { RunView } from "@stepwell/protocol/rest";
import { count } from "@stepwell/protocol/words";
import { useVirtualizer } from "@tanstack/react-virtual";
import {
  type CSSProperties,
  type MouseEvent,
  type ReactNode,
  type RefObject,
  useEffect,
  useMemo,
  useRef,
} from "react";
import type { LiveList } from "../api/live-list.ts";
import { Icon } from "../drawing/icon.tsx";
import { useColumnDrag } from "./column-drag.ts";
import { type ColumnChoice, columnTitle, fitColumns, usualChoice } from "./columns.ts";
import { ColumnsMenu } from "./columns-menu.tsx";
import { useIsNarrow, useWidth } from "./list-width.ts";
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
  readonly choice: ColumnChoice;
  readonly onOpen: (run: RunView, event: MouseEvent) => void;
  readonly children?: ReactNode;
}

export function RunsTable(props: RunsTableProps): ReactNode {
  const { list, now, scroller, cursor, selection, choice, onOpen, children } = props;
  const isNarrow = useIsNarrow();
  const width = useWidth(scroller);
  // Phones have rows of two lines, always of the same parts.
  const fitted = useMemo(
    () => (isNarrow ? fitColumns(usualChoice, Number.POSITIVE_INFINITY) : fitColumns(choice.columns, width)),
    [isNarrow, choice.columns, width],
  );
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
  // biome-ignore lint/correctness/useExhaustiveDependencies: rows of another height
  useEffect(() => virtual.measure(), [isNarrow]);
  const items = virtual.getVirtualItems();
  const last = items[items.length - 1]?.index ?? 0;
  const { hasMore, isLoadingMore, loadMore } = list;
  useEffect(() => {
    if (hasMore && !isLoadingMore && last >= list.rows.length - 20) loadMore();
  }, [last, list.rows.length, hasMore, isLoadingMore, loadMore]);
  useCursorFocus(cursor, items.length > 0, scroller, (index) => virtual.scrollToIndex(index));
  return (
    <div className="scroll" ref={scroller}>
      <div className="head-tools hide-s">
        <NewPill list={list} />
        <ColumnsMenu choice={choice} />
      </div>
      <div
        className="tbl runs"
        style={isNarrow ? {} : ({ "--cols": fitted.template, minWidth: fitted.leastWidth } as CSSProperties)}
        role="grid"
        aria-label="Runs"
        aria-rowcount={list.total === undefined ? -1 : list.total + 1}
        aria-multiselectable="true"
        aria-busy={list.isLoading}
      >
        <Head list={list} selection={selection} ids={fitted.ids} choice={choice} />
        <div role="rowgroup" className="window" style={{ height: virtual.getTotalSize() }}>
          {items.map((item) => {
            const run = list.rows[item.index];
            return run === undefined ? null : (
              <RunRow
                key={run.id}
                run={run}
                now={now}
                columns={fitted.ids}
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

interface HeadProps {
  readonly list: LiveList<RunView>;
  readonly selection: Selection;
  /** Of the columns that are shown. */
  readonly ids: readonly string[];
  readonly choice: ColumnChoice;
}

function Head({ list, selection, ids, choice }: HeadProps): ReactNode {
  const dragOf = useColumnDrag(choice);
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
      {ids.map((id) => (
        <span
          key={id}
          role="columnheader"
          className={id === "took" || id === "age" ? "num" : "cut"}
          title={id === "time" ? timeHint : columnTitle(id)}
          data-column={id}
          {...dragOf(id)}
        >
          {columnTitle(id)}
        </span>
      ))}
    </div>
  );
}

const timeHint =
  "Length is logarithmic: 1 ms to 7 days. Thick is working, hatched is held back, thin is parked.";

/** Rows that wait to be shown. */
function NewPill({ list }: { readonly list: LiveList<RunView> }): ReactNode {
  if (list.pending === 0) return null;
  return (
    <button type="button" className="pill-new" onClick={list.showPending}>
      <Icon name="up" small />
      {list.pendingIsMore ? `${count(list.pending)}+` : count(list.pending)} new
    </button>
  );
}
