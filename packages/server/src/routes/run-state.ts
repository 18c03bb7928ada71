// GET /v0/runs/{id}/batch and /actions: state that was too large for the call's body (protocol §6). DELETE
// /v0/runs/{id}: the old way to cancel.

import type { RunDetail } from "@stepwell/engine";
import { asRunId, isUlid } from "@stepwell/protocol";
import type { Context } from "hono";
import { z } from "zod";
import { failure } from "../http/failure.ts";
import type { Route } from "../http/route.ts";
import { plainFailureSchema } from "../schemas/envelope.ts";
import { jsonObject } from "../schemas/shape.ts";
import type { ServerContext } from "../server-context.ts";

const invalidId = "The run ID specified is invalid";

const params = { runId: "The run's id." };
const gone = { description: "The run is there no more.", schema: plainFailureSchema };

export const runStateRoutes: readonly Route[] = [
  {
    method: "get",
    path: "/v0/runs/:runId/batch",
    id: "getRunBatch",
    tag: "Apps' own calls",
    summary: "The events of a run, when they were too large for its call",
    params,
    answers: { 200: { description: "The events.", schema: z.array(jsonObject) }, 410: gone },
    refusals: ["invalid_request"],
    errors: "v1",
    serve: (context, server) => withRun(context, server, eventsText),
  },
  {
    method: "get",
    path: "/v0/runs/:runId/actions",
    id: "getRunSteps",
    tag: "Apps' own calls",
    summary: "The results of a run's steps, when they were too large for its call",
    params,
    answers: { 200: { description: "The results by step key.", schema: jsonObject }, 410: gone },
    refusals: ["invalid_request"],
    errors: "v1",
    serve: (context, server) => withRun(context, server, stepsText),
  },
  {
    method: "delete",
    path: "/v0/runs/:runId",
    id: "v0CancelRun",
    tag: "Apps' own calls",
    summary: "Cancel a run, the old way",
    params,
    answers: { 204: { description: "The run is cancelled, or had ended already." } },
    refusals: ["invalid_request", "not_found"],
    errors: "v1",
    serve: cancel,
  },
];

async function cancel(context: Context, server: ServerContext): Promise<Response> {
  const runId = context.req.param("runId") ?? "";
  if (!isUlid(runId)) return failure(context, 400, invalidId);
  const outcome = await server.engine.cancelRun(asRunId(runId));
  if (outcome === "unknown-run") return failure(context, 404, `There is no run ${runId}.`);
  return context.body(null, 204);
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
