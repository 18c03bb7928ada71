// What a server is built from.

import type { Engine } from "@stepwell/engine";
import type { ServerKind } from "@stepwell/protocol";
import type { AppSync } from "./apps/app-sync.ts";

export interface ServerOptions {
  readonly engine: Engine;
  /** `dev` has no authentication and tells SDKs so; `start` checks keys. */
  readonly mode: "dev" | "start";
  /** Keys that may send events. Empty in `start` refuses every event, unless `isInsecure`. */
  readonly eventKeys?: readonly string[];
  /** Key that apps and API clients present, and that calls are signed with. */
  readonly signingKey?: string;
  /** `start` without keys, asked for explicitly. */
  readonly isInsecure?: boolean;
  /** Most bytes of one event's JSON; default 512 KiB, at most 3 MiB. */
  readonly eventBytesMax?: number;
  /** Most bytes of any request's body; default 16 MiB. */
  readonly requestBytesMax?: number;
  /** Folder with the built dashboard; without it `/` is not served. */
  readonly page?: string;
  /** Syncs apps on request of the API. */
  readonly appSync?: AppSync;
  readonly version?: string;
  /** Unix ms; the default is the machine's clock. */
  readonly now?: () => number;
  /** An unexpected failure of a request; the message never holds a secret. */
  readonly onError?: (message: string, error: unknown) => void;
}

export const requestBytesDefault = 16 * 1024 * 1024;

export function serverKind(options: ServerOptions): ServerKind {
  return options.mode === "dev" ? "dev" : "cloud";
}
