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
import type { Hono } from "hono";
import { readJson } from "../http/body.ts";
import { failure } from "../http/failure.ts";
import { traceOfRequest } from "../http/trace.ts";
import type { ServerContext } from "../server-context.ts";

export function invokeRoutes(app: Hono, server: ServerContext): void {
  app.post("/invoke/:slug", async (context) => {
    const body = await readJson(context, server.requestBytesMax);
    if (body.kind === "invalid") return failure(context, 400, body.reason);
    const payload = parseInvocation(body.value);
    if (payload.kind === "invalid") return failure(context, 400, payload.reason);
    const outcome = await server.engine.invoke(
      context.req.param("slug"),
      payload.value,
      traceOfRequest(context),
    );
    if (outcome.kind === "unknown-function") return failure(context, 404, outcome.reason);
    return context.json({ id: outcome.eventId, status: 200 });
  });
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
