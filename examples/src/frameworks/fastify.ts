// Fastify.

import Fastify from "fastify";
import { fastifyPlugin } from "stepwell/fastify";
import { greetingApp, type Served } from "./greeting.ts";

export async function start(baseUrl: string): Promise<Served> {
  const app = Fastify({ bodyLimit: 10 * 1024 * 1024, forceCloseConnections: true });
  await app.register(fastifyPlugin, greetingApp("fastify", baseUrl));
  const address = await app.listen({ port: 0, host: "localhost" });
  return { url: `${address}/api/inngest`, close: () => app.close() };
}
