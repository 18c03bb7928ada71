// Small servers on this machine for tests of what goes out.

import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import {
  type AddressInfo,
  createServer as createSocketServer,
  type Socket,
  type Server as SocketServer,
} from "node:net";
import { onTestFinished } from "vitest";

export interface Received {
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingMessage["headers"];
  readonly body: string;
}

export interface Loopback {
  readonly url: string;
  readonly received: Received[];
  /** Sockets that were opened so far. */
  connections(): number;
}

/** Closed when the test ends. */
export async function httpServer(
  respond: (request: Received, response: ServerResponse) => void | Promise<void>,
): Promise<Loopback> {
  const received: Received[] = [];
  let connections = 0;
  const server: Server = createServer((request, response) => {
    let body = "";
    request.setEncoding("utf8");
    request.on("data", (chunk: string) => {
      body += chunk;
    });
    request.on("end", () => {
      const { method = "", url = "", headers } = request;
      const item = { method, url, headers, body };
      received.push(item);
      void respond(item, response);
    });
  });
  server.on("connection", () => {
    connections += 1;
  });
  const url = await listening(server);
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return { url, received, connections: () => connections };
}

/** A server that speaks as the test says, byte by byte. */
export async function socketServer(respond: (socket: Socket) => void): Promise<string> {
  const sockets = new Set<Socket>();
  const server: SocketServer = createSocketServer((socket) => {
    sockets.add(socket);
    socket.on("error", () => {});
    respond(socket);
  });
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return await listening(server);
}

/** An address at which nothing listens. */
export async function deadUrl(): Promise<string> {
  const server = createSocketServer();
  const url = await listening(server);
  await new Promise((resolve) => server.close(resolve));
  return url;
}

async function listening(server: SocketServer | Server): Promise<string> {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}
