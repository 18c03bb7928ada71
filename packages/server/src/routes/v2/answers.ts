// The envelope of every answer under /api/v2 (protocol §7.2).

import type { Answer, ListAnswer, Metadata, PageInfo } from "@stepwell/protocol/rest";
import type { Context, MiddlewareHandler } from "hono";
import type { ContentfulStatusCode } from "hono/utils/http-status";
import type { ServerContext } from "../../server-context.ts";
import { timestamp } from "../../views/time.ts";

const begun = "begunAt";

/** Remembers when a request began, for `tookMs`. */
export function measured(): MiddlewareHandler {
  return async (context, next) => {
    context.set(begun, performance.now());
    await next();
  };
}

export function answer<T>(
  context: Context,
  server: ServerContext,
  data: T,
  status: ContentfulStatusCode = 200,
): Response {
  const body: Answer<T> = { data, metadata: metadata(context, server) };
  return context.json(body, status);
}

export function listAnswer<T>(
  context: Context,
  server: ServerContext,
  data: readonly T[],
  page: PageInfo,
): Response {
  const body: ListAnswer<T> = { data, metadata: metadata(context, server), page };
  return context.json(body);
}

/** A list that is given as a whole. */
export function wholeList<T>(context: Context, server: ServerContext, data: readonly T[]): Response {
  return listAnswer(context, server, data, { hasMore: false, limit: data.length, total: data.length });
}

function metadata(context: Context, server: ServerContext): Metadata {
  const begunAt: unknown = context.get(begun);
  return {
    fetchedAt: timestamp(server.clock.now()),
    cachedUntil: null,
    ...(typeof begunAt === "number" ? { tookMs: Math.round((performance.now() - begunAt) * 10) / 10 } : {}),
  };
}
