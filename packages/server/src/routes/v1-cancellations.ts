// REST v1 on bulk cancellation (semantics C6.12–13, protocol §7.1): the unfinished runs of one function that were
// created within a time.

import type { Bulk, FunctionSettings } from "@stepwell/core";
import { asBulkId, isUlid, type Json, type JsonObject, stringAt } from "@stepwell/protocol";
import { z } from "zod";
import { Refusal } from "../http/refusal.ts";
import type { Route } from "../http/route.ts";
import { v1Cancellation, v1CancellationRequest, v1Done } from "../schemas/v1.ts";
import type { ServerContext } from "../server-context.ts";
import type { Known } from "../views/directory.ts";
import { cancellationJson } from "../views/v1-view.ts";
import { v1Route } from "./v1-route.ts";

/** How far ahead `started_before` may be, for clocks that differ. */
const aheadMaxMs = 5000;
const listedMax = 1000;

export const v1CancellationRoutes: readonly Route[] = [
  v1Route({
    method: "post",
    path: "/v1/cancellations",
    id: "v1CreateCancellation",
    summary: "Cancel the unfinished runs of a function that were created within a time",
    body: {
      schema: v1CancellationRequest,
      missing: "The request's body must be a JSON object with app_id and function_id.",
    },
    answer: v1Cancellation,
    refusals: ["missing_field", "not_found"],
    handle: ({ server, body }) => cancel(server, body),
  }),
  v1Route({
    method: "get",
    path: "/v1/cancellations",
    id: "v1ListCancellations",
    summary: "Cancellations of one function each, newest first",
    answer: z.array(v1Cancellation),
    handle: ({ server }) => listCancellations(server),
  }),
  v1Route({
    method: "delete",
    path: "/v1/cancellations/:id",
    id: "v1RemoveCancellation",
    summary: "Stop a cancellation and take it off the list",
    params: { id: "The cancellation's id." },
    answer: v1Done,
    refusals: ["not_found"],
    handle: ({ server, param }) => removeCancellation(server, param("id")),
  }),
];

async function cancel(server: ServerContext, body: JsonObject): Promise<Json> {
  const request = parseCancellation(body, server.clock.now());
  if (typeof request === "string") throw new Refusal("invalid_request", request);
  const { appId, functionId, after, before, expression } = request;
  const settings = functionOf(await server.directory.read(), appId, functionId);
  if (settings === undefined) throw new Refusal("not_found", "function not found");
  const outcome = await server.engine.startBulk({
    kind: "cancel",
    selection: {
      statuses: ["queued", "running"],
      functionIds: [settings.id],
      until: before,
      ...(after === undefined ? {} : { from: after }),
      ...(expression === undefined ? {} : { expression }),
    },
  });
  if (outcome.kind === "refused") throw new Refusal("invalid_request", outcome.reasons.join("\n"));
  return cancellationJson(outcome.bulk, settings);
}

interface Cancellation {
  readonly appId: string;
  readonly functionId: string;
  /** Unix ms. */
  readonly after?: number;
  readonly before: number;
  readonly expression?: string;
}

/** The request, or what is wrong with it: a line for each. */
function parseCancellation(body: JsonObject, now: number): Cancellation | string {
  const appId = stringAt(body, "app_id") ?? "";
  const functionId = stringAt(body, "function_id") ?? "";
  const expression = stringAt(body, "if") ?? "";
  const after = timeAt(body, "started_after");
  const before = timeAt(body, "started_before");
  const problems: string[] = [];
  if (appId === "") problems.push("app_id is required");
  if (functionId === "") problems.push("function_id is required");
  if (before === undefined) problems.push("started_before is required");
  for (const [name, at] of Object.entries({ started_after: after, started_before: before })) {
    if (Number.isNaN(at)) problems.push(`${name} must be a time such as 2026-01-31T12:00:00Z`);
  }
  if (before !== undefined && before > now + aheadMaxMs) problems.push("started_before must be in the past");
  if (before !== undefined && after !== undefined && after >= before)
    problems.push("started_after must be before started_before");
  if (problems.length > 0 || before === undefined) return problems.join("\n");
  return {
    appId,
    functionId,
    before,
    ...(after === undefined ? {} : { after }),
    ...(expression === "" ? {} : { expression }),
  };
}

/** Undefined when absent, not a number when it is no time. */
function timeAt(body: JsonObject, key: string): number | undefined {
  const value = body[key];
  if (value === undefined || value === null || value === "") return undefined;
  return typeof value === "string" ? Date.parse(value) : Number.NaN;
}

/** The function's id as its author wrote it, or with the app's before it. */
function functionOf(known: Known, appId: string, functionId: string): FunctionSettings | undefined {
  const ofApp = known.functions.filter(({ appName }) => appName === appId);
  const named = (slug: string) => ofApp.find((settings) => settings.slug === slug);
  return named(`${appId}-${functionId}`) ?? named(functionId);
}

async function listCancellations(server: ServerContext): Promise<Json[]> {
  const known = await server.directory.read();
  const found: Bulk[] = [];
  let cursor: string | undefined;
  do {
    const page = await server.engine.reader.listBulks({
      kinds: ["cancel"],
      limit: listedMax,
      ...(cursor === undefined ? {} : { cursor }),
    });
    found.push(...page.rows);
    cursor = page.next;
  } while (cursor !== undefined && found.length < listedMax);
  return found.flatMap((bulk) => {
    const settings = onlyFunction(bulk, known);
    return settings === undefined ? [] : [cancellationJson(bulk, settings)];
  });
}

/** Cancellations of other selections have no form here; `/api/v2/bulks` shows them. */
function onlyFunction({ selection }: Bulk, known: Known): FunctionSettings | undefined {
  const [id, second] = selection.functionIds ?? [];
  return id === undefined || second !== undefined ? undefined : known.functionById.get(id);
}

async function removeCancellation(server: ServerContext, id: string): Promise<Json> {
  const bulk = isUlid(id) ? await server.engine.reader.readBulk(asBulkId(id)) : undefined;
  if (bulk?.kind !== "cancel") throw new Refusal("not_found", `There is no cancellation ${id}.`);
  await server.engine.steerBulk(bulk.id, "remove");
  return { ok: true };
}
