// A run's state in the words of the page: "waiting" and "sleeping" are words of ours, the API's status stays RUNNING.

import type { RunView, SpanStatus } from "@stepwell/protocol/rest";

export type State =
  | "queued"
  | "running"
  | "waiting"
  | "sleeping"
  | "completed"
  | "failed"
  | "cancelled"
  | "skipped"
  | "errored";

export const stateWords: Readonly<Record<State, string>> = {
  queued: "Queued",
  running: "Running",
  waiting: "Waiting",
  sleeping: "Sleeping",
  completed: "Completed",
  failed: "Failed",
  cancelled: "Cancelled",
  skipped: "Skipped",
  errored: "Will retry",
};

export function runState(run: Pick<RunView, "status" | "activity">): State {
  switch (run.status) {
    case "QUEUED":
      return "queued";
    case "RUNNING":
      return run.activity?.kind === "waiting" || run.activity?.kind === "sleeping"
        ? run.activity.kind
        : "running";
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
