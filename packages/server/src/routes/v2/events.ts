// /api/v2/events: the list, one event, its runs, why each function ran or not, and sending.

import type { StoredEvent } from "@stepwell/core";
import { asEventId, isUlid, parseEventInput } from "@stepwell/protocol";
import { parseEventsQuery } from "@stepwell/protocol/rest";
import type { Context, Hono } from "hono";
import { readJson, restFailure } from "../../errors.ts";
import type { ServerOptions } from "../../options.ts";
import { eventView, outcomesView } from "../../views/event-view.ts";
import { runView } from "../../views/run-view.ts";
import { answer, listAnswer, pageInfo, readDirectory } from "./answers.ts";

export function eventRoutes(app: Hono, options: ServerOptions): void {
  app.get("/events", (context) => listEvents(context, options));
  app.post("/events", (context) => sendEvent(context, options));
  app.get("/events/:id", (context) =>
    withEvent(context, options, async (event) => {
      const runs = await options.engine.reader.runsOfEvent(event.id);
      const outcomes = await options.engine.reader.outcomesOfEvent(event.id);
      return answer(context, options, { ...eventView(event, false), effects: { runs: runs.length, notStarted: outcomes.length } });
    }),
  );
  app.get("/events/:id/runs", (context) =>
    withEvent(context, options, async (event) => {
      const runs = await options.engine.reader.runsOfEvent(event.id);
      const directory = await readDirectory(options);
      const details = await Promise.all(runs.map((run) => options.engine.reader.readRun(run.id)));
      const rows = runs.map((run, index) => runView(run, directory, details[index], true));
      return listAnswer(context, options, rows, pageInfo(undefined, rows.length));
    }),
  );
  app.get("/events/:id/outcomes", (context) =>
    withEvent(context, options, async (event) => {
      const runs = await options.engine.reader.runsOfEvent(event.id);
      const outcomes = await options.engine.reader.outcomesOfEvent(event.id);
      return answer(context, options, outcomesView(runs, outcomes, await readDirectory(options)));
    }),
  );
}

async function listEvents(context: Context, options: ServerOptions): Promise<Response> {
  const query = parseEventsQuery(new URL(context.req.url).searchParams);
  if (query.kind === "invalid") return restFailure(context, "invalid_request", query.reason);
  const { name, from, until, includeInternal, cursor, limit } = query.value;
  const isPrefix = name?.endsWith("*");
  const { rows, next } = await options.engine.reader.listEvents({
    limit,
    ...(name === undefined ? {} : isPrefix ? { namePrefix: name.slice(0, -1) } : { name }),
    ...(from === undefined ? {} : { from }),
    ...(until === undefined ? {} : { until }),
    ...(includeInternal === undefined ? {} : { includeInternal }),
    ...(cursor === undefined ? {} : { cursor }),
  });
  const views = await Promise.all(
    rows.map(async (event) => {
      const runs = await options.engine.reader.runsOfEvent(event.id);
      return { ...eventView(event, true), effects: { runs: runs.length, notStarted: 0 } };
    }),
  );
  return listAnswer(context, options, views, pageInfo(next, limit));
}

async function withEvent(
  context: Context,
  options: ServerOptions,
  respond: (event: StoredEvent) => Promise<Response>,
): Promise<Response> {
  const id = context.req.param("id") ?? "";
  if (!isUlid(id)) return restFailure(context, "invalid_field_format", `${id} is no event id: it has 26 letters and digits.`);
  const event = await options.engine.reader.readEvent(asEventId(id));
  if (event === undefined) return restFailure(context, "not_found", `There is no event ${id}. Retention may have removed it.`);
  return await respond(event);
}

async function sendEvent(context: Context, options: ServerOptions): Promise<Response> {
  const body = await readJson(context);
  if (body.kind === "invalid") return restFailure(context, "invalid_request", body.reason);
  const event = parseEventInput(body.value);
  if (event.kind === "invalid") return restFailure(context, "validation_error", event.reason);
  const outcome = await options.engine.ingest([event.value]);
  if (outcome.kind === "unavailable") return restFailure(context, "internal_error", outcome.reason);
  return answer(context, options, { eventId: outcome.ids[0] });
}
