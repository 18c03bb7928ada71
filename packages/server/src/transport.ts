// Calls over HTTP: pooled connections, bounded in time and size. Whatever goes wrong becomes a failed answer whose
// sentence says what happened, where, and what to do.

import type { Transport } from "@stepwell/engine";
import {
  answerBytesMax,
  type CallAnswer,
  callBody,
  type CallRequest,
  canonicalJson,
  header,
  type Json,
  parseAnswer,
  query,
  sign,
} from "@stepwell/protocol";
import { Agent, type Dispatcher, request as httpRequest } from "undici";

export interface HttpTransportOptions {
  /** Signs calls; absent in dev. */
  readonly signingKey?: string;
  /** How long a call may take, in ms; default 2 hours (semantics C2.11). */
  readonly callTimeoutMs?: number;
  readonly connectTimeoutMs?: number;
  /** Most connections per app. */
  readonly connectionsMax?: number;
  readonly now?: () => number;
}

const hourMs = 3_600_000;
const redirectsMax = 5;
/** Addresses under which clouds give out credentials: never an app. */
const forbiddenHosts: ReadonlySet<string> = new Set(["169.254.169.254", "metadata.google.internal", "[fd00:ec2::254]"]);

export interface HttpTransport extends Transport {
  close(): Promise<void>;
}

export function httpTransport(options: HttpTransportOptions): HttpTransport {
  const callTimeoutMs = options.callTimeoutMs ?? 2 * hourMs;
  const agent = new Agent({
    connections: options.connectionsMax ?? 256,
    connect: { timeout: options.connectTimeoutMs ?? 10_000 },
    headersTimeout: callTimeoutMs,
    bodyTimeout: callTimeoutMs,
    keepAliveTimeout: 4000,
    pipelining: 1,
  });
  return {
    call: (call) => makeCall(agent, call, options, callTimeoutMs),
    close: () => agent.destroy(),
  };
}

async function makeCall(
  agent: Agent,
  call: CallRequest,
  options: HttpTransportOptions,
  callTimeoutMs: number,
): Promise<CallAnswer> {
  const url = callUrl(call);
  if (url === undefined) return failed("invalid_url", `The function's address ${call.appUrl} is no http URL. Sync the app again.`);
  if (forbiddenHosts.has(url.hostname)) {
    return failed("forbidden_address", `Calls to ${url.hostname} are not made: it is a cloud's metadata service, not an app.`);
  }
  const body = callBody(call);
  const headers = callHeaders(call, body, options);
  try {
    const response = await post(agent, url, headers, body, AbortSignal.timeout(callTimeoutMs));
    const text = await readBounded(response.body);
    if (text === undefined) {
      const message = `The answer of ${url.origin} is larger than ${answerBytesMax} bytes. Return less, or store it elsewhere.`;
      return failed("output_too_large", message);
    }
    return parseAnswer({ status: response.statusCode, headers: flat(response.headers), body: text });
  } catch (error) {
    return failed("unreachable", `The call to ${url.origin}${url.pathname} failed: ${reasonOf(error)}. Is the app running?`);
  }
}

function callUrl(call: CallRequest): URL | undefined {
  if (!URL.canParse(call.appUrl)) return undefined;
  const url = new URL(call.appUrl);
  if (url.protocol !== "http:" && url.protocol !== "https:") return undefined;
  url.searchParams.set(query.functionId, call.functionSlug);
  url.searchParams.set(query.stepId, call.stepId);
  return url;
}

/** The headers of protocol §4.1. Signatures are over canonical text, which a body with user data may not be as it is. */
function callHeaders(call: CallRequest, body: string, options: HttpTransportOptions): Record<string, string> {
  const { signingKey } = options;
  const signature = () => sign(canonicalJson(JSON.parse(body) as Json), signingKey ?? "", (options.now ?? Date.now)());
  return {
    "content-type": "application/json",
    [header.runId]: call.runId,
    [header.requestVersion]: String(call.requestVersion),
    [header.stepId]: call.stepId,
    [header.requestId]: call.requestId,
    [header.generationId]: String(call.generation),
    [header.jobId]: call.jobId,
    ...(signingKey === undefined ? {} : { [header.signature]: signature() }),
  };
}

/** Redirects are followed with method and body. */
async function post(
  agent: Agent,
  url: URL,
  headers: Readonly<Record<string, string>>,
  body: string,
  signal: AbortSignal,
): Promise<Dispatcher.ResponseData> {
  let target = url;
  for (let redirects = 0; ; redirects += 1) {
    const response = await httpRequest(target, { dispatcher: agent, method: "POST", headers, body, signal });
    const location = response.headers["location"];
    const isRedirect = response.statusCode >= 300 && response.statusCode < 400 && typeof location === "string";
    if (!isRedirect || redirects >= redirectsMax) return response;
    await response.body.dump();
    target = new URL(location, target);
    if (forbiddenHosts.has(target.hostname)) throw new Error(`it redirects to ${target.hostname}, which is no app`);
  }
}

async function readBounded(body: Dispatcher.ResponseData["body"]): Promise<string | undefined> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of body) {
    const bytes: Buffer = chunk;
    size += bytes.length;
    if (size > answerBytesMax) {
      body.destroy();
      return undefined;
    }
    chunks.push(bytes);
  }
  return Buffer.concat(chunks).toString("utf8");
}

function flat(headers: Dispatcher.ResponseData["headers"]): Record<string, string> {
  const result: Record<string, string> = {};
  for (const [name, value] of Object.entries(headers)) {
    if (value !== undefined) result[name.toLowerCase()] = Array.isArray(value) ? value.join(", ") : value;
  }
  return result;
}

function failed(name: string, message: string): CallAnswer {
  return { kind: "failed", error: { name, message }, retry: { kind: "backoff" } };
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (error.name === "TimeoutError") return "it took longer than a call may take";
  const code = (error as { readonly code?: unknown }).code;
  if (code === "ECONNREFUSED") return "nothing listens there (connection refused)";
  if (code === "ENOTFOUND") return "its name cannot be resolved";
  if (code === "UND_ERR_SOCKET") return "the connection was closed before the answer was complete";
  return error.message === "" ? String(code ?? error.name) : error.message;
}
