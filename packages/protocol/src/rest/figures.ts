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
