// What the engine tells about itself. Nothing here may influence a decision, and nothing here may throw.

import type { Change, FunctionSettings } from "@stepwell/core";
import type { CallAnswer, FunctionId, RunId } from "@stepwell/protocol";

/** One commit, from its sending to its acknowledgement. */
export interface CommitReport {
  /** Rows put or removed. */
  readonly rows: number;
  readonly durationMs: number;
  readonly isStored: boolean;
}

/** One call, from its making to its answer. */
export interface CallReport {
  readonly functionId: FunctionId;
  readonly functionSlug: string;
  readonly runId: RunId;
  /** `step`, or the key of the one step that was called for. */
  readonly stepId: string;
  /** Counts from 0. */
  readonly attempt: number;
  /** How long its job was due before it was made: what limits and load cost. */
  readonly waitedMs: number;
  readonly durationMs: number;
  readonly answer: CallAnswer;
}

export interface Observer {
  /** The shard was taken over, at the start or after a failure; these functions exist. */
  claimed?(functions: readonly FunctionSettings[]): void;
  /** Changes that are now durable, in order. */
  committed?(changes: readonly Change[]): void;
  commitDone?(report: CommitReport): void;
  callDone?(report: CallReport): void;
  /** Something an operator should know; `message` is a sentence. */
  warn?(message: string, detail: Readonly<Record<string, unknown>>): void;
}

/** One observer that tells all of them, in order. */
export function allObservers(...observers: readonly Observer[]): Observer {
  return {
    claimed(functions) {
      for (const observer of observers) observer.claimed?.(functions);
    },
    committed(changes) {
      for (const observer of observers) observer.committed?.(changes);
    },
    commitDone(report) {
      for (const observer of observers) observer.commitDone?.(report);
    },
    callDone(report) {
      for (const observer of observers) observer.callDone?.(report);
    },
    warn(message, detail) {
      for (const observer of observers) observer.warn?.(message, detail);
    },
  };
}
