// What the server says about itself: /health for probes, and /dev for SDKs that look for a dev server (protocol
// §1.3–1.4).

import type { Context } from "hono";
import { failure } from "../http/failure.ts";
import type { Route } from "../http/route.ts";
import { devAnswer, probeAnswer } from "../schemas/wire.ts";
import type { ServerContext } from "../server-context.ts";

export const aboutRoutes: readonly Route[] = [
  {
    method: "get",
    path: "/health",
    id: "probe",
    tag: "Server",
    summary: "Whether the server is there",
    answers: { 200: { description: "It is.", schema: probeAnswer } },
    refusals: [],
    errors: "v1",
    isOpen: true,
    serve: (context) => context.json({ status: 200, message: "OK" }),
  },
  {
    method: "get",
    path: "/dev",
    id: "probeDevServer",
    tag: "Apps' own calls",
    summary: "Whether this is a dev server, as SDKs ask",
    answers: { 200: { description: "It is.", schema: devAnswer } },
    refusals: ["not_found"],
    errors: "v1",
    isOpen: true,
    serve: devServer,
  },
];

async function devServer(context: Context, server: ServerContext): Promise<Response> {
  const { mode, version, signingKey, eventKeys } = server.options;
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
}
