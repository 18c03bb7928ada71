// POST /fn/register: an app tells which functions it has (protocol §3.3).

import { header, parseSyncRequest } from "@stepwell/protocol";
import type { Hono } from "hono";
import { normalSync } from "../apps/app-url.ts";
import { requireSigningKey } from "../auth.ts";
import { failure, readJson } from "../errors.ts";
import { type ServerOptions, serverKind } from "../options.ts";

export function registerRoutes(app: Hono, options: ServerOptions): void {
  app.post("/fn/register", requireSigningKey(options), async (context) => {
    const body = await readJson(context);
    if (body.kind === "invalid") return failure(context, 400, `Invalid request: ${body.reason}`);
    const expected = context.req.header(header.expectedServerKind);
    const kind = serverKind(options);
    if (expected !== undefined && expected !== "" && expected !== kind) {
      return failure(context, 400, `Expected server kind ${expected}, got ${kind}`);
    }
    const request = parseSyncRequest(body.value ?? null);
    if (request.kind === "invalid") return failure(context, 400, request.reason);
    const outcome = await options.engine.sync(normalSync(request.value));
    if (outcome.kind === "refused") return failure(context, 400, outcome.reasons.join("\n"));
    const { modified, appId, syncId } = outcome;
    return context.json({ ok: true, status: 200, modified, app_id: appId, sync_id: syncId });
  });
}
