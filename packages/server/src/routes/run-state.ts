// GET /v0/runs/{id}/batch and /actions: state that was too large for the call's body (protocol §6). DELETE
// /v0/runs/{id}: the old way to cancel.

import type { RunDetail } from "@stepwell/engine";
import { asRunId, isUlid } from "@stepwell/protocol";
import type { Context, Hono } from "hono";
import { failure } from "../http/failure.ts";
import type { ServerContext } from "../server-context.ts";

const invalidId = "The run ID specified is invalid";

export function runStateRoutes(app: Hono, server: ServerContext): void {
  app.get("/v0/runs/:runId/batch", (context) => withRun(context, server, eventsText));
  app.get("/v0/runs/:runId/actions", (context) => withRun(context, server, stepsText));
  app.delete("/v0/runs/:runId", async (context) => {
    const runId = context.req.param("runId");
    if (!isUlid(runId)) return failure(context, 400, invalidId);
    const outcome = await server.engine.cancelRun(asRunId(runId));
    if (outcome === "unknown-run") return failure(context, 404, `There is no run ${runId}.`);
    return context.body(null, 204);
  });
}

async function withRun(
  context: Context,
  server: ServerContext,
  textOf: (run: RunDetail) => string,
): Promise<Response> {
  const runId = context.req.param("runId") ?? "";
  if (!isUlid(runId)) return failure(context, 400, invalidId);
  const run = await server.engine.reader.readRun(asRunId(runId));
  if (run === undefined) {
    return failure(context, 410, `runtime state is no longer available for runID: ${runId}`);
  }
  return context.body(textOf(run), 200, { "content-type": "application/json" });
}

function eventsText({ events }: RunDetail): string {
  return `[${events.map((event) => event.text).join(",")}]`;
}

/** Stored results are JSON already and are joined as text, in the order of the stack; edited inputs come last. */
function stepsText({ steps }: RunDetail): string {
  const ended = steps.filter((step) => step.result !== undefined);
  ended.sort((left, right) => (left.position ?? 0) - (right.position ?? 0));
  const results = ended.map((step) => `${JSON.stringify(step.key)}:${step.result}`);
  const inputs = steps
    .filter((step) => step.result === undefined && step.editedInput !== undefined)
    .map((step) => `${JSON.stringify(step.key)}:{"input":${step.editedInput}}`);
  return `{${[...results, ...inputs].join(",")}}`;
}
