// What every route gets: the options with their defaults, and what is shared between requests.

import { type Clock, type Engine, systemClock } from "@stepwell/engine";
import { eventBytesDefault, eventBytesLimit, type ServerKind } from "@stepwell/protocol";
import { requestBytesDefault, type ServerLogger, type ServerOptions, serverKind } from "./options.ts";
import { Directory } from "./views/directory.ts";

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
  const { engine, limits = {} } = options;
  return {
    options,
    engine,
    kind: serverKind(options),
    clock: options.clock ?? systemClock(),
    logger: options.logger ?? silent,
    eventBytesMax: Math.min(limits.eventBytesMax ?? eventBytesDefault, eventBytesLimit),
    requestBytesMax: limits.requestBytesMax ?? requestBytesDefault,
    directory: new Directory(engine),
    fetch,
    closing,
  };
}
