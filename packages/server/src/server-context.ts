// What every route gets: the options with their defaults, and what is shared between requests.

import { type Clock, type Engine, systemClock } from "@stepwell/engine";
import { eventBytesDefault, eventBytesLimit, type ServerKind } from "@stepwell/protocol";
import { requestBytesDefault, type ServerLogger, type ServerOptions, serverKind } from "./options.ts";
import { Directory } from "./views/directory.ts";
import { LiveHub } from "./views/live-hub.ts";
import { timestamp } from "./views/time.ts";

export interface ServerContext {
  readonly options: ServerOptions;
  readonly engine: Engine;
  readonly kind: ServerKind;
  readonly clock: Clock;
  readonly logger: ServerLogger;
  readonly eventBytesMax: number;
  readonly requestBytesMax: number;
  /** Apps and functions, kept until they change. */
  readonly directory: Directory;
  /** Live changes, for all pages at once. */
  readonly live: LiveHub;
  /** Asks this server, without a network. */
  readonly fetch: (request: Request) => Response | Promise<Response>;
  /** Aborted when the server closes: ends streams. */
  readonly closing: AbortSignal;
}

const silent: ServerLogger = { warn: () => {}, error: () => {} };

export function serverContext(
  options: ServerOptions,
  closing: AbortSignal,
  fetch: ServerContext["fetch"],
): ServerContext {
  const { engine, limits = {}, clock = systemClock() } = options;
  return {
    options,
    engine,
    kind: serverKind(options),
    clock,
    logger: options.logger ?? silent,
    eventBytesMax: Math.min(limits.eventBytesMax ?? eventBytesDefault, eventBytesLimit),
    requestBytesMax: limits.requestBytesMax ?? requestBytesDefault,
    directory: new Directory(engine),
    live: new LiveHub(engine, () => timestamp(clock.now())),
    fetch,
    closing,
  };
}
