// POST /v1/checkpoint/{runId}/async: steps of a call that is still running (protocol §9.1).

import { parseCheckpoint } from "@stepwell/protocol";
import type { Context, Hono } from "hono";
import { requireSigningKey } from "../auth.ts";
import { failure, readJson } from "../errors.ts";
import type { ServerOptions } from "../options.ts";

export function checkpointRoutes(app: Hono, options: ServerOptions): void {
  const record = async (context: Context, runId: string): Promise<Response> => {
    const body = await readJson(context);
    if (body.kind === "invalid") return failure(context, 400, body.reason);
    const request = parseCheckpoint(body.value ?? null, runId);
    if (request.kind === "invalid") return failure(context, 400, request.reason);
    const outcome = await options.engine.checkpoint(request.value);
    switch (outcome.kind) {
      case "recorded":
        return context.body(null, 200);
      case "stale":
        return failure(context, 409, "This call was superseded, or its run has ended: it may not report any more.");
      case "refused":
        return failure(context, 400, outcome.reason, { run_id: runId });
    }
  };
  for (const path of ["/v1/checkpoint/:runId/async", "/v1/http/runs/:runId/async"]) {
    app.post(path, requireSigningKey(options), (context) => record(context, context.req.param("runId") ?? ""));
  }
}
