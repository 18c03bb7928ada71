// One call: the handler runs from the top, steps whose results are known return them, and the first new work is done
// or reported. Nothing is thrown through the author's code to stop it: a step that is not done here is a promise that
// never settles.
//
//   run the handler ─▶ wait until it cannot go on ─▶ a known step waits: give its result, one at a time, in the order
//   in which steps ended ─▶ only new steps are left: run the one that may run here, or report all and end the call.

import {
  type CallAnswer,
  discoveryStepId,
  type Json,
  type Op,
  type RetryHint,
  type StepKey,
  stepKey,
} from "@stepwell/protocol";
import { delay, now, settled } from "../clock.ts";
import { isNonRetriable, retryAfterOf, StepError, serializeError } from "../errors.ts";
import { jsonText } from "../json-form.ts";
import type { RunSessions } from "../sessions.ts";
import { retryDelayMs } from "../time-value.ts";
import { isInsideStep, runInsideRun, runInsideStep } from "./ambient.ts";
import type { Checkpointer } from "./checkpointer.ts";
import { type FoundStep, foundStep, type StepRequest } from "./found-step.ts";
import type { Memo } from "./memo.ts";

/** What an execution needs of its call. */
export interface ExecutionOptions {
  /** `step`, or the key of the one step to run. */
  readonly stepId: string;
  readonly attempt: number;
  readonly maxAttempts: number;
  readonly requestVersion: 1 | 2;
  readonly disableImmediateExecution: boolean;
  readonly memos: ReadonlyMap<string, Memo>;
  /** Keys in the order in which the steps ended. */
  readonly stack: readonly string[];
  /** Absent: each step is answered by itself. */
  readonly checkpointer?: Checkpointer;
  /** Runs the handler; it gets its steps from this execution. */
  readonly handler: () => unknown;
  /** What the run hands down to what its code sends. */
  readonly sessions: () => RunSessions;
  readonly warn: (message: string) => void;
}

type Outcome =
  | { readonly kind: "returned"; readonly value: unknown }
  | { readonly kind: "threw"; readonly error: unknown };

/** How often a targeted call looks for its step before it gives up; between looks the code gets time to go on. */
const targetedWaitMs = 10_000;
const targetedPauseMs = 50;

export class Execution {
  readonly #options: ExecutionOptions;
  readonly #counts = new Map<string, number>();
  readonly #taken = new Set<StepKey>();
  /** Steps that the code has asked for and that have no result here yet. */
  readonly #open = new Map<StepKey, FoundStep>();
  /** Known results that were not asked for yet, in the order of the stack. */
  #remaining: string[];
  #outcome: Outcome | undefined;
  #wake: () => void = () => {};
  #deliveredError: StepError | undefined;
  #isRunningStep = false;
  readonly #warned = new Set<string>();

  constructor(options: ExecutionOptions) {
    this.#options = options;
    // An edited input is no result: its step still runs.
    this.#remaining = options.stack.filter((key) => options.memos.get(key)?.kind !== "input");
  }

  /** Whether the code that runs now ran before. */
  get isReplaying(): boolean {
    return this.#remaining.length > 0 && !this.#isRunningStep;
  }

  /** What a step tool returns to the code. */
  request(request: StepRequest): Promise<unknown> {
    if (isInsideStep()) {
      this.#options.warn(
        `NESTING_STEPS: step "${request.id}" was called inside another step, which is not supported.`,
      );
    }
    const { key, index } = this.#nextKey(request.id);
    if (!this.#options.memos.has(key)) this.#warnOfParallelRepetition(request.id);
    const step = foundStep(request, key, index);
    this.#open.set(key, step);
    this.#wake();
    return step.promise;
  }

