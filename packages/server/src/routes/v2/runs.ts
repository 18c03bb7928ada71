// /api/v2/runs: one run, its trace, cancel and rerun; the list is in run-list.ts.

import type { RunDetail } from "@stepwell/engine";
import { asRunId, isUlid, type RunId } from "@stepwell/protocol";
import { parseRerunRequest, type RerunRequest, type RunIdAnswer } from "@stepwell/protocol/rest";
import type { Context, Hono } from "hono";
import { readJson } from "../../http/body.ts";
import { restFailure } from "../../http/failure.ts";
import type { ServerContext } from "../../server-context.ts";
import { runDetailView } from "../../views/run-detail-view.ts";
import { traceView } from "../../views/trace-view.ts";
import { answer } from "./answers.ts";
import { listRuns } from "./run-list.ts";

export function runRoutes(rest: Hono, server: ServerContext): void {
  const { reader } = server.engine;
  rest.get("/runs", (context) => listRuns(context, server));
  rest.get("/runs/:id", (context) =>
    withRun(context, server, async (detail) =>
      answer(
        context,
        server,
        await runDetailView(detail, await server.directory.read(), reader, server.clock.now()),
      ),
    ),
  );
  rest.get("/runs/:id/trace", (context) =>
    withRun(context, server, async (detail) =>
      answer(
        context,
        server,
        await traceView(detail, await server.directory.read(), reader, server.clock.now()),
      ),
    ),
  );
  rest.post("/runs/:id/cancel", (context) => cancelRun(context, server));
  rest.post("/runs/:id/rerun", (context) => rerun(context, server));
}

function runIdOf(context: Context): RunId | Response {
  const id = context.req.param("id") ?? "";
  if (isUlid(id)) return asRunId(id);
  return restFailure(
    context,
    "invalid_field_format",
    `${id} is no run id: it has 26 capital letters and digits.`,
  );
}

function unknownRun(context: Context, id: RunId): Response {
  return restFailure(context, "not_found", `There is no run ${id}. Retention may have removed it.`);
}

async function withRun(
  context: Context,
  server: ServerContext,
  respond: (detail: RunDetail) => Promise<Response>,
): Promise<Response> {
  const id = runIdOf(context);
  if (id instanceof Response) return id;
  const detail = await server.engine.reader.readRun(id);
  return detail === undefined ? unknownRun(context, id) : await respond(detail);
}

async function cancelRun(context: Context, server: ServerContext): Promise<Response> {
  const id = runIdOf(context);
  if (id instanceof Response) return id;
  const outcome = await server.engine.cancelRun(id);
  switch (outcome) {
    case "unknown-run":
      return unknownRun(context, id);
    case "already-finished":
      return restFailure(
        context,
        "run_already_ended",
        `Run ${id} has ended already, so there is nothing to cancel.`,
      );
    case "cancelled": {
      const data: RunIdAnswer = { runId: id };
      return answer(context, server, data);
    }
  }
}

async function rerun(context: Context, server: ServerContext): Promise<Response> {
  const id = runIdOf(context);
  if (id instanceof Response) return id;
  const body = await readJson(context, server.requestBytesMax);
  if (body.kind === "invalid") return restFailure(context, "invalid_request", body.reason);
  const request = parseRerunRequest(body.value);
  if (request.kind === "invalid") return restFailure(context, "invalid_field_format", request.reason);
  const outcome = await server.engine.rerun(id, restartOf(request.value));
  switch (outcome.kind) {
    case "unknown-run":
      return unknownRun(context, id);
    case "unknown-step":
      return restFailure(context, "not_found", outcome.reason);
    case "refused":
      return restFailure(context, "invalid_request", outcome.reason);
    case "started": {
      const data: RunIdAnswer = { runId: outcome.runId };
      return answer(context, server, data);
    }
  }
}

function restartOf({ fromStep }: RerunRequest): Parameters<ServerContext["engine"]["rerun"]>[1] {
  if (fromStep === undefined) return {};
  const { stepId, input } = fromStep;
  return { fromStep: { stepId, ...(input === undefined ? {} : { input: JSON.stringify(input) }) } };
}
