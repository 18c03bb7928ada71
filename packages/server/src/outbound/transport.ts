// Calls over HTTP (protocol §4.1). Whatever goes wrong becomes a failed answer whose sentence says what happened,
// where, and what to do.

import { appIdOf } from "@stepwell/core";
import { type Clock, systemClock, type Transport } from "@stepwell/engine";
import {
  answerBytesMax,
  type CallAnswer,
  type CallRequest,
  callBody,
  canonicalJson,
  header,
  type Json,
  parseAnswer,
  query,
  type RawAnswer,
  sign,
} from "@stepwell/protocol";
import { createOutbound, type Outbound } from "./outbound.ts";
import type { OutboundFailure } from "./reasons.ts";

export interface HttpTransportOptions {
  /** Signs calls; absent in dev. */
  readonly signingKey?: string;
  /** How long a call may take, in ms; default 2 hours (semantics C2.11). */
  readonly callTimeoutMs?: number;
  /** Connections to share; without it the transport has its own. */
  readonly outbound?: Outbound;
  /** The default is the machine's clock. */
  readonly clock?: Clock;
}

export interface HttpTransport extends Transport {
  /** Ends its own connections; those that were given stay. */
  close(): Promise<void>;
}

const callTimeoutDefaultMs = 2 * 3_600_000;
const theOnlyAccount = "00000000-0000-4000-a000-000000000000";

export function httpTransport(options: HttpTransportOptions = {}): HttpTransport {
  const outbound = options.outbound ?? createOutbound();
  const { signingKey, callTimeoutMs = callTimeoutDefaultMs, clock = systemClock() } = options;
  return {
    async call(call) {
      const url = callUrl(call);
      if (url === undefined) {
        const message = `The function's address ${JSON.stringify(call.appUrl)} is no URL. Sync the app again.`;
        return failed("invalid_url", message);
      }
      try {
        const text = callBody(call);
        // A verifier that hashes the bytes it gets finds what it must find only in canonical ones.
        const body = signingKey === undefined ? text : canonicalJson(JSON.parse(text) as Json);
        const signature =
          signingKey === undefined ? {} : { [header.signature]: sign(body, signingKey, clock.now()) };
        const answer = await outbound.request({
          method: "POST",
          url: url.href,
          headers: { ...callHeaders(call), ...signature },
          body,
          timeoutMs: callTimeoutMs,
          bytesMax: answerBytesMax,
        });
        return answer.kind === "failed" ? notAnswered(url, answer) : readAnswer(answer, answer.url);
      } catch (error) {
        // Deeply nested values can be neither written nor read by recursion; the run must hear of it.
        const reason = error instanceof Error ? error.message : String(error);
        return failed(
          "InvalidAnswer",
          `The call to ${placeOf(url)} could not be written or its answer read: ${reason}.`,
        );
      }
    },
    async close() {
      if (options.outbound === undefined) await outbound.close();
    },
  };
}

function callUrl(call: CallRequest): URL | undefined {
  if (!URL.canParse(call.appUrl)) return undefined;
  const url = new URL(call.appUrl);
  url.searchParams.set(query.functionId, call.functionSlug);
  url.searchParams.set(query.stepId, call.stepId);
  return url;
}

function callHeaders(call: CallRequest): Record<string, string> {
  return {
    "content-type": "application/json",
    [header.runId]: call.runId,
    [header.requestVersion]: String(call.requestVersion),
    [header.stepId]: call.stepId,
    [header.requestId]: call.requestId,
    [header.generationId]: String(call.generation),
    [header.jobId]: call.jobId,
    "account-id": theOnlyAccount,
    traceparent: call.trace.traceparent,
    tracestate: tracestateOf(call),
  };
}

/** Ours first, as the standard asks of whoever writes last; then what the event's sender gave. */
function tracestateOf({ appName, functionId, trace }: CallRequest): string {
  const own = `inngest@app=${appIdOf(appName)},inngest@fn=${functionId}`;
  return trace.tracestate === undefined ? own : `${own},${trace.tracestate}`;
}

function notAnswered(url: URL, failure: OutboundFailure): CallAnswer {
  const { code, reason } = failure;
  return failed(code, `The call to ${placeOf(url)} failed: ${reason}. ${adviceFor(code)}`);
}

function adviceFor(code: OutboundFailure["code"]): string {
  switch (code) {
    case "unreachable":
      return "Check that the app is running and that this server can reach it.";
    case "unsupported_protocol":
      return "Sync the app again at an http or https address.";
    case "forbidden_address":
      return "Serve the app at another address.";
    case "connection_lost":
      return "The app may have crashed or been restarted; its log tells more.";
    case "timeout":
      return "Split the work into steps, or find out why the app hangs.";
    case "tls":
      return "Renew or correct the certificate, or use http on a private network.";
    case "output_too_large":
      return "Return less, or store the result elsewhere and return a reference.";
  }
}

/** Answers that come from no SDK say where they came from. */
function readAnswer(raw: RawAnswer, url: string): CallAnswer {
  const answer = parseAnswer(raw);
  if (answer.kind !== "failed" || raw.headers[header.sdk] !== undefined) return answer;
  const type = raw.headers["content-type"]?.split(";")[0] ?? "no content type";
  const advice =
    raw.status >= 500
      ? "Look at the app's own log."
      : "Check that the app still serves its functions at this address, and what stands in front of it.";
  const said = answer.error.message.replace(/\.$/, "");
  const message = `${said}: ${placeOf(new URL(url))} answered HTTP ${raw.status} with ${type}. ${advice}`;
  return { ...answer, error: { ...answer.error, message } };
}

/** Without the query, which is ours. */
function placeOf(url: URL): string {
  return `${url.origin}${url.pathname}`;
}

function failed(name: string, message: string): CallAnswer {
  return { kind: "failed", error: { name, message }, retry: { kind: "backoff" } };
}
