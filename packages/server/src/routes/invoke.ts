// POST /invoke/{slug}: starts one function directly (protocol §2.7).

import {
  invalid,
  isJsonObject,
  type Json,
  type JsonObject,
  type Parsed,
  parsed,
  parseEventFields,
  systemEvent,
} from "@stepwell/protocol";
import type { Context } from "hono";
import { readJson } from "../http/body.ts";
import { failure } from "../http/failure.ts";
import type { Route } from "../http/route.ts";
import { traceOfRequest } from "../http/trace.ts";
import { invocationAnswer, invocationBody } from "../schemas/wire.ts";
import type { ServerContext } from "../server-context.ts";

export const invokeRoute: Route = {
  method: "post",
  path: "/invoke/:slug",
  id: "invoke",
  tag: "Apps' own calls",
  summary: "Start one function directly",
  params: { slug: "The function's slug." },
  body: { schema: invocationBody, isRequired: false },
  answers: { 200: { description: "The id of the invocation's event.", schema: invocationAnswer } },
  refusals: ["invalid_request", "not_found"],
  errors: "v1",
  serve: invoke,
};

async function invoke(context: Context, server: ServerContext): Promise<Response> {
  const body = await readJson(context, server.requestBytesMax);
  if (body.kind === "invalid") return failure(context, 400, body.reason);
  const payload = parseInvocation(body.value);
  if (payload.kind === "invalid") return failure(context, 400, payload.reason);
  const slug = context.req.param("slug") ?? "";
  const outcome = await server.engine.invoke(slug, payload.value, traceOfRequest(context));
  if (outcome.kind === "unknown-function") return failure(context, 404, outcome.reason);
  return context.json({ id: outcome.eventId, status: 200 });
}

export interface Invocation {
  readonly data: JsonObject;
  readonly user?: JsonObject;
  readonly v?: string;
  readonly meta?: JsonObject;
}

/** An event-shaped body; an absent one invokes without data. */
export function parseInvocation(value: Json | undefined): Parsed<Invocation> {
  const body = value ?? {};
  if (!isJsonObject(body)) return invalid('The request\'s body must be a JSON object such as {"data":{}}.');
  const event = parseEventFields(systemEvent.invoked, body);
  if (event.kind === "invalid") return event;
  const { data, user, v, meta } = event.value;
  return parsed({
    data,
    ...(user === undefined ? {} : { user }),
    ...(v === undefined ? {} : { v }),
    ...(meta === undefined ? {} : { meta }),
  });
}
