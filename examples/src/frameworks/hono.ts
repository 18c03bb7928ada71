// Hono on Node.

import type { AddressInfo } from "node:net";
import { serve as listen } from "@hono/node-server";
import { Hono } from "hono";
import { serve } from "stepwell/hono";
import { greetingApp, type Served } from "./greeting.ts";

export async function start(baseUrl: string): Promise<Served> {
  const app = new Hono();
  app.on(["GET", "PUT", "POST"], "/api/inngest", serve(greetingApp("hono", baseUrl)));
  return await new Promise((resolve) => {
    const server = listen({ fetch: app.fetch, port: 0, hostname: "localhost" }, ({ port }: AddressInfo) => {
      resolve({
        url: `http://localhost:${port}/api/inngest`,
        close: () =>
          new Promise((done) => {
            server.close(() => done());
            if ("closeAllConnections" in server) server.closeAllConnections();
          }),
      });
    });
  });
}
