// The shard: the single serial decision-maker for what lives on it. Its loop reads as one sentence: take the next
// input, decide, apply, gather the rows, and release the effects once the commit is acknowledged.
//
//   inbox ┐
//   timers├─▶ decide ─▶ apply ─▶ committer ─▶ effects: call the SDK, answer the request
//   lanes ┘      └─ missing ─▶ load ─▶ decide again
//
// When a commit fails, memory is dropped and everything is loaded again: recovery is start-up (design §4).

import {
  type Caution,
  type Change,
  callEntry,
  type Decision,
  decide,
  type Effect,
  type EngineSettings,
  type Input,
  type LaneFigures,
  type Need,
  type OpenCall,
  type Reply,
  runOf,
} from "@stepwell/core";
import type { CallRequest, FunctionId } from "@stepwell/protocol";
import type { EngineLoad } from "../engine.ts";
import type { Timer } from "../ports/clock.ts";
import { EpochLostError, RowRefusedError } from "../ports/store.ts";
import { Committer } from "./committer.ts";
import { DueJobs } from "./due-jobs.ts";
import { Inbox, type Pending } from "./inbox.ts";
import { fillLanes } from "./lane-filler.ts";
import { factsFromMemory } from "./loader.ts";
import { Loads } from "./loads.ts";
import { callReport, loadOf } from "./reports.ts";
import { checkMemory, type SelfCheck } from "./self-check.ts";
import { asResubmitted, type ShardLimits, type ShardPorts, UnavailableError } from "./shard-ports.ts";
import { cautionOf, nextAt, type Term, windowOf } from "./term.ts";

/** Inputs decided in one turn of the event loop before other work of the process gets its own. */
const inputsPerTurn = 500;
const reclaimDelayMs = 500;

export class Shard {
  readonly #ports: ShardPorts;
  readonly #settings: EngineSettings;
  readonly #limits: ShardLimits;
  readonly #inbox = new Inbox();
  /** Inputs whose effects are not released yet, in order; after a recovery they are decided again. */
  readonly #unacknowledged = new Set<Pending>();
  /** Calls that were made and not answered for good; they go on over a recovery. */
  readonly #liveCalls = new Map<string, OpenCall>();
  #term: Term | undefined;
  #now = 0;
  /** The first claim's: recoveries of this process are no deaths. */
  #begin: { readonly caution: Caution | undefined } | undefined;
  #timer: Timer | undefined;
  #isTurnPlanned = false;
  /** No new calls, no new inputs. */
  #isStopping = false;
  #halted: string | undefined;
  /** After a refused group: one input per commit, so that the refused one is found. */
  #cautiousInputs = 0;
  #lastInput: Pending | undefined;
  #idleWaiters: (() => void)[] = [];

  constructor(ports: ShardPorts, settings: EngineSettings, limits: ShardLimits) {
    this.#ports = ports;
    this.#settings = settings;
    this.#limits = limits;
  }

  /** Takes the shard over and loads what is due. */
  async start(): Promise<void> {
    await this.#claim();
    this.#plan();
  }

  /**
   * Hands an input in; resolves with its reply once everything that it decided is durable.
   *
   * @throws UnavailableError when the shard is full, stopping or halted.
   */
  submit(input: Input): Promise<Reply> {
    return new Promise((resolve, reject) => {
      const refusal = this.#refusal();
      if (refusal !== undefined) {
        reject(new UnavailableError(refusal));
        return;
      }
      this.#accept({ input, facts: {}, resolve, reject });
    });
  }

