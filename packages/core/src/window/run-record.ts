// A run in memory: the mutable record behind a RunView. Only apply and loading change it.

import type { JobId, StepKey } from "@stepwell/protocol";
import type { StoredEvent } from "../model/event.ts";
import type { RunJob } from "../model/job.ts";
import type { Run, Step } from "../model/run.ts";
import type { Wait } from "../model/wait.ts";
import type { RunView } from "../state.ts";

export class RunRecord implements RunView {
  run: Run;
  readonly events: readonly StoredEvent[];
  readonly steps = new Map<StepKey, Step>();
  readonly stack: StepKey[] = [];
  readonly open = new Set<StepKey>();
  readonly jobs = new Map<JobId, RunJob>();
  readonly waits = new Map<string, Wait>();
  stateSize = 0;

  constructor(run: Run, events: readonly StoredEvent[]) {
    this.run = run;
    this.events = events;
  }

  putStep(step: Step): void {
    const former = this.steps.get(step.key);
    this.steps.set(step.key, step);
    if (step.status === "open") {
      this.open.add(step.key);
      return;
    }
    this.open.delete(step.key);
    if (former !== undefined && former.status !== "open") return;
    this.stack.push(step.key);
    this.stateSize += step.result?.length ?? 0;
  }

  /** Roughly how many bytes it takes in memory. */
  get size(): number {
    const events = this.events.reduce((sum, event) => sum + event.text.length, 0);
    return 1000 + events + this.stateSize + 300 * (this.steps.size + this.jobs.size + this.waits.size);
  }
}

/** Steps as loaded are unordered; the stack is the order in which they ended. */
export function byPosition(left: Step, right: Step): number {
  return (left.position ?? Number.MAX_SAFE_INTEGER) - (right.position ?? Number.MAX_SAFE_INTEGER);
}
