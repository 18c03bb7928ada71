// POST /v1/checkpoint/{runId}/async: steps of a call that is still running (protocol §9.1).

import { isUlid, parseCheckpoint } from "@stepwell/protocol";
import type { Context } from "hono";
import { readJson } from "../http/body.ts";
import { failure } from "../http/failure.ts";
import type { Route } from "../http/route.ts";
import { plainFailureSchema } from "../schemas/envelope.ts";
import { checkpointBody } from "../schemas/wire.ts";
import type { ServerContext } from "../server-context.ts";

const addresses = [
  { path: "/v1/checkpoint/:runId/async", id: "checkpoint" },
  { path: "/v1/http/runs/:runId/async", id: "checkpointOverHttp" },
];

export const checkpointRoutes: readonly Route[] = addresses.map(({ path, id }) => ({
  method: "post",
  path,
  id,
  tag: "Apps' own calls",
  summary: "Record steps of a call that is still running",
  params: { runId: "The run's id." },
  body: { schema: checkpointBody, isRequired: true },
  answers: {
    200: { description: "The steps are recorded." },
    409: { description: "The call was superseded, or its run has ended.", schema: plainFailureSchema },
  },
  refusals: ["invalid_request"],
  errors: "v1",
  serve: (context, server) => record(context, server, context.req.param("runId") ?? ""),
}));

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
