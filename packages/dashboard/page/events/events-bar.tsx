// Above the list of events: filter with the names that are known, time, system events, and sending.

import type { EventView } from "@stepwell/protocol/rest";
import { at, count } from "@stepwell/protocol/words";
import { useQuery } from "@tanstack/react-query";
import { type ReactNode, useRef, useState } from "react";
import { Icon } from "../drawing/icon.tsx";
import { useKeys } from "../frame/keys.ts";
import { useUrlState } from "../frame/url-state.ts";
import { eventNamesQuery } from "./event-queries.ts";
import { type Span, spanOf, spans } from "./events-filter.ts";

export function EventsBar({ rows }: { readonly rows: readonly EventView[] }): ReactNode {
  const [url, patch] = useUrlState();
  const input = useRef<HTMLInputElement>(null);
  useKeys({ "/": () => input.current?.focus() });
  const names = useQuery(eventNamesQuery());
  const [text, setText] = useState(filterText(url));
  const take = (next: string): void => patch({ q: next.trim() || undefined, name: undefined });
  return (
    <div className="events-bar">
      <form
        className="fbar"
        onSubmit={(event) => {
          event.preventDefault();
          take(text);
        }}
      >
        <Icon name="filter" />
        <input
          ref={input}
          className="typing grow"
          aria-label="Filter events"
          placeholder="name:user/* or an id"
          list="event-names"
          value={text}
          onChange={({ target }) => {
            setText(target.value);
            take(target.value);
          }}
          onKeyDown={(event) => {
            if (event.key === "Escape") event.currentTarget.blur();
          }}
          spellCheck={false}
          autoComplete="off"
        />
        <datalist id="event-names">
          {names.data?.map((item) => (
            <option key={item.name} value={`name:${item.name}`} />
          ))}
        </datalist>
        <label className="pick">
          <Icon name="clock" small />
          <span className="sr">Received within</span>
          <select
            value={spanOf(url)}
            onChange={({ target }) => patch({ t: target.value === "all" ? undefined : target.value })}
          >
            {(Object.keys(spans) as Span[]).map((span) => (
              <option key={span} value={span}>
                {spans[span].label}
              </option>
            ))}
          </select>
        </label>
      </form>
      <div className="row">
        <button type="button" className="btn strong" onClick={() => patch({ send: "new" })}>
          <Icon name="send" />
          Send event <kbd>n</kbd>
        </button>
        <label className="row soft small">
          <input
            type="checkbox"
            checked={url.system === "1"}
            onChange={({ target }) => patch({ system: target.checked ? "1" : undefined })}
          />
          Show system events
        </label>
        <span className="end muted small">{rateOf(rows)}</span>
      </div>
    </div>
  );
}

function filterText(url: { readonly q?: string; readonly name?: string }): string {
  return [url.name === undefined ? undefined : `name:${url.name}`, url.q].filter(Boolean).join(" ");
}

/** Events a minute, by those that are shown; nothing while there are too few to say. */
function rateOf(rows: readonly EventView[]): string {
  const [newest, oldest] = [rows[0], rows.at(-1)];
  if (newest === undefined || oldest === undefined || rows.length < 20) return "";
  const ms = at(newest.receivedAt) - at(oldest.receivedAt);
  return ms < 1000 ? "" : `${count((rows.length / ms) * 60_000)} a minute`;
}
