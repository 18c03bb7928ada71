// Requests that the server makes: calls and syncs. Pooled connections, bounded in time and size, redirects followed
// with method and body. Nothing rejects: what goes wrong is an answer that says so.

import type { Agent, Dispatcher } from "undici";
import {
  ForbiddenAddressError,
  ForbiddenAddresses,
  forbiddenByDefault,
  forbiddenMessage,
} from "./forbidden.ts";
import { type OutboundFailure, reasonOf } from "./reasons.ts";

export interface OutboundOptions {
  /** How long opening a connection may take, in ms; default 10 s. */
  readonly connectTimeoutMs?: number;
  /** Addresses and ranges that are forbidden beside the default ones. */
  readonly forbidden?: readonly string[];
}

export interface OutboundRequest {
  readonly method: "GET" | "POST" | "PUT";
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
  /** Until the answer is complete. */
  readonly timeoutMs: number;
  /** Most bytes of the answer. */
  readonly bytesMax: number;
}

export type OutboundAnswer =
  | {
      readonly kind: "answered";
      /** Where the answer came from, after redirects. */
      readonly url: string;
      readonly status: number;
      /** Names in lower case. */
      readonly headers: Readonly<Record<string, string>>;
      readonly body: string;
    }
  | OutboundFailure;

export interface Outbound {
  request(request: OutboundRequest): Promise<OutboundAnswer>;
  /** Ends all connections. */
  close(): Promise<void>;
}

const connectTimeoutDefaultMs = 10_000;
/** Servers that say nothing of it commonly close idle connections after five seconds. */
const keepAliveMs = 2000;
const redirectsMax = 5;
const redirectStatuses: ReadonlySet<number> = new Set([301, 302, 303, 307, 308]);

/** @throws RangeError when a forbidden range cannot be read. */
export function createOutbound(options: OutboundOptions = {}): Outbound {
  const forbidden = new ForbiddenAddresses([...forbiddenByDefault, ...(options.forbidden ?? [])]);
  // The library takes a fifth of the server's start, which need not wait for the first request.
  let client: Promise<HttpClient> | undefined;
  return {
    async request(request) {
      client ??= openClient(options.connectTimeoutMs ?? connectTimeoutDefaultMs, forbidden);
      return await makeRequest(await client, forbidden, request);
    },
    async close() {
      await (await client)?.agent.destroy();
    },
  };
}

interface HttpClient {
  readonly agent: Agent;
  readonly request: typeof import("undici").request;
}

async function openClient(connectTimeoutMs: number, forbidden: ForbiddenAddresses): Promise<HttpClient> {
  const undici = await import("undici");
  const agent = new undici.Agent({
    connect: { timeout: connectTimeoutMs, lookup: forbidden.lookup },
    // The request's own timer is the only one: an answer may take hours.
    headersTimeout: 0,
    bodyTimeout: 0,
    keepAliveTimeout: keepAliveMs,
    pipelining: 1,
  });
  return { agent, request: undici.request };
}

async function makeRequest(
  client: HttpClient,
  forbidden: ForbiddenAddresses,
  request: OutboundRequest,
): Promise<OutboundAnswer> {
  const timeout = new AbortController();
  const timer = setTimeout(() => timeout.abort(), request.timeoutMs);
  try {
    return await exchange(client, forbidden, request, timeout.signal);
  } catch (error) {
    return reasonOf(error, timeout.signal.aborted ? request.timeoutMs : undefined);
  } finally {
    clearTimeout(timer);
  }
}

async function exchange(
  client: HttpClient,
  forbidden: ForbiddenAddresses,
  request: OutboundRequest,
  signal: AbortSignal,
): Promise<OutboundAnswer> {
  const { method, headers, bytesMax } = request;
  let target = new URL(request.url);
  for (let redirects = 0; ; redirects += 1) {
    if (target.protocol !== "http:" && target.protocol !== "https:") {
      return {
        kind: "failed",
        code: "unsupported_protocol",
        reason: `${target.href} is no http or https address`,
      };
    }
    if (forbidden.isForbidden(target.hostname))
      throw new ForbiddenAddressError(forbiddenMessage(target.hostname));
    const response = await client.request(target, {
      dispatcher: client.agent,
      method,
      headers: { "accept-encoding": "identity", "user-agent": "stepwell", ...headers },
      ...(request.body === undefined ? {} : { body: request.body }),
      signal,
    });
    // A body that is left unread ends with an error of its own, which nobody else listens to.
    response.body.on("error", () => {});
    const next = redirectOf(response, target);
    if (next === undefined) return await readAnswer(response, target, bytesMax);
    await response.body.dump();
    if (redirects >= redirectsMax) {
      return { kind: "failed", code: "unreachable", reason: `it redirects more than ${redirectsMax} times` };
    }
    target = next;
  }
}

function redirectOf(response: Dispatcher.ResponseData, from: URL): URL | undefined {
  const { location } = response.headers;
  if (!redirectStatuses.has(response.statusCode) || typeof location !== "string") return undefined;
  return URL.canParse(location, from.href) ? new URL(location, from) : undefined;
}

async function readAnswer(
  response: Dispatcher.ResponseData,
  url: URL,
  bytesMax: number,
): Promise<OutboundAnswer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of response.body) {
    const bytes: Buffer = chunk;
    size += bytes.length;
    if (size > bytesMax) {
      response.body.destroy();
      return {
        kind: "failed",
        code: "output_too_large",
        reason: `its answer is larger than ${bytesMax} bytes`,
      };
    }
    chunks.push(bytes);
  }
  const body = Buffer.concat(chunks).toString("utf8");
  return {
    kind: "answered",
    url: url.href,
    status: response.statusCode,
    headers: flat(response.headers),
    body,
  };
}

function flat(headers: Dispatcher.ResponseData["headers"]): Readonly<Record<string, string>> {
  const result: Record<string, string> = {};
  for (const [name, value] of Object.entries(headers)) {
    if (value !== undefined) result[name.toLowerCase()] = Array.isArray(value) ? value.join(", ") : value;
  }
  return result;
}