  /** Tells the author something, once per call. */
  warnOnce(code: string, message: string): void {
    if (this.#warned.has(code)) return;
    this.#warned.add(code);
    this.#options.warn(`${code}: ${message}`);
  }

  /** In parallel branches the order of calls, and so which repetition is which, may change from call to call (D1.4). */
  #warnOfParallelRepetition(id: string): void {
    if (![...this.#open.values()].some((step) => step.request.id === id)) return;
    this.warnOnce(
      "AUTOMATIC_PARALLEL_INDEXING",
      `the step id "${id}" is used several times in parallel; results may be mixed up. Give each step an id of its own.`,
    );
  }

  /** The next free repetition of an id; a literal `id:1` takes that place (semantics D1.2–3). */
  #nextKey(id: string): { readonly key: StepKey; readonly index: number } {
    let index = this.#counts.get(id) ?? 0;
    let key = stepKey(id, index);
    while (this.#taken.has(key)) {
      index += 1;
      key = stepKey(id, index);
    }
    this.#counts.set(id, index + 1);
    this.#taken.add(key);
    return { key, index };
  }

  async run(): Promise<CallAnswer> {
    this.#start();
    const isTargeted = this.#options.stepId !== discoveryStepId;
    const giveUpAt = now() + targetedWaitMs;
    for (;;) {
      await settled();
      if (this.#outcome !== undefined) return await this.#end(this.#outcome);
      if (this.#deliverNext()) continue;
      const answer = isTargeted ? await this.#runTargeted(giveUpAt) : await this.#goOn();
      if (answer !== undefined) return answer;
    }
  }

  #start(): void {
    // A handler that throws before its first await fails like any other.
    const { handler, sessions } = this.#options;
    const begun = (async () => await runInsideRun(sessions, handler))();
    begun.then(
      (value) => this.#finish({ kind: "returned", value }),
      (error: unknown) => this.#finish({ kind: "threw", error }),
    );
  }

  #finish(outcome: Outcome): void {
    this.#outcome = outcome;
    this.#wake();
  }

  /** Gives the next known result to the code that waits for it; one at a time, so that races replay alike. */
  #deliverNext(): boolean {
    for (const [position, key] of this.#remaining.entries()) {
      const step = this.#open.get(key as StepKey);
      const memo = this.#options.memos.get(key);
      if (step === undefined || memo === undefined) continue;
      this.#remaining.splice(position, 1);
      this.#deliver(step, memo);
      return true;
    }
    // What is left belongs to steps that the code does not ask for (any more).
    if (this.#open.size > 0)
      this.#remaining = this.#remaining.filter((key) => !this.#taken.has(key as StepKey));
    return false;
  }

  #deliver(step: FoundStep, memo: Memo): void {
    this.#open.delete(step.key);
    step.isSettled = true;
    if (memo.kind === "error") {
      const error = new StepError(step.request.id, memo.error);
      this.#deliveredError = error;
      step.reject(error);
      return;
    }
    if (memo.kind === "input") return;
    this.#receive(step, memo.data);
  }

