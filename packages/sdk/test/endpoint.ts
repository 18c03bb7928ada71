// An app's endpoint under test: calls as a server makes them, and a server that notes what the app sends.

import { type CallRequest, callBody, canonicalJson, type Json, sign, stepKey } from "@stepwell/protocol";
import { Inngest, type ServeOptions, serve } from "stepwell";

/** What `JSON.parse` gives. */
export type Loose = ReturnType<typeof JSON.parse>;

export interface NotedRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: Headers;
  readonly body: Loose;
}

/** A fetch that notes each request and answers from a script; the default accepts everything. */
export function notingFetch(
  respond: (request: NotedRequest, count: number) => Response | undefined = () => undefined,
) {
  const requests: NotedRequest[] = [];
  const fetch = async (input: string | URL | Request, init?: RequestInit): Promise<Response> => {
    const request = {
      method: init?.method ?? "GET",
      path: new URL(String(input)).pathname,
      headers: new Headers(init?.headers),
      body: typeof init?.body === "string" ? JSON.parse(init.body) : undefined,
    };
    requests.push(request);
    const given = respond(request, requests.length);
    if (given !== undefined) return given;
    if (request.path.startsWith("/e/"))
      return Response.json({ ids: request.body.map(() => "01H00000000000000000000000"), status: 200 });
    return Response.json({});
  };
  return { requests, fetch };
}

/** A logger that notes warnings and is silent otherwise. */
export function notingLogger() {
  const warnings: string[] = [];
  const logger = {
    info() {},
    warn: (message: string) => void warnings.push(message),
    error() {},
    debug() {},
  };
  return { warnings, logger };
}

export interface CallOptions {
  readonly functionId: string;
  readonly stepId?: string;
  readonly event?: Loose;
  /** Values under their step ids, in the order in which they ended. */
  readonly steps?: Readonly<Record<string, Json>>;
  readonly attempt?: number;
  readonly maxAttempts?: number;
  readonly disableImmediateExecution?: boolean;
  /** Headers beside those that every call has. */
  readonly headers?: Readonly<Record<string, string>>;
}

/** Calls a function the way a server does; returns status, headers and parsed body. */
export async function call(options: ServeOptions, given: CallOptions, signingKey?: string) {
  const steps = Object.entries(given.steps ?? {}).map(([id, value]) => ({
    key: stepKey(id),
    text: JSON.stringify(value),
  }));
  const request: CallRequest = {
    functionId: "00000000-0000-4000-a000-000000000001",
    functionSlug: given.functionId,
    appUrl: "http://localhost/api/inngest",
    appName: "app",
    runId: "01H00000000000000000000001" as CallRequest["runId"],
    stepId: given.stepId ?? "step",
    attempt: given.attempt ?? 0,
    maxAttempts: given.maxAttempts ?? 5,
    requestVersion: -1,
    disableImmediateExecution: given.disableImmediateExecution ?? false,
    events: [JSON.stringify(given.event ?? { name: "go", data: {}, id: "e", ts: 1, user: {} })],
    steps,
    inputs: [],
    stackCurrent: steps.length,
    queueItemId: "qi",
    jobId: "job",
    generation: 1,
    requestId: "r",
    useApi: false,
    trace: { traceparent: "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01", tracestate: "vendor=x" },
  };
  const body = canonicalJson(JSON.parse(callBody(request)));
  const url = `http://localhost/api/inngest?fnId=${given.functionId}&stepId=${request.stepId}`;
  const signature =
    signingKey === undefined ? {} : { "x-inngest-signature": sign(body, signingKey, Date.now()) };
  const response = await serve(options)(
    new Request(url, {
      method: "POST",
      body,
      headers: { "x-inngest-req-version": "-1", ...given.headers, ...signature },
    }),
  );
  const text = await response.text();
  return {
    status: response.status,
    headers: response.headers,
    body: text === "" ? undefined : (JSON.parse(text) as Loose),
    text,
  };
}

export function devClient(fetch: ReturnType<typeof notingFetch>["fetch"], options: object = {}): Inngest {
  const quiet = { info() {}, warn() {}, error() {}, debug() {} };
  return new Inngest({ id: "app", isDev: true, fetch, logger: quiet, ...options });
}
