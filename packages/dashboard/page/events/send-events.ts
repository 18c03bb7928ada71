// Sending: one event by itself, several in one request, so that all are received or none.

import {
  eventsPath,
  type SendEventAnswer,
  type SendEventRequest,
  type SendEventsAnswer,
} from "@stepwell/protocol/rest";
import { change } from "../api/request.ts";

/** @throws RequestFailure */
export async function sendEvents(events: readonly SendEventRequest[]): Promise<readonly string[]> {
  const [only] = events;
  if (events.length === 1 && only !== undefined)
    return [(await change<SendEventAnswer>("POST", eventsPath(), only)).eventId];
  return (await change<SendEventsAnswer>("POST", eventsPath(), events)).eventIds;
}
