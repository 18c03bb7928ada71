// The list of events, live, with what each did.

import { type EventView, eventsPath } from "@stepwell/protocol/rest";
import { Link } from "@tanstack/react-router";
import { type ReactNode, useRef, useState } from "react";
import { useLiveList } from "../api/live-list.ts";
import { readList } from "../api/request.ts";
import { useServerNow } from "../api/server-clock.ts";
import { Age } from "../drawing/moment.tsx";
import { Empty, Failure, Skeleton } from "../drawing/notices.tsx";
import { at } from "../words/clock-time.ts";
import { effectsLine } from "../words/event-words.ts";
import { counted } from "../words/number.ts";
import { oneLine } from "../words/one-line.ts";

const columns = { gridTemplateColumns: "minmax(140px, 1fr) minmax(0, 2fr) 140px 56px" };
const pageSize = 50;

export function EventsView(): ReactNode {
  const [includeInternal, setIncludeInternal] = useState(false);
  const now = useServerNow();
  const scroller = useRef<HTMLDivElement>(null);
  const query = { limit: pageSize, includeInternal };
  const list = useLiveList<EventView>({
    key: ["events", query],
    fetchPage: (cursor, signal) =>
      readList<EventView>(eventsPath({ ...query, ...(cursor === undefined ? {} : { cursor }) }), signal),
    idOf: (event) => event.id,
    concerns: (change) => (change.kind === "event" || change.kind === "run" ? "list" : undefined),
    mayEnter: () => (scroller.current?.scrollTop ?? 0) < 4,
  });
  return (
    <>
      <div className="pad" style={{ display: "flex", alignItems: "center", gap: 12, height: 52 }}>
        <h1 className="sentence">Events</h1>
        <label>
          <input
            type="checkbox"
            checked={includeInternal}
            onChange={({ target }) => setIncludeInternal(target.checked)}
          />{" "}
          with the engine's own
        </label>
      </div>
      <div
        className="scroll tbl"
        ref={scroller}
        onScroll={({ currentTarget }) => {
          if (currentTarget.scrollHeight - currentTarget.scrollTop - currentTarget.clientHeight < 400)
            list.loadMore();
        }}
      >
        {list.pending > 0 ? (
          <button type="button" className="pill-new" onClick={list.showPending}>
            {counted(list.pending, "new event")}
          </button>
        ) : null}
        <div className="tr th" style={columns}>
          <span>Event</span>
          <span>Data</span>
          <span>What it did</span>
          <span>Received</span>
        </div>
        {list.isLoading ? <Skeleton /> : null}
        {list.error === null ? null : <Failure error={list.error} retry={list.retry} />}
        {list.rows.map((event) => (
          <Link
            key={event.id}
            className="tr"
            style={columns}
            to="/events/$eventId"
            params={{ eventId: event.id }}
            data-event={event.name}
          >
            <span className="cut">{event.name}</span>
            <span className="cut">{oneLine(event.data)}</span>
            <span className="cut">{event.effects === undefined ? "" : effectsLine(event.effects).text}</span>
            <Age then={at(event.receivedAt)} now={now} />
          </Link>
        ))}
        {!list.isLoading && list.error === null && list.rows.length === 0 ? (
          <Empty title="No event yet">
            <p>Events appear here as soon as they are sent.</p>
          </Empty>
        ) : null}
      </div>
    </>
  );
}
