// /api/v2/bulks: cancelling and replaying in bulk; asking, watching, steering.

import type { Bulk, BulkRequest, BulkSteer, RunStatus } from "@stepwell/core";
import { asBulkId, asRunId, isUlid } from "@stepwell/protocol";
import {
  type BulksQuery,
  type BulkView,
  bulkPaceDefault,
  type BulkRequest as RestBulkRequest,
  type RestBulkStatus,
} from "@stepwell/protocol/rest";
import { Refusal } from "../../http/refusal.ts";
import type { Method, Route } from "../../http/route.ts";
import { bulkPreview, bulkRequest, bulksQuery, bulkView } from "../../schemas/bulk.ts";
import type { ServerContext } from "../../server-context.ts";
import { bulkView as viewOf } from "../../views/bulk-view.ts";
import { restStatus } from "../../views/run-view.ts";
import { type RestPage, restList, restRoute } from "./rest-route.ts";
import { appNamed, functionNamed, runStatus } from "./run-filter.ts";

const missing = 'Send a bulk operation: {"kind":"replay","selection":{…}}.';
const params = { id: "The operation's id." };

export const bulkRoutes: readonly Route[] = [
  restList({
    method: "get",
    path: "/bulks",
    id: "listBulks",
    tag: "Bulk operations",
    summary: "Bulk operations, newest first",
    query: bulksQuery,
    item: bulkView,
    handle: ({ server, query }) => listBulks(server, query),
  }),
  restRoute({
    method: "post",
    path: "/bulks",
    id: "startBulk",
    tag: "Bulk operations",
    summary: "Cancel or replay all runs that a selection means",
    description: "The operation can be watched, held and stopped, and goes on after a restart.",
    body: { schema: bulkRequest, missing },
    answer: bulkView,
    status: 201,
    refusals: ["missing_field", "invalid_field_format", "validation_error"],
    async handle({ server, body }) {
      const outcome = await server.engine.startBulk(await coreRequest(server, body));
      if (outcome.kind === "refused") throw new Refusal("validation_error", outcome.reasons.join(" "));
      return viewOf(outcome.bulk, await server.directory.read());
    },
  }),
  restRoute({
    method: "post",
    path: "/bulks/preview",
    id: "previewBulk",
    tag: "Bulk operations",
    summary: "How many runs a bulk operation would mean; nothing is done",
    body: { schema: bulkRequest, missing },
    answer: bulkPreview,
    refusals: ["missing_field", "invalid_field_format", "validation_error"],
    async handle({ server, body }) {
      const outcome = await server.engine.previewBulk(await coreRequest(server, body));
      if (outcome.kind === "refused") throw new Refusal("validation_error", outcome.reasons.join(" "));
      const { count, isComplete } = outcome;
      return { count, isComplete };
    },
  }),
  restRoute({
    method: "get",
    path: "/bulks/:id",
    id: "getBulk",
    tag: "Bulk operations",
    summary: "One bulk operation, and how far it has come",
    params,
    answer: bulkView,
    refusals: ["not_found"],
    handle: ({ server, param }) => getBulk(server, param("id")),
  }),
  steerRoute("delete", "/bulks/:id", "remove", "Stop a bulk operation and take it off the list"),
  steerRoute("post", "/bulks/:id/hold", "hold", "Hold a bulk operation, so that it can go on later"),
  steerRoute("post", "/bulks/:id/resume", "resume", "Let a held bulk operation go on"),
  steerRoute("post", "/bulks/:id/stop", "stop", "Stop a bulk operation for good"),
];

function steerRoute(method: Method, path: string, steer: BulkSteer, summary: string): Route {
  return restRoute({
    method,
    path,
    id: `${steer}Bulk`,
    tag: "Bulk operations",
    summary,
    params,
    answer: bulkView,
    refusals: ["not_found", "idempotency_conflict"],
    handle: ({ server, param }) => steerBulk(server, param("id"), steer),
  });
}

async function listBulks(
  server: ServerContext,
  query: BulksQuery & { readonly limit: number },
): Promise<RestPage<BulkView>> {
  const { kind, status, cursor, limit } = query;
  const page = await server.engine.reader.listBulks({
    limit,
    ...(kind === undefined ? {} : { kinds: kind }),
    ...(status === undefined ? {} : { statuses: status.map(bulkStatus) }),
    ...(cursor === undefined ? {} : { cursor }),
  });
  const known = await server.directory.read();
  return {
    rows: page.rows.map((bulk) => viewOf(bulk, known)),
    page: {
      hasMore: page.next !== undefined,
      limit,
      ...(page.next === undefined ? {} : { cursor: page.next }),
    },
  };
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

async function getBulk(server: ServerContext, id: string): Promise<BulkView> {
  const bulk = isUlid(id) ? await server.engine.reader.readBulk(asBulkId(id)) : undefined;
  if (bulk === undefined) throw unknownBulk(id);
  const view = viewOf(bulk, await server.directory.read());
  return bulk.kind === "replay" ? { ...view, newRuns: await newRunsOf(bulk, server) } : view;
}

function unknownBulk(id: string): Refusal {
  return new Refusal("not_found", `There is no bulk operation ${id}. Retention may have removed it.`);
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

/** @throws Refusal */
async function coreRequest(server: ServerContext, request: RestBulkRequest): Promise<BulkRequest> {
  const known = await server.directory.read();
  const { kind, name, by, holdAfter, perMinute, selection } = request;
  const { runIds, functionId, appId, status, eventName, from, until, expression, failureGroup } = selection;
  const wrongId = runIds?.find((id) => !isUlid(id));
  if (wrongId !== undefined) {
    const message = `${JSON.stringify(wrongId)} is no run id: it has 26 capital letters and digits.`;
    throw new Refusal("invalid_field_format", message);
  }
  const pace = kind === "replay" ? (perMinute ?? bulkPaceDefault) : perMinute;
  return {
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
      ...furtherSelection(selection),
    },
    ...(name === undefined ? {} : { name }),
    ...(by === undefined ? {} : { by }),
    ...(pace === undefined ? {} : { perMinute: pace }),
    ...(holdAfter === undefined ? {} : { holdAfter }),
  };
}

/** What no store has an index for, and how runs are related. */
function furtherSelection(selection: RestBulkRequest["selection"]): Partial<BulkRequest["selection"]> {
  const { query: words, tookFromMs, tookUntilMs, parentRunId, originalRunId, replayId } = selection;
  return {
    ...(words === undefined ? {} : { words }),
    ...(tookFromMs === undefined ? {} : { tookFromMs }),
    ...(tookUntilMs === undefined ? {} : { tookUntilMs }),
    ...(parentRunId === undefined ? {} : { parentRunId: asRunId(parentRunId) }),
    ...(originalRunId === undefined ? {} : { originalRunId: asRunId(originalRunId) }),
    ...(replayId === undefined ? {} : { replayId: asBulkId(replayId) }),
  };
}

const statusesDefault = { cancel: ["QUEUED", "RUNNING"], replay: ["FAILED"] } as const;

async function steerBulk(server: ServerContext, id: string, steer: BulkSteer): Promise<BulkView> {
  if (!isUlid(id)) throw unknownBulk(id);
  const outcome = await server.engine.steerBulk(asBulkId(id), steer);
  switch (outcome.kind) {
    case "unknown-bulk":
      throw unknownBulk(id);
    case "refused":
      throw new Refusal("idempotency_conflict", outcome.reason);
    case "steered":
      return viewOf(outcome.bulk, await server.directory.read());
  }
}
