// The envelopes of answers (protocol §7.0, §7.2).

import type { FailureAnswer, Metadata, PageInfo, RestError } from "@stepwell/protocol/rest";
import { z } from "zod";
import { count, flag, json, list, milliseconds, named, optional, text, timestampText } from "./shape.ts";

const metadata = named<Metadata>("Metadata", {
  fetchedAt: timestampText,
  cachedUntil: z.null(),
  tookMs: optional(milliseconds),
});

const pageInfo = named<PageInfo>("Page", {
  cursor: optional(text),
  hasMore: flag,
  limit: count,
  total: optional(count),
  totalIsEstimate: optional(flag),
});

export function answerSchema<T>(data: z.ZodType<T>): z.ZodType {
  return z.object({ data, metadata });
}

export function listAnswerSchema<T>(item: z.ZodType<T>): z.ZodType {
  return z.object({ data: z.array(item), metadata, page: pageInfo });
}

/** Errors of `/api/v2`. */
export const restFailureSchema: z.ZodType<FailureAnswer> = named<FailureAnswer>("RestFailure", {
  errors: list(
    named<RestError>("RestError", { code: text as unknown as z.ZodType<RestError["code"]>, message: text }),
  ),
});

/** Errors of everything else. */
export const plainFailureSchema = named<{ code?: string; error: string; data: unknown; status: number }>(
  "Failure",
  { code: optional(text), error: text, data: json, status: z.int() },
);

/** Errors of the event API. */
export const ingestFailureSchema = named<{
  ids?: readonly string[];
  message?: string;
  error: string;
  status: number;
}>("IngestFailure", { ids: optional(list(text)), message: optional(text), error: text, status: z.int() });

/** Success of REST v1. */
export function v1AnswerSchema(data: z.ZodType): z.ZodType {
  return z.object({ data, metadata: z.object({ fetched_at: timestampText }) });
}
