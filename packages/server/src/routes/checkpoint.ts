// POST /v1/checkpoint/{runId}/async: steps of a call that is still running (protocol §9.1).

import { isUlid, parseCheckpoint } from "@stepwell/protocol";
import type { Context, Hono } from "hono";
import { readJson } from "../http/body.ts";
import { failure } from "../http/failure.ts";
import type { ServerContext } from "../server-context.ts";

export function checkpointRoutes(app: Hono, server: ServerContext): void {
  for (const path of ["/v1/checkpoint/:runId/async", "/v1/http/runs/:runId/async"]) {
    app.post(path, (context) => record(context, server, context.req.param("runId") ?? ""));
  }
}

async function record(context: Context, server: ServerContext, runId: string): Promise<Response> {
  if (!isUlid(runId)) return failure(context, 400, "The run ID specified is invalid", { run_id: runId });
  const body = await readJson(context, server.requestBytesMax);
  if (body.kind === "invalid") return failure(context, 400, body.reason, { run_id: runId });
  const request = parseCheckpoint(body.value ?? null, runId);
  if (request.kind === "invalid") return failure(context, 400, request.reason, { run_id: runId });
  const outcome = await server.engine.checkpoint(request.value);
  switch (outcome.kind) {
    case "recorded":
      return context.body(null, 200);
    case "stale": {
      const message = "This call was superseded, or its run has ended: it may not report any more.";
      return failure(context, 409, message, { run_id: runId });
    }
    case "refused":
      return failure(context, 400, outcome.reason, { run_id: runId });
  }
}
