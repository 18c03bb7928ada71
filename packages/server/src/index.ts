// The Stepwell engine over HTTP.

export { type AppSync, type AppSyncOutcome, appSync } from "./apps/app-sync.ts";
export { normalUrl } from "./apps/app-url.ts";
export { type Discovery, type DiscoveryOptions, discoveryPorts, startDiscovery } from "./apps/discovery.ts";
export { createServer, type Listening, type Server } from "./create-server.ts";
export type { ServerOptions } from "./options.ts";
export { type HttpTransport, type HttpTransportOptions, httpTransport } from "./transport.ts";
