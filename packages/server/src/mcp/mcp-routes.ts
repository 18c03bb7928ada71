// /mcp: tools for agents (semantics G5). Who may ask is decided like everywhere; what changes something needs
// `--mcp-write`.

import type { Context } from "hono";
import { failure } from "../http/failure.ts";
import type { Route } from "../http/route.ts";
import { jsonObject } from "../schemas/shape.ts";
import type { ServerContext } from "../server-context.ts";

export const agentRoute: Route = {
  method: "post",
  path: "/mcp",
  id: "mcp",
  tag: "Server",
  summary: "Tools for agents, over the Model Context Protocol",
  description: "There are no sessions, so no streams and nothing to end.",
  body: { schema: jsonObject, isRequired: true },
  answers: {
    200: { description: "An answer of JSON-RPC.", schema: jsonObject },
    400: { description: "The request is none of JSON-RPC.", schema: jsonObject },
    406: {
      description: "The client must accept application/json and text/event-stream.",
      schema: jsonObject,
    },
  },
  refusals: ["access_denied"],
  errors: "v1",
  serve: answer,
};

async function answer(context: Context, server: ServerContext): Promise<Response> {
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
    // Tools go over the API.
    fetch: server.fetch,
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
