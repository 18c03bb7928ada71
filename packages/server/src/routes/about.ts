// What the server says about itself: /health for probes, and /dev for SDKs that look for a dev server (protocol
// §1.3–1.4).

import type { Hono } from "hono";
import { failure } from "../http/failure.ts";
import type { ServerContext } from "../server-context.ts";

export function aboutRoutes(app: Hono, server: ServerContext): void {
  const { mode, version, signingKey, eventKeys } = server.options;
  app.get("/health", (context) => context.json({ status: 200, message: "OK" }));
  app.get("/dev", async (context) => {
    if (mode !== "dev") return failure(context, 404, "This server is not a dev server.");
    const { functions } = await server.directory.read();
    return context.json({
      version: version ?? "0.0.0",
      authed: false,
      startOpts: {},
      functions: functions
        .filter((settings) => settings.archivedAt === undefined)
        .map(({ id, slug, name, triggers, url }) => ({
          id,
          fv: 1,
          slug,
          name,
          triggers: triggers.map(({ kind: _, ...trigger }) => trigger),
          steps: [{ id: "step", name: "step", uri: url }],
        })),
      handlers: null,
      isSingleNodeService: true,
      isMissingSigningKey: signingKey === undefined,
      isMissingEventKeys: (eventKeys ?? []).length === 0,
      features: {},
    });
  });
}
