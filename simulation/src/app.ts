// A simulated app: it answers calls the way an SDK does (protocol §5.5), from a program instead of code.

import { type CallAnswer, type CallRequest, type Json, type Op, parseOps, stepKey } from "@stepwell/protocol";
import type { PlannedStep, Program } from "./program.ts";
import type { Scheduler } from "./scheduler.ts";
import type { Witness } from "./witness.ts";

/** What the app may ask of the engine while a call runs. */
export interface AppLink {
  checkpoint(queueItemId: string, ops: readonly Op[]): Promise<"recorded" | "stale">;
  send(name: string, data: { readonly [key: string]: string }): Promise<readonly string[]>;
}

const noRetry = { kind: "never" } as const;
const backoff = { kind: "backoff" } as const;

export class SimulatedApp {
  readonly #programs: ReadonlyMap<string, Program>;
  readonly #scheduler: Scheduler;
  readonly #witness: Witness;
  /** How often a step or a function's code has failed, by run and step. */
  readonly #failures = new Map<string, number>();
  #values = 0;

  constructor(programs: readonly Program[], scheduler: Scheduler, witness: Witness) {
    this.#programs = new Map(programs.map((program) => [`app-${program.name}`, program]));
    this.#scheduler = scheduler;
    this.#witness = witness;
  }

  async call(request: CallRequest, link: AppLink): Promise<CallAnswer> {
    const program = this.#programs.get(request.functionSlug);
    if (program === undefined) return failed("Function not found in this app.", false);
    if (request.stepId !== "step") return await this.#runTargeted(program, request, link);
    return await this.#discover(program, request, link);
  }

  async #runTargeted(program: Program, request: CallRequest, link: AppLink): Promise<CallAnswer> {
    const step = program.stages.flat().find(({ key }) => key === request.stepId);
    if (step === undefined) return failed(`Could not find step "${request.stepId}" to run.`, true);
    return answered([await this.#execute(step, request, link)]);
  }

  async #discover(program: Program, request: CallRequest, link: AppLink): Promise<CallAnswer> {
    const known = new Map(request.steps.map((step) => [step.key as string, step.text]));
    const buffered: Json[] = [];
    for (const stage of program.stages) {
      const missing = stage.filter(({ key }) => !known.has(key));
      if (missing.length === 0) continue;
      const [only] = missing;
      const isInline =
        missing.length === 1 && only !== undefined && isLocal(only) && !request.disableImmediateExecution;
      if (!isInline || only === undefined)
        return answered([...buffered, ...missing.map((step) => report(step))]);
      const op = await this.#execute(only, request, link);
      // The first step of a retried call is answered, so that attempts count per step (protocol §9.2).
      const mayCheckpoint = op["op"] === "StepRun" && request.attempt === 0 && this.#scheduler.chance(0.7);
      if (!mayCheckpoint) return answered([...buffered, op]);
      const data = JSON.stringify((op as { data: Json }).data);
      const outcome = await link.checkpoint(request.queueItemId, opsOf([op]));
      if (outcome === "stale") return failed("This call was superseded.", false);
      // A report that is sent twice, now or once the call is over, must change nothing.
      if (this.#scheduler.chance(0.1)) await link.checkpoint(request.queueItemId, opsOf([op]));
      if (this.#scheduler.chance(0.1)) this.#sendLate(link, request.queueItemId, opsOf([op]));
      known.set(only.key, `{"data":${data}}`);
      this.#witness.stepRecorded(request.runId, only.key, `{"data":${data}}`);
    }
    return this.#end(program, request, known);
  }

  #sendLate(link: AppLink, queueItemId: string, ops: readonly Op[]): void {
    void this.#scheduler.after(this.#scheduler.integer(5000)).then(() => link.checkpoint(queueItemId, ops));
  }

  #end(program: Program, request: CallRequest, known: ReadonlyMap<string, string>): CallAnswer {
    const count = this.#failures.get(request.runId) ?? 0;
    if (count < program.codeFailures) {
      this.#failures.set(request.runId, count + 1);
      return failed("The code between steps failed.", true);
    }
    if (program.end === "fail") return failed("The function fails for good.", false);
    const keys = [...known.keys()].sort();
    return answered([
      {
        op: "RunComplete",
        id: stepKey("complete"),
        data: keys.map((key) => [key, JSON.parse(known.get(key) ?? "null") as Json]),
      },
    ]);
  }

  async #execute(step: PlannedStep, request: CallRequest, link: AppLink): Promise<{ [key: string]: Json }> {
    this.#witness.stepExecuted(request, step.key);
    await this.#scheduler.turn();
    const head = { id: step.key, displayName: step.id };
    if (step.action.kind === "send") {
      const ids = await link.send(step.action.event, { run: request.runId });
      return { ...head, op: "StepRun", opts: { type: "step.sendEvent" }, data: { ids: [...ids] } };
    }
    const failures = step.action.kind === "run" ? step.action.failures : 0;
    const name = `${request.runId}/${step.key}`;
    const count = this.#failures.get(name) ?? 0;
    if (count < failures) {
      this.#failures.set(name, count + 1);
      const isLast = request.attempt + 1 >= request.maxAttempts;
      return {
        ...head,
        op: isLast ? "StepFailed" : "StepError",
        error: { name: "Error", message: `failure ${count}` },
      };
    }
    this.#values += 1;
    return { ...head, op: "StepRun", data: { value: this.#values } };
  }
}

function isLocal(step: PlannedStep): boolean {
  return step.action.kind === "run" || step.action.kind === "send";
}

/** A step as an SDK reports it when it does not run it itself. */
function report(step: PlannedStep): { [key: string]: Json } {
  const head = { id: step.key, displayName: step.id };
  const { action } = step;
  switch (action.kind) {
    case "run":
    case "send":
      return { ...head, op: "StepPlanned" };
    case "sleep":
      return { ...head, op: "Sleep", name: `${action.seconds}s` };
    case "wait": {
      const condition = action.isMatched ? { if: "async.data.n == event.data.n" } : {};
      return {
        ...head,
        op: "WaitForEvent",
        name: action.event,
        opts: { timeout: `${action.seconds}s`, ...condition },
      };
    }
    case "invoke":
      return {
        ...head,
        op: "InvokeFunction",
        opts: { function_id: `app-${action.functionName}`, payload: { data: {} } },
      };
    case "signal": {
      const opts = { signal: "signal/one", timeout: `${action.seconds}s`, conflict: "replace" };
      return { ...head, op: "WaitForSignal", opts };
    }
  }
}

function opsOf(values: readonly Json[]): readonly Op[] {
  const ops = parseOps([...values]);
  if (ops.kind === "invalid") throw new Error(ops.reason);
  return ops.value;
}

function answered(values: readonly Json[]): CallAnswer {
  return { kind: "ops", ops: opsOf(values), retry: backoff, requestVersion: 2 };
}

function failed(message: string, isRetried: boolean): CallAnswer {
  return {
    kind: "failed",
    error: { name: "Error", message },
    retry: isRetried ? backoff : noRetry,
    requestVersion: 2,
  };
}
