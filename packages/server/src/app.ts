// What the server answers: one Hono app for events, apps, APIs and the dashboard. What each address does is in routes/.

import { Hono } from "hono";
import { cors } from "hono/cors";
import { refuseOtherSites, requireSigningKey } from "./http/auth.ts";
import { expectedFailure, failureAt } from "./http/failure.ts";
import { serveRoutes } from "./http/router.ts";
import type { ServerOptions } from "./options.ts";
import { pageRoutes } from "./page.ts";
import { emptyKeyRoute } from "./routes/ingest.ts";
import { notOfferedRoutes } from "./routes/not-offered.ts";
import { openRoutes, routes } from "./routes/routes.ts";
import { type ServerContext, serverContext } from "./server-context.ts";

export interface App {
  readonly fetch: Hono["fetch"];
  /** Everything that is routed, as the router has it; `ALL` for what answers any method. */
  readonly addresses: readonly { readonly method: string; readonly path: string }[];
}

/** @param closing aborted when the server closes. */
export function createApp(options: ServerOptions, closing: AbortSignal): App {
  const app = new Hono();
  const server = serverContext(options, closing, (request) => app.fetch(request));
  app.use(async (context, next) => {
    await next();
    context.res.headers.set("X-Inngest-Server-Kind", server.kind);
  });
  addOpenRoutes(app, server);
  addRoutes(app, server);
  app.notFound((context) => {
    const message = `There is nothing at ${context.req.method} ${context.req.path}.`;
    return failureAt(context, 404, "not_found", message);
  });
  app.onError((error, context) => {
    const expected = expectedFailure(context, error);
    if (expected !== undefined) return expected;
    const { method, path } = context.req;
    server.logger.error(`${method} ${path} failed: ${error.message}`, { stack: error.stack });
    const message = "The server met an unexpected error. What it was stands in the server's log.";
    return failureAt(context, 500, "internal_error", message);
  });
  return { fetch: app.fetch, addresses: app.routes.map(({ method, path }) => ({ method, path })) };
}

/** What browsers of any site and probes may ask: the event API, and what the server says about itself. */
function addOpenRoutes(app: Hono, server: ServerContext): void {
  const anyOrigin = cors({
    origin: "*",
    allowMethods: ["GET", "POST", "PUT", "DELETE", "OPTIONS"],
    maxAge: 3600,
  });
  for (const path of ["/e", "/e/*", ...openRoutes.map((route) => route.path)]) app.use(path, anyOrigin);
  emptyKeyRoute(app, server);
  serveRoutes(app, server, openRoutes);
}

function addRoutes(app: Hono, server: ServerContext): void {
  const { options } = server;
  app.use(refuseOtherSites());
  app.use(requireSigningKey(options));
  serveRoutes(app, server, routes);
  notOfferedRoutes(app);
  if (options.page !== undefined) pageRoutes(app, options.page);
}
