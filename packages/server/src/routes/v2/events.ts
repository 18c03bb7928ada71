// /api/v2/events: the list, one event, its runs, why each function ran or not, and sending.

import { type Expression, matches, payloadOf, type StoredEvent } from "@stepwell/core";
import { type EventFilter, type Page, UnavailableError } from "@stepwell/engine";
import {
  asEventId,
  type EventInput,
  isUlid,
  type Json,
  type JsonObject,
  parseEventInput,
} from "@stepwell/protocol";
import type {
  EventEffects,
  EventsQuery,
  EventView,
  SendEventAnswer,
  SendEventRequest,
  SendEventsAnswer,
  SendEventsRequest,
} from "@stepwell/protocol/rest";
import { RequestTooLargeError } from "../../http/body.ts";
import { Refusal } from "../../http/refusal.ts";
import type { Route } from "../../http/route.ts";
import { eventRunsQuery, eventsQuery, eventView, sendAnswer, sendRequest } from "../../schemas/event.ts";
import { eventOutcomes } from "../../schemas/outcome.ts";
import { runView } from "../../schemas/run.ts";
import type { ServerContext } from "../../server-context.ts";
import { effectsView, eventView as viewOf } from "../../views/event-view.ts";
import { outcomesView } from "../../views/outcomes-view.ts";
import { listedLengthMax } from "../../views/run-view.ts";
import { type PageSearch, searchPage } from "./bounded-search.ts";
import { withAlike } from "./missed-alike.ts";
import { type RestPage, restList, restRoute, wholeList } from "./rest-route.ts";
import { runRows } from "./run-list.ts";
import { filterExpression } from "./run-search.ts";
import { waitOutcomes } from "./wait-outcomes.ts";

const params = { id: "The event's internal id, as sending it answered." };
const refusals = ["invalid_field_format", "not_found"] as const;

export const eventRoutes: readonly Route[] = [
  restList({
    method: "get",
    path: "/events",
    id: "listEvents",
    tag: "Events",
    summary: "Events, newest first",
    query: eventsQuery,
    item: eventView,
    refusals: ["validation_error"],
    handle: ({ server, query }) => listEvents(server, query),
  }),
  restRoute({
    method: "post",
    path: "/events",
    id: "sendEvent",
    tag: "Events",
    summary: "Send an event, or several",
    description: "A list of events is received as a whole, or not at all.",
    body: {
      schema: sendRequest,
      missing: 'Send an event: {"name":"…","data":{…}}.',
      bytesMax: (server) => server.requestBytesMax,
    },
    answer: sendAnswer,
    refusals: ["missing_field", "invalid_field_format", "validation_error"],
    handle: ({ server, body }) => sendEvents(server, body),
  }),
  restRoute({
    method: "get",
    path: "/events/:id",
    id: "getEvent",
    tag: "Events",
    summary: "One event with its data and what it did",
    params,
    answer: eventView,
    refusals,
    async handle({ server, param }) {
      const event = await readEvent(server, param("id"));
      return viewOf(event, Number.POSITIVE_INFINITY, await effectsOf(event, server));
    },
  }),
  restList({
    method: "get",
    path: "/events/:id/runs",
    id: "listEventRuns",
    tag: "Events",
    summary: "The runs that an event started, oldest first",
    params,
    query: eventRunsQuery,
    item: runView,
    refusals,
    async handle({ server, param, query }) {
      const event = await readEvent(server, param("id"));
      const runs = await server.engine.reader.runsOfEvent(event.id);
      const rows = await runRows(runs.slice(0, query.limit), server, await server.directory.read(), query);
      const page = { hasMore: runs.length > rows.length, limit: query.limit, total: runs.length };
      return { rows, page };
    },
  }),
  restRoute({
    method: "get",
    path: "/events/:id/outcomes",
    id: "getEventOutcomes",
    tag: "Events",
    summary: "Why each function ran for an event, or did not",
    params,
    answer: eventOutcomes,
    refusals,
    async handle({ server, param }) {
      const event = await readEvent(server, param("id"));
      const [runs, outcomes, known] = await Promise.all([
        server.engine.reader.runsOfEvent(event.id),
        server.engine.reader.outcomesOfEvent(event.id),
        server.directory.read(),
      ]);
      const waits = await waitOutcomes(server, event.id, known);
      const view = outcomesView({ event, runs, outcomes, waits, known, now: server.clock.now() });
      return await withAlike(server, event, view);
    },
  }),
];

async function readEvent(server: ServerContext, id: string): Promise<StoredEvent> {
  if (!isUlid(id)) {
    const message = `${id} is no event id: it has 26 capital letters and digits.`;
    throw new Refusal("invalid_field_format", message);
  }
  const event = await server.engine.reader.readEvent(asEventId(id));
  if (event !== undefined) return event;
  throw new Refusal("not_found", `There is no event ${id}. Retention may have removed it.`);
}

