// A draft of a run while one decision is made: reads see what the decision has put so far, memory stays as it was.

import { asJobId, type JobId, type RunId, type StepKey } from "@stepwell/protocol";
import type { Change } from "../change.ts";
import type { Effect } from "../decision.ts";
import type { StoredEvent } from "../model/event.ts";
import type { FunctionSettings } from "../model/function.ts";
import type { RunJob } from "../model/job.ts";
import { isFinished, type Run, type Step } from "../model/run.ts";
import type { SignalClaim, Wait } from "../model/wait.ts";
import type { RunView, ShardState } from "../state.ts";
import { assert } from "../unreachable.ts";

export class RunDraft {
  readonly state: ShardState;
  readonly settings: FunctionSettings;
  readonly now: number;
  readonly events: readonly StoredEvent[];
  readonly changes: Change[] = [];
  readonly effects: Effect[] = [];
  /** Receipt sequence given last, counting the events of this decision. */
  sequence: number;
  #run: Run;
  #view: RunView;
  #steps = new Map<StepKey, Step>();
  #jobs = new Map<JobId, RunJob | null>();
  #waits = new Map<string, Wait | null>();
  #ended: StepKey[] = [];
  #stateSize: number;

  constructor(state: ShardState, view: RunView, settings: FunctionSettings, now: number) {
    this.state = state;
    this.settings = settings;
    this.now = now;
    this.events = view.events;
    this.sequence = state.sequence;
    this.#run = view.run;
    this.#view = view;
    this.#stateSize = view.stateSize;
  }

  get run(): Run {
    return this.#run;
  }

  get id(): RunId {
    return this.#run.id;
  }

  get isFinished(): boolean {
    return isFinished(this.#run);
  }

  get trigger(): StoredEvent {
    const event = this.events[0];
    assert(event !== undefined, `Run ${this.id} has no triggering event.`);
    return event;
  }

  /** @param lazy nobody waits for this to be durable; it rides on a later commit. */
  setRun(run: Run, lazy = false): void {
    assert(!this.isFinished, `Run ${this.id} is finished and was about to change.`);
    this.#run = run;
    this.changes.push({ kind: "run.put", run, lazy });
  }

  step(key: StepKey): Step | undefined {
    return this.#steps.get(key) ?? this.#view.steps.get(key);
  }

  get stepCount(): number {
    let added = 0;
    for (const key of this.#steps.keys()) if (!this.#view.steps.has(key)) added += 1;
    return this.#view.steps.size + added;
  }

  /** How many steps have ended. */
  get endedCount(): number {
    return this.#view.stack.length + this.#ended.length;
  }

  get stateSize(): number {
    return this.#stateSize;
  }

  /** Steps whose result is not known yet. */
  *openSteps(): Iterable<Step> {
    for (const key of this.#view.open) {
      const step = this.step(key);
      if (step?.status === "open") yield step;
    }
    for (const [key, step] of this.#steps) {
      if (step.status === "open" && !this.#view.open.has(key)) yield step;
    }
  }

  /** Ended steps, the last one first. */
  *endedBackwards(): Iterable<Step> {
    for (const keys of [this.#ended, this.#view.stack]) {
      for (let index = keys.length - 1; index >= 0; index -= 1) {
        const key = keys[index];
        const step = key === undefined ? undefined : this.step(key);
        if (step !== undefined) yield step;
      }
    }
  }

  putStep(step: Step): void {
    const before = this.step(step.key);
    assert(
      before === undefined || before.status === "open",
      `Step ${step.key} of run ${this.id} has ended and was about to change.`,
    );
    this.#steps.set(step.key, step);
    if (step.status !== "open") {
      this.#ended.push(step.key);
      this.#stateSize += step.result?.length ?? 0;
    }
    this.changes.push({ kind: "step.put", step, functionId: this.#run.functionId });
  }

  job(id: JobId): RunJob | undefined {
    const drafted = this.#jobs.get(id);
    return drafted === undefined ? this.#view.jobs.get(id) : (drafted ?? undefined);
  }

  *jobs(): Iterable<RunJob> {
    for (const [id, job] of this.#view.jobs) if (!this.#jobs.has(id)) yield job;
    for (const job of this.#jobs.values()) if (job !== null) yield job;
  }

  putJob(job: RunJob): void {
    this.#jobs.set(job.id, job);
    this.changes.push({ kind: "job.put", job });
  }

  removeJob(id: JobId): void {
    if (this.job(id) === undefined) return;
    this.#jobs.set(id, null);
    this.changes.push({ kind: "job.remove", jobId: id, runId: this.id });
  }

  /** Who waits for a signal's name, as this decision leaves it; `undefined` where that is not loaded. */
  signal(name: string): SignalClaim | null | undefined {
    for (let index = this.changes.length - 1; index >= 0; index -= 1) {
      const change = this.changes[index];
      if (change?.kind === "signal.put" && change.claim.name === name) return change.claim;
      if (change?.kind === "signal.remove" && change.name === name) return null;
    }
    return this.state.signal(name);
  }

  wait(id: string): Wait | undefined {
    const drafted = this.#waits.get(id);
    return drafted === undefined ? this.#view.waits.get(id) : (drafted ?? undefined);
  }

  *waits(): Iterable<Wait> {
    for (const [id, wait] of this.#view.waits) if (!this.#waits.has(id)) yield wait;
    for (const wait of this.#waits.values()) if (wait !== null) yield wait;
  }

  putWait(wait: Wait): void {
    this.#waits.set(wait.id, wait);
    this.changes.push({ kind: "wait.put", wait });
  }

  removeWait(id: string): void {
    if (this.wait(id) === undefined) return;
    this.#waits.set(id, null);
    this.changes.push({ kind: "wait.remove", waitId: id, runId: this.id });
  }

  /** A job id that says what it is for; unique within the run for one step. */
  jobId(purpose: string): JobId {
    return asJobId(`${this.id}:${purpose}`);
  }

  nextSequence(): number {
    this.sequence += 1;
    return this.sequence;
  }
}
