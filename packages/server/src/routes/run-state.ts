// GET /v0/runs/{id}/batch and /actions: state that was too large for the call's body (protocol §6).

import { asRunId, isUlid } from "@stepwell/protocol";
import type { RunDetail } from "@stepwell/engine";
import type { Context, Hono } from "hono";
import { requireSigningKey } from "../auth.ts";
import { failure } from "../errors.ts";
import type { ServerOptions } from "../options.ts";

export function runStateRoutes(app: Hono, options: ServerOptions): void {
  const withRun = async (context: Context, answer: (run: RunDetail) => string): Promise<Response> => {
    const runId = context.req.param("runId") ?? "";
    if (!isUlid(runId)) return failure(context, 400, "The run ID specified is invalid");
    const run = await options.engine.reader.readRun(asRunId(runId));
    if (run === undefined) return failure(context, 410, `runtime state is no longer available for runID: ${runId}`);
    return context.body(answer(run), 200, { "content-type": "application/json" });
  };
  const authorised = requireSigningKey(options);
  app.get("/v0/runs/:runId/batch", authorised, (context) =>
    withRun(context, ({ events }) => `[${events.map((event) => event.text).join(",")}]`),
  );
  app.get("/v0/runs/:runId/actions", authorised, (context) => withRun(context, stepsText));
}

/** Stored results are JSON text already and are joined as such, in the order of the stack. */
function stepsText({ steps }: RunDetail): string {
  const ended = steps.filter((step) => step.result !== undefined);
  ended.sort((left, right) => (left.position ?? 0) - (right.position ?? 0));
  return `{${ended.map((step) => `${JSON.stringify(step.key)}:${step.result}`).join(",")}}`;
}
