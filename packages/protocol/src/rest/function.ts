// Functions over REST: triggers, configuration and live figures (protocol §7.2 Function).

import type { Json, JsonObject } from "../json.ts";
import type { Timestamp } from "./envelope.ts";
import { restPath, segment } from "./query.ts";
import type { AppReference } from "./run.ts";

export interface TriggerView {
  readonly type: "EVENT" | "CRON";
  /** Event name (wildcards as written) or cron schedule. */
  readonly value: string;
  readonly expression?: string;
  /** Next tick of a cron. */
  readonly nextAt?: Timestamp;
}

/** Live figures; what a server does not count is absent, never 0. */
export interface FunctionFigures {
  readonly queued: number;
  /** Unfinished runs whose first call was made, parked ones included. */
  readonly running: number;
  readonly sleeping?: number;
  readonly waiting?: number;
  readonly oldestQueuedAt?: Timestamp;
  /** Over the last 24 hours. */
  readonly lastDay?: {
    readonly completed: number;
    readonly failed: number;
    readonly p50Ms?: number;
    readonly p95Ms?: number;
    /** Finished runs per hour, oldest first. */
    readonly hours?: readonly number[];
  };
}

export interface FunctionView {
  readonly id: string;
  readonly name: string;
  readonly slug: string;
  readonly isPaused: boolean;
  readonly pausedAt?: Timestamp;
  readonly pausedBy?: string;
  /** Set while no new runs start and those in flight go on (semantics C14.3). */
  readonly drainingAt?: Timestamp;
  /** Triggers skipped since it was paused or began to drain. */
  readonly skippedTriggers?: number;
  /** Cron ticks that were missed while nothing ran (decisions row 12). */
  readonly missedTicks?: number;
  readonly isArchived: boolean;
  readonly app: AppReference;
  readonly triggers: readonly TriggerView[];
  readonly failureHandler?: { readonly slug: string; readonly name: string };
  /** Number of attempts, retries + 1. */
  readonly maxAttempts: number;
  /** The options as the app registered them, in the wire's form (semantics C1). */
  readonly configuration: JsonObject;
  readonly figures?: FunctionFigures;
  /** What looks wrong, such as a key that has been missing in every event (decisions row 5), as sentences. */
  readonly warnings?: readonly string[];
  readonly createdAt?: Timestamp;
}

export function functionsPath(query: { readonly appId?: string } = {}): string {
  return restPath("/functions", query);
}

export function functionPath(slug: string): string {
  return restPath(`/functions/${segment(slug)}`);
}

/** `POST` with an {@link InvokeRequest}; answers an {@link InvokeAnswer}. */
export function invokePath(slug: string): string {
  return restPath(`/functions/${segment(slug)}/invoke`);
}

/** `POST` with a {@link PauseRequest} or no body; answers the function. `resume` takes it back. */
export function pausePath(slug: string): string {
  return restPath(`/functions/${segment(slug)}/pause`);
}

export interface PauseRequest {
  readonly by?: string;
  /** Runs in flight are cancelled instead of held before their next step. */
  readonly cancelRuns?: boolean;
}

export function resumePath(slug: string): string {
  return restPath(`/functions/${segment(slug)}/resume`);
}

/** `POST` with a {@link DrainRequest}; answers the function. */
export function drainPath(slug: string): string {
  return restPath(`/functions/${segment(slug)}/drain`);
}

export interface DrainRequest {
  readonly on: boolean;
}

export interface InvokeRequest {
  readonly data?: Json;
  readonly idempotencyKey?: string;
}

export interface InvokeAnswer {
  /** Absent when the run is not known yet (a debounced or batched function). */
  readonly runId?: string;
  readonly eventId?: string;
  readonly queuedAt?: Timestamp;
}
