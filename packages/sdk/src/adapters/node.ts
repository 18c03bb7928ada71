// Node's http module.

import {
  createServer as createHttpServer,
  type IncomingMessage,
  type RequestListener,
  type Server,
  type ServerResponse,
} from "node:http";
import { webHandler } from "../serve/handler.ts";
import { sendResponse, webRequest } from "../serve/node-request.ts";
import type { ServeOptions } from "../serve/options.ts";

/**
 * A listener for `http.createServer`.
 *
 * @example createServer(serve({ client, functions })).listen(3000)
 */
export function serve(options: ServeOptions): RequestListener {
  const handle = webHandler(options, { framework: "nodejs" });
  return (request: IncomingMessage, response: ServerResponse) => {
    webRequest(request)
      .then(handle)
      .then((answer) => sendResponse(answer, response))
      .catch((error: unknown) => {
        options.client.logger.error("The request could not be answered.", error);
        response.destroy();
      });
  };
}

/** A server that serves the functions at every path; the usual one is /api/inngest. */
export function createServer(options: ServeOptions): Server {
  return createHttpServer(serve(options));
}
