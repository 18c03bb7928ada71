// A call's body, parsed at the border (protocol §4.2), and the state that is fetched when it was too large to send.

import {
  header,
  invalid,
  isJsonObject,
  type Json,
  type JsonObject,
  numberAt,
  objectAt,
  type Parsed,
  parsed,
  parseJson,
  parseTraceContext,
  query,
  stringAt,
} from "@stepwell/protocol";
import type { Inngest } from "../client.ts";
import type { ReceivedEvent } from "../function.ts";
import type { ParsedCall } from "../run-call.ts";

export interface HttpCall {
  readonly call: ParsedCall;
  readonly functionUuid: string | undefined;
  readonly queueItemId: string | undefined;
  readonly generation: number | undefined;
  readonly requestId: string | undefined;
}

const maxAttemptsDefault = 4;

export async function parseCall(
  client: Inngest,
  url: URL,
  headers: Headers,
  text: string,
): Promise<Parsed<HttpCall>> {
  const functionSlug = url.searchParams.get(query.functionId);
  if (functionSlug === null || functionSlug === "")
    return invalid(`The call names no function: ${query.functionId} is missing.`);
  const body = parseJson(text);
  if (body.kind === "invalid") return invalid(`The call's body is not JSON: ${body.reason}`);
  if (!isJsonObject(body.value)) return invalid("The call's body must be a JSON object.");
  const context = objectAt(body.value, "ctx") ?? {};
  const runId = stringAt(context, "run_id");
  const event = body.value.event;
  if (runId === undefined || !isJsonObject(event)) return invalid("The call lacks ctx.run_id or event.");
  const state = await readState(client, body.value, context, runId, event);
  const trace = parseTraceContext(
    headers.get("traceparent") ?? undefined,
    headers.get("tracestate") ?? undefined,
  );
  const version = Number(headers.get(header.requestVersion) ?? numberAt(body.value, "version") ?? -1);
  return parsed({
    call: {
      functionSlug,
      stepId: url.searchParams.get(query.stepId) || "step",
      runId,
      attempt: numberAt(context, "attempt") ?? 0,
      maxAttempts: numberAt(context, "max_attempts") ?? maxAttemptsDefault,
      requestVersion: Number.isInteger(version) ? version : -1,
      disableImmediateExecution: context.disable_immediate_execution === true,
      ...state,
      ...(trace === undefined ? {} : { trace }),
    },
    functionUuid: stringAt(context, "fn_id"),
    queueItemId: stringAt(context, "qi_id"),
    generation: numberAt(context, "generation_id"),
    requestId: stringAt(context, "request_id"),
  });
}

interface CallState {
  readonly events: readonly ReceivedEvent[];
  readonly steps: ReadonlyMap<string, Json>;
  readonly stack: readonly string[];
}

async function readState(
  client: Inngest,
  body: JsonObject,
  context: JsonObject,
  runId: string,
  event: JsonObject,
): Promise<CallState> {
  const isFetched = body.use_api === true || context.use_api === true;
  const steps = isFetched ? await fetchState(client, `/v0/runs/${runId}/actions`) : (body.steps ?? {});
  const batch = isFetched ? await fetchState(client, `/v0/runs/${runId}/batch`) : body.events;
  const list = Array.isArray(batch) && batch.length > 0 ? (batch as readonly Json[]) : [event];
  const entries = Object.entries(isJsonObject(steps) ? steps : {}) as [string, Json][];
  const given = objectAt(context, "stack")?.stack;
  const stack = Array.isArray(given) ? (given as readonly Json[]).map(String) : [];
  return {
    events: list as unknown as readonly ReceivedEvent[],
    steps: new Map(entries),
    stack: stack.length === 0 ? entries.map(([key]) => key) : stack,
  };
}

async function fetchState(client: Inngest, path: string): Promise<Json> {
  const response = await client.callApi("GET", path);
  const text = await response.text();
  const body = parseJson(text);
  if (response.ok && body.kind === "parsed") return body.value;
  throw new Error(
    `The run's state could not be fetched from ${path}: ${response.status} ${text.slice(0, 200)}`,
  );
}
