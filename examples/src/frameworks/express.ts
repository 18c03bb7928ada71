// Express, with its JSON body parser in front.

import type { AddressInfo } from "node:net";
import express from "express";
import { serve } from "stepwell/express";
import { greetingApp, type Served } from "./greeting.ts";

export async function start(baseUrl: string): Promise<Served> {
  const app = express();
  app.use(express.json({ limit: "10mb" }));
  app.use("/api/inngest", serve(greetingApp("express", baseUrl)));
  const server = app.listen(0, "localhost");
  await new Promise<void>((resolve) => server.once("listening", resolve));
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
