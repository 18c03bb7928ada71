// REST v1 on events (protocol §7.1): the list, one event, the runs that it started.

import type { StoredEvent } from "@stepwell/core";
import type { EventFilter } from "@stepwell/engine";
import { asEventId, isUlid, type Json } from "@stepwell/protocol";
import { z } from "zod";
import { Refusal } from "../http/refusal.ts";
import type { Route } from "../http/route.ts";
import { v1Event, v1EventsQuery, v1Run } from "../schemas/v1.ts";
import type { ServerContext } from "../server-context.ts";
import { eventJson, runJson } from "../views/v1-view.ts";
import { assertId, v1Route } from "./v1-route.ts";

const params = { id: "The event's internal id." };

export const v1EventRoutes: readonly Route[] = [
  v1Route({
    method: "get",
    path: "/v1/events",
    id: "v1ListEvents",
    summary: "Events, newest first, system events included",
    query: v1EventsQuery,
    answer: z.array(v1Event),
    handle: ({ server, query }) => listEvents(server, query),
  }),
  v1Route({
    method: "get",
    path: "/v1/events/:id",
    id: "v1GetEvent",
    summary: "One event",
    params,
    answer: v1Event,
    refusals: ["not_found"],
    handle: async ({ server, param }) => eventJson(await readEvent(server, param("id"))),
  }),
  v1Route({
    method: "get",
    path: "/v1/events/:id/runs",
    id: "v1ListEventRuns",
    summary: "The runs that an event started",
    params,
    answer: z.array(v1Run),
    refusals: ["not_found"],
    async handle({ server, param }) {
      const event = await readEvent(server, param("id"));
      return (await server.engine.reader.runsOfEvent(event.id)).map(runJson);
    },
  }),
];

const pageMax = 51;

async function readEvent(server: ServerContext, id: string): Promise<StoredEvent> {
  assertId(isUlid(id), "event", id);
  const event = await server.engine.reader.readEvent(asEventId(id));
  if (event === undefined) throw new Refusal("not_found", "Event not found");
  return event;
}

async function listEvents(server: ServerContext, query: z.output<typeof v1EventsQuery>): Promise<Json[]> {
  const { limit, cursor, name, received_after: from, received_before: until } = query;
  const filter: EventFilter = {
    limit,
    includeInternal: true,
    ...(name === undefined ? {} : { name }),
    ...(from === undefined ? {} : { from }),
    ...(until === undefined ? {} : { until }),
  };
  if (cursor === undefined) return (await server.engine.reader.listEvents(filter)).rows.map(eventJson);
  if (!isUlid(cursor)) {
    const message = `cursor must be an event's internal id, not ${JSON.stringify(cursor)}.`;
    throw new Refusal("invalid_request", message);
  }
  const last = await server.engine.reader.readEvent(asEventId(cursor));
  if (last === undefined) throw new Refusal("invalid_request", `The cursor names no event: ${cursor}`);
  return (await olderThan(server, filter, last)).map(eventJson);
}

/** The events received before `last`, newest first. Those of the same millisecond are told apart by receipt. */
async function olderThan(
  server: ServerContext,
  filter: EventFilter,
  last: StoredEvent,
): Promise<readonly StoredEvent[]> {
  const until = Math.min(filter.until ?? Number.POSITIVE_INFINITY, last.receivedAt + 1);
  const older: StoredEvent[] = [];
  let cursor: string | undefined;
  do {
    const page = await server.engine.reader.listEvents({
      ...filter,
      until,
      limit: pageMax,
      ...(cursor === undefined ? {} : { cursor }),
    });
    older.push(...page.rows.filter((event) => event.sequence < last.sequence));
    cursor = page.next;
  } while (cursor !== undefined && older.length < filter.limit);
  return older.slice(0, filter.limit);
}
