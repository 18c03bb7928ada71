// The listener: an address in, requests to a handler, and an end within seconds.

import type { Server as HttpServer } from "node:http";
import type { AddressInfo } from "node:net";
import { createAdaptorServer } from "@hono/node-server";

export interface Address {
  readonly host: string;
  /** 0 is any free port. */
  readonly port: number;
}

export interface Listening {
  /** For example `http://127.0.0.1:8288`; an address that means "all" is written as localhost. */
  readonly url: string;
  readonly port: number;
  /** Takes no more requests; those under way get a second to end. */
  close(): Promise<void>;
}

const closeGraceMs = 1000;
/** Longer than what load balancers keep idle connections for. */
const keepAliveMs = 65_000;

/**
 * @param onClosing ends what would go on for ever, such as streams.
 * @throws the system's error, such as EADDRINUSE.
 */
export function listen(
  fetch: (request: Request) => Response | Promise<Response>,
  address: Address,
  onClosing: () => void,
): Promise<Listening> {
  // Without server options the adapter makes a plain HTTP/1.1 server.
  const server = createAdaptorServer({ fetch }) as HttpServer;
  server.keepAliveTimeout = keepAliveMs;
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(address.port, address.host, () => {
      server.off("error", reject);
      const { port } = server.address() as AddressInfo;
      resolve({
        url: `http://${urlHost(address.host)}:${port}`,
        port,
        close: () => close(server, onClosing),
      });
    });
  });
}

function urlHost(host: string): string {
  if (host === "0.0.0.0" || host === "::" || host === "") return "localhost";
  return host.includes(":") ? `[${host}]` : host;
}

function close(server: HttpServer, onClosing: () => void): Promise<void> {
  onClosing();
  return new Promise((resolve) => {
    const grace = setTimeout(() => server.closeAllConnections(), closeGraceMs);
    server.close(() => {
      clearTimeout(grace);
      resolve();
    });
    server.closeIdleConnections();
  });
}
