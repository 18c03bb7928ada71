// The endpoint of an app, as a web-standard handler: GET tells about it, PUT registers it, POST is a call.

import { type CallAnswer, header, query } from "@stepwell/protocol";
import { now } from "../clock.ts";
import { serializeError } from "../errors.ts";
import type { AnyFunction } from "../function.ts";
import { runCall } from "../run-call.ts";
import { sdkHeader } from "../version.ts";
import { type HttpAnswer, httpAnswer } from "./answer-response.ts";
import { httpCheckpoint } from "./http-checkpoint.ts";
import { introspection } from "./introspect.ts";
import { type Adapter, json, type ServeOptions } from "./options.ts";
import { parseCall } from "./parse-call.ts";
import { register } from "./register.ts";
import { type Caller, identify, signed } from "./signatures.ts";
import { streamed } from "./stream.ts";

export type WebHandler = (request: Request) => Promise<Response>;

/** The handler of an app's endpoint; adapters only translate requests and responses. */
export function webHandler(options: ServeOptions, adapter: Adapter): WebHandler {
  const bySlug = new Map(options.functions.map((fn) => [fn.slug, fn]));
  return async (request) => {
    const { client } = options;
    const text = request.method === "GET" ? "" : await request.text();
    const common = {
      [header.sdk]: sdkHeader,
      [header.framework]: adapter.framework,
      [header.sdkHandled]: "true",
    };
    const caller = identify(client, request.headers, text, now());
    const respond = (answer: HttpAnswer): Response => {
      const signature = signed(caller, answer.body, now());
      return new Response(answer.body, {
        status: answer.status,
        headers: { "content-type": "application/json", ...common, ...answer.headers, ...signature },
      });
    };
    try {
      return respond(await handle(options, adapter, bySlug, request, text, caller, respond));
    } catch (error) {
      if (error instanceof Response) return error;
      client.logger.error("The request failed.", error);
      return respond({
        status: 500,
        headers: { [header.noRetry]: "false" },
        body: JSON.stringify({ type: "internal", ...serializeError(error) }),
      });
    }
  };
}

async function handle(
  options: ServeOptions,
  adapter: Adapter,
  bySlug: ReadonlyMap<string, AnyFunction>,
  request: Request,
  text: string,
  caller: Caller,
  respond: (answer: HttpAnswer) => Response,
): Promise<HttpAnswer> {
  const { client } = options;
  if (caller.kind === "missing-key") {
    const message = "There is no signing key. Set INNGEST_SIGNING_KEY, or INNGEST_DEV=1 for development.";
    return json(500, { code: "internal_server_error", message });
  }
  const url = appUrl(options, request);
  switch (request.method) {
    case "GET":
      return introspection(options, adapter, caller);
    case "PUT":
      return await register(options, adapter, { url, request, text, caller });
    case "POST":
      break;
    default:
      return json(405, { message: `This endpoint does not answer ${request.method}.` });
  }
  if (caller.kind === "unauthorized") return json(401, { message: "Unauthorized" });
  const address = new URL(request.url, "http://localhost");
  const probe = address.searchParams.get(query.probe);
  if (probe !== null)
    return probe === "trust"
      ? { status: 200, headers: {}, body: "" }
      : json(400, { message: `There is no probe "${probe}".` });
  const call = await parseCall(client, address, request.headers, text);
  if (call.kind === "invalid")
    return json(500, { ...serializeError(new Error(call.reason)), type: "internal" });
  const answer = (): Promise<CallAnswer> =>
    runCall(client, bySlug, call.value.call, httpCheckpoint(client, call.value));
  if (isStreaming(options)) throw streamed(answer, respond);
  return httpAnswer(await answer());
}

function isStreaming({ streaming, client }: ServeOptions): boolean {
  return streaming ?? /^(1|true|allow|force)$/i.test(client.environment["INNGEST_STREAMING"] ?? "");
}

/** Where the engine reaches the app: what the request says, unless it is told otherwise. */
function appUrl({ client, serveOrigin, servePath }: ServeOptions, request: Request): string {
  const url = new URL(request.url, "http://localhost");
  const origin =
    serveOrigin ??
    (client.environment["INNGEST_SERVE_ORIGIN"] || client.environment["INNGEST_SERVE_HOST"]) ??
    url.origin;
  const path = servePath ?? (client.environment["INNGEST_SERVE_PATH"] || url.pathname);
  return new URL(path, origin).toString();
}
