// What happened, as numbers: a projection of committed changes and of what the ports report.

import type { Change, Run } from "@stepwell/core";
import type { CallReport, CommitReport } from "@stepwell/engine";
import type { CallAnswer } from "@stepwell/protocol";
import type { FunctionLabels } from "./function-labels.ts";
import type { Meters } from "./meters.ts";

export function countChange(change: Change, meters: Meters, labels: FunctionLabels): void {
  switch (change.kind) {
    case "event.put":
      meters.eventsReceived.inc({ kind: change.event.name.startsWith("inngest/") ? "system" : "sent" });
      return;
    case "run.create":
      meters.runsCreated.inc(labels.of(change.run.functionId));
      if (change.run.endedAt !== undefined) countEnd(change.run, change.run.endedAt, meters, labels);
      return;
    case "run.put":
      if (change.run.endedAt !== undefined) countEnd(change.run, change.run.endedAt, meters, labels);
      return;
    case "step.put": {
      const { kind, status } = change.step;
      if (status !== "open") meters.steps.inc({ ...labels.of(change.functionId), kind, status });
      return;
    }
    case "attempt.put": {
      const label = labels.of(change.functionId);
      meters.attemptsFailed.inc(label);
      if (change.attempt.retryAt !== undefined) meters.retries.inc(label);
      return;
    }
    case "outcome.put": {
      const { functionId, reason } = change.outcome;
      if (reason.kind !== "started")
        meters.eventOutcomes.inc({ ...labels.of(functionId), reason: reason.kind });
      return;
    }
    case "poison.put":
      meters.setAside.inc();
      return;
    default:
      return;
  }
}

/** A finished run never changes again, so that its last row comes once. */
function countEnd(run: Run, endedAt: number, meters: Meters, labels: FunctionLabels): void {
  const label = labels.of(run.functionId);
  meters.runsFinished.inc({ ...label, status: run.status });
  // A run that was skipped took no time that would tell anything.
  if (run.status !== "skipped") meters.runDuration.observe({ ...label }, (endedAt - run.queuedAt) / 1000);
}

export function countCommit(report: CommitReport, meters: Meters): void {
  meters.commits.inc({ outcome: report.isStored ? "stored" : "failed" });
  meters.commitDuration.observe(report.durationMs / 1000);
  meters.commitRows.observe(report.rows);
}

export function countCall(report: CallReport, meters: Meters, labels: FunctionLabels): void {
  const label = labels.of(report.functionId);
  meters.calls.inc({ ...label, outcome: callOutcome(report.answer) });
  meters.callDuration.observe({ ...label }, report.durationMs / 1000);
  meters.callWait.observe({ ...label }, report.waitedMs / 1000);
}

function callOutcome(answer: CallAnswer): "returned" | "steps" | "failed" {
  return answer.kind === "ops" ? "steps" : answer.kind;
}
