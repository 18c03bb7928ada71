// An answer: what comes back from a call, in one closed union whatever its status was (protocol §5.1).

import { parseError, type SerializedError } from "./error.ts";
import { header } from "./headers.ts";
import { isJsonObject, type Json, type JsonObject, parseJson } from "./json.ts";
import { type Op, parseOps } from "./op.ts";

/** The largest answer that is read, in bytes. */
export const answerBytesMax = 8 * 1024 * 1024;

/** When a failed unit is tried again, as far as the answer says. */
export type RetryHint =
  | { readonly kind: "backoff" }
  | { readonly kind: "never" }
  | { readonly kind: "after"; readonly delayMs: number }
  | { readonly kind: "at"; readonly at: number };

export type CallAnswer =
  | { readonly kind: "returned"; readonly output: string; readonly requestVersion?: 0 | 1 | 2 }
  | {
      readonly kind: "ops";
      readonly ops: readonly Op[];
      readonly retry: RetryHint;
      readonly requestVersion?: 0 | 1 | 2;
    }
  | {
      readonly kind: "failed";
      readonly error: SerializedError;
      readonly retry: RetryHint;
      readonly requestVersion?: 0 | 1 | 2;
    };

/** An answer as it came over HTTP. Header names are lower case. */
export interface RawAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** Reads an answer; one that makes no sense is a failed one, with a sentence that says why. */
export function parseAnswer(raw: RawAnswer): CallAnswer {
  if (raw.status === 201) return parseStreamed(raw);
  const version = parseVersion(raw.headers[header.requestVersion]);
  const spoken = version === undefined ? {} : { requestVersion: version };
  const retry = parseRetry(raw.headers);
  if (raw.headers[header.sdk] === undefined) return { ...notAnSdk(raw), retry };
  if (raw.status === 206) return { ...parseOpsBody(raw.body, retry), ...spoken };
  if (raw.status >= 200 && raw.status < 300) return { ...parseOutput(raw.body), ...spoken };
  return { kind: "failed", error: parseErrorBody(raw), retry, ...spoken };
}

function parseStreamed(raw: RawAnswer): CallAnswer {
  const body = parseJson(raw.body.trim());
  if (body.kind === "invalid" || !isJsonObject(body.value) || typeof body.value["status"] !== "number") {
    return failed(
      "InvalidAnswer",
      `The streamed answer is not the JSON object it should be: ${excerpt(raw.body)}`,
    );
  }
  const inner = body.value;
  if (typeof inner["error"] === "string") return failed("StreamError", inner["error"]);
  const headers: Record<string, string> = { ...raw.headers };
  for (const [name, value] of Object.entries(isJsonObject(inner["headers"]) ? inner["headers"] : {})) {
    if (typeof value === "string") headers[name.toLowerCase()] = value;
  }
  const text = typeof inner["body"] === "string" ? inner["body"] : JSON.stringify(inner["body"] ?? null);
  const status = Number(inner["status"]);
  if (status === 201) return failed("InvalidAnswer", "The streamed answer wraps another streamed answer.");
  return parseAnswer({ status, headers, body: text });
}

function parseOpsBody(body: string, retry: RetryHint): CallAnswer {
  const value = parseJson(body);
  if (value.kind === "invalid") {
    return failed("InvalidAnswer", `The app's answer (206) is not JSON: ${value.reason}`);
  }
  // Durable endpoints answer completion with a single object instead of an array (protocol §9.5).
  const ops = parseOps(value.value);
  if (ops.kind === "invalid")
    return failed("InvalidAnswer", `The app's answer makes no sense: ${ops.reason}.`);
  return { kind: "ops", ops: ops.value, retry };
}

function parseOutput(body: string): CallAnswer {
  if (body.trim() === "") return { kind: "returned", output: "null" };
  const value = parseJson(body);
  return { kind: "returned", output: value.kind === "parsed" ? body : JSON.stringify(body) };
}

function parseErrorBody(raw: RawAnswer): SerializedError {
  const value = parseJson(raw.body);
  const body: Json | undefined = value.kind === "parsed" ? value.value : raw.body;
  if (isJsonObject(body) && isErrorLike(body)) return parseError(body);
  return {
    name: "Error",
    message: `The app answered HTTP ${raw.status}: ${excerpt(typeof body === "string" ? body : JSON.stringify(body))}`,
  };
}

function isErrorLike(body: JsonObject): boolean {
  return ["message", "error", "body", "name"].some((key) => body[key] !== undefined);
}

function notAnSdk(raw: RawAnswer): Extract<CallAnswer, { kind: "failed" }> {
  if (raw.status >= 200 && raw.status < 300) {
    return failed("not_sdk", "The response did not come from an Inngest SDK");
  }
  return {
    kind: "failed",
    error: {
      name: "Server returned a fatal error",
      message: `Your server returned HTTP ${raw.status} before the SDK responded.`,
      stack: excerpt(raw.body),
    },
    retry: { kind: "backoff" },
  };
}

function failed(name: string, message: string): Extract<CallAnswer, { kind: "failed" }> {
  return { kind: "failed", error: { name, message }, retry: { kind: "backoff" } };
}

function excerpt(text: string): string {
  return text.length > 300 ? `${text.slice(0, 300)}…` : text;
}

function parseVersion(text: string | undefined): 0 | 1 | 2 | undefined {
  return text === "0" ? 0 : text === "1" ? 1 : text === "2" ? 2 : undefined;
}

/** `no-retry: true` is final; otherwise `retry-after` in seconds or as a date, else the backoff (protocol §5.1). */
function parseRetry(headers: Readonly<Record<string, string>>): RetryHint {
  if (headers[header.noRetry] === "true") return { kind: "never" };
  const after = headers[header.retryAfter]?.trim() ?? "";
  if (/^\d{1,7}$/.test(after)) return { kind: "after", delayMs: Number(after) * 1000 };
  const at = after === "" ? Number.NaN : Date.parse(after);
  return Number.isNaN(at) ? { kind: "backoff" } : { kind: "at", at };
}
