// A bulk operation: cancelling or replaying all runs that a selection means, page by page. Its row is what the APIs
// watch; a job of the shard moves it on (bulk/).
//
//   running ◀──resume──▶ held        `hold` asks for it, or so many runs are done as it should do first
//      │ └────────stop───┐│
//      ▼                 ▼▼
//    done              stopped       both final: it is read, and removed in the end

import type { AppId, BulkId, FunctionId, JobId, RunId } from "@stepwell/protocol";
import { asJobId } from "@stepwell/protocol";
import type { RunStatus } from "./run.ts";

/** The runs that an operation means; fields are joined by *and*. */
export interface RunSelection {
  /** These alone; the other fields still filter them. */
  readonly runIds?: readonly RunId[];
  readonly functionIds?: readonly FunctionId[];
  readonly appIds?: readonly AppId[];
  readonly statuses: readonly RunStatus[];
  /** Name of the first triggering event. */
  readonly eventName?: string;
  /** By the time of queueing in unix ms, itself included. */
  readonly from?: number;
  /** By the time of queueing in unix ms, itself left out; absent means the moment of the request. */
  readonly until?: number;
  /** Over `event` and `output` (semantics E1). */
  readonly expression?: string;
  /** What `failureGroup` gives for the failed runs of one cause. */
  readonly failureGroup?: string;
  /** The replay that started them. */
  readonly replayId?: BulkId;
  /** The run that they repeat. */
  readonly originalRunId?: RunId;
  /** The run that invoked them. */
  readonly parentRunId?: RunId;
  /** From queued to ended, in ms, both included; unfinished runs do not match. */
  readonly tookFromMs?: number;
  readonly tookUntilMs?: number;
  /** Free words, searched in ids and error messages whatever their case. */
  readonly words?: string;
}

/** The selection of a request that was taken: runs of later on are never part of it. */
export interface BoundSelection extends RunSelection {
  readonly until: number;
}

export type BulkKind = "cancel" | "replay";
export type BulkStatus = "running" | "held" | "stopped" | "done";

/** Why a matching run was left as it is: it had ended, its events or its function are gone. */
export type BulkSkip = "ended" | "events-gone" | "function-gone";

/** What somebody asks for. */
export interface BulkRequest {
  readonly kind: BulkKind;
  readonly selection: RunSelection;
  readonly name?: string;
  /** Who asks for it. */
  readonly by?: string;
  /** Most new runs of a replay in a minute. */
  readonly perMinute?: number;
  /** Hold once so many runs are done. */
  readonly holdAfter?: number;
}

export interface Bulk extends Omit<BulkRequest, "selection"> {
  readonly id: BulkId;
  readonly selection: BoundSelection;
  readonly status: BulkStatus;
  readonly createdAt: number;
  readonly endedAt?: number;
  /** How far it has come; absent at the start. */
  readonly position?: BulkPosition;
  /** Why the engine itself holds it, when deciding it failed. */
  readonly problem?: string;
  /** How many runs the selection meant at the start, where they could be counted. */
  readonly total?: number;
  /** Runs that are cancelled, or started anew. */
  readonly done: number;
  readonly skipped: { readonly [Reason in BulkSkip]?: number };
}

export interface BulkPosition {
  /** Where the page begins, in the words of whoever reads it; absent for the first page. */
  readonly page?: string;
  /** The last run of that page that was dealt with; absent for none. */
  readonly after?: { readonly queuedAt: number; readonly id: RunId };
}

export function isBulkFinished(bulk: Bulk): boolean {
  return bulk.endedAt !== undefined;
}

/** The one job that moves an operation on. */
export function bulkJobId(id: BulkId): JobId {
  return asJobId(`bulk:${id}`);
}