async function effectsOf(event: StoredEvent, server: ServerContext): Promise<EventEffects | undefined> {
  const [counts] = await server.engine.reader.effectsOfEvents([event.id]);
  return counts === undefined ? undefined : effectsView(counts);
}

type Query = EventsQuery & { readonly limit: number };

async function listEvents(server: ServerContext, query: Query): Promise<RestPage<EventView>> {
  const words = query.query?.trim() ?? "";
  if (isUlid(words.toUpperCase())) {
    const event = await server.engine.reader.readEvent(asEventId(words.toUpperCase()));
    return wholeList(event === undefined ? [] : await rowsOf([event], server));
  }
  const filter = eventFilter(query);
  const expression = query.expression === undefined ? undefined : filterExpression(query.expression);
  const found =
    words === "" && expression === undefined
      ? await fullPage(server, filter)
      : await searchPage(server, eventPages(server, filter, words.toLowerCase(), expression), filter.limit);
  const page = {
    hasMore: found.next !== undefined,
    limit: filter.limit,
    ...(found.next === undefined ? {} : { cursor: found.next }),
  };
  return { rows: await rowsOf(found.rows, server), page };
}

function eventFilter(query: Query): EventFilter {
  const { name, from, until, includeInternal, cursor, limit } = query;
  return {
    limit,
    ...(name === undefined ? {} : name.endsWith("*") ? { namePrefix: name.slice(0, -1) } : { name }),
    ...(from === undefined ? {} : { from }),
    ...(until === undefined ? {} : { until }),
    // Who asks for a system event by name wants to see it.
    includeInternal: includeInternal === true || name?.startsWith("inngest/") === true,
    ...(cursor === undefined ? {} : { cursor }),
  };
}

/** The store may end a page early; people expect full ones. */
async function fullPage(server: ServerContext, filter: EventFilter): Promise<Page<StoredEvent>> {
  const rows: StoredEvent[] = [];
  let { cursor } = filter;
  do {
    const limit = filter.limit - rows.length;
    const page = await server.engine.reader.listEvents({
      ...filter,
      limit,
      ...(cursor === undefined ? {} : { cursor }),
    });
    rows.push(...page.rows);
    cursor = page.next;
  } while (cursor !== undefined && rows.length < filter.limit);
  return { rows, ...(cursor === undefined ? {} : { next: cursor }) };
}

/** The list of events that a filter means, searched by words and by an expression. */
function eventPages(
  server: ServerContext,
  filter: EventFilter,
  words: string,
  expression: Expression | undefined,
): PageSearch<StoredEvent> {
  const now = server.clock.now();
  const meets = (event: StoredEvent): boolean =>
    expression === undefined ||
    matches(expression, { event: payloadOf(event) as unknown as Json, now }).kind === "matched";
  return {
    list: (cursor, limit) =>
      server.engine.reader.listEvents({ ...filter, limit, ...(cursor === undefined ? {} : { cursor }) }),
    find: (events) => events.filter((event) => hasWords(event, words) && meets(event)),
    cursor: filter.cursor,
  };
}

function hasWords(event: StoredEvent, words: string): boolean {
  return (
    words === "" ||
    [event.id, event.externalId, event.name].some((text) => text.toLowerCase().includes(words))
  );
}

async function rowsOf(events: readonly StoredEvent[], server: ServerContext): Promise<readonly EventView[]> {
  const counts = await server.engine.reader.effectsOfEvents(events.map(({ id }) => id));
  return events.map((event, index) => {
    const of = counts[index];
    return viewOf(event, listedLengthMax, of === undefined ? undefined : effectsView(of));
  });
}

async function sendEvents(
  server: ServerContext,
  body: SendEventRequest | SendEventsRequest,
): Promise<SendEventAnswer | SendEventsAnswer> {
  const isMany = Array.isArray(body);
  const requests: SendEventsRequest = isMany ? body : [body as SendEventRequest];
  const outcome = await server.engine.ingest(
    requests.map((request, index) => eventOf(request, index, server)),
  );
  if (outcome.kind === "unavailable") throw new UnavailableError(outcome.reason);
  const [eventId = ""] = outcome.ids;
  return isMany ? { eventIds: outcome.ids } : { eventId };
}

/** @throws Refusal */
function eventOf(request: SendEventRequest, index: number, server: ServerContext): EventInput {
  const size = Buffer.byteLength(JSON.stringify(request));
  const place = index === 0 ? "" : `Event ${index + 1}: `;
  if (size > server.eventBytesMax) {
    const message = `${place}The event has ${size} bytes, and at most ${server.eventBytesMax} are received.`;
    throw new RequestTooLargeError(message);
  }
  const event = parseEventInput(request as unknown as JsonObject);
  if (event.kind === "invalid") throw new Refusal("validation_error", `${place}${event.reason}`);
  return event.value;
}
