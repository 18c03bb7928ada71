// What a server is built from.

import type { Clock, Engine } from "@stepwell/engine";
import type { ServerKind } from "@stepwell/protocol";
import type { AppSync } from "./apps/app-sync.ts";
import type { Metrics } from "./metrics/metrics.ts";

/** Where the server tells what an operator should know. Messages are sentences and never hold a secret. */
export interface ServerLogger {
  warn(message: string, detail?: Readonly<Record<string, unknown>>): void;
  error(message: string, detail?: Readonly<Record<string, unknown>>): void;
}

export interface ServerLimits {
  /** Most bytes of one event's JSON; default 512 KiB, at most 3 MiB (semantics A7). */
  readonly eventBytesMax?: number;
  /** Most bytes of a request's body as a whole; default 16 MiB. */
  readonly requestBytesMax?: number;
}

export interface ServerOptions {
  readonly engine: Engine;
  /** `dev` has no authentication and tells SDKs so; `start` checks keys. */
  readonly mode: "dev" | "start";
  /** Keys that may send events. None in `start` refuses every event, unless `isInsecure`. */
  readonly eventKeys?: readonly string[];
  /** What apps and API clients present, and what calls are signed with. */
  readonly signingKey?: string;
  /** Accepted as well, while keys are being changed. */
  readonly signingKeyFallback?: string;
  /** `start` without keys, asked for explicitly (decisions row 11). */
  readonly isInsecure?: boolean;
  readonly limits?: ServerLimits;
  /** Folder with the built dashboard; without it no page is served. */
  readonly page?: string;
  /** Syncs apps on request of the API; without it those requests answer `not_implemented`. */
  readonly appSync?: AppSync;
  /** How apps came to be known, by normal address; see `AppWatcher`. */
  readonly foundBy?: (appUrl: string) => "discovery" | "flag" | undefined;
  /** Tools of /mcp may change something too. Default false: they only read. */
  readonly allowsMcpWrites?: boolean;
  /** What /metrics shows; it must observe the engine. Without it there is nothing there. */
  readonly metrics?: Metrics;
  readonly version?: string;
  /** Name of the store, for the page; such as `SQLite`. */
  readonly storeName?: string;
  /** The default is the machine's clock. */
  readonly clock?: Clock;
  readonly logger?: ServerLogger;
  /**
   * Nothing else runs in this process: the HTTP adapter may put faster Request and Response classes in the place of
   * the global ones. Default false.
   */
  readonly ownsProcess?: boolean;
}

export const requestBytesDefault = 16 * 1024 * 1024;

export function serverKind(options: Pick<ServerOptions, "mode">): ServerKind {
  return options.mode === "dev" ? "dev" : "cloud";
}
