// The envelope of REST v1 (protocol §7.0).

import type { Json } from "@stepwell/protocol";
import type { Context } from "hono";
import type { ServerContext } from "../server-context.ts";

export function v1Answer(context: Context, server: ServerContext, data: Json): Response {
  return context.json({ data, metadata: { fetched_at: new Date(server.clock.now()).toISOString() } });
}
