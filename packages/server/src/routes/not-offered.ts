// Addresses of the reference that this server does not have yet: told as such, so that nobody looks for a typing
// error.

import type { Context, Hono } from "hono";
import { failureAt } from "../http/failure.ts";

const notOffered: readonly (readonly [string, string])[] = [
  ["/v0/gql", "GraphQL"],
  ["/v0/connect/*", "Connect, which calls apps over WebSockets,"],
  ["/v1/realtime/*", "Realtime"],
  ["/api/v2/envs/*", "A second environment"],
  ["/api/v2/env/webhooks", "Webhooks"],
  ["/api/v2/partner/*", "Partner accounts"],
  ["/api/v2/insights/*", "Insights"],
  ["/api/v2/sandboxes", "Sandboxes"],
  ["/api/v2/sandboxes/*", "Sandboxes"],
  ["/api/v2/runs/:id/scores", "Scores of runs"],
  ["/v1/checkpoint", "A durable endpoint, which starts its runs by itself,"],
  ["/v1/checkpoint/:runId/steps", "A durable endpoint, which starts its runs by itself,"],
  ["/v1/runs/:id/metadata", "Metadata of runs"],
  ["/v1/traces/*", "The ingestion of traces"],
];

export function notOfferedRoutes(app: Hono): void {
  for (const [path, what] of notOffered.flatMap(withShortPath)) {
    app.all(path, (context: Context) =>
      failureAt(
        context,
        501,
        "not_implemented",
        `${what} is not offered yet (${context.req.method} ${context.req.path}).`,
      ),
    );
  }
}

/** REST v2 stands at two addresses. */
function withShortPath(entry: readonly [string, string]): readonly (readonly [string, string])[] {
  const [path, what] = entry;
  return path.startsWith("/api/") ? [entry, [path.slice("/api".length), what]] : [entry];
}
