// Counts over runs, for tabs, histograms, failures and the overview. Each may answer `not_implemented`; a reader then
// leaves the figure out.

import type { Timestamp } from "./envelope.ts";
import { restPath, segment } from "./query.ts";
import type { ErrorView, FunctionReference, RestRunStatus, RunsQuery } from "./run.ts";

/** `GET /figures/runs`: counts of the runs that match a query, over time. Cursor, limit and order mean nothing here. */
export interface RunFigures {
  /** Absent statuses count 0. */
  readonly counts: { readonly [Status in RestRunStatus]?: number };
  /** There are more runs than the server looks at for words or an expression: the newest are counted. */
  readonly isPartial?: boolean;
  /** Oldest first, equally long, by the query's time. */
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

/** What somebody said of a failure group. A closed one that fails again is `reopened` by itself. */
export interface FailureState {
  readonly state?: "open" | "closed" | "reopened" | "muted";
  readonly closedAt?: Timestamp;
  readonly closedBy?: string;
  /** The sync of the app after which a closed group failed again. */
  readonly reopenedAfterSyncAt?: Timestamp;
  readonly mutedAt?: Timestamp;
  readonly mutedBy?: string;
}

/**
 * `GET /failures`: failed runs grouped by function, step, error name, message without its values, and first own frame;
 * the group that failed last first, at most 50.
 */
export interface FailureGroup extends FailureState {
  readonly id: string;
  readonly function: FunctionReference;
  readonly stepName?: string;
  readonly error: ErrorView;
  /** The first frame of the stack in the user's own code, without its line. */
  readonly frame?: string;
  readonly count: number;
  readonly firstAt: Timestamp;
  readonly lastAt: Timestamp;
  readonly newestRunId: string;
  /** Failures per hour over the last 24 hours, oldest first. */
  readonly hours?: readonly number[];
}

export function failuresPath(query: { readonly from?: number; readonly until?: number } = {}): string {
  return restPath("/failures", query);
}

/** `POST` with a {@link FailureMarkRequest} or no body; answers the group. */
export function failureMarkPath(id: string, verb: "close" | "reopen" | "mute" | "unmute"): string {
  return restPath(`/failures/${segment(id)}/${verb}`);
}

export interface FailureMarkRequest {
  /** Who says it, as people should read it. */
  readonly by?: string;
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
