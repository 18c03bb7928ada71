// Next.js-style route handlers: `export const { GET, POST, PUT } = serve(…)` in app/api/inngest/route.ts. Here a small
// router stands in for Next.js.

import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { serve } from "stepwell/next";
import { greetingApp, type Served } from "./greeting.ts";

export async function start(baseUrl: string): Promise<Served> {
  const route = serve(greetingApp("next", baseUrl));
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const method = request.method === "GET" ? "GET" : request.method === "PUT" ? "PUT" : "POST";
    const url = `http://${request.headers.host}${request.url}`;
    const init = method === "GET" ? {} : { body: Buffer.concat(chunks) };
    const answer = await route[method](
      new Request(url, { method, headers: request.headers as Record<string, string>, ...init }),
    );
    response.writeHead(answer.status, Object.fromEntries(answer.headers));
    response.end(Buffer.from(await answer.arrayBuffer()));
  });
  await new Promise<void>((resolve) => server.listen(0, "localhost", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://localhost:${port}/api/inngest`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