  /** Ends the work: open calls get `graceMs` to answer, everything decided is committed. */
  async stop(graceMs: number): Promise<void> {
    this.#isStopping = true;
    const { clock } = this.#ports;
    let grace: Timer | undefined;
    const isOver = new Promise<void>((resolve) => {
      grace = clock.setTimer(clock.now() + graceMs, resolve);
    });
    await Promise.race([this.whenIdle(), isOver]);
    await Promise.race([this.#term?.committer.everythingStored(), isOver]);
    this.#timer?.cancel();
    const term = this.#term;
    term?.committer.drop();
    this.#term = undefined;
    // Unsaid, it only makes the next start more careful.
    const released = term === undefined ? undefined : this.#ports.store.release(term.window.epoch);
    await Promise.race([released?.catch(() => {}), isOver]);
    grace?.cancel();
    this.#halted ??= "The engine has stopped.";
    for (const pending of this.#unacknowledged) pending.reject?.(new UnavailableError(this.#halted));
    this.#unacknowledged.clear();
  }

  /** Resolves when nothing is under way: no input, no call, nothing that someone waits for. */
  whenIdle(): Promise<void> {
    if (this.#halted !== undefined) return Promise.resolve();
    return new Promise((resolve) => {
      this.#idleWaiters.push(resolve);
      this.#plan();
    });
  }

  /** What is in hand at this moment. */
  get load(): EngineLoad {
    return loadOf(this.#term?.window, this.#limits.openCallsMax, this.#inbox.size);
  }

  /** What stands and runs in the lanes, for people to look at; decisions read the lanes themselves. */
  laneFigures(functionId?: FunctionId): readonly LaneFigures[] {
    return this.#term?.window.lanes.figures(functionId) ?? [];
  }

  /** What memory and store disagree about; see self-check.ts. */
  selfCheck(): Promise<SelfCheck> {
    return checkMemory(this.#term, this.#ports.store);
  }

  #refusal(): string | undefined {
    if (this.#halted !== undefined) return this.#halted;
    if (this.#isStopping) return "The engine is stopping. Try again in a moment.";
    if (this.#inbox.size >= this.#limits.inboxMax)
      return "The engine has more work waiting than it accepts. Try again in a moment.";
    return undefined;
  }

  #accept(pending: Pending): void {
    this.#unacknowledged.add(pending);
    this.#inbox.push(pending);
    this.#plan();
  }

  #plan(): void {
    if (this.#isTurnPlanned || this.#term === undefined) return;
    this.#isTurnPlanned = true;
    this.#ports.clock.soon(() => {
      this.#isTurnPlanned = false;
      this.#turn();
    });
  }

  #turn(): void {
    const term = this.#term;
    if (term === undefined) return;
    this.#now = Math.max(this.#now, this.#ports.clock.now());
    for (let count = 0; count < inputsPerTurn; count += 1) {
      if (this.#cautiousInputs > 0 && !term.committer.isIdle) break;
      const pending = this.#next(term);
      if (pending === undefined) break;
      this.#process(term, pending);
      if (this.#term !== term) return;
    }
    term.loads.send();
    term.committer.flush();
    this.#tidy(term);
    if (this.#inbox.size > 0) this.#plan();
  }

  /** Requests first, then what is due, then the calls whose turn has come. */
  #next(term: Term): Pending | undefined {
    const waiting = this.#inbox.shift();
    if (waiting !== undefined) return waiting;
    const { timers, lanes } = term.window;
    for (let entry = timers.takeDue(this.#now); entry !== undefined; entry = timers.takeDue(this.#now)) {
      const call = callEntry(entry);
      if (call !== undefined) {
        lanes.add(call);
        continue;
      }
      const { id: jobId, runId } = entry;
      return { input: { kind: "job-due", jobId, ...(runId === undefined ? {} : { runId }) }, facts: {} };
    }
    if (!this.#mayCall(term)) return undefined;
    const entry = lanes.next(this.#now);
    if (entry === undefined) return undefined;
    const { id: jobId, ...place } = entry;
    return { input: { kind: "start-call", jobId, ...place }, facts: {} };
  }

  #mayCall({ window }: Term): boolean {
    return !this.#isStopping && window.openCallCount + window.lanes.reserved < this.#limits.openCallsMax;
  }

  #process(term: Term, pending: Pending): void {
    if (this.#inbox.queueBehind(pending)) return;
    this.#decide(term, pending);
  }

  #decide(term: Term, pending: Pending): void {
    let decision: Decision;
    try {
      decision = decide(term.window, pending.input, this.#now, pending.facts);
      if (decision.kind === "missing") {
        const facts = factsFromMemory(term.window, decision.needs);
        if (facts === undefined) return this.#load(term, pending, decision.needs);
        pending.facts = { ...pending.facts, ...facts };
        decision = decide(term.window, pending.input, this.#now, pending.facts);
        if (decision.kind === "missing") return this.#load(term, pending, decision.needs);
      }
    } catch (error) {
      if (pending.input.kind === "start-call") term.window.lanes.unreserve(pending.input);
      return this.#setAside(pending, error);
    }
    this.#lastInput = pending;
    if (this.#cautiousInputs > 0) this.#cautiousInputs -= 1;
    this.#apply(term, decision.changes);
    // Only now: the slot goes over to the call that was opened, and nobody else takes it in between.
    if (pending.input.kind === "start-call") term.window.lanes.unreserve(pending.input);
    this.#defer(term, pending, decision.effects);
    this.#inbox.release(pending);
  }

  #apply(term: Term, changes: readonly Change[]): void {
    const { window, committer } = term;
    window.group = committer.group;
    for (const change of changes) {
      committer.add(change, window.isNew(change));
      window.apply(change);
    }
  }

  /** Effects wait for the commit; so does forgetting the input, for until then it may have to be decided again. */
  #defer(term: Term, pending: Pending, effects: readonly Effect[]): void {
    term.committer.afterwards(() => {
      this.#unacknowledged.delete(pending);
      if (pending.input.kind === "answer") this.#liveCalls.delete(pending.input.queueItemId);
      for (const effect of effects) {
        if (effect.kind === "reply") pending.resolve?.(effect.reply);
        else if (effect.kind === "call") this.#call(term, effect.request);
        else this.#ports.observer.warn?.(effect.message, effect.detail);
      }
    });
  }

  #call(term: Term, request: CallRequest): void {
    const call = term.window.openCall(request.jobId as OpenCall["jobId"]);
    if (call?.queueItemId !== request.queueItemId) return;
    this.#liveCalls.set(request.queueItemId, call);
    const { jobId, runId, queueItemId } = call;
    const { clock, transport, observer } = this.#ports;
    const madeAt = clock.elapsed();
    void transport.call(request).then((answer) => {
      observer.callDone?.(callReport(call, request, clock.elapsed() - madeAt, answer));
      if (this.#halted !== undefined) return;
      this.#accept({ input: { kind: "answer", queueItemId, jobId, runId, answer }, facts: {} });
    });
  }

  #load(term: Term, pending: Pending, needs: readonly Need[]): void {
    this.#inbox.hold(pending);
    term.loads.gather(pending, needs);
  }

  /** An assertion failed: the input is kept for the operator, its run fails, others go on. */
  #setAside(pending: Pending, error: unknown): void {
    const reason = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
    this.#ports.observer.warn?.(
      "An input was set aside because deciding it failed. Its run fails; others go on.",
      {
        input: pending.input.kind,
        runId: runOf(pending.input),
        reason,
        stack: error instanceof Error ? error.stack : undefined,
      },
    );
    this.#unacknowledged.delete(pending);
    pending.reject?.(new Error(`The engine could not decide this request: ${reason}`));
    this.#inbox.release(pending);
    if (pending.input.kind === "set-aside") return;
    this.#accept({ input: { kind: "set-aside", input: pending.input, reason }, facts: {} });
  }

  #tidy(term: Term): void {
    term.window.trim(term.loads.seenByAll(term.stored), this.#limits.cachedRunsMax, (runId) =>
      this.#inbox.isHeld(runId),
    );
    if (term.dueJobs.isWanted(this.#now)) term.loads.read(() => term.dueJobs.read(this.#now));
    fillLanes(this.#ports.store, term, this.#now);
    this.#arm(term);
    if (this.#isIdle(term)) for (const waiter of this.#idleWaiters.splice(0)) waiter();
  }

  /** One timer for whatever comes first. */
  #arm(term: Term): void {
    this.#timer?.cancel();
    const at = nextAt(term, this.#mayCall(term));
    if (Number.isFinite(at))
      this.#timer = this.#ports.clock.setTimer(Math.max(this.#now, at), () => this.#plan());
  }

  #isIdle(term: Term): boolean {
    const { window, committer, loads } = term;
    const isQuiet =
      this.#inbox.size === 0 && this.#unacknowledged.size === 0 && loads.isQuiet && committer.isIdle;
    const isDue = (window.timers.nextAt() ?? Number.POSITIVE_INFINITY) <= this.#now && !this.#isStopping;
    return isQuiet && !isDue && window.openCallCount === 0;
  }

  async #claim(): Promise<void> {
    const { store, clock, observer } = this.#ports;
    const claim = await store.claim();
    this.#now = Math.max(this.#now, clock.now());
    this.#begin ??= { caution: cautionOf(claim, this.#now, this.#limits.callDeathsMax) };
    const window = windowOf(claim, this.#settings, this.#begin.caution);
    const committer = new Committer(store, clock, claim.epoch, claim.commit, {
      stored: (commit, changes) => {
        term.stored = commit;
        observer.committed?.(changes);
        this.#plan();
      },
      done: (report) => observer.commitDone?.(report),
      failed: (error) => this.#recover(error),
    });
    const loads = new Loads(store, window, committer, {
      ready: (pending) => {
        if (this.#term === term) this.#decide(term, pending);
      },
      done: () => this.#plan(),
      failed: (error) => {
        if (this.#term === term) this.#recover(error);
      },
    });
    const term: Term = {
      window,
      committer,
      loads,
      dueJobs: new DueJobs(store, window),
      stored: claim.commit,
    };
    window.group = committer.group;
    for (const call of this.#liveCalls.values()) window.adoptCall(call);
    await term.dueJobs.readAtStart(this.#now);
    observer.claimed?.(claim.functions);
    this.#term = term;
  }

  /** Drops memory and begins again: what was not acknowledged is decided anew, open calls go on. */
  #recover(error: unknown): void {
    this.#term?.committer.drop();
    this.#term = undefined;
    this.#timer?.cancel();
    this.#inbox.clear();
    if (error instanceof EpochLostError) {
      this.#halt(`Another process has taken this database over: ${error.message}`);
      return;
    }
    this.#ports.observer.warn?.("A commit or load failed; the shard loads its state again.", {
      reason: error instanceof Error ? error.message : String(error),
    });
    if (error instanceof RowRefusedError) this.#suspectLast(error);
    this.#claimAgain();
  }

  /** A refused group is decided again one input at a time; an input refused alone is set aside. */
  #suspectLast(error: RowRefusedError): void {
    if (this.#cautiousInputs > 0 && this.#lastInput !== undefined) this.#setAside(this.#lastInput, error);
    this.#cautiousInputs = this.#unacknowledged.size + 1000;
  }

  #claimAgain(): void {
    this.#claim().then(
      () => {
        this.#inbox.clear();
        const again = [...this.#unacknowledged].map((pending) => ({
          ...pending,
          input: asResubmitted(pending.input),
          facts: {},
          missed: [],
        }));
        this.#unacknowledged.clear();
        for (const pending of again) {
          this.#unacknowledged.add(pending);
          this.#inbox.push(pending);
        }
        this.#plan();
      },
      (error: unknown) => {
        const reason = error instanceof Error ? error.message : String(error);
        this.#ports.observer.warn?.("The store cannot be reached; trying again.", { reason });
        const { clock } = this.#ports;
        this.#timer = clock.setTimer(clock.now() + reclaimDelayMs, () => this.#claimAgain());
      },
    );
  }

  #halt(reason: string): void {
    this.#halted = reason;
    this.#ports.observer.warn?.("The engine has halted.", { reason });
    for (const pending of this.#unacknowledged) pending.reject?.(new UnavailableError(reason));
    this.#unacknowledged.clear();
    for (const waiter of this.#idleWaiters.splice(0)) waiter();
  }
}
