// The query of a request.

import type { Context } from "hono";

export function searchParams(context: Context): URLSearchParams {
  return new URL(context.req.url).searchParams;
}
