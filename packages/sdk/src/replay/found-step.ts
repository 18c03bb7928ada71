// A step that the running code has asked for: how it is reported, how it is run, and the promise that the code holds.

import type { Json, Op, OpHead, StepKey } from "@stepwell/protocol";

/** What a step tool knows of its step before it has a key. */
export interface StepRequest {
  /** The author's id. */
  readonly id: string;
  /** What the dashboard shows. */
  readonly name: string;
  readonly parallelMode?: "race";
  /** The op that reports the step when it is not run here. */
  readonly report: (head: OpHead) => Op;
  /** Runs it in this process; absent for steps that only the engine can do. */
  readonly run?: (input: readonly Json[] | undefined) => unknown;
  readonly stepType?: string;
  readonly input?: readonly unknown[];
  /** From the stored value to what the awaiting code gets; may reject. */
  readonly receive?: (data: Json) => unknown;
}

/**
 *   found ──▶ settled        its result was known, or it ran here
 *     └─────▶ (never)        reported to the engine: the promise stays open, and the call ends
 */
export interface FoundStep {
  readonly request: StepRequest;
  readonly key: StepKey;
  readonly head: OpHead;
  readonly promise: Promise<unknown>;
  readonly resolve: (value: unknown) => void;
  readonly reject: (reason: unknown) => void;
  isSettled: boolean;
}

export function foundStep(request: StepRequest, key: StepKey, index: number): FoundStep {
  let resolve: (value: unknown) => void = () => {};
  let reject: (reason: unknown) => void = () => {};
  const promise = new Promise<unknown>((onResolve, onReject) => {
    resolve = onResolve;
    reject = onReject;
  });
  // Code that does not await a step must not crash the process when the step fails; awaiting it still rejects.
  promise.catch(() => {});
  const head: OpHead = {
    key,
    name: request.name,
    userland: { id: request.id, index },
    race: request.parallelMode === "race",
  };
  return { request, key, head, promise, resolve, reject, isSettled: false };
}
