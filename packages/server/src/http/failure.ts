// Errors as the API answers them: one shape for /api/v2, one for event keys' own resource, one for all others.

import { StoreUnavailableError, UnavailableError } from "@stepwell/engine";
import type { Json } from "@stepwell/protocol";
import type { RestErrorCode } from "@stepwell/protocol/rest";
import type { Context } from "hono";
import type { ContentfulStatusCode } from "hono/utils/http-status";
import { RequestTooLargeError } from "./body.ts";
import { Refusal } from "./refusal.ts";

/** The error body of everything but `/api/v2` (protocol §7.0). */
export function failure(
  context: Context,
  status: ContentfulStatusCode,
  error: string,
  data: Json = null,
): Response {
  return context.json({ error, data, status }, status);
}

/** As `failure`, with a code that a program can compare. */
export function codedFailure(
  context: Context,
  status: ContentfulStatusCode,
  code: string,
  error: string,
): Response {
  return context.json({ code, error, data: null, status }, status);
}

/** The error body of `/api/v2` (protocol §7.2). */
export function restFailure(context: Context, code: RestErrorCode, message: string): Response {
  return context.json({ errors: [{ code, message }] }, restStatus(code));
}

/** The HTTP status of an error's code. */
export function restStatus(code: RestErrorCode): ContentfulStatusCode {
  switch (code) {
    case "not_found":
      return 404;
    case "run_already_ended":
    case "run_already_cancelled":
    case "idempotency_conflict":
    case "resource_already_exists":
      return 409;
    case "app_sync_failed":
    case "rate_limited":
    case "function_debounced":
    case "function_skipped":
      return 422;
    case "authorization_header_missing":
    case "invalid_signing_key":
    case "invalid_api_key":
      return 401;
    case "access_denied":
      return 403;
    case "not_implemented":
      return 501;
    case "internal_error":
      return 500;
    case "invalid_request":
    case "missing_field":
    case "invalid_field_format":
    case "validation_error":
      return 400;
  }
}

/** Which error body an address answers with. */
export function isRest(path: string): boolean {
  return /^\/(api\/)?v2(\/|$)/.test(path);
}

function isIngest(path: string): boolean {
  return /^\/e(\/|$)/.test(path);
}

/** An error with a status of its own, in the shape of the address that was asked. */
export function failureAt(
  context: Context,
  status: ContentfulStatusCode,
  code: RestErrorCode,
  message: string,
): Response {
  const { path } = context.req;
  if (isRest(path)) return context.json({ errors: [{ code, message }] }, status);
  if (isIngest(path)) return context.json({ ids: [], status, error: message }, status);
  return failure(context, status, message);
}

/** What a handler threw, as an answer; undefined for what nobody expected. */
export function expectedFailure(context: Context, error: unknown): Response | undefined {
  if (error instanceof Refusal) return failureAt(context, restStatus(error.code), error.code, error.message);
  if (error instanceof RequestTooLargeError) return failureAt(context, 413, "invalid_request", error.message);
  if (error instanceof UnavailableError || error instanceof StoreUnavailableError) {
    context.header("retry-after", "1");
    return failureAt(context, 503, "internal_error", error.message);
  }
  // The reader's word for a cursor that is not one of this list.
  if (error instanceof RangeError && error.message.includes("cursor")) {
    return failureAt(context, 400, "invalid_request", error.message);
  }
  return undefined;
}
