// Express, and what has its request and response. A JSON body parser with a raised limit may stand in front.

import { webHandler } from "../serve/handler.ts";
import { type NodeRequest, type NodeResponse, sendResponse, webRequest } from "../serve/node-request.ts";
import type { ServeOptions } from "../serve/options.ts";

/** @example app.use("/api/inngest", serve({ client, functions })) */
export function serve(
  options: ServeOptions,
): (request: NodeRequest, response: NodeResponse) => Promise<void> {
  const handle = webHandler(options, { framework: "express" });
  return async (request, response) => await sendResponse(await handle(await webRequest(request)), response);
}
