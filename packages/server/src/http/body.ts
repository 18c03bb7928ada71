// Bodies of requests, read no further than they may be long.

import { invalid, type Json, type Parsed, parsed, parseJson } from "@stepwell/protocol";
import type { Context } from "hono";

/** The body is longer than this server reads: 413. */
export class RequestTooLargeError extends Error {
  override readonly name = "RequestTooLargeError";
}

/**
 * The body as text.
 *
 * @throws RequestTooLargeError when it has more than `bytesMax` bytes; nothing beyond them was kept.
 */
export async function readText(context: Context, bytesMax: number): Promise<string> {
  const announced = context.req.header("content-length");
  if (announced !== undefined) {
    // The HTTP parser reads no more of a body than its content-length says.
    if (Number(announced) > bytesMax) throw tooLarge(bytesMax);
    return await context.req.text();
  }
  const { body } = context.req.raw;
  if (body === null) return "";
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of body) {
    const bytes: Uint8Array = chunk;
    size += bytes.byteLength;
    if (size > bytesMax) throw tooLarge(bytesMax);
    chunks.push(bytes);
  }
  return new TextDecoder().decode(Buffer.concat(chunks));
}

/**
 * The body as JSON; an empty one is `undefined`.
 *
 * @throws RequestTooLargeError
 */
export async function readJson(context: Context, bytesMax: number): Promise<Parsed<Json | undefined>> {
  const text = await readText(context, bytesMax);
  if (text.trim() === "") return parsed(undefined);
  const value = parseJson(text);
  if (value.kind === "invalid") return invalid(`The request's body is not JSON: ${value.reason}`);
  return isDeeperThan(value.value, jsonDepthMax) ? invalid(tooDeep) : value;
}

/** Deeper values cannot be written as text again: writers go down by recursion. */
export const jsonDepthMax = 500;
export const tooDeep = `The JSON is nested more than ${jsonDepthMax} levels deep. Flatten it.`;

export function isDeeperThan(value: Json | undefined, levels: number): boolean {
  if (typeof value !== "object" || value === null) return false;
  if (levels <= 0) return true;
  if (Array.isArray(value)) return value.some((item: Json) => isDeeperThan(item, levels - 1));
  return Object.values(value).some((item: Json | undefined) => isDeeperThan(item, levels - 1));
}

function tooLarge(bytesMax: number): RequestTooLargeError {
  return new RequestTooLargeError(
    `The request's body is larger than ${bytesMax} bytes. Send less at once, or raise the server's limit.`,
  );
}