  #receive(step: FoundStep, data: Json): void {
    try {
      step.resolve(step.request.receive === undefined ? data : step.request.receive(data));
    } catch (error) {
      step.reject(error);
    }
  }

  /** The code waits for something: new steps, or the outside world. */
  async #goOn(): Promise<CallAnswer | undefined> {
    const steps = [...this.#open.values()];
    const [only] = steps;
    if (only === undefined) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
        if (this.#outcome !== undefined || this.#open.size > 0) resolve();
      });
      return undefined;
    }
    const { checkpointer, disableImmediateExecution } = this.#options;
    const mayRun =
      steps.length === 1 && only.request.run !== undefined && !only.head.race && !disableImmediateExecution;
    if (!mayRun || checkpointer?.isOverdue) return await this.#report(steps);
    return await this.#runHere(only);
  }

  async #report(steps: readonly FoundStep[]): Promise<CallAnswer> {
    const buffered = await this.#flush();
    if (buffered === "stale") return stale;
    return this.#ops([...buffered, ...steps.map((step) => step.request.report(step.head))]);
  }

  /** Runs a step in this call. Its result is reported while the code goes on, where the engine takes checkpoints. */
  async #runHere(step: FoundStep): Promise<CallAnswer | undefined> {
    const { checkpointer, attempt } = this.#options;
    // The step before must be recorded before the next one's code runs.
    const before = await checkpointer?.settle();
    if (before === "stale") return stale;
    const { op, retry } = await this.#runStep(step);
    if (checkpointer === undefined || op.kind !== "ran" || (attempt > 0 && !checkpointer.hasReported)) {
      const buffered = await this.#flush();
      return buffered === "stale" ? stale : this.#ops([...buffered, op], retry);
    }
    checkpointer.add(op);
    this.#open.delete(step.key);
    step.isSettled = true;
    this.#receive(step, JSON.parse(op.data) as Json);
    return undefined;
  }

  async #runTargeted(giveUpAt: number): Promise<CallAnswer | undefined> {
    const step = this.#open.get(this.#options.stepId as StepKey);
    if (step?.request.run !== undefined) {
      const { op, retry } = await this.#runStep(step);
      return this.#ops([op], retry);
    }
    if (now() < giveUpAt) {
      const found = new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
      await Promise.race([found, delay(targetedPauseMs)]);
      return undefined;
    }
    const found = [...this.#open.values()].map(({ key, request }) => `${request.id} (${key})`).join(", ");
    const message = `Could not find step "${this.#options.stepId}" to run; timed out. Steps found: ${found || "none"}.`;
    return {
      kind: "failed",
      error: { name: "Error", message },
      retry: { kind: "backoff" },
      requestVersion: this.#version,
    };
  }

  async #runStep(step: FoundStep): Promise<{ readonly op: Op; readonly retry: RetryHint }> {
    const { memos, attempt, maxAttempts } = this.#options;
    const memo = memos.get(step.key);
    const startedAt = now();
    this.#isRunningStep = true;
    const head = () => ({ ...step.head, timing: { startedAt, durationMs: now() - startedAt } });
    try {
      const input = memo?.kind === "input" ? memo.input : undefined;
      const value = await runInsideStep(this.#options.sessions, () => step.request.run?.(input));
      const { stepType, input: given = [] } = step.request;
      const op: Op = {
        ...head(),
        kind: "ran",
        data: jsonText(value),
        ...(stepType === undefined ? {} : { stepType }),
        ...(given.length === 0 ? {} : { input: jsonText(given) }),
      };
      return { op, retry: { kind: "backoff" } };
    } catch (thrown) {
      const isFinal = isNonRetriable(thrown) || attempt + 1 >= maxAttempts;
      const op: Op = { ...head(), kind: isFinal ? "failed" : "errored", error: serializeError(thrown) };
      return { op, retry: isFinal ? { kind: "never" } : hintOf(thrown) };
    } finally {
      this.#isRunningStep = false;
    }
  }

  /** The handler is done. A step error that the author did not catch fails the run at once (semantics C2.5). */
  async #end(outcome: Outcome): Promise<CallAnswer> {
    const buffered = await this.#flush();
    if (buffered === "stale") return stale;
    if (outcome.kind === "returned") {
      const data = jsonText(outcome.value);
      if (buffered.length === 0) return { kind: "returned", output: data, requestVersion: this.#version };
      const complete: Op = {
        kind: "complete",
        key: stepKey("complete"),
        name: "complete",
        race: false,
        data,
      };
      return this.#ops([...buffered, complete]);
    }
    const { error } = outcome;
    const isLast = this.#options.attempt + 1 >= this.#options.maxAttempts;
    const isFinal =
      isLast || isNonRetriable(error) || (error instanceof StepError && error === this.#deliveredError);
    return {
      kind: "failed",
      error: serializeError(error),
      retry: isFinal ? { kind: "never" } : hintOf(error),
      requestVersion: this.#version,
    };
  }

  async #flush(): Promise<readonly Op[] | "stale"> {
    return (await this.#options.checkpointer?.flush()) ?? [];
  }

  get #version(): 1 | 2 {
    return this.#options.requestVersion;
  }

  #ops(ops: readonly Op[], retry: RetryHint = { kind: "backoff" }): CallAnswer {
    return { kind: "ops", ops, retry, requestVersion: this.#version };
  }
}

/** The engine has given this call up: what it answers is ignored, so that it ends without doing more. */
const stale: CallAnswer = {
  kind: "failed",
  error: {
    name: "StaleCallError",
    message: "This call was superseded or its run has ended; nothing more is done.",
  },
  retry: { kind: "never" },
};

function hintOf(thrown: unknown): RetryHint {
  const after = retryAfterOf(thrown);
  return after === undefined ? { kind: "backoff" } : { kind: "after", delayMs: retryDelayMs(after) };
}
