// /api/v2/bulks: cancelling and replaying in bulk; asking, watching, steering.

import type { Bulk, BulkRequest, RunStatus } from "@stepwell/core";
import { asBulkId, asRunId, invalid, isUlid, type Parsed, parsed } from "@stepwell/protocol";
import {
  type BulkPreview,
  type BulkView,
  bulkPaceDefault,
  parseBulkRequest,
  parseBulksQuery,
  type BulkRequest as RestBulkRequest,
  type RestBulkStatus,
} from "@stepwell/protocol/rest";
import type { Context, Hono } from "hono";
import { readJson } from "../../http/body.ts";
import { restFailure } from "../../http/failure.ts";
import { searchParams } from "../../http/query.ts";
import type { ServerContext } from "../../server-context.ts";
import { bulkView } from "../../views/bulk-view.ts";
import type { Known } from "../../views/directory.ts";
import { restStatus } from "../../views/run-view.ts";
import { answer, listAnswer } from "./answers.ts";
import { appNamed, functionNamed, runStatus } from "./run-filter.ts";

export function bulkRoutes(rest: Hono, server: ServerContext): void {
  rest.get("/bulks", (context) => listBulks(context, server));
  rest.post("/bulks", (context) => startBulk(context, server));
  rest.post("/bulks/preview", (context) => previewBulk(context, server));
  rest.get("/bulks/:id", (context) => getBulk(context, server));
  rest.delete("/bulks/:id", (context) => steerBulk(context, server, "remove"));
  for (const steer of ["hold", "resume", "stop"] as const) {
    rest.post(`/bulks/:id/${steer}`, (context) => steerBulk(context, server, steer));
  }
}

async function listBulks(context: Context, server: ServerContext): Promise<Response> {
  const query = parseBulksQuery(searchParams(context));
  if (query.kind === "invalid") return restFailure(context, "invalid_request", query.reason);
  const { kind, status, cursor, limit } = query.value;
  const page = await server.engine.reader.listBulks({
    limit,
    ...(kind === undefined ? {} : { kinds: kind }),
    ...(status === undefined ? {} : { statuses: status.map(bulkStatus) }),
    ...(cursor === undefined ? {} : { cursor }),
  });
  const known = await server.directory.read();
  return listAnswer(
    context,
    server,
    page.rows.map((bulk) => bulkView(bulk, known)),
    {
      hasMore: page.next !== undefined,
      limit,
      ...(page.next === undefined ? {} : { cursor: page.next }),
    },
  );
}

function bulkStatus(status: RestBulkStatus): Bulk["status"] {
  switch (status) {
    case "RUNNING":
      return "running";
    case "HELD":
      return "held";
    case "STOPPED":
      return "stopped";
    case "DONE":
      return "done";
  }
}

async function getBulk(context: Context, server: ServerContext): Promise<Response> {
  const id = context.req.param("id") ?? "";
  const bulk = isUlid(id) ? await server.engine.reader.readBulk(asBulkId(id)) : undefined;
  if (bulk === undefined) return unknownBulk(context, id);
  const view = bulkView(bulk, await server.directory.read());
  const newRuns = bulk.kind === "replay" ? { newRuns: await newRunsOf(bulk, server) } : {};
  const data: BulkView = { ...view, ...newRuns };
  return answer(context, server, data);
}

function unknownBulk(context: Context, id: string): Response {
  return restFailure(
    context,
    "not_found",
    `There is no bulk operation ${id}. Retention may have removed it.`,
  );
}

const runStatuses: readonly RunStatus[] = [
  "queued",
  "running",
  "completed",
  "failed",
  "cancelled",
  "skipped",
];

/** How the runs that a replay started are doing. */
async function newRunsOf(bulk: Bulk, server: ServerContext): Promise<NonNullable<BulkView["newRuns"]>> {
  const counts: { [Status in ReturnType<typeof restStatus>]?: number } = {};
  for (const status of runStatuses) {
    const count = await server.engine.reader.countRuns({ replayId: bulk.id, statuses: [status], limit: 1 });
    if (count > 0) counts[restStatus(status)] = count;
  }
  return counts;
}

async function readRequest(context: Context, server: ServerContext): Promise<Parsed<BulkRequest>> {
  const body = await readJson(context, server.requestBytesMax);
  if (body.kind === "invalid") return body;
  const request = parseBulkRequest(body.value);
  return request.kind === "invalid" ? request : coreRequest(request.value, await server.directory.read());
}

function coreRequest(request: RestBulkRequest, known: Known): Parsed<BulkRequest> {
  const { kind, name, by, holdAfter, perMinute, selection } = request;
  const { runIds, functionId, appId, status, eventName, from, until, expression, failureGroup } = selection;
  const wrongId = runIds?.find((id) => !isUlid(id));
  if (wrongId !== undefined)
    return invalid(`${JSON.stringify(wrongId)} is no run id: it has 26 capital letters and digits.`);
  const pace = kind === "replay" ? (perMinute ?? bulkPaceDefault) : perMinute;
  return parsed({
    kind,
    selection: {
      statuses: (status ?? statusesDefault[kind]).map(runStatus),
      ...(runIds === undefined ? {} : { runIds: runIds.map(asRunId) }),
      ...(functionId === undefined
        ? {}
        : { functionIds: functionId.map((each) => functionNamed(each, known)) }),
      ...(appId === undefined ? {} : { appIds: appId.map((each) => appNamed(each, known)) }),
      ...(eventName === undefined ? {} : { eventName }),
      ...(from === undefined ? {} : { from: Date.parse(from) }),
      ...(until === undefined ? {} : { until: Date.parse(until) }),
      ...(expression === undefined ? {} : { expression }),
      ...(failureGroup === undefined ? {} : { failureGroup }),
    },
    ...(name === undefined ? {} : { name }),
    ...(by === undefined ? {} : { by }),
    ...(pace === undefined ? {} : { perMinute: pace }),
    ...(holdAfter === undefined ? {} : { holdAfter }),
  });
}

const statusesDefault = { cancel: ["QUEUED", "RUNNING"], replay: ["FAILED"] } as const;

async function startBulk(context: Context, server: ServerContext): Promise<Response> {
  const request = await readRequest(context, server);
  if (request.kind === "invalid") return restFailure(context, "invalid_request", request.reason);
  const outcome = await server.engine.startBulk(request.value);
  if (outcome.kind === "refused") return restFailure(context, "validation_error", outcome.reasons.join(" "));
  return answer(context, server, bulkView(outcome.bulk, await server.directory.read()), 201);
}

async function previewBulk(context: Context, server: ServerContext): Promise<Response> {
  const request = await readRequest(context, server);
  if (request.kind === "invalid") return restFailure(context, "invalid_request", request.reason);
  const outcome = await server.engine.previewBulk(request.value);
  if (outcome.kind === "refused") return restFailure(context, "validation_error", outcome.reasons.join(" "));
  const { count, isComplete } = outcome;
  const data: BulkPreview = { count, isComplete };
  return answer(context, server, data);
}

async function steerBulk(
  context: Context,
  server: ServerContext,
  steer: Parameters<ServerContext["engine"]["steerBulk"]>[1],
): Promise<Response> {
  const id = context.req.param("id") ?? "";
  if (!isUlid(id)) return unknownBulk(context, id);
  const outcome = await server.engine.steerBulk(asBulkId(id), steer);
  switch (outcome.kind) {
    case "unknown-bulk":
      return unknownBulk(context, id);
    case "refused":
      return restFailure(context, "idempotency_conflict", outcome.reason);
    case "steered":
      return answer(context, server, bulkView(outcome.bulk, await server.directory.read()));
  }
}
