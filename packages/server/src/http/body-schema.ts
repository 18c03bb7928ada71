// A request's body, read by the schema of its route.

import type { Context } from "hono";
import type { z } from "zod";
import type { ServerContext } from "../server-context.ts";
import { readJson } from "./body.ts";
import { Refusal } from "./refusal.ts";
import { isMissingField, problemOf, sentenceOf } from "./schema-problem.ts";

export interface BodySpec<B> {
  readonly schema: z.ZodType<B>;
  /** What an empty body stands for. */
  readonly fallback?: B;
  /** What is said of an empty body where it may not be empty. */
  readonly missing?: string;
  readonly bytesMax?: (server: ServerContext) => number;
}

/**
 * @throws Refusal when the body is no JSON, or not what the schema asks for.
 * @throws RequestTooLargeError
 */
export async function readBody<B>(context: Context, server: ServerContext, spec: BodySpec<B>): Promise<B> {
  const bytesMax = spec.bytesMax?.(server) ?? server.requestBytesMax;
  const json = await readJson(context, bytesMax);
  if (json.kind === "invalid") throw new Refusal("invalid_request", json.reason);
  if (json.value === undefined) {
    if (spec.fallback !== undefined) return spec.fallback;
    throw new Refusal("missing_field", spec.missing ?? "The request needs a body: a JSON object.");
  }
  const result = spec.schema.safeParse(json.value, { error: problemOf });
  if (result.success) return result.data;
  const isMissing = isMissingField(result.error);
  if (isMissing && spec.missing !== undefined) throw new Refusal("missing_field", spec.missing);
  const code = isMissing ? "missing_field" : "invalid_field_format";
  throw new Refusal(code, sentenceOf(result.error, "The request's body"));
}
