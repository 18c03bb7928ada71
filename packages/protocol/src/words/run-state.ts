// A run's state: waiting, sleeping and retrying are words of ours, the API's status stays RUNNING.

import type { RunView } from "../rest/run.ts";
import type { SpanStatus } from "../rest/trace.ts";

export type State =
  | "queued"
  | "running"
  | "waiting"
  | "sleeping"
  | "retrying"
  | "completed"
  | "failed"
  | "cancelled"
  | "skipped";

export const stateWords: Readonly<Record<State, string>> = {
  queued: "Queued",
  running: "Running",
  waiting: "Waiting",
  sleeping: "Sleeping",
  retrying: "Will retry",
  completed: "Completed",
  failed: "Failed",
  cancelled: "Cancelled",
  skipped: "Skipped",
};

export function runState({ status, activity }: Pick<RunView, "status" | "activity">): State {
  const kind = activity?.kind;
  const isOwnState = kind === "waiting" || kind === "sleeping" || kind === "retrying";
  return status === "RUNNING" && isOwnState ? kind : spanState(status);
}

export function spanState(status: SpanStatus): State {
  switch (status) {
    case "QUEUED":
    case "UNKNOWN":
      return "queued";
    case "RUNNING":
      return "running";
    case "WAITING":
      return "waiting";
    case "SLEEPING":
      return "sleeping";
    case "COMPLETED":
      return "completed";
    case "FAILED":
      return "failed";
    case "CANCELLED":
      return "cancelled";
    case "SKIPPED":
      return "skipped";
  }
}
