// POST /invoke/{slug}: starts one function directly (protocol §2.7).

import { isJsonObject, type JsonObject, objectAt, stringAt } from "@stepwell/protocol";
import type { Hono } from "hono";
import { failure, readJson } from "../errors.ts";
import type { ServerOptions } from "../options.ts";

export function invokeRoutes(app: Hono, options: ServerOptions): void {
  app.post("/invoke/:slug", async (context) => {
    const body = await readJson(context);
    if (body.kind === "invalid") return failure(context, 400, body.reason);
    const payload = body.value ?? {};
    if (!isJsonObject(payload)) return failure(context, 400, "The request's body must be a JSON object such as {\"data\":{}}.");
    const outcome = await options.engine.invoke(context.req.param("slug"), invocation(payload));
    if (outcome.kind === "unknown-function") return failure(context, 404, outcome.reason);
    return context.json({ id: outcome.eventId, status: 200 });
  });
}

export function invocation(payload: JsonObject): { data: JsonObject; user?: JsonObject; v?: string } {
  const user = objectAt(payload, "user");
  const version = stringAt(payload, "v");
  return {
    data: objectAt(payload, "data") ?? {},
    ...(user === undefined ? {} : { user }),
    ...(version === undefined ? {} : { v: version }),
  };
}
