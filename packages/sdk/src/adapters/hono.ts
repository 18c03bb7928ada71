// Hono.

import { webHandler } from "../serve/handler.ts";
import type { ServeOptions } from "../serve/options.ts";

/** What is needed of Hono's context. */
export interface HonoContext {
  readonly req: { readonly raw: Request };
}

/** @example app.on(["GET", "PUT", "POST"], "/api/inngest", serve({ client, functions })) */
export function serve(options: ServeOptions): (context: HonoContext) => Promise<Response> {
  const handle = webHandler(options, { framework: "hono" });
  return (context) => handle(context.req.raw);
}
