// What the server says about itself: /health, and /dev for SDKs that look for a dev server (protocol §1.3–1.4).

import type { Hono } from "hono";
import { failure } from "../errors.ts";
import type { ServerOptions } from "../options.ts";

export function aboutRoutes(app: Hono, options: ServerOptions): void {
  app.get("/health", (context) => context.json({ status: 200, message: "OK" }));
  app.get("/dev", async (context) => {
    if (options.mode !== "dev") return failure(context, 404, "This server is not a dev server.");
    const functions = await options.engine.reader.listFunctions();
    return context.json({
      version: options.version ?? "0.0.0",
      authed: false,
      startOpts: {},
      functions: functions
        .filter((settings) => settings.archivedAt === undefined)
        .map(({ id, slug, name, triggers, url }) => ({ id, fv: 1, slug, name, triggers, steps: [{ id: "step", uri: url }] })),
      handlers: null,
      isSingleNodeService: true,
      isMissingSigningKey: false,
      isMissingEventKeys: false,
      features: {},
    });
  });
}
