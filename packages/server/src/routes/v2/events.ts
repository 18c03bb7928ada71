// /api/v2/events: the list, one event, its runs, why each function ran or not, and sending.

import type { StoredEvent } from "@stepwell/core";
import type { EventFilter, Page } from "@stepwell/engine";
import { asEventId, isJsonObject, isUlid, parseEventInput } from "@stepwell/protocol";
import {
  type EventEffects,
  type EventsQuery,
  parseEventsQuery,
  type SendEventAnswer,
} from "@stepwell/protocol/rest";
import type { Context, Hono } from "hono";
import { readJson } from "../../http/body.ts";
import { restFailure } from "../../http/failure.ts";
import { searchParams } from "../../http/query.ts";
import type { ServerContext } from "../../server-context.ts";
import { eventView } from "../../views/event-view.ts";
import { outcomesView } from "../../views/outcomes-view.ts";
import { listedLengthMax } from "../../views/run-view.ts";
import { answer, listAnswer, wholeList } from "./answers.ts";
import { runRows } from "./run-list.ts";

export function eventRoutes(rest: Hono, server: ServerContext): void {
  const { reader } = server.engine;
  rest.get("/events", (context) => listEvents(context, server));
  rest.post("/events", (context) => sendEvent(context, server));
  rest.get("/events/:id", (context) =>
    withEvent(context, server, async (event) => {
      return answer(
        context,
        server,
        eventView(event, Number.POSITIVE_INFINITY, await effectsOf(event, server)),
      );
    }),
  );
  rest.get("/events/:id/runs", (context) =>
    withEvent(context, server, async (event) => {
      const runs = await reader.runsOfEvent(event.id);
      return wholeList(context, server, await runRows(runs, server, await server.directory.read()));
    }),
  );
  rest.get("/events/:id/outcomes", (context) =>
    withEvent(context, server, async (event) => {
      const [runs, outcomes, known] = await Promise.all([
        reader.runsOfEvent(event.id),
        reader.outcomesOfEvent(event.id),
        server.directory.read(),
      ]);
      return answer(context, server, outcomesView({ event, runs, outcomes, known, now: server.clock.now() }));
    }),
  );
}

async function withEvent(
  context: Context,
  server: ServerContext,
  respond: (event: StoredEvent) => Promise<Response>,
): Promise<Response> {
  const id = context.req.param("id") ?? "";
  if (!isUlid(id)) {
    return restFailure(
      context,
      "invalid_field_format",
      `${id} is no event id: it has 26 capital letters and digits.`,
    );
  }
  const event = await server.engine.reader.readEvent(asEventId(id));
  if (event !== undefined) return await respond(event);
  return restFailure(context, "not_found", `There is no event ${id}. Retention may have removed it.`);
}

async function effectsOf(event: StoredEvent, server: ServerContext): Promise<EventEffects> {
  const { reader } = server.engine;
  const [runs, outcomes] = await Promise.all([
    reader.runsOfEvent(event.id),
    reader.outcomesOfEvent(event.id),
  ]);
  const duplicate = outcomes.map(({ reason }) => reason).find((reason) => reason.kind === "deduplicated");
  return {
    runs: runs.filter((run) => run.originalRunId === undefined).length,
    notStarted: outcomes.length,
    ...(duplicate === undefined ? {} : { duplicateOf: duplicate.byEventId }),
  };
}

async function listEvents(context: Context, server: ServerContext): Promise<Response> {
  const query = parseEventsQuery(searchParams(context));
  if (query.kind === "invalid") return restFailure(context, "invalid_request", query.reason);
  const words = query.value.query?.trim() ?? "";
  if (isUlid(words.toUpperCase())) {
    const event = await server.engine.reader.readEvent(asEventId(words.toUpperCase()));
    return wholeList(context, server, event === undefined ? [] : await rowsOf([event], server));
  }
  const filter = eventFilter(query.value);
  const page = await collect(server, filter, words.toLowerCase());
  return listAnswer(context, server, await rowsOf(page.rows, server), {
    hasMore: page.next !== undefined,
    limit: filter.limit,
    ...(page.next === undefined ? {} : { cursor: page.next }),
  });
}

function eventFilter(query: EventsQuery & { readonly limit: number }): EventFilter {
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

/** A search by words looks at no more events than this at a time; its cursor goes on behind them. */
const searchedMax = 5000;

/** The store may end a page early, and a search passes over events: pages are read until there are enough. */
async function collect(
  server: ServerContext,
  filter: EventFilter,
  words: string,
): Promise<Page<StoredEvent>> {
  const rows: StoredEvent[] = [];
  let searched = 0;
  let { cursor } = filter;
  do {
    const limit = words === "" ? filter.limit - rows.length : filter.limit;
    const page = await server.engine.reader.listEvents({
      ...filter,
      limit,
      ...(cursor === undefined ? {} : { cursor }),
    });
    rows.push(...page.rows.filter((event) => matches(event, words)));
    searched += page.rows.length;
    cursor = page.next;
  } while (cursor !== undefined && rows.length < filter.limit && searched < searchedMax);
  return { rows, ...(cursor === undefined ? {} : { next: cursor }) };
}

function matches(event: StoredEvent, words: string): boolean {
  return (
    words === "" ||
    [event.id, event.externalId, event.name].some((text) => text.toLowerCase().includes(words))
  );
}

async function rowsOf(events: readonly StoredEvent[], server: ServerContext) {
  return await Promise.all(
    events.map(async (event) => eventView(event, listedLengthMax, await effectsOf(event, server))),
  );
}

async function sendEvent(context: Context, server: ServerContext): Promise<Response> {
  const body = await readJson(context, server.eventBytesMax);
  if (body.kind === "invalid") return restFailure(context, "invalid_request", body.reason);
  if (!isJsonObject(body.value))
    return restFailure(context, "missing_field", 'Send an event: {"name":"…","data":{…}}.');
  const event = parseEventInput(body.value);
  if (event.kind === "invalid") return restFailure(context, "validation_error", event.reason);
  const outcome = await server.engine.ingest([event.value]);
  if (outcome.kind === "unavailable") return restFailure(context, "internal_error", outcome.reason);
  const [eventId = ""] = outcome.ids;
  const data: SendEventAnswer = { eventId };
  return answer(context, server, data);
}
