// REST v1 on events (protocol §7.1): the list, one event, the runs that it started.

import type { StoredEvent } from "@stepwell/core";
import type { EventFilter } from "@stepwell/engine";
import { asEventId, invalid, isUlid, type Parsed, parsed } from "@stepwell/protocol";
import type { Context, Hono } from "hono";
import { failure } from "../http/failure.ts";
import { searchParams } from "../http/query.ts";
import type { ServerContext } from "../server-context.ts";
import { eventJson, runJson } from "../views/v1-view.ts";
import { v1Answer } from "./v1-answer.ts";

const limitFallback = 20;
const limitMax = 51;

export function v1EventRoutes(app: Hono, server: ServerContext): void {
  app.get("/v1/events", (context) => listEvents(context, server));
  app.get("/v1/events/:id", async (context) => {
    const event = await eventOf(context, server);
    return event instanceof Response ? event : v1Answer(context, server, eventJson(event));
  });
  app.get("/v1/events/:id/runs", async (context) => {
    const event = await eventOf(context, server);
    if (event instanceof Response) return event;
    const runs = await server.engine.reader.runsOfEvent(event.id);
    return v1Answer(context, server, runs.map(runJson));
  });
}

async function eventOf(context: Context, server: ServerContext): Promise<StoredEvent | Response> {
  const id = context.req.param("id") ?? "";
  if (!isUlid(id)) return failure(context, 400, `Invalid event ID: ${id}`);
  return (await server.engine.reader.readEvent(asEventId(id))) ?? failure(context, 404, "Event not found");
}

async function listEvents(context: Context, server: ServerContext): Promise<Response> {
  const query = parseQuery(searchParams(context));
  if (query.kind === "invalid") return failure(context, 400, query.reason);
  const { filter, after } = query.value;
  if (after === undefined) {
    const { rows } = await server.engine.reader.listEvents(filter);
    return v1Answer(context, server, rows.map(eventJson));
  }
  const last = await server.engine.reader.readEvent(asEventId(after));
  if (last === undefined) return failure(context, 400, `The cursor names no event: ${after}`);
  const rows = await olderThan(server, filter, last);
  return v1Answer(context, server, rows.map(eventJson));
}

interface EventsQuery {
  readonly filter: EventFilter;
  /** Internal id of the last event that the client has seen. */
  readonly after?: string;
}

function parseQuery(params: URLSearchParams): Parsed<EventsQuery> {
  const limitText = params.get("limit") || String(limitFallback);
  const limit = Number(limitText);
  if (!Number.isInteger(limit))
    return invalid(`limit must be a whole number, not ${JSON.stringify(limitText)}.`);
  const from = timeOf(params, "received_after");
  if (from.kind === "invalid") return from;
  const until = timeOf(params, "received_before");
  if (until.kind === "invalid") return until;
  const after = params.get("cursor") || undefined;
  if (after !== undefined && !isUlid(after))
    return invalid(`cursor must be an event's internal id, not ${JSON.stringify(after)}.`);
  const name = params.get("name") || undefined;
  const filter = {
    limit: Math.min(limitMax, Math.max(1, limit)),
    includeInternal: true,
    ...(name === undefined ? {} : { name }),
    ...(from.value === undefined ? {} : { from: from.value }),
    ...(until.value === undefined ? {} : { until: until.value }),
  };
  return parsed({ filter, ...(after === undefined ? {} : { after }) });
}

function timeOf(params: URLSearchParams, key: string): Parsed<number | undefined> {
  const text = params.get(key);
  if (text === null || text === "") return parsed(undefined);
  const at = Date.parse(text);
  if (Number.isNaN(at))
    return invalid(`${key} must be a time such as 2026-01-31T12:00:00Z, not ${JSON.stringify(text)}.`);
  return parsed(at);
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
      limit: limitMax,
      ...(cursor === undefined ? {} : { cursor }),
    });
    older.push(...page.rows.filter((event) => event.sequence < last.sequence));
    cursor = page.next;
  } while (cursor !== undefined && older.length < filter.limit);
  return older.slice(0, filter.limit);
}
