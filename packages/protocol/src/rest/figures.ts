// Counts over runs, for tabs, histograms, failures and the overview. Each may answer `not_implemented`; a reader then
// leaves the figure out.

import type { Timestamp } from "./envelope.ts";
import { restPath } from "./query.ts";
import type { ErrorView, FunctionReference, RestRunStatus, RunsQuery } from "./run.ts";

/** `GET /figures/runs`: counts of the runs that match a query, over time. Cursor, limit and order mean nothing here. */
export interface RunFigures {
  /** Absent statuses count 0. */
  readonly counts: { readonly [Status in RestRunStatus]?: number };
  /** Oldest first, equally long, by `queuedAt`. */
  readonly buckets?: readonly RunBucket[];
  /** Syncs within the time, to be marked. */
  readonly syncs?: readonly { readonly at: Timestamp; readonly appName: string }[];
}

export interface RunBucket {
  readonly from: Timestamp;
  readonly total: number;
  readonly failed: number;
}

export function runFiguresPath(query: RunsQuery & { readonly buckets?: number } = {}): string {
  return restPath("/figures/runs", { ...query });
}

/** `GET /failures`: failed runs grouped by function, step, error name and message without its values. */
export interface FailureGroup {
  readonly id: string;
  readonly function: FunctionReference;
  readonly stepName?: string;
  readonly error: ErrorView;
  readonly count: number;
  readonly firstAt: Timestamp;
  readonly lastAt: Timestamp;
  readonly newestRunId: string;
  /** Failures per hour over the time asked for, oldest first. */
  readonly hours?: readonly number[];
}

export function failuresPath(query: { readonly from?: number; readonly until?: number } = {}): string {
  return restPath("/failures", query);
}

/** `GET /figures/overview`: what the overview shows of a stretch of time. */
export interface OverviewFigures {
  readonly from: Timestamp;
  readonly until: Timestamp;
  /** Events received within the time, system events left out. */
  readonly events: number;
  /** Runs that ended within the time. */
  readonly completed: number;
  readonly failed: number;
  readonly cancelled: number;
  /** The equally long time before. */
  readonly before?: { readonly completed: number; readonly failed: number };
  /** At present: due and not started; started and not parked; parked. */
  readonly queued: number;
  readonly running: number;
  readonly parked: number;
  /** From due to started, over the runs that started within the time. */
  readonly queueDelay?: { readonly p50Ms: number; readonly p95Ms: number };
  readonly oldestQueued?: {
    readonly runId: string;
    readonly queuedAt: Timestamp;
    readonly function: FunctionReference;
  };
  /** Oldest first, equally long. */
  readonly buckets: readonly OverviewBucket[];
  readonly syncs?: readonly { readonly at: Timestamp; readonly appName: string }[];
}

export interface OverviewBucket {
  readonly from: Timestamp;
  /** By `endedAt`. */
  readonly completed: number;
  readonly failed: number;
  /** Of the runs that started in it; absent when none did. */
  readonly delayP50Ms?: number;
  readonly delayP95Ms?: number;
}

/** Times in unix ms; the default is the last day in 96 buckets. */
export function overviewPath(
  query: { readonly from?: number; readonly until?: number; readonly buckets?: number } = {},
): string {
  return restPath("/figures/overview", query);
}
