// A plain node:http server.

import type { AddressInfo } from "node:net";
import { createServer } from "stepwell/node";
import { greetingApp, type Served } from "./greeting.ts";

export async function start(baseUrl: string): Promise<Served> {
  const server = createServer(greetingApp("node-http", baseUrl));
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
