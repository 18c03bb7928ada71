// GET /metrics: figures for Prometheus. In production it asks for the signing key, like everything that manages.

import type { Hono } from "hono";
import { failure } from "../http/failure.ts";
import type { ServerContext } from "../server-context.ts";

export function metricsRoutes(app: Hono, server: ServerContext): void {
  app.get("/metrics", async (context) => {
    const { metrics } = server.options;
    if (metrics === undefined) return failure(context, 404, "This server was started without metrics.");
    const { text, contentType } = await metrics.read(server.engine, server.clock.now());
    return context.body(text, 200, { "content-type": contentType, "cache-control": "no-store" });
  });
}
