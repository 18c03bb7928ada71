// REST v2: everything under /api/v2.

import type { Route } from "../../http/route.ts";
import { appRoutes } from "./apps.ts";
import { bulkRoutes } from "./bulks.ts";
import { eventSampleRoutes } from "./event-samples.ts";
import { eventRoutes } from "./events.ts";
import { expressionRoute } from "./expressions.ts";
import { failureRoutes } from "./failures.ts";
import { figureRoutes } from "./figures.ts";
import { functionControlRoutes } from "./function-control.ts";
import { functionRoutes } from "./functions.ts";
import { healthRoute } from "./health.ts";
import { installationRoutes } from "./installation.ts";
import { liveRoute } from "./live.ts";
import { runListRoute } from "./run-list.ts";
import { runRoutes } from "./runs.ts";
import { syncRoute } from "./syncs.ts";
import { waitMissesRoute } from "./wait-misses.ts";

export const restRoutes: readonly Route[] = [
  ...eventRoutes,
  ...eventSampleRoutes,
  expressionRoute,
  runListRoute,
  ...runRoutes,
  waitMissesRoute,
  ...bulkRoutes,
  ...functionRoutes,
  ...functionControlRoutes,
  ...appRoutes,
  syncRoute,
  ...failureRoutes,
  ...figureRoutes,
  healthRoute,
  ...installationRoutes,
  liveRoute,
];
