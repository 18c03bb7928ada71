// The server: one listener for events, apps, APIs and the dashboard.

import type { AddressInfo } from "node:net";
import { serve } from "@hono/node-server";
import { Hono } from "hono";
import { bodyLimit } from "hono/body-limit";
import { cors } from "hono/cors";
import { requireSigningKey } from "./auth.ts";
import { failure, restFailure } from "./errors.ts";
import { requestBytesDefault, type ServerOptions, serverKind } from "./options.ts";
import { pageRoutes } from "./page.ts";
import { aboutRoutes } from "./routes/about.ts";
import { checkpointRoutes } from "./routes/checkpoint.ts";
import { ingestRoutes } from "./routes/ingest.ts";
import { invokeRoutes } from "./routes/invoke.ts";
import { registerRoutes } from "./routes/register.ts";
import { runStateRoutes } from "./routes/run-state.ts";
import { v1Routes } from "./routes/v1.ts";
import { appRoutes } from "./routes/v2/apps.ts";
import { answer, nowOf } from "./routes/v2/answers.ts";
import { eventRoutes } from "./routes/v2/events.ts";
import { functionRoutes } from "./routes/v2/functions.ts";
import { liveRoutes } from "./routes/v2/live.ts";
import { runRoutes } from "./routes/v2/runs.ts";

export interface Listening {
  /** For example `http://127.0.0.1:8288`. */
  readonly url: string;
  readonly port: number;
  close(): Promise<void>;
}

export interface Server {
  readonly fetch: (request: Request) => Response | Promise<Response>;
  /** @throws the system's error, such as EADDRINUSE, when the address cannot be had. `port` 0 is any free one. */
  listen(address: { readonly host: string; readonly port: number }): Promise<Listening>;
}

export function createServer(options: ServerOptions): Server {
  const app = new Hono();
  app.use(async (context, next) => {
    await next();
    context.res.headers.set("X-Inngest-Server-Kind", serverKind(options));
  });
  app.use(cors({ origin: "*", allowMethods: ["GET", "POST", "PUT", "DELETE", "OPTIONS"], maxAge: 3600 }));
  const maxSize = options.requestBytesMax ?? requestBytesDefault;
  app.use(
    bodyLimit({
      maxSize,
      onError: (context) => failure(context, 413, `The request's body is larger than ${maxSize} bytes. Send it in parts.`),
    }),
  );
  addRoutes(app, options);
  app.notFound((context) => failure(context, 404, `There is nothing at ${context.req.method} ${new URL(context.req.url).pathname}.`));
  app.onError((error, context) => {
    options.onError?.(`${context.req.method} ${new URL(context.req.url).pathname} failed`, error);
    const isUnavailable = "code" in error && error.code === "UNAVAILABLE";
    return isUnavailable
      ? failure(context, 503, error.message)
      : failure(context, 500, "The server met an unexpected error. It is in the server's log.");
  });
  return { fetch: (request) => app.fetch(request), listen: (address) => listen(app, address) };
}

function addRoutes(app: Hono, options: ServerOptions): void {
  aboutRoutes(app, options);
  ingestRoutes(app, options);
  invokeRoutes(app, options);
  registerRoutes(app, options);
  checkpointRoutes(app, options);
  runStateRoutes(app, options);
  v1Routes(app, options);
  const v2 = new Hono();
  v2.get("/health", (context) =>
    answer(context, options, {
      status: "ok",
      serverTime: new Date(nowOf(options)).toISOString(),
      mode: options.mode,
      store: "SQLite",
      ...(options.version === undefined ? {} : { version: options.version }),
    }),
  );
  v2.use(requireSigningKey(options));
  runRoutes(v2, options);
  eventRoutes(v2, options);
  functionRoutes(v2, options);
  appRoutes(v2, options);
  liveRoutes(v2, options);
  v2.all("*", (context) => restFailure(context, "not_found", `There is nothing at ${new URL(context.req.url).pathname}.`));
  app.route("/api/v2", v2);
  app.route("/v2", v2);
  if (options.page !== undefined) pageRoutes(app, options.page);
}

function listen(app: Hono, address: { readonly host: string; readonly port: number }): Promise<Listening> {
  return new Promise((resolve, reject) => {
    const server = serve({ fetch: app.fetch, hostname: address.host, port: address.port }, (info: AddressInfo) => {
      const host = address.host.includes(":") ? `[${address.host}]` : address.host === "0.0.0.0" ? "localhost" : address.host;
      resolve({ url: `http://${host}:${info.port}`, port: info.port, close });
    });
    server.once("error", reject);
    const close = (): Promise<void> =>
      new Promise((done) => {
        server.close(() => done());
        if ("closeAllConnections" in server) server.closeAllConnections();
      });
  });
}
