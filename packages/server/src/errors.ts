// Errors as the API answers them, and bodies as it reads them.

import { invalid, type Json, type Parsed, parseJson, parsed } from "@stepwell/protocol";
import type { RestErrorCode } from "@stepwell/protocol/rest";
import type { Context } from "hono";
import type { ContentfulStatusCode } from "hono/utils/http-status";

/** The error body of everything but `/api/v2` (protocol §7.0). */
export function failure(context: Context, status: ContentfulStatusCode, error: string, data: Json = null): Response {
  return context.json({ error, data, status }, status);
}

const statusOf: Readonly<Partial<Record<RestErrorCode, ContentfulStatusCode>>> = {
  not_found: 404,
  run_already_ended: 409,
  run_already_cancelled: 409,
  app_sync_failed: 422,
  internal_error: 500,
  not_implemented: 501,
  access_denied: 403,
  authorization_header_missing: 401,
  invalid_signing_key: 401,
};

/** The error body of `/api/v2` (protocol §7.2). */
export function restFailure(context: Context, code: RestErrorCode, message: string): Response {
  return context.json({ errors: [{ code, message }] }, statusOf[code] ?? 400);
}

/** A request's JSON body; an empty one is `undefined`. */
export async function readJson(context: Context): Promise<Parsed<Json | undefined>> {
  const text = await context.req.text();
  if (text.trim() === "") return parsed(undefined);
  const value = parseJson(text);
  return value.kind === "invalid" ? invalid(`The request's body is not JSON: ${value.reason}`) : value;
}
