// From declarations to a router. A known address asked with another method is told which ones it knows.

import type { Hono } from "hono";
import type { ServerContext } from "../server-context.ts";
import { failureAt } from "./failure.ts";
import type { Route } from "./route.ts";

const restBase = "/api/v2";

/** Serves the routes; those under /api/v2 also under /v2, as the reference has it. */
export function serveRoutes(app: Hono, server: ServerContext, routes: readonly Route[]): void {
  const methods = new Map<string, string[]>();
  for (const route of routes) {
    for (const path of addressesOf(route.path)) {
      app.on(route.method.toUpperCase(), path, (context) => route.serve(context, server));
      methods.set(path, [...(methods.get(path) ?? []), route.method.toUpperCase()]);
    }
  }
  for (const [path, known] of methods) refuseOtherMethods(app, path, known);
}

function addressesOf(path: string): readonly string[] {
  return path.startsWith(`${restBase}/`) ? [path, path.slice("/api".length)] : [path];
}

/** Reached only where no route has answered: all of them stand before. */
function refuseOtherMethods(app: Hono, path: string, methods: readonly string[]): void {
  const allowed = methods.includes("GET") ? [...methods, "HEAD"] : methods;
  app.all(path, (context) => {
    context.header("allow", allowed.join(", "));
    const message = `${context.req.path} knows no ${context.req.method}, only ${methods.join(" and ")}.`;
    return failureAt(context, 405, "invalid_request", message);
  });
}
