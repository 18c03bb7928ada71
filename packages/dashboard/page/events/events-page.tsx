// Events: the live list at the left, the chosen event with its reasons at the right (spec §6.3). Both addresses,
// /events and /events/<id>, show this page; on a phone one of the two parts.

import { useParams } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { useUrlState } from "../frame/url-state.ts";
import { View } from "../frame/view.tsx";
import { EventDetail } from "./event-detail.tsx";
import { EventsList } from "./events-list.tsx";
import { NoEventChosen } from "./no-event.tsx";
import { SendDialog } from "./send-dialog.tsx";

export function EventsPage(): ReactNode {
  const { eventId } = useParams({ strict: false });
  const [url, patch] = useUrlState();
  return (
    <View title="Events" {...(eventId === undefined ? {} : { id: eventId })}>
      <div className={`split events${eventId === undefined ? " none" : ""}`}>
        <EventsList chosen={eventId} />
        <section className="event" aria-label="Event">
          {eventId === undefined ? <NoEventChosen /> : <EventDetail key={eventId} eventId={eventId} />}
        </section>
      </div>
      {url.send === undefined ? null : (
        <SendDialog
          from={url.send}
          {...(url.as === undefined ? {} : { as: url.as })}
          onClose={() => patch({ send: undefined, as: undefined })}
        />
      )}
    </View>
  );
}
