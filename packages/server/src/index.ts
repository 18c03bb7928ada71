// The Stepwell engine over HTTP.

export { type AppSync, type AppSyncOptions, type AppSyncOutcome, appSync } from "./apps/app-sync.ts";
export { normalUrl } from "./apps/app-url.ts";
export { AppWatcher, type AppWatcherOptions } from "./apps/app-watcher.ts";
export { discoveryPorts } from "./apps/discovery-ports.ts";
export { networkProber, type Prober } from "./apps/prober.ts";
export { createServer, type Server } from "./create-server.ts";
export type { Address, Listening } from "./http/listen.ts";
export { createMetrics, type Metrics, type MetricsOptions } from "./metrics/metrics.ts";
export type { ServerLimits, ServerLogger, ServerOptions } from "./options.ts";
export { forbiddenByDefault } from "./outbound/forbidden.ts";
export { createOutbound, type Outbound, type OutboundOptions } from "./outbound/outbound.ts";
export { type HttpTransport, type HttpTransportOptions, httpTransport } from "./outbound/transport.ts";
export type { OtlpProtocol, TracingOptions } from "./tracing/exporter.ts";
export { createTracing, type Tracing } from "./tracing/tracing.ts";
export { nearestNames } from "./views/nearest-names.ts";
