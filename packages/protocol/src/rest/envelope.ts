// The envelope of every REST answer under /api/v2 (protocol §7.0, §7.2): data with metadata and page, or errors.

import { isJsonObject, type Json, stringAt } from "../json.ts";

/** Where the REST API lives on the server. */
export const restBase = "/api/v2";

/** RFC 3339 with milliseconds, in UTC. All times of the REST API travel so. */
export type Timestamp = string;

export interface Metadata {
  /** When the server read the data. */
  readonly fetchedAt: Timestamp;
  readonly cachedUntil: Timestamp | null;
  /** How long the reads behind the answer took, in ms. */
  readonly tookMs?: number;
}

export interface PageInfo {
  /** Continues the list; absent on the last page. Opaque to the reader. */
  readonly cursor?: string;
  readonly hasMore: boolean;
  readonly limit: number;
  /** How many rows match in all, where the server counted them. */
  readonly total?: number;
  /** `total` is an estimate and is shown as "about". */
  readonly totalIsEstimate?: boolean;
}

export interface Answer<T> {
  readonly data: T;
  readonly metadata: Metadata;
}

export interface ListAnswer<T> extends Answer<readonly T[]> {
  readonly page: PageInfo;
}

/** Codes of protocol §7.2; a reader treats an unknown one as `internal_error`. */
export type RestErrorCode =
  | "invalid_request"
  | "missing_field"
  | "invalid_field_format"
  | "authorization_header_missing"
  | "invalid_signing_key"
  | "invalid_api_key"
  | "access_denied"
  | "resource_already_exists"
  | "idempotency_conflict"
  | "run_already_cancelled"
  | "run_already_ended"
  | "rate_limited"
  | "function_debounced"
  | "function_skipped"
  | "app_sync_failed"
  | "not_found"
  | "validation_error"
  | "internal_error"
  | "not_implemented";

export interface RestError {
  readonly code: RestErrorCode;
  /** A sentence: what happened, where, what to do. */
  readonly message: string;
}

export interface FailureAnswer {
  readonly errors: readonly RestError[];
}

/** The first error of a failure's body as code and sentence; undefined when the body is no failure envelope. */
export function firstRestError(
  body: Json | undefined,
): { readonly code: string; readonly message: string } | undefined {
  if (!isJsonObject(body)) return undefined;
  const errors = body.errors;
  if (!Array.isArray(errors)) return undefined;
  const first: unknown = errors[0];
  if (!isJsonObject(first)) return undefined;
  return {
    code: stringAt(first, "code") ?? "internal_error",
    message: stringAt(first, "message") ?? "The server gave no reason.",
  };
}
