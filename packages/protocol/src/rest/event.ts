// Events over REST: the list, one event with its data, and sending (protocol §7.2 SendEvent).

import type { Json, JsonObject } from "../json.ts";
import type { Timestamp } from "./envelope.ts";
import { restPath, segment } from "./query.ts";

/** One event. In lists `data` may be left out when it is larger than 2 KB. */
export interface EventView {
  /** Internal ULID. */
  readonly id: string;
  /** The id that handlers see: the sender's, else the internal one. */
  readonly externalId: string;
  readonly name: string;
  readonly receivedAt: Timestamp;
  /** The sender's time. */
  readonly ts: Timestamp;
  readonly isSystem: boolean;
  readonly data?: Json;
  readonly dataBytes?: number;
  readonly user?: Json;
  readonly v?: string;
  /** Who sent it, where the engine knows. */
  readonly source?: EventSource;
  /** What it did so far. */
  readonly effects?: EventEffects;
}

export type EventSource =
  | { readonly kind: "api" }
  | { readonly kind: "engine"; readonly runId?: string }
  | {
      readonly kind: "run";
      readonly runId: string;
      readonly functionName?: string;
      readonly stepName?: string;
    };

export interface EventEffects {
  /** Runs that it started. */
  readonly runs: number;
  /** Candidate functions that it did not start. */
  readonly notStarted: number;
  /** Waits that it ended. */
  readonly resumed?: number;
  /** Runs that it cancelled. */
  readonly cancelled?: number;
  /** The event with the same id that came first. */
  readonly duplicateOf?: string;
}

/** `GET /events`, newest first. */
export interface EventsQuery {
  /** A name, or a prefix that ends in `*`. */
  readonly name?: string;
  /** Unix ms; of receipt. */
  readonly from?: number;
  readonly until?: number;
  /** System events are left out unless asked for. */
  readonly includeInternal?: boolean;
  /** Free words, searched in ids and names. */
  readonly query?: string;
  /** An expression over `event`; an event for which it errs does not match. */
  readonly expression?: string;
  readonly cursor?: string;
  readonly limit?: number;
}

export const eventsLimit = { fallback: 20, max: 200 } as const;

export function eventsPath(query: EventsQuery = {}): string {
  return restPath("/events", { ...query });
}

export function eventPath(eventId: string): string {
  return restPath(`/events/${segment(eventId)}`);
}

/** `GET`; a list of runs, oldest first. */
export function eventRunsPath(eventId: string): string {
  return restPath(`/events/${segment(eventId)}/runs`);
}

/** `GET`; see `outcome.ts`. */
export function eventOutcomesPath(eventId: string): string {
  return restPath(`/events/${segment(eventId)}/outcomes`);
}

/** `POST` to {@link eventsPath}: one event, answered by a {@link SendEventAnswer}. */
export interface SendEventRequest {
  readonly name: string;
  readonly data?: JsonObject;
  readonly user?: JsonObject;
  readonly id?: string;
  /** Unix ms. */
  readonly ts?: number;
  readonly v?: string;
}

export interface SendEventAnswer {
  /** Internal id. */
  readonly eventId: string;
}

/** The most events of one request, as on the event API (protocol §15). */
export const eventsAtOnceMax = 5000;

/** `POST` to {@link eventsPath} with a list: all events are received, or none. Answered by a {@link SendEventsAnswer}. */
export type SendEventsRequest = readonly SendEventRequest[];

export interface SendEventsAnswer {
  /** Internal ids, in the order of the request. */
  readonly eventIds: readonly string[];
}
