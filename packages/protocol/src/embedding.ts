// What an SDK's functions and an engine in the same process say to each other: the same calls, answers and
// checkpoints as over HTTP, without HTTP.

import type { CallAnswer } from "./answer.ts";
import type { CallRequest } from "./call.ts";
import type { EventInput } from "./event.ts";
import type { Op } from "./op.ts";
import type { FunctionConfig } from "./sync.ts";
import type { TraceContext } from "./trace-context.ts";

/** The engine, as an embedded client sees it. */
export interface EngineLink {
  /**
   * Accepts events; resolves once they are durable, with their internal ids in order. What they start goes on in
   * `trace`.
   */
  ingest(events: readonly EventInput[], trace?: TraceContext): Promise<{ readonly ids: readonly string[] }>;
  /** Records steps of a running call; `stale` when that call may no longer report. */
  checkpoint(queueItemId: string, ops: readonly Op[]): Promise<"recorded" | "stale">;
  /** Delivers a signal; the run that got it, or null when nobody waits. */
  signal(name: string, data: string): Promise<{ readonly runId: string } | null>;
}

/** An app's functions, as an embedding engine sees them. */
export interface EmbeddedApp {
  readonly appName: string;
  /** For example `stepwell:v0.1.0`. */
  readonly sdk: string;
  readonly functions: readonly FunctionConfig[];
  /** Runs one call to its answer. Never rejects: an error is a failed answer. */
  call(request: CallRequest): Promise<CallAnswer>;
  /** From now on the client sends through the link instead of HTTP; returns how to undo that. */
  attach(link: EngineLink): () => void;
}

/** Under this key a client tells an embedding engine about its functions, so that neither package imports the other. */
export const embeddedAppKey: unique symbol = Symbol.for("stepwell.embeddedApp") as never;

/** A client that can be embedded with functions of type `F`. */
export interface EmbeddableClient<F> {
  [embeddedAppKey](functions: readonly F[]): EmbeddedApp;
}
