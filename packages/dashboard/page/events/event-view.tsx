// One event: its data, and for every function that listens why it ran or did not (decisions row 6).

import { useQuery, useQueryClient } from "@tanstack/react-query";
import { Link, useParams } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { useLiveChanges } from "../api/live.tsx";
import { eventQuery, outcomesQuery } from "../api/queries.ts";
import { useServerNow } from "../api/server-clock.ts";
import { Moment } from "../drawing/moment.tsx";
import { Failure, Skeleton } from "../drawing/notices.tsx";
import { Payload } from "../drawing/payload.tsx";
import { Words } from "../drawing/words.tsx";
import { at, preciseMoment } from "../words/clock-time.ts";
import { eventSentence, reasonLine } from "../words/event-words.ts";

export function EventView(): ReactNode {
  const { eventId } = useParams({ from: "/events/$eventId" });
  const queries = useQueryClient();
  const event = useQuery(eventQuery(eventId));
  const outcomes = useQuery(outcomesQuery(eventId));
  const now = useServerNow();
  useLiveChanges((changes) => {
    if (changes.some((change) => change.kind === "run" || change.kind === "hello")) {
      void queries.invalidateQueries({ queryKey: ["outcomes", eventId] });
    }
  });
  if (event.error !== null) return <Failure error={event.error} retry={() => void event.refetch()} />;
  if (event.data === undefined) return <Skeleton />;
  const { data } = event;
  return (
    <div className="scroll">
      <div className="pad" style={{ padding: "14px 20px", display: "grid", gap: 10 }}>
        <h1 className="sentence">{data.name}</h1>
        {outcomes.data === undefined ? null : (
          <p>
            <Words parts={eventSentence(data, outcomes.data)} />
          </p>
        )}
        <p className="facts">
          <code>{data.id}</code> · received{" "}
          <Moment then={at(data.receivedAt)} now={now} text={preciseMoment(at(data.receivedAt), now)} />
        </p>
        {outcomes.data?.functions.map((outcome) => (
          <p key={outcome.function.id}>
            {outcome.outcome.kind === "run-created" ? (
              <Link className="link" to="/runs/$runId" params={{ runId: outcome.outcome.runId }}>
                {outcome.function.name}
              </Link>
            ) : (
              <b>{outcome.function.name}</b>
            )}
            {": "}
            <Words parts={reasonLine(outcome, now)} />
          </p>
        ))}
        <Payload title="Data" value={data.data ?? null} />
      </div>
    </div>
  );
}
