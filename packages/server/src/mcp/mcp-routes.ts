// /mcp: tools for agents (semantics G5). Who may ask is decided like everywhere; what changes something needs
// `--mcp-write`.

import type { Context, Hono } from "hono";
import { failure } from "../http/failure.ts";
import type { ServerContext } from "../server-context.ts";

export function mcpRoutes(app: Hono, server: ServerContext): void {
  app.post("/mcp", (context) => answer(context, app, server));
  app.all("/mcp", (context) => {
    context.header("allow", "POST");
    return failure(
      context,
      405,
      "MCP is asked with POST here: there are no sessions, so no streams and nothing to end.",
    );
  });
}

async function answer(context: Context, app: Hono, server: ServerContext): Promise<Response> {
  const { options, requestBytesMax, closing } = server;
  if (options.mode === "dev" && !isFromThisMachine(context.req.header("origin"))) {
    return failure(
      context,
      403,
      "A page of another site asked for this. Agents and pages of this machine may.",
    );
  }
  const { answerMcp } = await import("./mcp-endpoint.ts");
  return await answerMcp(context.req.raw, {
    fetch: (request) => app.fetch(request),
    allowsWrites: options.allowsMcpWrites === true,
    version: options.version ?? "0.0.0",
    requestBytesMax,
    closing,
  });
}

/** Without keys, a page whose host name was pointed at this machine would be of the same origin. */
function isFromThisMachine(origin: string | undefined): boolean {
  if (origin === undefined) return true;
  return URL.canParse(origin) && /^(localhost|127\.0\.0\.1|\[::1\])$/.test(new URL(origin).hostname);
}
