// One event: what it did in a sentence, facts, why each function ran or did not, what it resumed and cancelled, data.

import type { EventOutcomes, EventSource, EventView, LiveChange } from "@stepwell/protocol/rest";
import { at, bytes, eventSentence, preciseMoment } from "@stepwell/protocol/words";
import { useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { type ReactNode, useState } from "react";
import { useLiveRefresh } from "../api/live.tsx";
import { eventQuery, eventRunsQuery, outcomesQuery } from "../api/queries.ts";
import { useServerNow } from "../api/server-clock.ts";
import { CopyButton } from "../drawing/copy-button.tsx";
import { Icon } from "../drawing/icon.tsx";
import { Moment } from "../drawing/moment.tsx";
import { Failure, Skeleton } from "../drawing/notices.tsx";
import { PageLink } from "../drawing/page-link.tsx";
import { Payload } from "../drawing/payload.tsx";
import { Words } from "../drawing/words.tsx";
import { useCommands } from "../frame/command.ts";
import { useKeys } from "../frame/keys.ts";
import { useToast } from "../frame/toast.tsx";
import { useUrlState, writeSearch } from "../frame/url-state.ts";
import { shortId } from "../words/short-id.ts";
import { Reasons } from "./reasons.tsx";
import { sendEvents } from "./send-events.ts";
import { Waits } from "./waits.tsx";

export function EventDetail({ eventId }: { readonly eventId: string }): ReactNode {
  const event = useQuery(eventQuery(eventId));
  const outcomes = useQuery(outcomesQuery(eventId));
  const runs = useQuery(eventRunsQuery(eventId));
  const concerns = (change: LiveChange): boolean =>
    change.kind === "run" &&
    (change.status === "QUEUED" || (runs.data ?? []).some((run) => run.id === change.runId));
  useLiveRefresh(["outcomes", eventId], concerns, 500);
  useLiveRefresh(["event-runs", eventId], concerns, 500);
  if (event.error !== null) return <Failure error={event.error} retry={() => void event.refetch()} />;
  if (event.data === undefined) return <Skeleton />;
  const { data } = event;
  return (
    <div className="scroll">
      <div className="sec">
        <BackToList />
        <EventHead event={data} />
        <p className="sentence">
          {outcomes.data === undefined ? "…" : <Words parts={eventSentence(data.name, outcomes.data)} />}
        </p>
        <NearestName event={data} outcomes={outcomes.data} />
        <EventFacts event={data} />
      </div>
      {outcomes.error === null ? null : (
        <Failure error={outcomes.error} retry={() => void outcomes.refetch()} />
      )}
      {outcomes.data === undefined ? null : (
        <>
          <Reasons event={data} outcomes={outcomes.data} runs={runs.data ?? []} />
          <Waits waits={outcomes.data.waits} />
        </>
      )}
      <div className="sec last">
        <Payload
          title="Data"
          value={data.data ?? null}
          source={{ kind: "event", part: "data" }}
          {...(data.dataBytes === undefined ? {} : { size: data.dataBytes })}
        />
        {data.user === undefined ? null : (
          <Payload title="User" value={data.user} source={{ kind: "event", part: "user" }} />
        )}
      </div>
    </div>
  );
}

/** On a phone the list is another screen. */
function BackToList(): ReactNode {
  const [url] = useUrlState();
  return (
    <PageLink className="link back-link" to={`/events${writeSearch({ ...url, send: undefined })}`}>
      All events
    </PageLink>
  );
}

function EventHead({ event }: { readonly event: EventView }): ReactNode {
  const [, patch] = useUrlState();
  const toast = useToast();
  const navigate = useNavigate();
  const [sending, setSending] = useState(false);
  const again = (): void => {
    setSending(true);
    const { name, data, user, v } = event;
    sendEvents([{ name, ...given("data", data), ...given("user", user), ...given("v", v) } as never])
      .then(
        ([id = ""]) => {
          toast({ kind: "done", text: `Sent ${name} again, as a new event.` });
          void navigate({ to: `/events/${id}` } as never);
        },
        (error: Error) => toast({ kind: "refused", text: error.message }),
      )
      .finally(() => setSending(false));
  };
  const edit = (): void => patch({ send: event.id });
  const copyId = (): void => {
    navigator.clipboard.writeText(event.id).then(
      () => toast({ kind: "done", text: "The event's id is copied." }),
      () => toast({ kind: "refused", text: "The browser does not let this page copy." }),
    );
  };
  useKeys({ ...(event.isSystem ? {} : { e: edit }), y: copyId });
  useCommands(
    event.isSystem
      ? []
      : [
          { title: `Edit and send ${event.name}`, icon: "edit", keys: ["e"], run: edit },
          { title: `Send ${event.name} again`, icon: "send", run: again },
        ],
  );
  return (
    <div className="row event-head">
      <span className="muted row">
        <Icon name="events" />
      </span>
      <h2 className="event-name cut" title={event.name}>
        <bdi>{event.name}</bdi>
      </h2>
      {event.isSystem ? (
        <span className="end muted small">The engine sends this by itself.</span>
      ) : (
        <span className="row end">
          <button type="button" className="btn" onClick={again} disabled={sending}>
            <Icon name="send" />
            Send again
          </button>
          <button type="button" className="btn" onClick={edit}>
            <Icon name="edit" />
            Edit and send <kbd>e</kbd>
          </button>
        </span>
      )}
    </div>
  );
}

function given(key: string, value: unknown): Readonly<Record<string, unknown>> {
  return value === undefined ? {} : { [key]: value };
}

/** Nobody listens: the offer to send the same under the name that was perhaps meant. */
function NearestName({
  event,
  outcomes,
}: {
  readonly event: EventView;
  readonly outcomes: EventOutcomes | undefined;
}): ReactNode {
  const [, patch] = useUrlState();
  const closest = outcomes?.closest?.[0];
  if (closest === undefined || outcomes?.functions.length !== 0) return null;
  return (
    <p>
      <button type="button" className="btn" onClick={() => patch({ send: event.id, as: closest.name })}>
        <Icon name="send" />
        Send as {closest.name}…
      </button>
    </p>
  );
}

function EventFacts({ event }: { readonly event: EventView }): ReactNode {
  const now = useServerNow();
  const received = at(event.receivedAt);
  const sent = at(event.ts);
  return (
    <div className="facts">
      <span>
        <i>Received</i>
        <Moment then={received} now={now} text={preciseMoment(received, now)} />
      </span>
      {Math.abs(sent - received) < 1000 ? null : (
        <span>
          <i>Its time</i>
          <Moment then={sent} now={now} text={preciseMoment(sent, now)} />
        </span>
      )}
      <span>
        <i>Id</i>
        <code title={event.externalId}>
          {event.externalId === event.id ? shortId(event.id) : event.externalId}
        </code>
        <CopyButton text={event.externalId} label="Copy id" />
      </span>
      <SourceFact source={event.source} />
      {event.dataBytes === undefined ? null : (
        <span>
          <i>Size</i>
          {bytes(event.dataBytes)}
        </span>
      )}
    </div>
  );
}

function SourceFact({ source }: { readonly source: EventSource | undefined }): ReactNode {
  if (source === undefined) return null;
  const runId = source.kind === "api" ? undefined : source.runId;
  return (
    <span>
      <i>Sent by</i>
      {runId === undefined ? (
        source.kind === "api" ? (
          "the event API"
        ) : (
          "the engine"
        )
      ) : (
        <PageLink className="link" to={`/runs/${runId}`}>
          {source.kind === "run" ? (source.functionName ?? "a run") : "the end of a run"}
        </PageLink>
      )}
      {source.kind === "run" && source.stepName !== undefined ? <code>{source.stepName}</code> : null}
    </span>
  );
}
