// Every route of the server. What stands here is served and is in the OpenAPI document.

import type { JsonObject } from "@stepwell/protocol";
import type { Route } from "../http/route.ts";
import { agentRoute } from "../mcp/mcp-routes.ts";
import { openApiDocument } from "../openapi/document.ts";
import { jsonObject } from "../schemas/shape.ts";
import { aboutRoutes } from "./about.ts";
import { checkpointRoutes } from "./checkpoint.ts";
import { ingestRoutes } from "./ingest.ts";
import { invokeRoute } from "./invoke.ts";
import { metricsRoute } from "./metrics.ts";
import { registerRoutes } from "./register.ts";
import { runStateRoutes } from "./run-state.ts";
import { v1Routes } from "./v1.ts";
import { restRoutes } from "./v2/rest-routes.ts";

/** What needs the signing key, where there is one. */
export const routes: readonly Route[] = [
  ...restRoutes,
  ...v1Routes,
  invokeRoute,
  ...registerRoutes,
  ...checkpointRoutes,
  ...runStateRoutes,
  metricsRoute,
  agentRoute,
];

const documentRoute: Route = {
  method: "get",
  path: "/openapi.json",
  id: "getOpenApiDocument",
  tag: "Server",
  summary: "This document",
  answers: { 200: { description: "OpenAPI 3.1.", schema: jsonObject } },
  refusals: [],
  errors: "v1",
  isOpen: true,
  serve: (context, server) => context.json(documentOf(server.options.version ?? "0.0.0")),
};

/** What browsers of any site and probes may ask. */
export const openRoutes: readonly Route[] = [...ingestRoutes, ...aboutRoutes, documentRoute];

const documents = new Map<string, JsonObject>();

/** Written at the first request: most servers are never asked. */
function documentOf(version: string): JsonObject {
  const known = documents.get(version);
  if (known !== undefined) return known;
  const document = openApiDocument([...routes, ...openRoutes], version);
  documents.set(version, document);
  return document;
}
