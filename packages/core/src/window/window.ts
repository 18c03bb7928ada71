// The shard's window: the bounded part of the store that is in memory, and what is memory only (open calls, lanes,
// timers). `apply` and loading are the only ways in which it changes.

import type { AppId, BulkId, EventId, FunctionId, JobId, RunId } from "@stepwell/protocol";
import type { Change, OpenCall } from "../change.ts";
import type { DedupeKey } from "../model/admission.ts";
import type { Bulk } from "../model/bulk.ts";
import type { StoredEvent } from "../model/event.ts";
import type { App } from "../model/function.ts";
import { type CallEntry, isRunJob, type Job, jobEntry, type RunJob, type ShardJob } from "../model/job.ts";
import type { LimitState } from "../model/limit-state.ts";
import type { Run, Step } from "../model/run.ts";
import type { SignalClaim, Wait } from "../model/wait.ts";
import { discovery } from "../run/discover.ts";
import { laneRules, parseLane, unspaced } from "../schedule/lane.ts";
import { Lanes } from "../schedule/lanes.ts";
import { Timers } from "../schedule/timers.ts";
import type { Caution, EngineSettings, RunView, ShardState } from "../state.ts";
import { unreachable } from "../unreachable.ts";
import { Cache } from "./cache.ts";
import { Directory } from "./directory.ts";
import { byPosition, RunRecord } from "./run-record.ts";
import { WaitIndex } from "./wait-index.ts";

/** The rows of a run as a store loads them. */
export interface LoadedRun {
  readonly run: Run;
  readonly steps: readonly Step[];
  readonly jobs: readonly Job[];
  readonly waits: readonly Wait[];
  readonly events: readonly StoredEvent[];
}

export class Window implements ShardState {
  readonly epoch: number;
  readonly settings: EngineSettings;
  readonly functions = new Directory();
  readonly lanes: Lanes;
  readonly timers = new Timers();
  readonly waitIndex = new WaitIndex();
  caution: Caution | undefined;
  sequence: number;
  lastCall = 0;
  /** Number of the commit group that changes belong to at present. */
  group = 1;
  /** Jobs due up to here (unix ms) are in memory; later ones rest in the store. */
  horizon = 0;
  readonly #runs = new Cache<RunId, RunRecord>();
  readonly #events = new Cache<EventId, StoredEvent>();
  readonly #dedupes = new Cache<string, DedupeKey>();
  readonly #signals = new Cache<string, SignalClaim>();
  readonly #bulks = new Cache<BulkId, Bulk>();
  readonly #limits = new Cache<string, LimitState>();
  readonly #shardJobs = new Cache<JobId, ShardJob>();
  /** Jobs put for runs that are not in memory; they join their run when it is loaded. */
  readonly #jobsOfAbsentRuns = new Map<RunId, Map<JobId, RunJob>>();
  readonly #openCalls = new Map<JobId, OpenCall>();
  readonly #openCallsOfRun = new Map<RunId, OpenCall[]>();

  constructor(epoch: number, sequence: number, settings: EngineSettings) {
    this.epoch = epoch;
    this.sequence = sequence;
    this.settings = settings;
    this.lanes = new Lanes(
      {
        rulesOf: (functionId, lane) => {
          const settings = this.functions.byId(functionId);
          return settings === undefined ? undefined : laneRules(settings, parseLane(lane));
        },
        isPaused: (functionId) => this.functions.control(functionId)?.pausedAt !== undefined,
        spacing: (key) => {
          const state = this.#limits.get(key);
          if (state === undefined) return undefined;
          return state?.kind === "throttle" ? state : unspaced;
        },
        runsUnderWay: (key) => {
          const state = this.#limits.get(key);
          if (state === undefined) return undefined;
          return state?.kind === "runs" ? state.count : 0;
        },
        isWaiting: (entry) => !this.#openCalls.has(entry.id) && this.#isCurrent(entry),
      },
      settings.callsPerLane,
    );
  }

