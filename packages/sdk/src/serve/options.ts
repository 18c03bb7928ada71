// What an endpoint is built from, and the small pieces that its parts share.

import { header, type ServerKind } from "@stepwell/protocol";
import type { Inngest } from "../client.ts";
import type { AnyFunction } from "../function.ts";
import type { HttpAnswer } from "./answer-response.ts";

export interface ServeOptions {
  readonly client: Inngest;
  readonly functions: readonly AnyFunction[];
  /** Path under which the app is reached, where it differs from the request's. */
  readonly servePath?: string;
  /** Scheme and host under which the app is reached, where they differ from the request's. */
  readonly serveOrigin?: string;
  /** Sends headers at once and keeps the connection alive while a step runs. */
  readonly streaming?: boolean;
}

/** What an adapter says about itself. */
export interface Adapter {
  /** For example `express`. */
  readonly framework: string;
}

export function json(status: number, body: object): HttpAnswer {
  return { status, headers: {}, body: JSON.stringify(body) };
}

/** Which kind of server asked, if it said so. */
export function serverKindOf(headers: Headers): ServerKind | undefined {
  const kind = headers.get(header.serverKind);
  return kind === "dev" || kind === "cloud" ? kind : undefined;
}
