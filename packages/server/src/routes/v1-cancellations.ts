// REST v1 on bulk cancellation (semantics C6.12–13, protocol §7.1): the unfinished runs of one function that were
// created within a time.

import type { Bulk, FunctionSettings } from "@stepwell/core";
import { asBulkId, isJsonObject, isUlid, type JsonObject, stringAt } from "@stepwell/protocol";
import type { Context, Hono } from "hono";
import { readJson } from "../http/body.ts";
import { failure } from "../http/failure.ts";
import type { ServerContext } from "../server-context.ts";
import type { Known } from "../views/directory.ts";
import { cancellationJson } from "../views/v1-view.ts";
import { v1Answer } from "./v1-answer.ts";

/** How far ahead `started_before` may be, for clocks that differ. */
const aheadMaxMs = 5000;
const listedMax = 1000;

export function v1CancellationRoutes(app: Hono, server: ServerContext): void {
  app.post("/v1/cancellations", (context) => cancel(context, server));
  app.get("/v1/cancellations", (context) => listCancellations(context, server));
  app.delete("/v1/cancellations/:id", (context) => removeCancellation(context, server));
}

async function cancel(context: Context, server: ServerContext): Promise<Response> {
  const body = await readJson(context, server.requestBytesMax);
  if (body.kind === "invalid") return failure(context, 400, body.reason);
  if (!isJsonObject(body.value))
    return failure(context, 400, "The request's body must be a JSON object with app_id and function_id.");
  const request = parseCancellation(body.value, server.clock.now());
  if (typeof request === "string") return failure(context, 400, request);
  const { appId, functionId, after, before, expression } = request;
  const settings = functionOf(await server.directory.read(), appId, functionId);
  if (settings === undefined) return failure(context, 404, "function not found");
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
  if (outcome.kind === "refused") return failure(context, 400, outcome.reasons.join("\n"));
  return v1Answer(context, server, cancellationJson(outcome.bulk, settings));
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

async function listCancellations(context: Context, server: ServerContext): Promise<Response> {
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
  const rows = found.flatMap((bulk) => {
    const settings = onlyFunction(bulk, known);
    return settings === undefined ? [] : [cancellationJson(bulk, settings)];
  });
  return v1Answer(context, server, rows);
}

/** Cancellations of other selections have no form here; `/api/v2/bulks` shows them. */
function onlyFunction({ selection }: Bulk, known: Known): FunctionSettings | undefined {
  const [id, second] = selection.functionIds ?? [];
  return id === undefined || second !== undefined ? undefined : known.functionById.get(id);
}

async function removeCancellation(context: Context, server: ServerContext): Promise<Response> {
  const id = context.req.param("id") ?? "";
  const bulk = isUlid(id) ? await server.engine.reader.readBulk(asBulkId(id)) : undefined;
  if (bulk?.kind !== "cancel") return failure(context, 404, `There is no cancellation ${id}.`);
  await server.engine.steerBulk(bulk.id, "remove");
  return v1Answer(context, server, { ok: true });
}
