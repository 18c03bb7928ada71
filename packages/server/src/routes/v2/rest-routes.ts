// REST v2: everything under /api/v2, and under /v2 as the reference has it.

import { Hono } from "hono";
import { restFailure } from "../../http/failure.ts";
import type { ServerContext } from "../../server-context.ts";
import { measured } from "./answers.ts";
import { appRoutes } from "./apps.ts";
import { bulkRoutes } from "./bulks.ts";
import { eventRoutes } from "./events.ts";
import { failureRoutes } from "./failures.ts";
import { figureRoutes } from "./figures.ts";
import { functionRoutes } from "./functions.ts";
import { healthRoutes } from "./health.ts";
import { liveRoutes } from "./live.ts";
import { runRoutes } from "./runs.ts";

export function restRoutes(app: Hono, server: ServerContext): void {
  const rest = new Hono();
  rest.use(measured());
  healthRoutes(rest, server);
  runRoutes(rest, server);
  bulkRoutes(rest, server);
  eventRoutes(rest, server);
  functionRoutes(rest, server);
  appRoutes(rest, server);
  figureRoutes(rest, server);
  failureRoutes(rest, server);
  liveRoutes(rest, server);
  rest.all("*", (context) =>
    restFailure(context, "not_found", `There is nothing at ${context.req.method} ${context.req.path}.`),
  );
  app.route("/api/v2", rest);
  app.route("/v2", rest);
}
