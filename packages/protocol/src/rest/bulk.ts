// Bulk operations over REST: cancelling or replaying all runs that a selection means, as objects that can be watched,
// held and stopped, and that go on after a restart (semantics C6.12–13, C15.4–7).

import type { Timestamp } from "./envelope.ts";
import { restPath, segment } from "./query.ts";
import type { FunctionReference, RestRunStatus } from "./run.ts";

export const bulkKinds = ["cancel", "replay"] as const;
export type RestBulkKind = (typeof bulkKinds)[number];

/** HELD can go on; STOPPED was ended by somebody, DONE by itself. */
export const bulkStatuses = ["RUNNING", "HELD", "STOPPED", "DONE"] as const;
export type RestBulkStatus = (typeof bulkStatuses)[number];

export function isBulkFinished(status: RestBulkStatus): boolean {
  return status === "STOPPED" || status === "DONE";
}

/**
 * The runs that a bulk operation means. Lists inside a field are *or*; fields are joined by *and*. Runs that are queued
 * after the operation was asked for are never part of it.
 */
export interface BulkSelection {
  /** These runs alone, at most {@link bulkRunIdsMax}; the other fields still filter them. */
  readonly runIds?: readonly string[];
  /** Function ids or slugs. */
  readonly functionId?: readonly string[];
  /** App ids or names. */
  readonly appId?: readonly string[];
  /**
   * Cancel: QUEUED, RUNNING or both; default both. Replay: COMPLETED, FAILED, CANCELLED, SKIPPED; default FAILED.
   * SKIPPED means those skipped because their function was paused.
   */
  readonly status?: readonly RestRunStatus[];
  /** Name of the first triggering event. */
  readonly eventName?: string;
  /** By `queuedAt`: itself included. */
  readonly from?: Timestamp;
  /** By `queuedAt`: itself left out. Default: the moment of the request. */
  readonly until?: Timestamp;
  /** An expression over `event` and `output`; a run for which it errs is not meant. */
  readonly expression?: string;
  /** The `id` of a failure group (`GET /failures`). */
  readonly failureGroup?: string;
  /** As in the list of runs (`GET /runs`): free words, length in ms, and how the runs are related to others. */
  readonly query?: string;
  readonly tookFromMs?: number;
  readonly tookUntilMs?: number;
  readonly parentRunId?: string;
  readonly originalRunId?: string;
  readonly replayId?: string;
}

export const bulkRunIdsMax = 1000;

/** `POST /bulks`; answers 201 with a {@link BulkView}. */
export interface BulkRequest {
  readonly kind: RestBulkKind;
  readonly selection: BulkSelection;
  readonly name?: string;
  /** Who asks for it, as people should read it. */
  readonly by?: string;
  /** Replays: most new runs in a minute, spread evenly. Default {@link bulkPaceDefault}. */
  readonly perMinute?: number;
  /** Hold by itself once so many runs are done, so that somebody can look at them first. */
  readonly holdAfter?: number;
}

export const bulkPaceDefault = 3000;

/** `POST /bulks/preview` with a {@link BulkRequest}: what it would mean, and nothing is done. */
export interface BulkPreview {
  /** How many runs it means at present. */
  readonly count: number;
  /** Whether all runs were looked at; otherwise there may be more. */
  readonly isComplete: boolean;
}

/** One bulk operation. */
export interface BulkView {
  readonly id: string;
  readonly kind: RestBulkKind;
  readonly status: RestBulkStatus;
  readonly name?: string;
  readonly by?: string;
  /** Why the server itself holds it, when something went wrong. */
  readonly problem?: string;
  /** The selection as it was asked for, with ids, and `until` filled in. */
  readonly selection: BulkSelection;
  /** The functions of the selection, by their names. */
  readonly functions: readonly FunctionReference[];
  readonly createdAt: Timestamp;
  readonly endedAt?: Timestamp;
  readonly counts: BulkCounts;
  readonly perMinute?: number;
  /** It holds by itself at so many done runs. */
  readonly holdAfter?: number;
  /** Replays, by itself alone: how many of the new runs are in each status; absent statuses count 0. */
  readonly newRuns?: { readonly [Status in RestRunStatus]?: number };
}

export interface BulkCounts {
  /** How many runs the selection meant when it was asked for, where they could be counted. */
  readonly total?: number;
  /** Runs that matched so far: done and skipped ones. */
  readonly matched: number;
  /** Runs cancelled, or new runs started. */
  readonly done: number;
  readonly skipped: number;
  /** Why, in sentences without a full stop, with how many. */
  readonly skippedBecause: readonly { readonly reason: string; readonly count: number }[];
  /** How many are left, where `total` is known; 0 once it has ended by itself. */
  readonly left?: number;
}

/** `GET /bulks`, newest first. */
export interface BulksQuery {
  readonly kind?: readonly RestBulkKind[];
  readonly status?: readonly RestBulkStatus[];
  readonly cursor?: string;
  readonly limit?: number;
}

export const bulksLimit = { fallback: 20, max: 200 } as const;

export function bulksPath(query: BulksQuery = {}): string {
  return restPath("/bulks", { ...query });
}

/** `GET`; `DELETE` stops it and takes it off the list. */
export function bulkPath(id: string): string {
  return restPath(`/bulks/${segment(id)}`);
}

export const bulkPreviewPath = restPath("/bulks/preview");

/** `POST`, no body; answers the {@link BulkView} as it is then. One that has ended cannot be steered any more: 409. */
export function bulkSteerPath(id: string, steer: "hold" | "resume" | "stop"): string {
  return restPath(`/bulks/${segment(id)}/${steer}`);
}
