// The engine on SQLite behind the server: where adapters are chosen, and a clean end.

import { pageDirectory } from "@stepwell/dashboard";
import {
  allObservers,
  type Clock,
  createEngine,
  type Engine,
  type Store,
  StoreUnavailableError,
  systemClock,
  systemRandom,
} from "@stepwell/engine";
import {
  AppWatcher,
  appSync,
  createMetrics,
  createOutbound,
  createServer,
  createTracing,
  httpTransport,
  type Listening,
  type Metrics,
  networkProber,
  type Outbound,
  type Server,
  type ServerOptions,
} from "@stepwell/server";
import type { Log } from "./log.ts";
import { runLog } from "./run-log.ts";
import type { Settings } from "./settings.ts";
import { UsageError } from "./usage-error.ts";

export interface Serving {
  readonly listening: Listening;
  /** Ends within seconds: open calls get a moment to answer, and are made again after the next start. */
  stop(): Promise<void>;
}

const storeName = "SQLite";
const stopGraceMs = 3000;
/** How long traces of runs that have just ended may take to be sent at the end. */
const tracesGraceMs = 1000;
/** Apps that do not answer are asked again this often, even where none is polled. */
const retrySyncMs = 5000;
/** In dev a port that is taken leads to one of the next. */
const portsTried = 20;

/** @throws UsageError when a port or the database is taken, or a range of addresses cannot be read. */
export async function serve(settings: Settings, store: Store, version: string, log: Log): Promise<Serving> {
  const clock = systemClock();
  const outbound = outboundOf(settings);
  const metrics = createMetrics({ version, storeName });
  const tracing =
    settings.tracing === undefined
      ? undefined
      : createTracing({ ...settings.tracing, version }, { clock, logger: log });
  const engine = createEngine({
    store,
    transport: httpTransport({ outbound, clock, ...keyOf(settings) }),
    clock,
    random: systemRandom(),
    observer: allObservers(metrics.observer, tracing?.observer ?? {}, runLog(log), {
      warn: (message, detail) => log.warn(withReason(message, detail), detail),
    }),
    options: engineOptions(settings),
  });
  let listening: Listening | undefined;
  const closeAll = async (): Promise<void> => {
    // While the engine stops, requests are answered with 503 rather than refused: senders and SDKs try again.
    await engine.stop(stopGraceMs);
    await tracing?.stop(tracesGraceMs);
    await listening?.close();
    await outbound.close();
    await store.close();
  };
  try {
    await engine.start();
    tracing?.start(engine);
    const opened = await open(settings, { engine, outbound, clock, metrics, version, log });
    listening = opened.listening;
    // What is not needed to answer is loaded once everything answers.
    metrics.open().catch((error: unknown) => log.warn(`Metrics cannot be shown: ${String(error)}`));
    const stop = async (): Promise<void> => {
      opened.watcher.stop();
      await closeAll();
    };
    return { listening, stop };
  } catch (error) {
    await closeAll();
    if (error instanceof StoreUnavailableError) throw new UsageError(error.message, { cause: error });
    throw error;
  }
}

interface Parts {
  readonly engine: Engine;
  readonly outbound: Outbound;
  readonly clock: Clock;
  readonly metrics: Metrics;
  readonly version: string;
  readonly log: Log;
}

