// The server: it listens at once and loads what it answers beside that, for the routes with their schemas are half of
// its code. Until they are there requests wait, and a probe is answered.

import type { App } from "./app.ts";
import { type Address, type Listening, listen } from "./http/listen.ts";
import { type ServerOptions, serverKind } from "./options.ts";

export interface Server {
  /** Answers one request, without a network. */
  readonly fetch: (request: Request) => Response | Promise<Response>;
  /** Everything that is routed; see `App`. */
  addresses(): Promise<App["addresses"]>;
  /** @throws the system's error, such as EADDRINUSE, when the address cannot be had. `port` 0 is any free one. */
  listen(address: Address): Promise<Listening>;
}

export function createServer(options: ServerOptions): Server {
  const closing = new AbortController();
  let app: App | undefined;
  let loading: Promise<App> | undefined;
  const load = (): Promise<App> => {
    loading ??= import("./app.ts").then(({ createApp }) => {
      app = createApp(options, closing.signal);
      return app;
    });
    return loading;
  };
  const fetch: App["fetch"] = (request, ...more) => {
    if (app !== undefined) return app.fetch(request, ...more);
    if (isProbe(request)) return probeAnswer(options);
    return load().then((loaded) => loaded.fetch(request, ...more));
  };
  return {
    fetch: (request) => fetch(request),
    addresses: async () => (await load()).addresses,
    async listen(address) {
      const onClosing = (): void => closing.abort();
      const listening = await listen({
        fetch,
        address,
        onClosing,
        ownsProcess: options.ownsProcess ?? false,
      });
      // A failure is told to whoever asks for what could not be loaded.
      setImmediate(() => load().catch(() => {}));
      return listening;
    },
  };
}

function isProbe(request: Request): boolean {
  return request.method === "GET" && new URL(request.url).pathname === "/health";
}

/** As routes/about.ts answers it. */
function probeAnswer(options: ServerOptions): Response {
  const headers = { "access-control-allow-origin": "*", "x-inngest-server-kind": serverKind(options) };
  return Response.json({ status: 200, message: "OK" }, { headers });
}