  run(id: RunId): RunView | null | undefined {
    return this.#runs.get(id);
  }

  /** The runs that memory holds at present; null for those that it knows not to exist. */
  heldRuns(): Iterable<readonly [RunId, RunView | null]> {
    return this.#runs.entries();
  }

  event(id: EventId): StoredEvent | null | undefined {
    return this.#events.get(id);
  }

  dedupe(key: string): DedupeKey | null | undefined {
    return this.#dedupes.get(key);
  }

  signal(name: string): SignalClaim | null | undefined {
    return this.#signals.get(name);
  }

  bulk(id: BulkId): Bulk | null | undefined {
    return this.#bulks.get(id);
  }

  app(id: AppId): App | undefined {
    return this.functions.app(id);
  }

  appAt(url: string): App | undefined {
    return this.functions.appAt(url);
  }

  limit(key: string): LimitState | null | undefined {
    return this.#limits.get(key);
  }

  shardJob(id: JobId): ShardJob | null | undefined {
    return this.#shardJobs.get(id);
  }

  fitsLimits(call: { readonly functionId: FunctionId; readonly lane?: string }): boolean {
    return this.lanes.fits(call);
  }

  openCall(jobId: JobId): OpenCall | undefined {
    return this.#openCalls.get(jobId);
  }

  openCallsOf(runId: RunId): readonly OpenCall[] {
    return this.#openCallsOfRun.get(runId) ?? [];
  }

  get openCallCount(): number {
    return this.#openCalls.size;
  }

  openCalls(): Iterable<OpenCall> {
    return this.#openCalls.values();
  }

  /**
   * Waits that the event may end: those in memory, and of the stored ones those that memory does not know better.
   *
   * @param after only those in memory whose id comes after it.
   * @param end and not after this one, where more stored ones follow on a later page.
   */
  waitsFor(
    event: StoredEvent,
    stored: readonly Wait[],
    after: string,
    end: string | undefined,
  ): readonly Wait[] {
    const found = new Map<string, Wait>();
    for (const [id, wait] of this.waitIndex.find(event))
      if (id > after && (end === undefined || id <= end)) found.set(id, wait);
    for (const wait of stored) {
      const record = this.#runs.get(wait.runId);
      if (record === undefined || record?.waits.has(wait.id)) found.set(wait.id, wait);
    }
    return [...found.values()];
  }

  /** Whether a change's row is new to the store, so that removing it within the same group needs no write. */
  isNew(change: Change): boolean {
    if (change.kind !== "job.put") return false;
    const { job } = change;
    if (!isRunJob(job)) return job.kind === "route" && this.#shardJobs.get(job.id) === undefined;
    const record = this.#runs.get(job.runId);
    if (record !== undefined && record !== null) return !record.jobs.has(job.id);
    return !this.#jobsOfAbsentRuns.get(job.runId)?.has(job.id);
  }