/** Listens, then looks after apps: an app that registers must find us. */
async function open(
  settings: Settings,
  parts: Parts,
): Promise<{ listening: Listening; watcher: AppWatcher }> {
  const { engine, outbound, clock, log } = parts;
  const sync = appSync({
    engine,
    outbound,
    clock,
    kind: settings.mode === "dev" ? "dev" : "cloud",
    ...keyOf(settings),
  });
  let watcher: AppWatcher | undefined;
  const server = createServer({
    ...serverOptions(settings, parts),
    appSync: sync,
    foundBy: (url) => watcher?.foundBy(url),
  });
  const listening = await listen(server, settings, log);
  const { PORT } = process.env;
  watcher = new AppWatcher({
    engine,
    appSync: sync,
    prober: networkProber(outbound),
    clock,
    urls: settings.sdkUrls,
    isDiscovering: settings.isDiscovering && settings.sdkUrls.length === 0,
    isPolling: settings.isPolling && settings.pollIntervalMs > 0,
    pollIntervalMs: settings.pollIntervalMs > 0 ? settings.pollIntervalMs : retrySyncMs,
    ownPort: listening.port,
    ...(/^\d+$/.test(PORT ?? "") ? { extraPorts: [Number(PORT)] } : {}),
    onSynced: (url) => log.info(`Synced the app at ${url}`),
    onFailed: (_url, reason) => log.warn(reason),
  });
  watcher.start();
  return { listening, watcher };
}

function serverOptions(settings: Settings, { engine, clock, metrics, version, log }: Parts): ServerOptions {
  const { mode, eventKeys, isInsecure, eventBytesMax, requestBytesMax, allowsMcpWrites } = settings;
  return {
    engine,
    mode,
    eventKeys,
    isInsecure,
    allowsMcpWrites,
    limits: { eventBytesMax, requestBytesMax },
    version,
    storeName,
    metrics,
    clock,
    logger: log,
    ownsProcess: true,
    ...keyOf(settings),
    ...(settings.signingKeyFallback === undefined ? {} : { signingKeyFallback: settings.signingKeyFallback }),
    ...(settings.hasPage ? { page: pageDirectory } : {}),
  };
}

function keyOf({ signingKey }: Settings): { readonly signingKey?: string } {
  return signingKey === undefined ? {} : { signingKey };
}

function outboundOf({ forbiddenAddresses }: Settings): Outbound {
  try {
    return createOutbound({ forbidden: forbiddenAddresses });
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new UsageError(`--forbid-address: ${reason}`, { cause });
  }
}

function engineOptions({ openCallsMax, waitLookback, retentionMs, retryIntervalMs }: Settings) {
  return {
    openCallsMax,
    waitLookback,
    ...(retentionMs === undefined ? {} : { retentionMs }),
    ...(retryIntervalMs === undefined ? {} : { retryIntervalMs }),
  };
}

async function listen(server: Server, settings: Settings, log: Log): Promise<Listening> {
  const { host, port, mode } = settings;
  const last = mode === "dev" && port !== 0 ? Math.min(65_535, port + portsTried - 1) : port;
  for (let candidate = port; ; candidate += 1) {
    try {
      const listening = await server.listen({ host, port: candidate });
      if (candidate !== port) log.warn(`Port ${port} is taken, so Stepwell listens on port ${candidate}.`);
      return listening;
    } catch (cause) {
      if (candidate >= last || codeOf(cause) !== "EADDRINUSE") throw cannotListen(cause, host, candidate);
    }
  }
}

function cannotListen(cause: unknown, host: string, port: number): UsageError {
  switch (codeOf(cause)) {
    case "EADDRINUSE":
      return new UsageError(`Port ${port} is taken. Choose another with --port.`, { cause });
    case "EACCES":
      return new UsageError(
        `Port ${port} needs rights that this process does not have. Choose another with --port.`,
        { cause },
      );
    case "EADDRNOTAVAIL":
    case "ENOTFOUND":
      return new UsageError(`This machine has no address ${host}. Choose another with --host.`, { cause });
    default: {
      const reason = cause instanceof Error ? cause.message : String(cause);
      return new UsageError(`Stepwell cannot listen on ${host}:${port}: ${reason}`, { cause });
    }
  }
}

function codeOf(error: unknown): unknown {
  return error instanceof Error && "code" in error ? error.code : undefined;
}

/** A warning's reason belongs to its sentence; the rest is detail. */
function withReason(message: string, detail: Readonly<Record<string, unknown>>): string {
  const { reason } = detail;
  return typeof reason === "string" && reason !== "" ? `${message} ${reason}` : message;
}
