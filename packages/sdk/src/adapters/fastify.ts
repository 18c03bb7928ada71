// Fastify, as a plugin.

import { webHandler } from "../serve/handler.ts";
import { type NodeRequest, webRequest } from "../serve/node-request.ts";
import type { ServeOptions } from "../serve/options.ts";

/** What is needed of a Fastify instance, its request and its reply. */
export interface FastifyInstance {
  route(options: {
    readonly method: string[];
    readonly url: string;
    readonly handler: (request: FastifyRequest, reply: FastifyReply) => Promise<unknown>;
  }): unknown;
}

export interface FastifyRequest {
  readonly raw: NodeRequest;
  readonly body?: unknown;
}

export interface FastifyReply {
  code(status: number): FastifyReply;
  header(name: string, value: string): FastifyReply;
  send(payload?: unknown): FastifyReply;
}

export interface FastifyServeOptions {
  readonly client: ServeOptions["client"];
  readonly functions: ServeOptions["functions"];
  readonly options?: Omit<ServeOptions, "client" | "functions">;
}

/** @example await app.register(fastifyPlugin, { client, functions }) */
export async function fastifyPlugin(
  app: FastifyInstance,
  { client, functions, options = {} }: FastifyServeOptions,
): Promise<void> {
  const handle = webHandler({ client, functions, ...options }, { framework: "fastify" });
  app.route({
    method: ["GET", "PUT", "POST"],
    url: options.servePath ?? "/api/inngest",
    async handler(request, reply) {
      const { raw, body } = request;
      const source: NodeRequest = {
        method: raw.method,
        url: raw.url,
        headers: raw.headers,
        socket: raw.socket ?? null,
        body: body ?? "",
        [Symbol.asyncIterator]: () => raw[Symbol.asyncIterator](),
      };
      const response = await handle(await webRequest(source));
      reply.code(response.status);
      for (const [name, value] of response.headers) reply.header(name, value);
      return reply.send(await response.text());
    },
  });
}
