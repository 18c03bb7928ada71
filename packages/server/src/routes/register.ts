// POST /fn/register: an app tells which functions it has (protocol §3.3). DELETE /fn/remove: an app goes.

import { header, parseSyncRequest } from "@stepwell/protocol";
import type { Context } from "hono";
import { z } from "zod";
import { normalSync, normalUrl } from "../apps/app-url.ts";
import { readJson } from "../http/body.ts";
import { failure } from "../http/failure.ts";
import type { Route } from "../http/route.ts";
import { registration, registrationAnswer } from "../schemas/wire.ts";
import type { ServerContext } from "../server-context.ts";

export const registerRoutes: readonly Route[] = [
  {
    method: "post",
    path: "/fn/register",
    id: "register",
    tag: "Apps' own calls",
    summary: "An app tells which functions it has",
    body: { schema: registration, isRequired: true },
    answers: { 200: { description: "The app's functions are taken over.", schema: registrationAnswer } },
    refusals: ["invalid_request"],
    errors: "v1",
    serve: register,
  },
  {
    method: "delete",
    path: "/fn/remove",
    id: "removeByUrl",
    tag: "Apps' own calls",
    summary: "Remove the app at an address",
    query: z.object({ url: z.string().meta({ description: "The app's address." }) }),
    answers: { 204: { description: "The app is removed." } },
    refusals: ["not_found"],
    errors: "v1",
    serve: remove,
  },
];

async function register(context: Context, server: ServerContext): Promise<Response> {
  const body = await readJson(context, server.requestBytesMax);
  if (body.kind === "invalid") return failure(context, 400, `Invalid request: ${body.reason}`);
  const expected = context.req.header(header.expectedServerKind);
  if (expected !== undefined && expected !== "" && expected !== server.kind) {
    return failure(context, 400, `Expected server kind ${expected}, got ${server.kind}`);
  }
  const request = parseSyncRequest(body.value ?? null);
  if (request.kind === "invalid") return failure(context, 400, request.reason);
  const outcome = await server.engine.sync(normalSync(request.value));
  if (outcome.kind === "refused") return failure(context, 400, outcome.reasons.join("\n"));
  const { modified, appId, syncId } = outcome;
  return context.json({ ok: true, status: 200, modified, app_id: appId, sync_id: syncId });
}

async function remove(context: Context, server: ServerContext): Promise<Response> {
  const url = normalUrl(context.req.query("url") ?? "");
  const { apps } = await server.directory.read();
  const app = apps.find((known) => known.url === url && known.archivedAt === undefined);
  if (app === undefined) return failure(context, 404, `There is no app at ${JSON.stringify(url)}.`);
  await server.engine.removeApp(app.id);
  return context.body(null, 204);
}
