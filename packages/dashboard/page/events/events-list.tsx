// The live list of events with what each did; the cursor is the chosen event, moved by j and k.

import { type EventView, eventsPath } from "@stepwell/protocol/rest";
import { age, at, count, counted, effectsLine, everyForm, preciseClock } from "@stepwell/protocol/words";
import { useNavigate } from "@tanstack/react-router";
import { useVirtualizer } from "@tanstack/react-virtual";
import { type ReactNode, type RefObject, useEffect, useMemo, useRef } from "react";
import { type LiveList, useLiveList } from "../api/live-list.ts";
import { readList } from "../api/request.ts";
import { serverNow, useServerNow } from "../api/server-clock.ts";
import { Cell, Grid, GridRow, type Title } from "../drawing/grid.tsx";
import { Icon } from "../drawing/icon.tsx";
import { Failure, Skeleton } from "../drawing/notices.tsx";
import { PageLink } from "../drawing/page-link.tsx";
import { Foot } from "../frame/foot.tsx";
import { useKeys } from "../frame/keys.ts";
import { useUrlState, writeSearch } from "../frame/url-state.ts";
import { EventsBar } from "./events-bar.tsx";
import { eventsQueryOf } from "./events-filter.ts";
import { NoEvents } from "./no-event.tsx";

const pageSize = 100;
const rowPx = 32;
const rowGroup = { role: "rowgroup" } as const;
const titles: readonly Title[] = [
  { text: "Received" },
  { text: "Event" },
  { text: "What it did", isNumber: true },
];

export function EventsList({ chosen }: { readonly chosen: string | undefined }): ReactNode {
  const scroller = useRef<HTMLDivElement>(null);
  const list = useEventRows(scroller);
  const [url, patch] = useUrlState();
  const navigate = useNavigate();
  const index = list.rows.findIndex((event) => event.id === chosen);
  const choose = (next: number): void => {
    const event = list.rows[Math.min(list.rows.length - 1, Math.max(0, next))];
    if (event !== undefined)
      void navigate({ to: `/events/${event.id}`, search: url, replace: chosen !== undefined } as never);
  };
  useKeys({
    j: () => choose(index + 1),
    k: () => choose(index - 1),
    down: () => choose(index + 1),
    up: () => choose(index - 1),
    "g g": () => choose(0),
    home: () => choose(0),
    "shift+g": () => choose(list.rows.length - 1),
    end: () => choose(list.rows.length - 1),
    n: () => patch({ send: "new" }),
    ".": list.showPending,
  });
  return (
    <section className="event-list" aria-label="Events">
      <EventsBar rows={list.rows} />
      {list.pending > 0 ? (
        <div className="pill-place">
          <button
            type="button"
            className="pill-new"
            onClick={() => {
              scroller.current?.scrollTo({ top: 0 });
              list.showPending();
            }}
          >
            {list.pending > 999 ? "999+" : list.pending} new
          </button>
        </div>
      ) : null}
      <div className="scroll" ref={scroller}>
        <Rows list={list} chosen={chosen} index={index} scroller={scroller} />
      </div>
      <Foot
        keys={[
          { keys: "j k", word: "move" },
          { keys: "n", word: "send" },
          { keys: "e", word: "edit and send" },
        ]}
      >
        <FootCount list={list} />
      </Foot>
    </section>
  );
}

function FootCount({ list }: { readonly list: LiveList<EventView> }): ReactNode {
  const all = list.total === undefined ? counted(list.rows.length, "event") : counted(list.total, "event");
  return `${all}${list.total === undefined && list.hasMore ? " and more" : ""}${list.tookMs === undefined ? "" : `, ${count(list.tookMs)} ms`}`;
}

function useEventRows(scroller: RefObject<HTMLDivElement | null>): LiveList<EventView> {
  const [url] = useUrlState();
  const filterText = JSON.stringify([url.q, url.t, url.name, url.system]);
  // The time is read when the filter changes: a list whose start moves each second would load for ever.
  // biome-ignore lint/correctness/useExhaustiveDependencies: the filter's text stands for what it is made of
  const query = useMemo(() => eventsQueryOf(url, serverNow()), [filterText]);
  return useLiveList<EventView>({
    key: ["events", filterText],
    fetchPage: (cursor, signal) =>
      readList<EventView>(
        eventsPath({ ...query, limit: pageSize, ...(cursor === undefined ? {} : { cursor }) }),
        signal,
      ),
    idOf: (event) => event.id,
    concerns: (change) => (change.kind === "event" || change.kind === "run" ? "list" : undefined),
    mayEnter: () => (scroller.current?.scrollTop ?? 0) < 4,
  });
}

