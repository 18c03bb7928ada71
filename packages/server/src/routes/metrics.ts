// GET /metrics: figures for Prometheus. In production it asks for the signing key, like everything that manages.

import { z } from "zod";
import { failure } from "../http/failure.ts";
import type { Route } from "../http/route.ts";

export const metricsRoute: Route = {
  method: "get",
  path: "/metrics",
  id: "getMetrics",
  tag: "Server",
  summary: "Figures for Prometheus",
  answers: {
    200: { description: "In the text format of Prometheus.", schema: z.string(), contentType: "text/plain" },
  },
  refusals: ["not_found"],
  errors: "v1",
  async serve(context, server) {
    const { metrics } = server.options;
    if (metrics === undefined) return failure(context, 404, "This server was started without metrics.");
    const { text, contentType } = await metrics.read(server.engine, server.clock.now());
    return context.body(text, 200, { "content-type": contentType, "cache-control": "no-store" });
  },
};
