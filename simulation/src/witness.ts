// The witness: it sees what crosses the engine's border (requests answered, calls made, steps executed) and judges
// from that alone. What it reads of the tables at the end only confirms what was promised outside.

import type { CallRequest } from "@stepwell/protocol";
import type { Flow } from "./flow.ts";
import { FlowWitness } from "./witness-flow.ts";

export class Violation extends Error {
  override readonly name = "Violation";
}

export class Witness {
  /** Ids of events whose sender got an answer. */
  readonly acknowledged = new Map<string, { readonly name: string; readonly externalId: string }>();
  /** Per run and step: the result text that the engine has promised to keep. */
  readonly #recorded = new Map<string, Map<string, string>>();
  /** Runs whose end the SDK reported in an answer that the engine took. */
  readonly #generations = new Map<string, number>();
  readonly flow: FlowWitness;
  calls = 0;
  steps = 0;

  /**
   * @param flows by function slug.
   * @param now virtual time, unix ms.
   */
  constructor(flows: ReadonlyMap<string, Flow>, now: () => number) {
    this.flow = new FlowWitness(flows, now, (message) => this.fail(message));
  }

  /** A call leaves the engine. */
  callMade(engine: number, request: CallRequest): void {
    this.calls += 1;
    const seen = new Map(request.steps.map((step) => [step.key as string, step.text]));
    for (const [key, text] of this.#recorded.get(request.runId) ?? []) {
      const now = seen.get(key);
      if (now === undefined) this.fail(`A call of run ${request.runId} lacks the recorded step ${key}.`);
      if (now !== text) this.fail(`Step ${key} of run ${request.runId} changed from ${text} to ${now}.`);
    }
    for (const [key, text] of seen) this.stepRecorded(request.runId, key, text);
    const last = this.#generations.get(request.jobId) ?? 0;
    if (request.generation <= last)
      this.fail(`The generation of job ${request.jobId} did not rise: ${last}, ${request.generation}.`);
    this.#generations.set(request.jobId, request.generation);
    this.flow.callMade(engine, request);
  }

  callEnded(queueItemId: string): void {
    this.flow.callEnded(queueItemId);
  }

  /** The engine has promised to keep this result. */
  stepRecorded(runId: string, key: string, text: string): void {
    let steps = this.#recorded.get(runId);
    if (steps === undefined) {
      steps = new Map();
      this.#recorded.set(runId, steps);
    }
    const known = steps.get(key);
    if (known !== undefined && known !== text)
      this.fail(`Step ${key} of run ${runId} was recorded twice: ${known}, then ${text}.`);
    steps.set(key, text);
  }

  /** A step's code runs; its call began with these steps known. */
  stepExecuted(request: CallRequest, key: string): void {
    this.steps += 1;
    if (request.steps.some((step) => step.key === key))
      this.fail(`Step ${key} of run ${request.runId} runs though its call knows its result.`);
  }

  fail(message: string): never {
    throw new Violation(message);
  }
}
