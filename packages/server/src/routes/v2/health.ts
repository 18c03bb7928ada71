// GET /api/v2/health: the server about itself.

import type { HealthView } from "@stepwell/protocol/rest";
import { discoveryPorts } from "../../apps/discovery-ports.ts";
import type { Route } from "../../http/route.ts";
import { healthView } from "../../schemas/figures.ts";
import type { ServerContext } from "../../server-context.ts";
import { timestamp } from "../../views/time.ts";
import { restRoute } from "./rest-route.ts";

export const healthRoute: Route = restRoute({
  method: "get",
  path: "/health",
  id: "getHealth",
  tag: "Server",
  summary: "The server about itself",
  answer: healthView,
  handle: ({ server }) => healthOf(server),
});

function healthOf(server: ServerContext): HealthView {
  const { mode, version, storeName } = server.options;
  return {
    status: "ok",
    serverTime: timestamp(server.clock.now()),
    mode,
    ...(version === undefined ? {} : { version }),
    ...(storeName === undefined ? {} : { store: storeName }),
    ...(mode === "dev" ? { discoveryPorts } : {}),
  };
}
