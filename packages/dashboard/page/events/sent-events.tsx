// After sending: what each of the events did, live; of many, the first ones.

import { counted, eventSentence, runState } from "@stepwell/protocol/words";
import { useQueries, useQueryClient } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { useLiveChanges } from "../api/live.tsx";
import { eventQuery, eventRunsQuery, outcomesQuery } from "../api/queries.ts";
import { PageLink } from "../drawing/page-link.tsx";
import { StateMark } from "../drawing/state-mark.tsx";
import { Words } from "../drawing/words.tsx";

const shownMax = 10;

export interface SentEventsProps {
  readonly ids: readonly string[];
  readonly onClose: () => void;
  readonly onMore: () => void;
}

export function SentEvents({ ids, onClose, onMore }: SentEventsProps): ReactNode {
  const queries = useQueryClient();
  const shown = ids.slice(0, shownMax);
  const events = useQueries({ queries: shown.map((id) => eventQuery(id)) });
  const outcomes = useQueries({ queries: shown.map((id) => outcomesQuery(id)) });
  const runs = useQueries({ queries: shown.map((id) => eventRunsQuery(id)) });
  useLiveChanges((changes) => {
    if (!changes.some((change) => change.kind === "run" || change.kind === "hello")) return;
    for (const id of shown) {
      void queries.invalidateQueries({ queryKey: ["outcomes", id] });
      void queries.invalidateQueries({ queryKey: ["event-runs", id] });
    }
  });
  return (
    <div className="send-form">
      <p className="sentence" role="status">
        {counted(ids.length, "event was", "events were")} received.
        {ids.length > shownMax ? ` These are the first ${shownMax}.` : ""}
      </p>
      <ul className="sent">
        {shown.map((id, index) => {
          const event = events[index]?.data;
          const outcome = outcomes[index]?.data;
          return (
            <li key={id} className="card">
              <p>
                <PageLink className="link" to={`/events/${id}`}>
                  {event?.name ?? id}
                </PageLink>{" "}
                {event === undefined || outcome === undefined ? null : (
                  <Words parts={eventSentence(event.name, outcome)} />
                )}
              </p>
              {runs[index]?.data?.map((run) => (
                <p key={run.id} className="row">
                  <StateMark state={runState(run)} />
                  <PageLink className="link" to={`/runs/${run.id}`}>
                    {run.function.name}
                  </PageLink>
                </p>
              ))}
            </li>
          );
        })}
      </ul>
      <div className="row buttons">
        <button type="button" className="btn" onClick={onMore}>
          Send another
        </button>
        <PageLink className="btn strong end" to={`/events/${ids[0] ?? ""}`} onClick={onClose}>
          Show the event
        </PageLink>
      </div>
    </div>
  );
}
