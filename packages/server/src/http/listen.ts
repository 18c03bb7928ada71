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
const sweepMs = 20;
/** Longer than what load balancers keep idle connections for. */
const keepAliveMs = 65_000;

export interface ListenOptions {
  readonly fetch: (request: Request) => Response | Promise<Response>;
  readonly address: Address;
  /** Ends what would go on for ever, such as streams. */
  readonly onClosing: () => void;
  /** Whether the adapter may replace the global Request and Response. */
  readonly ownsProcess: boolean;
}

/**
 * Listens on a host; `localhost` is both of this machine's own addresses, for clients disagree on which one it is.
 *
 * @throws the system's error, such as EADDRINUSE; nothing listens then.
 */
export async function listen(options: ListenOptions): Promise<Listening> {
  const { address } = options;
  const servers: HttpServer[] = [];
  let { port } = address;
  for (const host of address.host === "localhost" ? ["127.0.0.1", "::1"] : [address.host]) {
    try {
      const server = await listenOn(options, host, port);
      servers.push(server);
      port = (server.address() as AddressInfo).port;
    } catch (error) {
      if (servers.length > 0 && hasNoSuchAddress(error)) continue;
      await Promise.all(servers.map(close));
      throw error;
    }
  }
  return {
    url: `http://${urlHost(address.host)}:${port}`,
    port,
    async close() {
      options.onClosing();
      await Promise.all(servers.map(close));
    },
  };
}

function listenOn({ fetch, ownsProcess }: ListenOptions, host: string, port: number): Promise<HttpServer> {
  // Without server options the adapter makes a plain HTTP/1.1 server.
  const server = createAdaptorServer({ fetch, overrideGlobalObjects: ownsProcess }) as HttpServer;
  server.keepAliveTimeout = keepAliveMs;
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, host, () => {
      server.off("error", reject);
      resolve(server);
    });
  });
}

/** Machines and containers without IPv6 have one address less. */
function hasNoSuchAddress(error: unknown): boolean {
  if (!(error instanceof Error) || !("code" in error)) return false;
  return error.code === "EADDRNOTAVAIL" || error.code === "EAFNOSUPPORT";
}

function urlHost(host: string): string {
  if (host === "0.0.0.0" || host === "::" || host === "") return "localhost";
  return host.includes(":") ? `[${host}]` : host;
}

function close(server: HttpServer): Promise<void> {
  return new Promise((resolve) => {
    const grace = setTimeout(() => server.closeAllConnections(), closeGraceMs);
    // A connection is idle only once its last answer is through.
    const sweep = setInterval(() => server.closeIdleConnections(), sweepMs);
    server.close(() => {
      clearTimeout(grace);
      clearInterval(sweep);
      resolve();
    });
    server.closeIdleConnections();
  });
}
