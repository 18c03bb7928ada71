// GET /api/v2/health: the server about itself.

import type { HealthView } from "@stepwell/protocol/rest";
import type { Hono } from "hono";
import { discoveryPorts } from "../../apps/discovery-ports.ts";
import type { ServerContext } from "../../server-context.ts";
import { timestamp } from "../../views/time.ts";
import { answer } from "./answers.ts";

export function healthRoutes(rest: Hono, server: ServerContext): void {
  const { mode, version, storeName } = server.options;
  rest.get("/health", (context) => {
    const view: HealthView = {
      status: "ok",
      serverTime: timestamp(server.clock.now()),
      mode,
      ...(version === undefined ? {} : { version }),
      ...(storeName === undefined ? {} : { store: storeName }),
      ...(mode === "dev" ? { discoveryPorts } : {}),
    };
    return answer(context, server, view);
  });
}