  apply(change: Change): void {
    switch (change.kind) {
      case "app.put":
        return this.functions.putApp(change.app);
      case "function.put":
        this.functions.put(change.settings);
        return this.lanes.functionChanged(change.settings.id);
      case "control.put":
        this.functions.putControl(change.control);
        return this.lanes.functionChanged(change.control.functionId);
      case "event.put":
        this.sequence = Math.max(this.sequence, change.event.sequence);
        return this.#events.put(change.event.id, change.event, this.group);
      case "run.create":
        return this.#runs.put(change.run.id, new RunRecord(change.run, change.events), this.group);
      case "run.put":
        return this.#change(change.run.id, (record) => {
          record.run = change.run;
        });
      case "step.put":
        return this.#change(change.step.runId, (record) => record.putStep(change.step));
      case "job.put":
        return this.#putJob(change.job);
      case "job.remove":
        return this.#removeJob(change.jobId, change.runId);
      case "wait.put":
        this.waitIndex.add(change.wait);
        return this.#change(change.wait.runId, (record) => {
          record.waits.set(change.wait.id, change.wait);
        });
      case "wait.remove":
        return this.#change(change.runId, (record) => {
          const wait = record.waits.get(change.waitId);
          if (wait !== undefined) this.waitIndex.remove(wait);
          record.waits.delete(change.waitId);
        });
      case "signal.put":
        return this.#signals.put(change.claim.name, change.claim, this.group);
      case "signal.remove":
        return this.#signals.put(change.name, null, this.group);
      case "dedupe.put":
        return this.#dedupes.put(change.dedupe.key, change.dedupe, this.group);
      case "bulk.put":
        return this.#bulks.put(change.bulk.id, change.bulk, this.group);
      case "bulk.remove":
        return this.#bulks.put(change.bulkId, null, this.group);
      case "limit.put":
        return this.#putLimit(change.state.key, change.state);
      case "limit.remove":
        return this.#putLimit(change.key, null);
      case "call.stand":
        return this.lanes.add(change.entry);
      case "call.open":
        return this.#openCall(change.call);
      case "call.close":
        return this.#closeCall(change.call);
      case "attempt.put":
      case "sync.put":
      case "failure-mark.put":
      case "failure-mark.remove":
      case "outcome.put":
      case "poison.put":
        return;
      default:
        return unreachable(change);
    }
  }

  /** @param rows undefined when the run does not exist. */
  loadRun(id: RunId, rows: LoadedRun | undefined): void {
    if (this.#runs.get(id) !== undefined) return;
    const waiting = this.#jobsOfAbsentRuns.get(id);
    this.#jobsOfAbsentRuns.delete(id);
    if (rows === undefined) return this.#runs.loaded(id, null, this.group);
    const record = new RunRecord(rows.run, rows.events);
    for (const step of [...rows.steps].sort(byPosition)) record.putStep(step);
    for (const job of rows.jobs) if (isRunJob(job)) record.jobs.set(job.id, job);
    for (const [jobId, job] of waiting ?? []) record.jobs.set(jobId, job);
    for (const wait of rows.waits) {
      record.waits.set(wait.id, wait);
      this.waitIndex.add(wait);
    }
    this.#runs.loaded(id, record, this.group);
  }

  loadEvent(id: EventId, event: StoredEvent | undefined): void {
    this.#events.loaded(id, event ?? null, this.group);
  }

  loadDedupe(key: string, dedupe: DedupeKey | undefined): void {
    this.#dedupes.loaded(key, dedupe ?? null, this.group);
  }

  loadSignal(name: string, claim: SignalClaim | undefined): void {
    this.#signals.loaded(name, claim ?? null, this.group);
  }

  loadBulk(id: BulkId, bulk: Bulk | undefined): void {
    this.#bulks.loaded(id, bulk ?? null, this.group);
  }

  loadLimit(key: string, state: LimitState | undefined): void {
    this.#limits.loaded(key, state ?? null, this.group);
  }

  loadShardJob(id: JobId, job: ShardJob | undefined): void {
    this.#shardJobs.loaded(id, job ?? null, this.group);
  }

  /**
   * Lets go of what memory need not hold.
   *
   * @param barrier the highest group that every load under way has seen.
   * @param isHeld whether inputs that wait for a load need the run.
   */
  trim(barrier: number, runsMax: number, isHeld: (id: RunId) => boolean): void {
    const isIdle = (record: RunRecord | null) =>
      record === null || (!this.#openCallsOfRun.has(record.run.id) && !isHeld(record.run.id));
    this.#runs.trim(barrier, runsMax, isIdle, (record) => {
      for (const wait of record?.waits.values() ?? []) this.waitIndex.remove(wait);
    });
    const always = () => true;
    const nothing = () => {};
    this.#events.trim(barrier, runsMax, always, nothing);
    this.#dedupes.trim(barrier, runsMax * 4, always, nothing);
    this.#signals.trim(barrier, runsMax, always, nothing);
    this.#bulks.trim(barrier, runsMax, always, nothing);
    this.#limits.trim(barrier, runsMax * 4, always, nothing);
    this.#shardJobs.trim(barrier, runsMax, always, nothing);
  }

  /** Memory knows better than a read that began before its latest changes were stored. */
  #isCurrent(entry: CallEntry): boolean {
    const record = this.#runs.get(entry.runId);
    if (record === undefined) return true;
    const job = record?.jobs.get(entry.id);
    return job?.kind === "call" && job.lane === entry.lane;
  }

  #putLimit(key: string, state: LimitState | null): void {
    this.#limits.put(key, state, this.group);
    if (state === null || state.kind === "runs") this.lanes.runsChanged(key, state?.count ?? 0);
  }

  #change(id: RunId, change: (record: RunRecord) => void): void {
    const record = this.#runs.get(id);
    if (record === undefined || record === null) return unloaded(id);
    change(record);
    this.#runs.touch(id, this.group);
  }

  #putJob(job: Job): void {
    if (isRunJob(job)) this.#putRunJob(job);
    else this.#shardJobs.put(job.id, job, this.group);
    // The job of a call under way stands in no line.
    const call = this.#openCalls.get(job.id);
    if (call === undefined || job.dueAt > call.openedAt) this.schedule(jobEntry(job));
  }

  /** Puts a job where it is found when it is due; beyond the horizon the store alone remembers it. */
  schedule(entry: ReturnType<typeof jobEntry>): void {
    if (entry.dueAt <= this.horizon) this.timers.add(entry);
    else this.timers.remove(entry.id);
  }

  #putRunJob(job: RunJob): void {
    const record = this.#runs.get(job.runId);
    if (record !== undefined && record !== null) {
      record.jobs.set(job.id, job);
      this.#runs.touch(job.runId, this.group);
      return;
    }
    let jobs = this.#jobsOfAbsentRuns.get(job.runId);
    if (jobs === undefined) {
      jobs = new Map();
      this.#jobsOfAbsentRuns.set(job.runId, jobs);
    }
    jobs.set(job.id, job);
  }

  #removeJob(id: JobId, runId: RunId | undefined): void {
    this.timers.remove(id);
    if (runId === undefined) return this.#shardJobs.put(id, null, this.group);
    this.lanes.remove(id);
    const record = this.#runs.get(runId);
    if (record === undefined || record === null) return;
    record.jobs.delete(id);
    this.#runs.touch(runId, this.group);
  }

  #openCall(call: OpenCall): void {
    this.lastCall = Math.max(this.lastCall, call.number);
    this.#openCalls.set(call.jobId, call);
    const calls = this.#openCallsOfRun.get(call.runId);
    if (calls === undefined) this.#openCallsOfRun.set(call.runId, [call]);
    else calls.push(call);
    this.lanes.opened(call);
  }

  #closeCall(call: OpenCall): void {
    if (this.#openCalls.get(call.jobId) !== call) return;
    this.#openCalls.delete(call.jobId);
    const others = this.openCallsOf(call.runId).filter((other) => other !== call);
    if (others.length === 0) this.#openCallsOfRun.delete(call.runId);
    else this.#openCallsOfRun.set(call.runId, [...others]);
    this.lanes.closed(call);
    if (call.stepId === discovery) this.#standAgain(call.runId);
  }

  /** A discovery that was held back by this one stands in line again. */
  #standAgain(runId: RunId): void {
    const record = this.#runs.get(runId);
    for (const job of record?.jobs.values() ?? []) {
      const isHeldBack = job.kind === "call" && job.stepId === discovery && !this.#openCalls.has(job.id);
      if (isHeldBack) this.schedule(jobEntry(job));
    }
  }

  /** A call that outlived a recovery: it goes on under its old name. */
  adoptCall(call: OpenCall): void {
    this.#openCall({ ...call });
  }
}

function unloaded(id: RunId): never {
  throw new Error(`A change names run ${id}, which is not in memory.`);
}