interface RowsProps {
  readonly list: LiveList<EventView>;
  readonly chosen: string | undefined;
  readonly index: number;
  readonly scroller: RefObject<HTMLDivElement | null>;
}

function Rows({ list, chosen, index, scroller }: RowsProps): ReactNode {
  const now = useServerNow();
  const [url] = useUrlState();
  const rows = useVirtualizer({
    count: list.rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => rowPx,
    overscan: 12,
  });
  const shown = rows.getVirtualItems();
  const last = shown.at(-1)?.index ?? 0;
  const { loadMore, hasMore } = list;
  useEffect(() => {
    if (hasMore && last > list.rows.length - 20) loadMore();
  }, [last, hasMore, list.rows.length, loadMore]);
  const { scrollToIndex } = rows;
  useEffect(() => {
    if (index >= 0) scrollToIndex(index);
  }, [index, scrollToIndex]);
  if (list.isLoading) return <Skeleton />;
  if (list.error !== null) return <Failure error={list.error} retry={list.retry} />;
  if (list.rows.length === 0) return <NoEvents />;
  const search = writeSearch({ ...url, send: undefined });
  return (
    <Grid
      label="Events"
      className="event-rows"
      rowCount={list.total ?? (list.hasMore ? -1 : list.rows.length)}
      titles={titles}
    >
      <div {...rowGroup} style={{ height: rows.getTotalSize(), position: "relative" }}>
        {shown.map((item) => {
          const event = list.rows[item.index];
          return event === undefined ? null : (
            <EventRow
              key={event.id}
              event={event}
              now={now}
              top={item.start}
              index={item.index}
              isChosen={event.id === chosen}
              isTabStop={event.id === chosen || (index < 0 && item.index === 0)}
              entered={list.entered.has(event.id)}
              to={`/events/${event.id}${search}`}
            />
          );
        })}
      </div>
    </Grid>
  );
}

interface EventRowProps {
  readonly event: EventView;
  readonly now: number;
  readonly top: number;
  readonly index: number;
  readonly isChosen: boolean;
  readonly isTabStop: boolean;
  readonly entered: boolean;
  readonly to: string;
}

function EventRow(props: EventRowProps): ReactNode {
  const { event, now, top, index, isChosen, isTabStop, entered, to } = props;
  const received = at(event.receivedAt);
  return (
    <GridRow
      index={index}
      isCursor={isChosen}
      className={`${isChosen ? "sel" : ""}${entered ? " entered" : ""}`}
      style={{ position: "absolute", top: 0, left: 0, right: 0, transform: `translateY(${top}px)` }}
      data={{ "data-event": event.name }}
    >
      <Cell className="muted small">
        <time dateTime={event.receivedAt} title={everyForm(received, now)}>
          {now - received < 12 * 3_600_000 ? preciseClock(received) : age(received, now)}
        </time>
      </Cell>
      <Cell className={event.isSystem ? "cut muted" : "cut"}>
        <PageLink to={to} className="row-link" tabIndex={isTabStop ? 0 : -1} title={event.name}>
          <bdi>{event.name}</bdi>
        </PageLink>
      </Cell>
      <Cell className="small effects">
        <Effects event={event} />
      </Cell>
    </GridRow>
  );
}

function Effects({ event }: { readonly event: EventView }): ReactNode {
  const { kind, text } = effectsLine(event.effects);
  switch (kind) {
    case "unknown":
      return null;
    case "did":
      return <span className="soft">{text}</span>;
    case "duplicate":
      return (
        <span className="st skipped">
          <Icon name="skipped" />
          {text}
        </span>
      );
    case "nobody":
      // Nobody is expected to listen to the engine's own events.
      return event.isSystem ? null : (
        <span className="st queued">
          <Icon name="errored" />
          {text}
        </span>
      );
  }
}
