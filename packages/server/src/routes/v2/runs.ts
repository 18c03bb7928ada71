// /api/v2/runs: one run, its trace, cancel and rerun; the list is in run-list.ts.

import type { RunDetail } from "@stepwell/engine";
import { asRunId, isUlid, type RunId } from "@stepwell/protocol";
import type { RerunRequest } from "@stepwell/protocol/rest";
import { Refusal } from "../../http/refusal.ts";
import type { Route } from "../../http/route.ts";
import { rerunRequest, runDetailView, runIdAnswer } from "../../schemas/run.ts";
import { traceView as traceSchema } from "../../schemas/trace.ts";
import type { ServerContext } from "../../server-context.ts";
import { runDetailView as runDetail } from "../../views/run-detail-view.ts";
import { traceView } from "../../views/trace-view.ts";
import { restRoute } from "./rest-route.ts";
import { lanesOnce } from "./run-list.ts";

const params = { id: "The run's id." };
const refusals = ["invalid_field_format", "not_found"] as const;

export const runRoutes: readonly Route[] = [
  restRoute({
    method: "get",
    path: "/runs/:id",
    id: "getRun",
    tag: "Runs",
    summary: "One run, with its events, its output and what it does right now",
    params,
    answer: runDetailView,
    refusals,
    async handle({ server, param }) {
      const { detail, known, now } = await readRun(server, param("id"));
      return await runDetail(detail, known, server.engine.reader, now, lanesOnce(server));
    },
  }),
  restRoute({
    method: "get",
    path: "/runs/:id/trace",
    id: "getRunTrace",
    tag: "Runs",
    summary: "A run's steps over time, as a tree of spans",
    params,
    answer: traceSchema,
    refusals,
    async handle({ server, param }) {
      const { detail, known, now } = await readRun(server, param("id"));
      return await traceView(detail, known, server.engine.reader, now);
    },
  }),
  restRoute({
    method: "post",
    path: "/runs/:id/cancel",
    id: "cancelRun",
    tag: "Runs",
    summary: "Cancel a run",
    description: "It stops before its next step. A step that runs now finishes.",
    params,
    answer: runIdAnswer,
    refusals: [...refusals, "run_already_ended"],
    handle: ({ server, param }) => cancelRun(server, runIdOf(param("id"))),
  }),
  restRoute({
    method: "post",
    path: "/runs/:id/rerun",
    id: "rerunRun",
    tag: "Runs",
    summary: "Run the same events again",
    description:
      "A new run with the code of now; the original stays as it is. From a step on, what earlier steps gave is kept, and `input` replaces the arguments of the step's function.",
    params,
    body: { schema: rerunRequest, fallback: {} },
    answer: runIdAnswer,
    refusals,
    handle: ({ server, param, body }) => rerun(server, runIdOf(param("id")), body),
  }),
];

/** @throws Refusal */
export function runIdOf(id: string): RunId {
  if (isUlid(id)) return asRunId(id);
  throw new Refusal("invalid_field_format", `${id} is no run id: it has 26 capital letters and digits.`);
}

function unknownRun(id: RunId): Refusal {
  return new Refusal("not_found", `There is no run ${id}. Retention may have removed it.`);
}

/** @throws Refusal */
export async function readRun(server: ServerContext, text: string) {
  const id = runIdOf(text);
  const detail: RunDetail | undefined = await server.engine.reader.readRun(id);
  if (detail === undefined) throw unknownRun(id);
  return { detail, known: await server.directory.read(), now: server.clock.now() };
}

async function cancelRun(server: ServerContext, id: RunId) {
  const outcome = await server.engine.cancelRun(id);
  switch (outcome) {
    case "unknown-run":
      throw unknownRun(id);
    case "already-finished": {
      const message = `Run ${id} has ended already, so there is nothing to cancel.`;
      throw new Refusal("run_already_ended", message);
    }
    case "cancelled":
      return { runId: id };
  }
}

async function rerun(server: ServerContext, id: RunId, request: RerunRequest) {
  const outcome = await server.engine.rerun(id, restartOf(request));
  switch (outcome.kind) {
    case "unknown-run":
      throw unknownRun(id);
    case "unknown-step":
      throw new Refusal("not_found", outcome.reason);
    case "refused":
      throw new Refusal("invalid_request", outcome.reason);
    case "started":
      return { runId: outcome.runId };
  }
}

function restartOf({ fromStep }: RerunRequest): Parameters<ServerContext["engine"]["rerun"]>[1] {
  if (fromStep === undefined) return {};
  const { stepId, input } = fromStep;
  return { fromStep: { stepId, ...(input === undefined ? {} : { input: JSON.stringify(input) }) } };
}
